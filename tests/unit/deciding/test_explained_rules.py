"""Rules of every kind explained, from the document to the words (bless with XBYX_BLESS=1)."""

from __future__ import annotations

import json
import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from xbyx_rules.cli.cases import read_case
from xbyx_rules.deciding import Finding, decide, explain, load_policies
from xbyx_rules.errors import Language

FOLDER = Path(__file__).parents[2] / "cases" / "explanations" / "rules"
GOLDENS = FOLDER / "goldens"
POLICY = load_policies(FOLDER)["cn/example"]
CASES = {
    one["name"]: one for one in yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
}
CHINESE = re.compile(r"[⺀-鿿]+")


def find(case: dict[str, Any]) -> Finding:
    facts = dict(case["facts"])
    activities = facts.get("研修活动")
    if "repeat" in case and activities is not None:
        records = [
            {**one, "编号": f"{one['编号']}-{number}"}
            for number in range(case["repeat"])
            for one in activities["records"]
        ]
        facts["研修活动"] = {**activities, "records": records}
    data = {
        "subject": {"entity": case.get("subject", "学校"), "key": "1"},
        "facts": facts,
        "records": case.get("records", {}),
        "attestations": case.get("attestations", []),
    }
    text = json.dumps(data, ensure_ascii=False, default=date.isoformat)
    read = read_case(text, "case.json", POLICY.checked.vocabulary)
    review = decide(POLICY, read, on=date(2025, 10, 1), only=[case["clause"]])
    return review[case["clause"]]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_rule_is_explained_as_in_its_golden(name: str, language: Language) -> None:
    golden = GOLDENS / f"{name}.{language}.txt"
    said = explain(find(CASES[name]), language) + "\n"
    if os.environ.get("XBYX_BLESS") == "1":
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    expected = {f"{name}.{language}.txt" for name in CASES for language in ("zh", "en")}
    assert {one.name for one in GOLDENS.iterdir()} == expected


@pytest.mark.parametrize("name", CASES)
def test_in_english_every_term_has_its_english_name(name: str) -> None:
    finding = find(CASES[name])
    said = explain(finding, "en")
    entities = POLICY.checked.vocabulary.entities.values()
    terms = {term for entity in entities for term in entity.terms} | set(POLICY.checked.english)
    values = set(re.findall("“([^”]*)”", said))
    titles = {one.clause.title for one in POLICY.checked.clauses.values()}
    own = (finding.document, *titles, *(f"“{value}”" for value in values))
    for one in sorted(own, key=len, reverse=True):
        said = said.replace(one, "")
    assert not terms & set(CHINESE.findall(said))

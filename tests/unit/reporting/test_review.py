"""A whole review on one page: in order, complete, alike as text, HTML and Word document."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from tests.unit.reporting.pages import Page
from xbyx_rules.deciding import Attestation, Case, Review, Subject, decide, load_policies
from xbyx_rules.errors import Language, XbyxError
from xbyx_rules.feel.values import Complete
from xbyx_rules.policy import Outcome
from xbyx_rules.reporting import render_review, review_to_docx, review_to_text, say_review

POLICY = load_policies()["cn/beijing/school-based-training"]
ON = date(2025, 10, 1)
FACTS = {
    "公用经费年度预算总额": Decimal(1_000_000),
    "教师培训经费预算": Decimal("49999.99"),
    "专项列支": True,
    "校长": "p1",
    "领导小组": {"已成立": True, "组长": "p2"},
    "校本研修经费预算": Decimal(30000),
    "校本研修经费明细": Complete([{"金额": Decimal(10000)}, {"金额": Decimal(20000)}]),
}


@pytest.fixture(scope="module")
def review() -> Review:
    return decide(POLICY, Case(Subject("学校", "2111000001"), FACTS), on=ON)


def told(review: Review, language: Language = "zh") -> dict[str, Any]:
    return {"language": language, "name": "某中学", "policy": POLICY.policy}


def in_order(text: str, parts: list[str]) -> bool:
    places = [text.find(one) for one in parts]
    return -1 not in places and places == sorted(places)


def test_what_blocks_stands_first_with_what_would_settle_it(review: Review) -> None:
    said = say_review(review, name="某中学", policy=POLICY.policy)
    assert [one.finding.anchor for one in said.tasks] == [one.clause for one in review.blocked_by]
    assert all(one.steps and all(one.steps) for one in said.tasks)
    steps = {one.finding.anchor: one.steps for one in said.tasks}
    assert any("增加 0.01 元" in one for one in steps["funding-floor"])
    assert not any("公用经费" in one for one in steps["funding-floor"])


def test_the_counts_are_those_of_the_findings(review: Review) -> None:
    said = say_review(review)
    assert sum(count for _, count in said.counts) == len(review.findings)
    assert len(said.findings) + len(said.not_applicable) == len(review.findings)


def test_the_judgements_pending_name_who_is_to_give_them(review: Review) -> None:
    said = say_review(review)
    assert said.judgements
    assert all("区级审核员" in one.missing[0].holder for one in said.judgements)
    clause = said.judgements[0].anchor
    given = Attestation(clause, Outcome.MET, "u1", "区级审核员", "卷宗 1", ON)
    case = Case(Subject("学校", "2111000001"), FACTS, attestations=(given,))
    after = say_review(decide(POLICY, case, on=ON))
    assert clause not in [one.anchor for one in after.judgements]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_text_is_in_order(review: Review, language: Language) -> None:
    titles = {
        "zh": ["某中学", "总体情况", "须先解决的事项", "逐条说明", "待人工认定的条款"],
        "en": ["某中学", "Overview", "To be settled first", "Clause by clause", "Judgements that"],
    }[language]
    text = review_to_text(review, **told(review, language))
    assert in_order(text, [f"{one}\n" if one == "某中学" else one for one in titles])
    assert review.policy_hash in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_well_formed_and_its_links_lead_somewhere(
    review: Review, language: Language
) -> None:
    page = Page(render_review(review, **told(review, language)))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert all(one.removeprefix("#") in ids for one in page.values("href"))
    headings = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    cells = [attrs for tag, attrs in page.tags if tag == "th"]
    assert cells
    assert all(attrs.get("scope") in ("col", "row") for attrs in cells)


def test_no_anchor_of_a_document_takes_an_id_of_the_page_itself(review: Review) -> None:
    names = ("main", "counts", "tasks", "findings", "judgements", "not-applicable")
    one = review["funding-floor"]
    taken = replace(review, findings=tuple(replace(one, clause=name) for name in names))
    ids = Page(render_review(taken)).values("id")
    assert set(names) <= set(ids)
    assert len(ids) == len(set(ids))


def test_every_finding_of_the_text_is_on_the_page(review: Review) -> None:
    said = "".join("".join(Page(render_review(review, **told(review))).said).split())
    for finding in say_review(review).findings:
        for one in (*finding.remedies, *(missing.name for missing in finding.missing)):
            assert "".join(one.split()) in said


# The Word document


@pytest.fixture(scope="module")
def document(review: Review) -> Document:
    return docx.Document(BytesIO(review_to_docx(review, **told(review))))


def texts(document: Document) -> Iterator[str]:
    for paragraph in document.paragraphs:
        yield paragraph.text
    for table in document.tables:
        for row in table.rows:
            yield from (cell.text for cell in row.cells)


def test_the_document_is_a4_and_has_real_headings(review: Review, document: Document) -> None:
    section = document.sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    styles = [one.style.name for one in document.paragraphs if one.style is not None]
    said = say_review(review)
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == 4
    assert styles.count("Heading 2") == len(said.findings)


def test_the_document_names_chinese_fonts_for_chinese_characters(document: Document) -> None:
    fonts = {}
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3"):
        element = document.styles[name].element.rPr.rFonts
        fonts[name] = element.get(qn("w:eastAsia"))
        assert element.get(qn("w:eastAsiaTheme")) is None
    assert fonts == {
        "Normal": "仿宋",
        "Title": "宋体",
        "Heading 1": "黑体",
        "Heading 2": "黑体",
        "Heading 3": "黑体",
    }


def test_the_heads_of_tables_are_repeated_on_every_page(document: Document) -> None:
    assert document.tables
    for table in document.tables:
        first, *rest = table.rows
        assert first._tr.trPr.find(qn("w:tblHeader")) is not None
        assert rest
        assert all(one._tr.find(f".//{qn('w:tblHeader')}") is None for one in rest)


def test_the_document_says_what_the_text_says(review: Review, document: Document) -> None:
    said = "\n".join(texts(document))
    for finding in say_review(review).findings:
        assert finding.clause in said
        for one in (*finding.remedies, *(value.value for value in finding.facts)):
            assert one in said


def test_the_same_review_gives_the_same_document(review: Review) -> None:
    made = [review_to_docx(review, **told(review)) for _ in range(2)]
    assert made[0] == made[1]
    created = docx.Document(BytesIO(made[0])).core_properties.created
    assert created is not None
    assert created.year == 2000
    with ZipFile(BytesIO(made[0])) as parts:
        assert {one.date_time[0] for one in parts.infolist()} == {2000}


def test_no_text_of_a_host_spoils_the_document() -> None:
    case = Case(Subject("学校", "\x00\ud800\x1b<w:p>"), {"校长": "\x01&\ufffe"})
    hostile = decide(POLICY, case, on=ON)
    document = docx.Document(BytesIO(review_to_docx(hostile, name="\x00甲")))
    assert document.paragraphs[0].text == "\ufffd甲"
    assert "<w:p>" in "\n".join(texts(document))


def test_a_name_longer_than_a_title_may_be_is_cut_in_the_title_alone(review: Review) -> None:
    document = docx.Document(BytesIO(review_to_docx(review, name="甲" * 300)))
    assert document.core_properties.title == "甲" * 255
    assert "甲" * 300 in document.paragraphs[0].text


def test_without_the_extra_the_document_says_what_to_install(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name == "docx":
            raise ImportError(name)
        return plain(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(XbyxError) as caught:
        review_to_docx(review)
    assert caught.value.diagnostics[0].code == "XR330"

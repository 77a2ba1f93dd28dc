"""`xbyx plan diff` on a database of its own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.integration.submitted_plans import (
    SubmittedHost,
    open_plans,
    return_and_change,
    write_rules,
)
from tests.integration.year_plan import DEPUTY, PLAN, command
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli import hosts
from xbyx_rules.cli.terminal import ExitCode


@pytest.fixture
def plans(tmp_path, monkeypatch):
    """The ledger with the plan in draft, and what leads the command to it."""
    adapter = SimpleNamespace(host=lambda vocabulary: SubmittedHost())
    monkeypatch.setattr(hosts, "find_adapter", lambda name: adapter)
    rules = write_rules(tmp_path / "rules")
    engine, ledger, _ = open_plans(tmp_path / "platform.db", rules)
    options = ("--database", engine.url, "--adapter", "any", "--rules", rules, "--prefix", "sub_")
    return SimpleNamespace(engine=engine, ledger=ledger, options=options)


def diff(plans, *more, runner=xbyx):
    return runner("plan", "diff", PLAN.key, *plans.options, *more)


def test_changed_terms_are_listed_and_personal_ones_only_named(plans):
    return_and_change(plans.ledger, plans.engine, note="实验", documents="t-31")
    result = diff(plans)
    assert result.exit_code == ExitCode.FINE
    first, *lines = result.stdout.splitlines()
    steps = "第 2 步（2026-03-02 09:00）与第 4 步（2026-03-02 11:00）"
    assert first == f"年度计划/2026-001：{steps}提交的内容有 2 处不同"
    assert lines == [
        "改 要点：读书 → 实验",
        "改 联系人：（涉及个人，不显示）",
    ]
    assert "改 联系人：t-30 → t-31" in diff(plans, "--personal").stdout
    english = diff(plans, "--lang", "en", "--since", 2, "--until", 4).stdout
    assert "changed 要点: 读书 → 实验\nchanged 联系人: (personal, not shown)" in english


def test_the_same_as_json(plans):
    return_and_change(plans.ledger, plans.engine, note="实验", documents="t-31")
    found = diff(plans, runner=xbyx_json)
    assert found == {
        "subject": "年度计划/2026-001",
        "since": 2,
        "until": 4,
        "changes": [
            {
                "path": [{"term": "要点"}],
                "kind": "changed",
                "confidentiality": "公开",
                "before": "读书",
                "after": "实验",
            },
            {"path": [{"term": "联系人"}], "kind": "changed", "confidentiality": "个人"},
        ],
        "diagnostics": [],
    }
    (_, contact) = diff(plans, "--personal", runner=xbyx_json)["changes"]
    assert (contact["before"], contact["after"]) == ("t-30", "t-31")


def test_without_a_second_submission_it_says_so_and_ends_with_1(plans):
    plans.ledger.act(plans.engine, command("提交校内审核", DEPUTY, 1))
    result = diff(plans)
    assert (result.exit_code, result.stdout) == (ExitCode.FINDINGS, "")
    assert result.stderr.startswith("XR665")
    found = diff(plans, runner=xbyx_json)
    assert [one["code"] for one in found["diagnostics"]] == ["XR665"]


def test_a_step_that_submitted_nothing_is_refused(plans):
    return_and_change(plans.ledger, plans.engine)
    result = diff(plans, "--since", 3)
    assert result.exit_code == ExitCode.REFUSED
    assert result.stderr.startswith("XR666")

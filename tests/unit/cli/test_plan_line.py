"""`xbyx plan line`, `plan revise` and `plan suggestions` on a database of their own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.integration.revising import MODEL, NEW, file_plan, open_with_force
from tests.integration.year_plan import PLAN, stand_in_deciding, tick
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli import plan_line
from xbyx_rules.cli.terminal import ExitCode
from xbyx_rules.hosting import suggest


@pytest.fixture
def plans(tmp_path, monkeypatch):
    """A filed plan, and the command led to its ledger."""
    engine, ledger, _ = open_with_force(tmp_path / "platform.db", NEW.key)
    with stand_in_deciding():
        file_plan(ledger, engine, PLAN)
        platform = SimpleNamespace(ledger=ledger, engine=engine, tenant="110108")
        monkeypatch.setattr(plan_line, "open_platform", lambda *given, **more: platform)
        yield platform


def run(name: str, *more: str, runner=xbyx):
    return runner("plan", name, *more, "--database", "sqlite://", "--adapter", "any")


def begin(*more: str, runner=xbyx):
    person = ("--actor", "t-17", "--role", "分管负责人", "--at", "2026-03-02T10:00:00+08:00")
    return run("revise", PLAN.key, NEW.key, "--reason", "增加", *person, *more, runner=runner)


def test_a_revision_is_begun_and_the_line_says_which_is_in_force(plans) -> None:
    result = begin()
    assert result.exit_code == ExitCode.FINE
    assert "开始修订 年度计划/2026-001" in result.stdout
    file_plan(plans.ledger, plans.engine, NEW, at=tick(2))
    found = run("line", PLAN.key, runner=xbyx_json)
    assert found["in_force"] == "年度计划/2026-001-r2"
    assert [one["superseded_by"] for one in found["versions"]] == ["年度计划/2026-001-r2", None]
    at = ("--at", "2026-03-02T10:30:00+08:00")
    assert run("line", NEW.key, *at, runner=xbyx_json)["in_force"] == "年度计划/2026-001"
    shown = run("line", NEW.key, *at).stdout
    assert "2026-03-02 10:30 现行：年度计划/2026-001" in shown
    assert "2026-03-02 09:00 – 2026-03-02 11:00" in shown


def test_what_can_not_be_revised_is_refused(plans) -> None:
    begin()
    result = begin("--command-id", "another")
    assert result.exit_code == ExitCode.REFUSED
    assert "XR523" in result.stderr


def test_an_unknown_subject_has_no_line(plans) -> None:
    assert "台账里没有 年度计划/none" in run("line", "none").stdout


def test_suggestions_are_listed_with_who_made_them(plans) -> None:
    begin()
    given = {"actor": MODEL, "at": tick(2), "reason": "材料齐全"}
    suggest(plans.ledger, plans.engine, NEW, "提交校内审核", command_id="m", **given)
    lines = run("suggestions", NEW.key).stdout.splitlines()
    assert lines == [
        "suggestion:2  2026-03-02 11:00 model-1 (model): 提交校内审核",
        "   材料齐全",
        "年度计划/2026-001-r2 有建议 1 条，都须由人决定",
    ]
    (found,) = run("suggestions", NEW.key, runner=xbyx_json)["suggestions"]
    assert (found["action"], found["actor_kind"]) == ("提交校内审核", "model")

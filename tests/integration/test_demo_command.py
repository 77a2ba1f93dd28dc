"""`xbyx demo`, its report, and the `plan` and `ledger` commands on the database it leaves."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.cli.command import xbyx
from xbyx_rules.cli import ExitCode
from xbyx_rules.cli.demonstration import Demonstration, demonstrate
from xbyx_rules.cli.report import render_report

pytestmark = pytest.mark.slow

SEED = 7
MINE = "platform.sqlite"
AT = "2026-07-01T09:00:00+08:00"


class Silent:
    """A watcher that only counts."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.steps = 0

    def stage(self, zh: str, en: str) -> None:
        self.stages.append(zh)

    def done(self, zh: str, en: str) -> None:
        pass

    def step(self, step: Any) -> None:
        self.steps += 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    (folder / MINE).write_text("mine")
    (folder / "xbyx-demo.sqlite").write_text("left by an earlier demonstration")
    return folder


@pytest.fixture(scope="module")
def told(folder: Path) -> Any:
    """What the command says with ``--json``; it is run once for all these tests."""
    result = xbyx("demo", "--seed", SEED, "--out", folder, "--json")
    assert result.exit_code == ExitCode.FINE
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Demonstration, Silent]:
    watcher = Silent()
    folder = tmp_path_factory.mktemp("again")
    return demonstrate("demo-platform", SEED, folder, watcher), watcher


@pytest.fixture
def platform(told: Any, tmp_path: Path) -> tuple[str, ...]:
    """Options for a copy of the database that the demonstration left behind."""
    copy = shutil.copy(told["database"], tmp_path / "platform.sqlite")
    return ("--database", f"sqlite:///{copy}", "--adapter", "demo-platform")


# The demonstration


def test_every_plan_has_an_outcome_and_what_stopped_it(told: Any) -> None:
    assert sum(told["outcomes"].values()) == len(told["plans"]) == 52
    for plan in told["plans"]:
        assert (plan["outcome"] == "filed") == (not plan["stopped_by"])
        assert (plan["state"] == "已备案") == (plan["outcome"] == "filed")


def test_some_plans_are_filed_and_some_are_stopped(told: Any) -> None:
    assert told["outcomes"]["filed"] > 20
    assert told["outcomes"]["blocked"] > 0


def test_the_ledger_verifies_and_an_altered_copy_does_not(told: Any) -> None:
    assert told["verification"]["is_intact"]
    assert [one["code"] for one in told["tampered_copy"]] == ["XR550"]


def test_the_same_seed_gives_the_same_year(
    told: Any, watched: tuple[Demonstration, Silent]
) -> None:
    again = watched[0].year.plans
    assert [(one["plan"], one["state"], one["returned"]) for one in told["plans"]] == [
        (one.plan, one.state, one.returned) for one in again
    ]


def test_every_stage_and_step_is_told(watched: tuple[Demonstration, Silent]) -> None:
    shown, watcher = watched
    assert watcher.stages == ["检查规则文件", "建演示平台", "办理一个学年", "核验台账"]
    assert watcher.steps == len(shown.steps) > 200


def test_the_plan_shown_came_to_the_end_after_being_returned(told: Any) -> None:
    steps = told["shown"]["timeline"]
    assert steps[-1]["to"] == "已备案"
    assert "退回补正" in [one["action"] for one in steps]


def test_progress_goes_to_stderr_and_the_result_to_stdout(tmp_path: Path) -> None:
    result = xbyx("demo", "--seed", SEED, "--out", tmp_path, "--lang", "en")
    assert result.exit_code == ExitCode.FINE
    assert "[1/5] checking the policy documents" in result.stderr
    assert "[1/5]" not in result.stdout
    assert "One plan's way" in result.stdout
    assert f"Report (in Chinese): {tmp_path / 'report.html'}" in result.stdout


def test_only_its_own_files_are_written_or_replaced(told: Any, folder: Path) -> None:
    assert (folder / MINE).read_text() == "mine"
    assert sorted(one.name for one in folder.iterdir()) == [
        MINE,
        "report.html",
        "xbyx-demo-altered.sqlite",
        "xbyx-demo.sqlite",
    ]


# The report


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    VOID = frozenset({"meta", "br", "link", "img", "path", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.captions = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


@pytest.fixture(scope="module")
def page(told: Any) -> Page:
    return Page(Path(told["report"]).read_text("utf-8"))


def test_the_report_is_well_formed_chinese_html(page: Page) -> None:
    assert page.open == []
    assert page.all("html") == [{"lang": "zh-CN"}]


def test_the_report_needs_nothing_from_outside(page: Page) -> None:
    for tag, attributes in page.elements:
        assert tag not in ("script", "link", "img", "iframe")
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith("#")
        assert not any(name.startswith("on") for name in attributes)
    text = "".join(page.text)
    assert "url(" not in text
    assert "@import" not in text


def test_the_report_says_synthetic_the_seed_and_every_school(page: Page, told: Any) -> None:
    text = " ".join("".join(page.text).split())
    assert "合成数据（synthetic data）" in text
    assert f"种子 {SEED}" in text
    assert all(plan["name"] in text and plan["plan"] in text for plan in told["plans"])


def test_the_report_has_landmarks_and_every_reference_leads_somewhere(page: Page) -> None:
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.all(landmark)) == 1
    ids = [one["id"] for _, one in page.elements if "id" in one]
    assert len(ids) == len(set(ids))
    for _, one in page.elements:
        named = (one.get("aria-labelledby") or "").split()
        named += [(one.get("href") or "#")[1:]] if (one.get("href") or "#") != "#" else []
        assert set(named) <= set(ids)


def test_every_table_has_a_caption_and_every_heading_cell_a_scope(page: Page) -> None:
    assert len(page.all("table")) == len(page.all("caption")) == 3
    assert all("scope" in one for one in page.all("th"))


def test_headings_follow_one_another_without_a_gap(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_outcomes_are_told_by_words_not_by_colour_alone(page: Page, told: Any) -> None:
    text = " ".join("".join(page.text).split())
    for key, word in (("filed", "已备案"), ("blocked", "不符合"), ("undetermined", "暂无法判定")):
        if told["outcomes"][key]:
            assert f"{word}：{told['outcomes'][key]} 所" in text


def test_names_and_opinions_are_escaped(watched: tuple[Demonstration, Silent]) -> None:
    shown = watched[0]
    hostile = "<script>alert('甲')</script>"
    plan = shown.year.plans[0]
    fields = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
    named = SimpleNamespace(**(fields | {"name": hostile}))
    entry = replace(shown.timeline[-1], comment=hostile)
    text = render_report(
        replace(
            shown,
            year=SimpleNamespace(plans=(named, *shown.year.plans[1:])),
            shown=named,
            timeline=(*shown.timeline[:-1], entry),
        )
    )
    assert "<script>" not in text
    assert text.count("&lt;script&gt;") == 3


# Commands on its database


def blocked_plan(told: Any, state: str) -> dict[str, Any]:
    return next(one for one in told["plans"] if one["state"] == state)


def principal_of(plan: dict[str, Any]) -> tuple[str, ...]:
    school = plan["school"]
    return ("--actor", f"{school}-01", "--role", "校长", "--org", school, "--at", AT)


def test_a_plan_says_where_it_stands_and_who_is_next(told: Any, platform: tuple[str, ...]) -> None:
    plan = blocked_plan(told, "待校级审核")
    found = json.loads(xbyx("plan", "show", plan["plan"], *platform, "--json").stdout)
    assert found["state"] == "待校级审核"
    assert {one["action"]: one["roles"] for one in found["actions"]} == {
        "签发并报送": ["校长"],
        "退回补正": ["校长"],
    }
    shown = xbyx("plan", "show", plan["plan"], *platform).stdout
    assert "三(二)-2" in shown


def test_a_dry_run_says_what_stands_in_the_way_and_writes_nothing(
    told: Any, platform: tuple[str, ...]
) -> None:
    plan = blocked_plan(told, "待校级审核")
    asked = ("plan", "dry-run", plan["plan"], *platform, *principal_of(plan))
    everything = xbyx(*asked)
    assert everything.exit_code == ExitCode.FINE
    assert "✗ 不能办理：签发并报送" in everything.stdout
    assert "✓ 可以办理：退回补正" in everything.stdout
    one = xbyx(*asked[:3], "签发并报送", *asked[3:], "--json")
    assert one.exit_code == ExitCode.REFUSED
    (action,) = json.loads(one.stdout)["actions"]
    stopping = {one["clause"] for one in action["findings"] if not one["allows"]}
    assert stopping == set(plan["stopped_by"])
    unchanged = json.loads(xbyx("plan", "show", plan["plan"], *platform, "--json").stdout)
    assert unchanged["state"] == "待校级审核"


def test_a_step_is_taken_once_under_its_command_id(told: Any, platform: tuple[str, ...]) -> None:
    plan = blocked_plan(told, "待校级审核")
    command = (
        *("plan", "act", plan["plan"], "退回补正", *platform, *principal_of(plan)),
        *("--comment", "请补正", "--command-id", "c-1", "--json"),
    )
    first, again = (json.loads(xbyx(*command).stdout) for _ in range(2))
    assert (first["from"], first["to"], first["is_replay"]) == ("待校级审核", "草稿", False)
    assert again == {**first, "is_replay": True}
    timeline = xbyx("plan", "timeline", plan["plan"], *platform).stdout
    assert timeline.count("意见：请补正\n") == 1
    verified = xbyx("ledger", "verify", *platform)
    assert verified.exit_code == ExitCode.FINE


def test_a_refused_step_ends_with_3_and_changes_nothing(
    told: Any, platform: tuple[str, ...]
) -> None:
    plan = blocked_plan(told, "待校级审核")
    result = xbyx("plan", "act", plan["plan"], "签发并报送", *platform, *principal_of(plan))
    assert result.exit_code == ExitCode.REFUSED
    assert "XR507" in result.stderr
    assert result.stdout == ""


def test_what_waits_for_a_role_is_listed(told: Any, platform: tuple[str, ...]) -> None:
    waiting = {f"年度计划/{one['plan']}" for one in told["plans"] if one["state"] == "待校级审核"}
    found = json.loads(xbyx("plan", "tasks", "--role", "校长", *platform, "--json").stdout)
    assert {one["subject"] for one in found["tasks"]} == waiting
    school = blocked_plan(told, "待校级审核")["school"]
    mine = xbyx("plan", "tasks", "--role", "校长", "--org", school, *platform, "--json")
    assert len(json.loads(mine.stdout)["tasks"]) == 1


def test_verifying_needs_no_adapter_and_finds_the_altered_copy(told: Any) -> None:
    altered = Path(told["database"]).with_name("xbyx-demo-altered.sqlite")
    result = xbyx("ledger", "verify", "--database", f"sqlite:///{altered}")
    assert result.exit_code == ExitCode.NOT_INTACT
    assert "XR550" in result.stderr
    assert "发现 1 处问题" in result.stdout


def test_a_tenant_without_records_is_warned_about(platform: tuple[str, ...]) -> None:
    result = xbyx("ledger", "verify", *platform, "--tenant", "nobody")
    assert result.exit_code == ExitCode.FINE
    assert "XR715" in result.stderr
    assert "`demo`" in result.stderr

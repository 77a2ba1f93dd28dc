"""`xbyx demo`, its site, and the `plan` and `ledger` commands on the database it leaves."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from tests.integration.browser import AXE, CHROMIUM, find_faults, measure
from tests.integration.pages import Page
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli import ExitCode
from xbyx_rules.cli.demonstration import Demonstration, demonstrate
from xbyx_rules.reporting.site import build_site

pytestmark = pytest.mark.slow

SEED = 7
MINE = "platform.sqlite"
AT = "2025-07-30T09:00:00+08:00"


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
def ran(folder: Path) -> Result:
    """The command, run once with ``--json`` for all these tests."""
    result = xbyx("demo", "--seed", SEED, "--out", folder, "--json")
    assert result.exit_code == ExitCode.FINE
    return result


@pytest.fixture(scope="module")
def told(ran: Result) -> Any:
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Demonstration, Silent]:
    watcher = Silent()
    folder = tmp_path_factory.mktemp("again")
    return demonstrate("demo-platform", SEED, folder, watcher), watcher


@pytest.fixture(scope="module")
def pages(watched: tuple[Demonstration, Silent]) -> Mapping[str, str]:
    return build_site(watched[0].results)


@pytest.fixture
def platform(told: Any, tmp_path: Path) -> tuple[str, ...]:
    """Options for a copy of the database that the demonstration left behind."""
    copy = shutil.copy(told["database"], tmp_path / "platform.sqlite")
    return ("--database", f"sqlite:///{copy}", "--adapter", "demo-platform")


# The demonstration


def test_every_school_has_an_outcome_in_each_flow_and_what_stopped_it(told: Any) -> None:
    assert list(told["outcomes"]) == ["规划", "年度计划", "实施方案", "研修年度", "年度学分认定"]
    for counts in told["outcomes"].values():
        assert sum(counts.values()) == len(told["schools"]) == 52
    for one in told["subjects"]:
        assert (one["outcome"] == "done") == (not one["stopped_by"]) == (not one["stopped_at"])


def test_in_each_flow_most_are_done_and_some_are_stopped(told: Any) -> None:
    for counts in told["outcomes"].values():
        assert counts["done"] > 20
        assert counts["blocked"] > 0


def test_the_ledger_verifies_and_an_altered_copy_does_not(told: Any) -> None:
    assert told["verification"]["is_intact"]
    assert [one["code"] for one in told["tampered_copy"]] == ["XR550"]


def test_every_guard_of_the_year_comes_out_the_same_when_decided_again(told: Any) -> None:
    found = xbyx_json("ledger", "replay", "--database", f"sqlite:///{told['database']}")
    assert found["is_same"]
    assert found["diagnostics"] == found["differing"] == []
    assert (found["erased"], found["undecided"]) == (0, 0)
    with sqlite3.connect(told["database"]) as connection:
        query = "SELECT count(*) FROM xbyx_event WHERE action_name NOT LIKE '@%'"
        assert found["steps"] == connection.execute(query).fetchone()[0] > 1000
    connection.close()
    assert found["guards"] > found["steps"]


def test_the_same_seed_gives_the_same_year_and_the_same_pages(
    told: Any, watched: tuple[Demonstration, Silent], pages: Mapping[str, str]
) -> None:
    again = watched[0].results.year.subjects
    assert [(one["key"], one["state"], one["returned"]) for one in told["subjects"]] == [
        (one.subject.key, one.state, one.returned) for one in again
    ]
    site = Path(told["site"]).parent
    written = {
        file.relative_to(site).as_posix(): file.read_text("utf-8")
        for file in site.rglob("*")
        if file.is_file()
    }
    assert set(written) == {*pages, ".pages"}
    # The ledger salts what it commits to, so its digest differs from run to run.
    assert {key for key in pages if written[key] != pages[key]} <= {"index.html"}


def test_every_stage_and_step_is_told(watched: tuple[Demonstration, Silent]) -> None:
    shown, watcher = watched
    assert watcher.stages == [
        "检查规则文件",
        "建演示平台",
        "办理一个学年",
        "核查记录，写清单",
        "核验台账",
    ]
    assert watcher.steps == len(shown.results.steps) > 1000


def test_what_is_shown_came_to_the_end_after_being_returned(told: Any) -> None:
    steps = told["shown"]["timeline"]
    assert "退回补正" in [one["action"] for one in steps]


def test_progress_goes_to_stderr_and_nothing_of_it_to_stdout(ran: Result) -> None:
    assert "[1/6] 检查规则文件" in ran.stderr
    assert "[6/6] 写网页" in ran.stderr
    assert "[1/6]" not in ran.stdout


def test_the_summary_counts_every_flow_and_names_the_first_page(
    watched: tuple[Demonstration, Silent], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xbyx_rules.cli.demo.demonstrate", lambda *_: watched[0])
    result = xbyx("demo", "--seed", SEED, "--out", tmp_path, "--lang", "en")
    assert result.exit_code == ExitCode.FINE
    for flow in watched[0].results.flows:
        assert flow.subject in result.stdout
    assert "The way of one" in result.stdout
    assert f"Begin here (in Chinese): {tmp_path / 'site' / 'index.html'}" in result.stdout


def test_a_site_folder_with_other_files_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("mine")
    result = xbyx("demo", "--out", tmp_path)
    assert result.exit_code == ExitCode.USAGE
    assert "XR770" in result.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["site"]


def test_only_its_own_files_are_written_or_replaced(told: Any, folder: Path) -> None:
    assert (folder / MINE).read_text() == "mine"
    assert sorted(one.name for one in folder.iterdir()) == [
        "papers",
        MINE,
        "site",
        "xbyx-demo-altered.sqlite",
        "xbyx-demo.sqlite",
    ]


def test_supervision_a_transcript_a_budget_and_statistics_are_written(
    told: Any, watched: tuple[Demonstration, Silent]
) -> None:
    papers = told["papers"]
    assert papers["doubts"] == watched[0].papers.doubts > 20
    pages = {Path(one).name: Path(one).read_text("utf-8") for one in papers["files"]}
    assert set(pages) == {
        "supervision.html",
        "transcript.html",
        "budget.html",
        "statistics.html",
    }
    assert pages["supervision.html"].count("疑点") >= 1
    assert "督导结论" in pages["supervision.html"]
    assert "教师培训学分清单" in pages["transcript.html"]
    assert "经费预算审查意见" in pages["budget.html"]
    assert "在岗教师数" in pages["statistics.html"]
    assert "未公开" in pages["statistics.html"]
    for name, text in pages.items():
        assert Page(text).faults() == [], name


# The site


def test_there_is_a_page_for_every_school_subject_finding_and_clause(
    watched: tuple[Demonstration, Silent], pages: Mapping[str, str]
) -> None:
    results = watched[0].results
    kinds = Counter(address.split("/")[0] for address in pages)
    assert kinds["schools"] == 52
    assert kinds["plans"] == len(results.year.subjects)
    assert kinds["clauses"] == len(results.policy.clauses) + 1
    found = {(one.subject, finding.clause) for one in results.steps for finding in one.reviewed}
    assert kinds["findings"] == len(found) > 1000
    assert sorted(one for one in kinds if kinds[one] == 1) == ["index.html", "style.css"]


def test_every_page_is_sound_and_every_link_and_anchor_leads_somewhere(
    pages: Mapping[str, str],
) -> None:
    read = {address: Page(text) for address, text in pages.items() if address != "style.css"}
    for address, page in read.items():
        assert page.faults() == [], address
        for href in page.links():
            target, _, anchor = href.partition("#")
            to = posixpath.normpath(posixpath.join(posixpath.dirname(address), target))
            to = to if target else address
            assert to in pages, (address, href)
            assert not anchor or anchor in read[to].ids(), (address, href)


def test_every_page_can_be_reached_from_the_first(pages: Mapping[str, str]) -> None:
    reached, waiting = set(), ["index.html"]
    while waiting:
        address = waiting.pop()
        if address in reached:
            continue
        reached.add(address)
        for href in Page(pages[address]).links() if address.endswith(".html") else ():
            target = href.partition("#")[0]
            if target:
                waiting.append(
                    posixpath.normpath(posixpath.join(posixpath.dirname(address), target))
                )
    assert reached == set(pages)


def test_the_first_page_has_a_row_a_school_with_where_it_stands(
    told: Any, pages: Mapping[str, str]
) -> None:
    text = Page(pages["index.html"]).text
    assert "合成数据（synthetic data）" in text
    assert all(name in text for name in told["schools"].values())
    assert pages["index.html"].count('role="rowheader"') == 52
    for counts in told["outcomes"].values():
        assert all(str(count) in text for count in counts.values())


def test_a_plans_page_says_who_did_what_what_stopped_it_and_what_was_corrected(
    watched: tuple[Demonstration, Silent], pages: Mapping[str, str]
) -> None:
    results = watched[0].results
    one = next(
        one
        for one in results.year.subjects
        if one.subject.entity == "年度计划" and one.corrected and one.outcome == "done"
    )
    text = Page(pages[f"plans/annual-plan/{one.subject.key}.html"]).text
    mine = [step for step in results.steps if step.subject == one.subject]
    for step in mine:
        assert step.day.isoformat() in text
        assert step.role in text
    stopped = next(step for step in mine if step.kind == "stopped")
    assert f"受阻：{stopped.action}" in text
    assert all(f"{each.outcome.zh}：" in text for each in stopped.findings)
    assert "学校按这些条款改正了记录" in text


def test_a_findings_page_explains_by_how_much_and_what_would_do(
    pages: Mapping[str, str],
) -> None:
    short = [
        Page(text).text
        for address, text in pages.items()
        if address.endswith("/funding-floor.html") and "<title>不符合" in text
    ]
    assert short
    for text in short:
        for word in (
            "条件",
            "相差",
            "事实",
            "参数",
            "培训经费最低比例",
            "2022年6月2日",
            "如何达到",
        ):
            assert word in text


def test_a_clauses_page_has_rule_figures_examples_and_schools(pages: Mapping[str, str]) -> None:
    text = Page(pages["clauses/funding-floor.html"]).text
    for word in (
        "六(二)-5",
        "京教人〔2022〕8号",
        "要求",
        "培训经费最低比例",
        "5%",
        "差一分",
        "不符合：",
    ):
        assert word in text


def test_outcomes_are_told_by_words_not_by_colour_alone(pages: Mapping[str, str]) -> None:
    for address, text in pages.items():
        if address.endswith(".html"):
            marked = re.findall(
                r'<span class="(?:met|not_met|undetermined|soft)">'
                r'<span aria-hidden="true">. </span>([^<]*)',
                text,
            )
            assert all(word.strip() for word in marked), address


def test_names_and_opinions_are_escaped(watched: tuple[Demonstration, Silent]) -> None:
    results = watched[0].results
    hostile = "<script>alert('甲')</script>"
    subject = results.year.subjects[0].subject
    code = results.year.subjects[0].school
    entries = results.timelines[subject]
    changed = replace(
        results,
        notice=hostile,
        year=SimpleNamespace(
            subjects=[
                replace(one, name=hostile) if one.school == code else one
                for one in results.year.subjects
            ],
            schools={**results.year.schools, code: hostile},
        ),
        timelines={
            **results.timelines,
            subject: (*entries[:-1], replace(entries[-1], comment=hostile)),
        },
    )
    found = build_site(changed)
    assert not [address for address, text in found.items() if "<script>" in text]
    assert found[f"schools/{code}.html"].count("&lt;script&gt;") >= 4


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: make browser")
@pytest.mark.skipif(AXE is None, reason="no axe-core here: make browser")
def test_a_browser_finds_the_pages_accessible_and_fitting(told: Any, tmp_path: Path) -> None:
    site = Path(told["site"]).parent
    stopped = next(one for one in told["subjects"] if one["stopped_by"])
    anchors = {"规划": "multi-year-plan", "年度计划": "annual-plan"}
    flow, key, clause = anchors[stopped["entity"]], stopped["key"], stopped["stopped_by"][0]
    papers = [Path(one) for one in told["papers"]["files"]]
    assert len(papers) == 4
    for paper in papers:
        assert find_faults(paper, tmp_path) == [], paper.name
    for address in (
        "index.html",
        f"schools/{stopped['school']}.html",
        f"plans/{flow}/{key}.html",
        f"findings/{flow}/{key}/{clause}.html",
        "clauses/index.html",
        "clauses/annual-plan.html",
    ):
        assert find_faults(site / address, tmp_path) == [], address
        for width in (360, 1280):
            measured = measure(site / address, tmp_path, width=width)
            assert measured == {"overflow": 0, "smallest": 16}, (address, width)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: make browser")
@pytest.mark.skipif(AXE is None, reason="no axe-core here: make browser")
def test_the_browser_would_find_a_fault(told: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    text = Path(told["site"]).read_text("utf-8")
    page.write_text(text.replace('<html lang="zh-CN">', "<html>"), "utf-8")
    assert [one["rule"] for one in find_faults(page, tmp_path / "profile")] == ["html-has-lang"]


# Commands on its database


def waits_for_principal(one: dict[str, Any]) -> bool:
    """By the flows: 归档 waits for the principal too."""
    return one["state"] in ("待校级审核", "待签发", "待归档")


def blocked_plan(told: Any, state: str) -> dict[str, Any]:
    return next(
        {**one, "plan": one["key"]}
        for one in told["subjects"]
        if one["entity"] == "年度计划" and one["state"] == state
    )


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
    waiting = {
        f"{one['entity']}/{one['key']}" for one in told["subjects"] if waits_for_principal(one)
    }
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

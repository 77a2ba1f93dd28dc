"""`xbyx demo`: the whole main job on synthetic schools, with a site of pages at the end."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Final, Self

import typer
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from xbyx_rules.deciding import explain
from xbyx_rules.errors import Diagnostic
from xbyx_rules.lifecycle import entry_as_plain, render_timeline
from xbyx_rules.reporting.site import (
    OUTCOMES,
    Step,
    build_site,
    count_actions,
    count_clauses,
    count_outcomes,
    holds_other_files,
    write_site,
)

from .demonstration import Demonstration, demonstrate
from .options import AsJson, Debug, Lang, LangOption
from .plain import verification_to_json
from .tables import new_table
from .terminal import ExitCode, Terminal, WrongUsage

__all__ = ["run_demo"]

_STAGES: Final = 6


def run_demo(
    *,
    seed: Annotated[
        int, typer.Option("--seed", help="种子：同一种子，同样的学校 · same seed, same schools")
    ] = 1,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="写到哪里 · where to write")
    ] = Path("build/demo"),
    adapter: Annotated[
        str,
        typer.Option("--adapter", metavar="NAME", help="演示平台 · the platform to demonstrate"),
    ] = "demo-platform",
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Run the demonstration; ends with 4 when its ledger does not verify."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        if holds_other_files(out / "site"):
            raise WrongUsage(Diagnostic("XR770", None, {"folder": str(out / "site")}))
        with _Screen(terminal) as screen:
            shown = demonstrate(adapter, seed, out, screen)
            screen.stage("写网页", "writing the pages")
            pages = build_site(shown.results)
            index = write_site(pages, out / "site")
            screen.done(f"{len(pages) - 1} 页", f"{len(pages) - 1} pages")
        _show_summary(terminal, shown)
        _show_one_way(terminal, shown)
        _show_verification(terminal, shown)
        for what, file in shown.papers.files:
            terminal.say(f"{what['zh']}：{file}", f"{what['en']} (in Chinese): {file}")
        terminal.say(f"从这一页看起：{index}", f"Begin here (in Chinese): {index}")
        terminal.give(_to_json(shown, index))
        if not shown.results.verification.is_intact:
            terminal.end(ExitCode.NOT_INTACT)


class _Screen:
    """Progress on stderr: a live line in a terminal, plain lines anywhere else."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._number = 0
        self._tried = 0
        self._day: date | None = None
        self._tally: dict[str, tuple[int, int]] = {}
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TimeElapsedColumn(),
            console=terminal.err,
            transient=True,
            disable=not terminal.err.is_terminal,
        )
        self._task = self._progress.add_task("", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def stage(self, zh: str, en: str) -> None:
        """A new stage begins."""
        self._flush()
        self._number += 1
        said = self._terminal.pick(zh, en)
        self._progress.update(self._task, description=said)
        line = f"[{self._number}/{_STAGES}] {said}"
        self._terminal.note(line, line)

    def done(self, zh: str, en: str) -> None:
        """What the stage has given."""
        self._flush()
        self._terminal.note(f"      {zh}", f"      {en}")

    def step(self, step: Step) -> None:
        """Something happened; the day's lines are printed when it is over."""
        if self._day != step.day:
            self._flush()
        self._day = step.day
        if step.kind == "corrected":
            return
        self._tried += 1
        what = f"{step.subject.entity} {step.action}"
        done, stopped = self._tally.get(what, (0, 0))
        self._tally[what] = (done + (step.kind == "done"), stopped + (step.kind == "stopped"))
        tried = self._terminal.pick(f"第 {self._tried} 次", f"attempt {self._tried}")
        self._progress.update(self._task, description=f"{step.day} {what} · {tried}")

    def _flush(self) -> None:
        for action, (done, stopped) in self._tally.items():
            head = f"      {self._day} {action}"
            self._terminal.note(
                f"{head}：办成 {done}，受阻 {stopped}", f"{head}: {done} done, {stopped} stopped"
            )
        self._tally.clear()


def _show_summary(terminal: Terminal, shown: Demonstration) -> None:
    schools = len(shown.results.year.schools)
    terminal.say(
        f"\n{shown.results.title}：{schools} 所学校，种子 {shown.seed}，全部是合成数据\n",
        f"\n{shown.results.title}: {schools} schools, seed {shown.seed}, all data synthetic\n",
    )
    table = new_table(terminal, ("流程（学校数）", "flow (schools)"))
    for mark, zh, en in OUTCOMES.values():
        table.add_column(f"{mark} {terminal.pick(zh, en)}", justify="right")
    for flow in shown.results.flows:
        counts = count_outcomes(shown.results.year, flow.subject)
        table.add_row(flow.subject, *(str(count) for count in counts.values()))
    terminal.show(table, "")

    table = new_table(terminal, ("流程", "flow"), ("动作", "action"))
    for zh, en in (("办成", "done"), ("受阻", "stopped")):
        table.add_column(terminal.pick(zh, en), justify="right")
    for action in count_actions(shown.results.steps):
        table.add_row(action.entity, action.action, str(action.done), str(action.stopped))
    terminal.show(table, "")

    table = new_table(terminal, ("受阻的条款", "clause that stopped schools"))
    for zh, en in (("次数", "times"), ("学校", "schools"), ("年末仍受阻", "still at the end")):
        table.add_column(terminal.pick(zh, en), justify="right")
    for clause in count_clauses(shown.results.steps, shown.results.year.subjects):
        name = f"{clause.finding.locator} {clause.finding.title}".strip()
        table.add_row(name, str(clause.times), str(clause.subjects), str(clause.still))
    terminal.show(table, "")


def _show_one_way(terminal: Terminal, shown: Demonstration) -> None:
    terminal.say(
        f"一份材料的办理轨迹：{shown.shown.name}，{shown.shown.subject}",
        f"The way of one: {shown.shown.name}, {shown.shown.subject}",
    )
    timeline = shown.results.timelines[shown.shown.subject]
    terminal.show(render_timeline(timeline, terminal.language), "")
    one = shown.explained
    if one is None:
        return
    terminal.say(
        f"为什么停在这里：{one.name}，{one.subject}，“{one.stopped_at}”没有办成（状态：{one.state}）",
        f"Why it was stopped: {one.name}, {one.subject}, at {one.stopped_at} ({one.state})",
    )
    for finding in one.findings:
        terminal.show(explain(finding, terminal.language), "")


def _show_verification(terminal: Terminal, shown: Demonstration) -> None:
    found = shown.results.verification
    terminal.diagnose(found.problems)
    count = len(found.problems)
    terminal.say(
        f"台账核验：{found.subjects} 个对象，{found.events} 步，"
        + ("没有发现改动" if found.is_intact else f"发现 {count} 处问题"),
        f"Ledger: {found.subjects} subjects, {found.events} steps, "
        + ("nothing found" if found.is_intact else f"{count} problems found"),
    )
    if shown.results.tampered:
        terminal.say(
            "作为对照，在数据库副本里把一步的经办人换掉，核验得出：",
            "As a counter-check, with the actor of one step replaced in a copy of the database:",
        )
        for one in shown.results.tampered:
            terminal.show(f"  {one.code} {one.message(terminal.language)}")
    terminal.show("")


def _to_json(shown: Demonstration, index: Path) -> dict[str, Any]:
    return {
        "is_synthetic": True,
        "seed": shown.seed,
        "policy": shown.results.policy.policy.id,
        "policy_hash": shown.results.policy.policy.hash,
        "examples": shown.results.examples,
        "outcomes": {
            flow.subject: count_outcomes(shown.results.year, flow.subject)
            for flow in shown.results.flows
        },
        "schools": dict(shown.results.year.schools),
        "subjects": [
            {
                "entity": one.subject.entity,
                "key": one.subject.key,
                "school": one.school,
                "name": one.name,
                "outcome": one.outcome,
                "state": one.state,
                "stopped_at": one.stopped_at,
                "stopped_by": [finding.clause for finding in one.findings],
                "returned": one.returned,
                "corrected": list(one.corrected),
            }
            for one in shown.results.year.subjects
        ],
        "shown": {
            "subject": str(shown.shown.subject),
            "timeline": [
                entry_as_plain(one) for one in shown.results.timelines[shown.shown.subject]
            ],
        },
        "explained": str(shown.explained.subject) if shown.explained else None,
        "verification": verification_to_json(shown.results.verification),
        "tampered_copy": [one.as_json() for one in shown.results.tampered],
        "papers": {
            "doubts": shown.papers.doubts,
            "subjects": shown.papers.subjects,
            "files": [str(file) for _, file in shown.papers.files],
        },
        "database": str(shown.database),
        "site": str(index),
    }

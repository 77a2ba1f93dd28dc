"""How far a document covers its source, as tables for a terminal and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from xbyx_rules.checking import RULES, CheckedPolicy, ClauseCoverage, count_examples
from xbyx_rules.errors import Language
from xbyx_rules.policy import Clause, ClauseKind, Parameters
from xbyx_rules.reporting import SaidHeading, say_heading, say_rule
from xbyx_rules.testing import CoverageReport, MutationReport, NatureShare

from .tables import new_table
from .terminal import Terminal

__all__ = ["coverage_to_json", "percent", "show_coverage"]

_SAID: Final = (*RULES, ClauseKind.LIFECYCLE)
_LONGEST_RULE: Final = 60
_WIDE: Final = 100
_KINDS: Final = [("性质", "nature"), ("类别", "kind")]
_FIGURES: Final = ("改动 发现 漏过 等价", "tried seen left same")
_FEW_FIGURES: Final = ("发现/改动", "seen/tried")


def percent(part: int, whole: int) -> int:
    """A share in whole percent, half up.

    Example:
        >>> percent(1, 8)
        13
    """
    return (200 * part + whole) // (2 * whole) if whole else 0


def show_coverage(
    terminal: Terminal,
    report: CoverageReport,
    checked: CheckedPolicy | None,
) -> None:
    """Print a document clause by clause, and its shares.

    Args:
        terminal: to print to.
        report: from `report_coverage`.
        checked: the document checked; None where it has errors.
    """
    view = _View(terminal, report, checked)
    view.show_clauses()
    if report.coverage.clauses is None:
        terminal.say(
            "旁边没有条款清单 `clauses.md`：看不出官方文本有没有缺漏的条款",
            "there is no list of clauses `clauses.md` beside it: what is missed can't be told",
        )
    else:
        view.show_shares()
    view.show_mutation()


class _View:
    """A document on a terminal."""

    def __init__(
        self,
        terminal: Terminal,
        report: CoverageReport,
        checked: CheckedPolicy | None,
    ) -> None:
        self.terminal = terminal
        self.report = report
        self.checked = checked
        self.is_narrow = terminal.out.width < _WIDE

    def show_clauses(self) -> None:
        pick = self.terminal.pick
        kinds = [("性质与类别", "nature, kind")] if self.is_narrow else _KINDS
        table = new_table(
            self.terminal,
            ("条款", "clause"),
            *kinds,
            ("题目与规则", "title and rule"),
            title=("逐条覆盖", "Clause by clause"),
        )
        table.add_column(pick("例子", "examples"))
        # WHY one column: four narrow ones would leave no room for the rules.
        figures = _FEW_FIGURES if self.is_narrow else _FIGURES
        table.add_column(pick(*figures), justify="right")
        for column in (*table.columns[: 1 + len(kinds)], table.columns[-1]):
            column.no_wrap = True
        for row in self.report.coverage.rows:
            for cells in self._rows_of(row):
                table.add_row(*self._fold(cells))
        for clause in self.report.coverage.apart:
            table.add_row(*self._fold(("—", "", *self._cells_of(clause))))
        self.terminal.show("", table, "")
        self.terminal.say(
            "齐：符合、不符合、未知的例子都有，每个边界上也有。漏过：没有例子能发现。等价：改了也一样，没有试",
            "all: met, unmet and unknown are shown, and each bound; left: noticed by no example; "
            "same: change nothing",
        )

    def _fold(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """The cells of a row; on a narrow terminal nature and kind share one."""
        locator, nature, kind, *rest = cells
        if not self.is_narrow:
            return cells
        return (locator, "\n".join(one for one in (nature, kind) if one), *rest)

    def _rows_of(self, row: ClauseCoverage) -> Iterator[tuple[str, ...]]:
        nature = row.listed.nature.label(self.terminal.language) if row.listed else ""
        if row.heading is None:
            summary = row.listed.summary if row.listed else ""
            missing = self.terminal.pick(f"没有标题：{summary}", f"no heading: {summary}")
            yield (row.locator, nature, "✗", missing, "", "")
        else:
            kind, title, *rest = self._cells_of(row.heading)
            if not row.is_of_nature:
                note = row.listed.note if row.listed else ""
                because = note or self.terminal.pick("没有说明", "no reason given")
                title += "\n" + self.terminal.pick(
                    f"类别不同：{because}", f"of another kind: {because}"
                )
            yield (row.locator, nature, kind, title, *rest)
        for clause in row.beside:
            kind, title, *rest = self._cells_of(clause)
            yield ("  +", "", kind, _name_parameters(clause, row.locator) or title, *rest)

    def _cells_of(self, clause: Clause) -> tuple[str, str, str, str]:
        said = self._say(clause)
        title = clause.title
        if clause.kind in _SAID and said.rule:
            title += f"\n{_cut(said.rule)}"
        return said.kind, title, self._examples(said), self._figures(said)

    def _say(self, clause: Clause) -> SaidHeading:
        return say_heading(clause, self.report, self.checked, self.terminal.language)

    def _examples(self, said: SaidHeading) -> str:
        """The number of examples, and what they lack: ``5 齐``, ``3 缺未知``."""
        pick = self.terminal.pick
        if not said.is_rule and not said.total:
            return ""
        lacking = [one.word for one in said.lacking]
        if said.boundary == "lacking":
            lacking.append(pick("边界", "a bound"))
        words = [str(said.total)]
        if lacking:
            words.append(pick("缺", "no ") + pick("、", ", ").join(lacking))
        elif said.is_complete and said.boundary != "unknown":
            words.append(pick("齐", "all"))
        if said.failed:
            words.append(pick(f"错{said.failed}", f"{said.failed} fail"))
        return " ".join(words)

    def _figures(self, said: SaidHeading) -> str:
        """What altering has shown, each figure as wide as its word in the column's heading."""
        one = said.mutation
        if one is None:
            return ""
        if self.is_narrow:
            return f"{one.killed}/{one.tried}"
        return f"{one.tried:>4} {one.killed:>4} {one.survived:>4} {one.equivalent:>4}"

    def show_shares(self) -> None:
        pick, language = self.terminal.pick, self.terminal.language
        table = new_table(self.terminal, ("性质", "nature"), title=("占比", "Shares"))
        for heading in (
            ("条数", "number"),
            ("占比", "share"),
            ("有标题", "encoded"),
            ("有规则", "with a rule"),
            ("已测试", "tested"),
        ):
            table.add_column(pick(*heading), justify="right")
        total = self.report.total
        for one in (*self.report.shares, total):
            name = one.nature.label(language) if one.nature else pick("合计", "total")
            table.add_row(
                name,
                str(one.total),
                f"{percent(one.total, total.total)}%",
                *(str(count) for count in (one.encoded, one.ruled, one.tested)),
            )
        self.terminal.show("", table, "")
        encoded, tested = percent(total.encoded, total.total), percent(total.tested, total.ruled)
        self.terminal.say(
            f"官方文本 {total.total} 条，有标题 {total.encoded} 条（{encoded}%）；"
            f"有规则 {total.ruled} 条，其中已测试 {total.tested} 条（{tested}%）",
            f"clauses of the source: {total.total}, encoded {total.encoded} ({encoded}%); "
            f"with a rule {total.ruled}, of these tested {total.tested} ({tested}%)",
        )

    def show_mutation(self) -> None:
        mutation = self.report.mutation
        if mutation is None:
            self.terminal.say("没有逐处改动规则", "the rules were not altered")
            return
        tried = mutation.killed + mutation.survived
        self.terminal.say(
            f"改动 {tried} 处，例子发现 {mutation.killed} 处，漏过 {mutation.survived} 处"
            f"（另有等价的 {mutation.equivalent} 处、不成立的 {mutation.invalid} 处没有试）",
            f"{tried} alterations, {mutation.killed} noticed, {mutation.survived} not "
            f"({mutation.equivalent} that change nothing and {mutation.invalid} invalid not tried)",
        )


def _name_parameters(clause: Clause, locator: str) -> str:
    """Those parameters of a table that rest on one clause; "" for any other heading."""
    rows = clause.body.rows if isinstance(clause.body, Parameters) else ()
    return "、".join(dict.fromkeys(one.name for one in rows if one.basis == locator))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_RULE else text[: _LONGEST_RULE - 1] + "…"


# Plain data


def coverage_to_json(report: CoverageReport, checked: CheckedPolicy | None) -> dict[str, Any]:
    """All that is known of a document's coverage; stable keys, both languages for rules."""

    def heading(clause: Clause) -> dict[str, Any]:
        return _heading_to_json(clause, report, checked)

    return {
        "is_listed": report.coverage.clauses is not None,
        "clauses": [
            {
                "locator": row.locator,
                **_listed_to_json(row),
                "is_of_nature": row.is_of_nature,
                "is_tested": report.is_tested(row),
                "heading": heading(row.heading) if row.heading else None,
                "beside": [heading(one) for one in row.beside],
                "cited_by": [one.id for one in row.cited_by],
            }
            for row in report.coverage.rows
        ],
        "apart": [heading(one) for one in report.coverage.apart],
        "shares": {
            **{one.nature.en: _share_to_json(one) for one in report.shares if one.nature},
            "total": _share_to_json(report.total),
        },
        "mutation": _mutation_to_json(report.mutation),
    }


def _listed_to_json(row: ClauseCoverage) -> dict[str, Any]:
    one = row.listed
    return {
        "nature": one.nature.en if one else None,
        "source_word": one.source_word if one else "",
        "subject": one.subject if one else "",
        "summary": one.summary if one else "",
        "note": one.note if one else "",
        "place": str(one.place) if one else None,
    }


def _heading_to_json(
    clause: Clause,
    report: CoverageReport,
    checked: CheckedPolicy | None,
) -> dict[str, Any]:
    said = say_heading(clause, report, checked)
    languages: tuple[Language, ...] = ("zh", "en")
    counts = count_examples(clause).items()
    mutation = said.mutation
    return {
        "anchor": clause.id,
        "title": clause.title,
        "kind": clause.kind.en if clause.kind else None,
        "place": str(clause.place),
        "is_decided": said.is_decided,
        "rule": {key: say_rule(clause, checked, key) for key in languages},
        "examples": {
            "total": said.total,
            "expecting": {outcome.code if outcome else "value": count for outcome, count in counts},
            "failed": said.failed,
            "lacking": [mark.key for mark in said.lacking],
            "boundary": said.boundary,
        },
        "mutation": {
            "tried": mutation.tried,
            "killed": mutation.killed,
            "survived": mutation.survived,
            "equivalent": mutation.equivalent,
            "invalid": mutation.invalid,
            "boundaries": mutation.boundaries,
            "open_boundaries": mutation.open_boundaries,
        }
        if mutation
        else None,
    }


def _share_to_json(one: NatureShare) -> dict[str, int]:
    return {
        "total": one.total,
        "encoded": one.encoded,
        "with_rule": one.ruled,
        "tested": one.tested,
    }


def _mutation_to_json(mutation: MutationReport | None) -> dict[str, int] | None:
    if mutation is None:
        return None
    return {
        "killed": mutation.killed,
        "survived": mutation.survived,
        "equivalent": mutation.equivalent,
        "invalid": mutation.invalid,
    }

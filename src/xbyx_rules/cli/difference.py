"""`xbyx diff`: two versions of a document, or of a rules folder, by clause, parameter and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Annotated, Any

import typer

from xbyx_rules.analysing import Difference, compare_policies, say_change, say_clause
from xbyx_rules.checking import CheckedPolicy
from xbyx_rules.compiling import compile_policy
from xbyx_rules.compiling.prose import say_value
from xbyx_rules.deciding.to_json import value_to_json
from xbyx_rules.errors import Diagnostic, Language
from xbyx_rules.policy import Outcome, Policy
from xbyx_rules.testing import OutcomeChange, compare_outcomes

from .options import AsJson, Debug, Lang, LangOption, RulesOption
from .terminal import ExitCode, Terminal
from .versions import Version, find_pairs

__all__ = ["compare_versions"]

_SIDE_HELP = (
    "旧版：文件、文件夹或编号 · the old version: a file, a folder or an id",
    "新版 · the new version",
)


def compare_versions(
    old: Annotated[str, typer.Argument(metavar="OLD", help=_SIDE_HELP[0])],
    new: Annotated[str, typer.Argument(metavar="NEW", help=_SIDE_HELP[1])],
    *,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Compare two versions; ends with 0 when they say the same, with 1 when they differ."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        documents: list[dict[str, Any]] = []
        warnings: list[Diagnostic] = []
        differs = False
        for before, after in find_pairs(old, new, rules):
            if before is None or after is None:
                differs = True
                documents.append(_say_whole(terminal, before, after))
                continue
            warnings += _warn(before, after)
            difference, outcomes = _compare(before, after)
            differs = differs or bool(difference) or bool(outcomes)
            _show(terminal, difference, outcomes)
            documents.append(_to_json(difference, outcomes))
        terminal.diagnose(warnings)
        terminal.give(
            {
                "is_equal": not differs,
                "documents": documents,
                "diagnostics": [one.as_json() for one in warnings],
            }
        )
        if differs:
            terminal.end(ExitCode.FINDINGS)


def _warn(*versions: Version) -> Iterator[Diagnostic]:
    for one in versions:
        if one.checked is None:
            yield Diagnostic("XR743", None, {"file": one.policy.file})


def _compare(old: Version, new: Version) -> tuple[Difference, tuple[OutcomeChange, ...]]:
    if old.checked is None or new.checked is None:
        return compare_policies(old.policy, new.policy), ()
    difference = compare_policies(old.checked, new.checked)
    if _hashes(old.checked) == _hashes(new.checked):
        return difference, ()
    days = [one.period.start for one in difference.parameters if one.period and one.period.start]
    executable = compile_policy(old.checked), compile_policy(new.checked)
    return difference, compare_outcomes(*executable, days)


def _hashes(policy: CheckedPolicy) -> tuple[str, ...]:
    """What names all that a document's outcomes rest on."""
    return (policy.policy.hash, policy.vocabulary.hash, *(one.hash for one in policy.above))


def _say_whole(terminal: Terminal, old: Version | None, new: Version | None) -> dict[str, Any]:
    """A document that only one side has."""
    one = new or old
    if one is None:
        raise ValueError("a pair of nothing")
    name = f"{one.policy.document}《{one.policy.title}》（{one.policy.id}）"
    word = ("新增文件", "document added") if new else ("删去文件", "document removed")
    terminal.say(f"{word[0]} {name}", f"{word[1]}: {name}")
    return {"policy": one.policy.id, "sort": "added" if new else "removed"}


def _show(terminal: Terminal, difference: Difference, outcomes: Collection[OutcomeChange]) -> None:
    language = terminal.language
    policy = difference.new
    terminal.show(f"{policy.document}  {policy.title}  （{policy.id}）")
    if not difference and not outcomes:
        is_same_text = difference.old.hash == policy.hash
        terminal.say(
            "没有差别" if is_same_text else "文字写法不同，内容没有差别",
            "no difference" if is_same_text else "written otherwise, no difference in content",
        )
        return
    for change in (*difference.document, *difference.parameters):
        terminal.show(say_change(change, language))
    for one in difference.clauses:
        terminal.show("", say_clause(one, language))
        for change in one.changes:
            terminal.show("  " + say_change(change, language).replace("\n", "\n  "))
    _show_outcomes(terminal, policy, outcomes)
    _show_total(terminal, difference, outcomes)


def _show_outcomes(terminal: Terminal, policy: Policy, outcomes: Collection[OutcomeChange]) -> None:
    if not outcomes:
        return
    language = terminal.language
    terminal.say("\n例子的结果有变", "\nOutcomes of examples that change")
    for one in outcomes:
        clause = policy.clause(one.clause)
        name = (clause.locator if clause else "") or one.clause
        said = f"{_say(one.old, language)} → {_say(one.new, language)}"
        terminal.say(
            f"  {name} 例“{one.name}”（{one.on}）：{said}",
            f"  {name}, example “{one.name}” ({one.on}): {said}",
        )


def _show_total(
    terminal: Terminal, difference: Difference, outcomes: Collection[OutcomeChange]
) -> None:
    counts = Counter(one.sort for one in difference.clauses)
    added, removed = counts["added"], counts["removed"]
    changed, moved = counts["changed"], counts["moved"]
    terminal.say(
        f"\n条款：新增 {added}，删去 {removed}，修改 {changed}，移动 {moved}；"
        f"参数 {len(difference.parameters)} 处；例子的结果 {len(outcomes)} 处",
        f"\nclauses: {added} added, {removed} removed, {changed} changed, {moved} moved; "
        f"parameters: {len(difference.parameters)}; outcomes: {len(outcomes)}",
    )


def _say(value: object, language: Language) -> str:
    if isinstance(value, Outcome):
        return value.label(language)
    if isinstance(value, Diagnostic):
        return f"{value.code} {value.message(language)}"
    return say_value(value, language)


def _to_json(difference: Difference, outcomes: Collection[OutcomeChange]) -> dict[str, Any]:
    sort = "changed" if difference or outcomes else "same"
    return {
        "policy": difference.new.id,
        "sort": sort,
        **difference.as_json(),
        "outcomes": [
            {
                "clause": one.clause,
                "name": one.name,
                "place": str(one.place),
                "on": one.on.isoformat(),
                "old": _plain(one.old),
                "new": _plain(one.new),
            }
            for one in outcomes
        ],
    }


def _plain(value: object) -> Any:
    if isinstance(value, Outcome):
        return value.code
    return value.as_json() if isinstance(value, Diagnostic) else value_to_json(value)

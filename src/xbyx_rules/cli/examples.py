"""`xbyx test`: run the documents' own examples, and see whether they hold the rules in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any

import typer

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.compiling.prose import say_value
from xbyx_rules.deciding import Finding
from xbyx_rules.deciding.to_json import value_to_json
from xbyx_rules.errors import Diagnostic, Language, Place, nearest
from xbyx_rules.policy import Outcome, Policy
from xbyx_rules.testing import ExampleResult, MutationReport, mutate, run_examples

from .laws import try_laws
from .options import AsJson, Debug, Lang, LangOption, PathsArgument
from .rules import load_rules
from .terminal import ExitCode, Terminal, WrongUsage

__all__ = ["diagnose_tests", "run_tests"]


def run_tests(  # noqa: PLR0913 - a command's options are its parameters
    paths: PathsArgument = None,
    *,
    is_mutating: Annotated[
        bool,
        typer.Option("--mutate", help="逐处改动规则，看例子能否发现 · alter the rules one by one"),
    ] = False,
    is_trying_laws: Annotated[
        bool,
        typer.Option("--laws", help="试文件声明的性质 · try the laws that the documents declare"),
    ] = False,
    max_examples: Annotated[
        int,
        typer.Option(
            min=1,
            max=100_000,
            help="每条性质最多试多少个案例 · the most cases for a law",
        ),
    ] = 100,
    clause: Annotated[
        list[str] | None,
        typer.Option(
            "--clause",
            metavar="ID",
            show_default=False,
            help="只试这一条，可写多个 · only this one",
        ),
    ] = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Run the examples; ends with 1 when one fails, or an alteration goes unnoticed."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        chosen = _choose_clauses(load_rules(paths), clause)
        documents = []
        is_clean = True
        for key, (policy, wanted) in chosen.items():
            results = run_examples(policy, wanted)
            report = _mutate(terminal, policy, wanted) if is_mutating else None
            found = diagnose_tests(policy.policy, results, report, terminal.language)
            tried, broken = try_laws(policy, wanted, max_examples) if is_trying_laws else ([], [])
            found += broken
            is_clean = is_clean and not found
            terminal.diagnose(found)
            _show(terminal, policy, results, report)
            data = _to_json(key, results, report, found)
            if is_trying_laws:
                data["laws"] = tried
                _show_laws(terminal, tried)
            documents.append(data)
        terminal.give({"documents": documents})
        if not is_clean:
            terminal.end(ExitCode.FINDINGS)


def _choose_clauses(
    policies: Mapping[str, ExecutablePolicy], clauses: Collection[str] | None
) -> dict[str, tuple[ExecutablePolicy, Collection[str] | None]]:
    """The documents to test, each with the anchors wanted of it; None for all.

    Raises:
        WrongUsage: XR716, no document has a clause with one of the anchors.
    """
    if not clauses:
        return {key: (one, None) for key, one in policies.items()}
    known = {anchor for one in policies.values() for anchor in one.checked.clauses}
    for anchor in clauses:
        if anchor not in known:
            values = {"id": anchor, "nearest": nearest(anchor, known) or "—"}
            raise WrongUsage(Diagnostic("XR716", None, values))
    mine = {
        key: (one, [anchor for anchor in clauses if anchor in one.checked.clauses])
        for key, one in policies.items()
    }
    return {key: (one, wanted) for key, (one, wanted) in mine.items() if wanted}


def _mutate(
    terminal: Terminal, policy: ExecutablePolicy, wanted: Collection[str] | None
) -> MutationReport:
    with terminal.err.status(terminal.pick("逐处改动规则……", "altering the rules …")):
        return mutate(policy, wanted)


def diagnose_tests(
    policy: Policy,
    results: Collection[ExampleResult],
    report: MutationReport | None,
    language: Language,
) -> list[Diagnostic]:
    """XR718 for each example that fails, XR719 for each alteration that none notices."""
    found = [
        Diagnostic(
            "XR718",
            one.place,
            {
                "name": one.name,
                "clause": one.clause,
                "expected": _say(one.expected, language),
                "found": _say(one.found, language),
                "because_zh": _because(one.finding, "zh"),
                "because_en": _because(one.finding, "en"),
            },
            _line_at(policy, one.place),
        )
        for one in results
        if not one.passed
    ]
    for survivor in report.survivors if report else ():
        values = {
            "clause": survivor.clause,
            "original": survivor.original,
            "changed": survivor.changed,
        }
        line = _line_at(policy, survivor.place)
        found.append(Diagnostic("XR719", survivor.place, values, line))
    return found


def _because(finding: Finding | None, language: Language) -> str:
    """Why an example came out undetermined, in brackets; "" for any other outcome."""
    if finding is None or finding.outcome is not Outcome.UNDETERMINED:
        return ""
    said = finding.reason.get(language, "")
    if not said:
        lacking = dict.fromkeys(one.description.get(language, one.name) for one in finding.missing)
        said = {"zh": "；", "en": "; "}[language].join(lacking)
    if not said:
        return ""
    return f"（{said}）" if language == "zh" else f" ({said})"


def _line_at(policy: Policy, place: Place) -> str:
    """The document's line at a place; "" where the place lies in another document."""
    lines = policy.text.split("\n")
    is_here = place.file == policy.file and place.line <= len(lines)
    return lines[place.line - 1].rstrip("\r") if is_here else ""


def _say(value: object, language: Language) -> str:
    if isinstance(value, Outcome):
        return value.label(language)
    if isinstance(value, Diagnostic):
        return f"{value.code} {value.message(language)}"
    return say_value(value, language)


def _show(
    terminal: Terminal,
    policy: ExecutablePolicy,
    results: Collection[ExampleResult],
    report: MutationReport | None,
) -> None:
    passed = sum(one.passed for one in results)
    name = policy.policy.document or policy.policy.id
    terminal.say(
        f"{name}：例子 {len(results)} 个，通过 {passed} 个",
        f"{name}: {passed} of {len(results)} examples pass",
    )
    if report is not None:
        tried = report.killed + report.survived
        terminal.say(
            f"{name}：改动 {tried} 处，例子发现 {report.killed} 处，未发现 {report.survived} 处"
            f"（另有等价的 {report.equivalent} 处、不成立的 {report.invalid} 处没有试）",
            f"{name}: {tried} alterations, {report.killed} noticed, {report.survived} not "
            f"({report.equivalent} that change nothing and {report.invalid} invalid not tried)",
        )


def _show_laws(terminal: Terminal, tried: Collection[Mapping[str, Any]]) -> None:
    kept = sum(one["passed"] for one in tried)
    terminal.say(f"  性质 {len(tried)} 条，成立 {kept} 条", f"  {kept} of {len(tried)} laws hold")


def _to_json(
    key: str,
    results: Collection[ExampleResult],
    report: MutationReport | None,
    found: Collection[Diagnostic],
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "policy": key,
        "examples": [
            {
                "clause": one.clause,
                "name": one.name,
                "place": str(one.place),
                "expected": _plain(one.expected),
                "found": _plain(one.found),
                "passed": one.passed,
            }
            for one in results
        ],
        "diagnostics": [one.as_json() for one in found],
    }
    if report is not None:
        data["mutation"] = {
            "killed": report.killed,
            "survived": report.survived,
            "equivalent": report.equivalent,
            "invalid": report.invalid,
        }
    return data


def _plain(value: object) -> Any:
    if isinstance(value, Outcome):
        return value.code
    return value.as_json() if isinstance(value, Diagnostic) else value_to_json(value)

"""`xbyx edit`: the places of a document, what stands in one, and another value in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from xbyx_rules.errors import Diagnostic, PolicyError
from xbyx_rules.policy import (
    Policy,
    edit,
    find_place,
    list_places,
    parse_address,
    read_file,
    read_policy,
)

from .documents import replace_file
from .options import AsJson, Debug, Lang, LangOption
from .tables import new_table
from .terminal import Terminal, WrongUsage

__all__ = ["edit_document"]

# What is wrong with the address rather than with the value.
_OF_THE_ADDRESS: Final = frozenset({"XR034", "XR054", "XR070"})


def edit_document(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="政策文件 · a policy document")],
    address: Annotated[
        str | None,
        typer.Argument(
            metavar="ADDRESS",
            show_default=False,
            help="位置，如 funding-floor/前提；不写则全部列出 · where; all are listed without",
        ),
    ] = None,
    value: Annotated[
        str | None,
        typer.Argument(
            metavar="VALUE",
            show_default=False,
            help="新的值；不写则显示现在的 · the new value; the present one is shown without",
        ),
    ] = None,
    *,
    is_check: Annotated[
        bool, typer.Option("--check", help="只试不改 · change nothing, only try")
    ] = False,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Change one line of a document, or refuse and leave the file as it is."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        policy, text = _read(file)
        if address is None:
            _list(terminal, policy)
            return
        if value is None:
            _show(terminal, policy, address)
            return
        changed, problems = edit(policy, address, value)
        if changed is None:
            raise _refuse(problems)
        terminal.diagnose(problems)
        lines = _differing(policy.text, changed)
        for number, old, new in lines:
            terminal.show(f"{file.as_posix()}:{number}", f"- {old}", f"+ {new}")
        if not lines:
            terminal.say("那里已经是这个值", "that value stands there already")
        terminal.give(
            {
                "file": file.as_posix(),
                "changed": [{"line": n, "old": old, "new": new} for n, old, new in lines],
                "diagnostics": [one.as_json() for one in problems],
            }
        )
        if lines and not is_check:
            # WHY: `edit` works on the text without its byte order mark, which stays in the file.
            mark = "\ufeff" if text.startswith("\ufeff") else ""
            replace_file(file, mark + changed)


def _read(file: Path) -> tuple[Policy, str]:
    found: list[Diagnostic] = []
    text = read_file(file, found)
    policy, problems = (None, ()) if text is None else read_policy(text, file.as_posix())
    if text is None or policy is None:
        raise PolicyError((*found, *problems))
    return policy, text


def _refuse(problems: Sequence[Diagnostic]) -> PolicyError | WrongUsage:
    if any(one.code in _OF_THE_ADDRESS for one in problems):
        return WrongUsage(problems)
    return PolicyError(problems)


def _list(terminal: Terminal, policy: Policy) -> None:
    spots = list_places(policy)
    table = new_table(terminal, ("位置", "address"), ("内容", "content"))
    for one in spots:
        table.add_row(str(one.address), one.text.value)
    terminal.show(table)
    places = [{"address": str(one.address), "value": one.text.value} for one in spots]
    terminal.give({"file": policy.file, "places": places})


def _show(terminal: Terminal, policy: Policy, written: str) -> None:
    address = parse_address(written)
    if address is None:
        raise WrongUsage(Diagnostic("XR034", None, {"address": written}))
    text, problems = find_place(policy, address)
    if text is None:
        raise _refuse(problems)
    terminal.show(text.value)
    terminal.give({"address": written, "value": text.value, "place": str(text.place)})


def _differing(old: str, new: str) -> list[tuple[int, str, str]]:
    """The lines that differ, with their numbers; an edit never adds or removes one."""
    pairs = zip(old.splitlines(), new.splitlines(), strict=True)
    return [(number, *pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1]]

"""`xbyx fmt`: put documents into canonical layout, or say which are not in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.errors import Diagnostic, has_errors
from xbyx_rules.policy import (
    VOCABULARY_FILE,
    bundled_rules,
    format_text,
    load_library,
    read_file,
)

from .documents import find_documents, replace_file
from .options import AsJson, Debug, Lang, LangOption
from .rules import choose_roots
from .terminal import ExitCode, Terminal

__all__ = ["format_documents"]

_DocumentsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="PATH",
        show_default=False,
        help="文件或文件夹；默认是自带的规则 · files or folders; default: the bundled rules",
    ),
]


def format_documents(
    paths: _DocumentsArgument = None,
    *,
    is_check: Annotated[
        bool, typer.Option("--check", help="只查不改 · change nothing, only say what would")
    ] = False,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Lay documents out; ends with 1 for an error, and with --check for any that would change."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        found: list[Diagnostic] = []
        files: list[dict[str, object]] = []
        for path in find_documents(paths or choose_roots(None)):
            problems, is_changed = _format(path, is_check=is_check)
            found += problems
            files.append(
                {
                    "file": path.as_posix(),
                    "changed": is_changed,
                    "is_readable": not has_errors(problems),
                }
            )
            if is_changed:
                word = ("须整理", "would change") if is_check else ("已整理", "changed")
                terminal.say(f"{word[0]} {path.as_posix()}", f"{word[1]} {path.as_posix()}")
        terminal.diagnose(found)
        changed = sum(one["changed"] is True for one in files)
        refused = sum(one["is_readable"] is False for one in files)
        terminal.say(
            f"文件 {len(files)} 份，{'须整理' if is_check else '已整理'} {changed} 份，"
            f"有错误而未动 {refused} 份",
            f"documents: {len(files)}, {'to change' if is_check else 'changed'}: {changed}, "
            f"left alone for their errors: {refused}",
        )
        terminal.give({"files": files, "diagnostics": [one.as_json() for one in found]})
        if refused or (is_check and changed):
            terminal.end(ExitCode.FINDINGS)


def _format(path: Path, *, is_check: bool) -> tuple[list[Diagnostic], bool]:
    """Lay one file out: its errors, and whether it is (or would be) another now."""
    problems: list[Diagnostic] = []
    text = read_file(path, problems)
    if text is None:
        return problems, False
    written, found = format_text(text, path.as_posix())
    if written is None and path.name == VOCABULARY_FILE:
        # WHY: a province's vocabulary lies over the bundled one and may refer to its entities.
        base = load_library(bundled_rules()).vocabulary
        second, more = format_text(text, path.as_posix(), base)
        written, found = (second, more) if second is not None else (None, found)
    if written is None:
        return [*problems, *found], False
    is_changed = written != text
    if is_changed and not is_check:
        replace_file(path, written)
    return [*problems, *(one for one in found if one.severity == "error")], is_changed

"""`xbyx new`: begin a document from the list of its source's clauses."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.errors import Diagnostic, PolicyError
from xbyx_rules.policy import (
    PLACEHOLDER,
    ClauseList,
    read_clause_list,
    read_file,
    write_skeleton,
)

from .options import AsJson, Debug, Lang, LangOption
from .terminal import Terminal, WrongUsage

__all__ = ["begin_document"]

_POLICY_FILE = "policy.md"


def begin_document(
    clauses: Annotated[
        Path, typer.Argument(metavar="CLAUSES.md", help="条款清单 · the list of clauses")
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            show_default=False,
            help="写到哪个文件夹；默认是清单所在的 · the folder to write to; default: the list's",
        ),
    ] = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write a skeleton policy.md beside the list; a file that is there already is left alone."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        read = _read(clauses)
        text, problems = write_skeleton(read)
        if text is None:
            raise PolicyError(problems)
        target = (out or clauses.parent) / _POLICY_FILE
        _write_new(target, text)
        natures = Counter(row.nature for row in read.rows)
        said = "，".join(f"{one.label('zh')} {count}" for one, count in natures.items())
        said_en = ", ".join(f"{one.label('en')} {count}" for one, count in natures.items())
        unfilled = sum(PLACEHOLDER in line for line in text.split("\n"))
        terminal.say(
            f"已写 {target.as_posix()}：条款 {len(read.rows)} 条（{said}），待填 {unfilled} 行",
            f"wrote {target.as_posix()}: {len(read.rows)} clauses ({said_en}), "
            f"lines to fill: {unfilled}",
        )
        terminal.say(
            f"填好的地方去掉 {PLACEHOLDER}；`xbyx check` 逐行列出还没有填的",
            f"take {PLACEHOLDER} out where you have filled in; `xbyx check` lists what is left",
        )
        terminal.give(
            {"file": target.as_posix(), "clauses": len(read.rows), "lines_to_fill": unfilled}
        )


def _read(path: Path) -> ClauseList:
    found: list[Diagnostic] = []
    text = read_file(path, found)
    clauses, problems = (None, ()) if text is None else read_clause_list(text, path.as_posix())
    if clauses is None:
        raise PolicyError((*found, *problems))
    return clauses


def _write_new(target: Path, text: str) -> None:
    """Write a file that isn't there yet.

    Raises:
        WrongUsage: XR745, it is there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        # WHY "x": whoever else writes the file in this moment keeps what was written.
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise WrongUsage(Diagnostic("XR745", None, {"file": target.as_posix()})) from None

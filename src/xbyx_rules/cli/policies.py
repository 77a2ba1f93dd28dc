"""`xbyx policies`: rules kept by content, so that an old receipt finds its own."""

from __future__ import annotations

from typing import Any

import typer

from xbyx_rules.deciding import compile_library
from xbyx_rules.policy import PolicyStore, Snapshot, load_library

from .options import AsJson, Debug, Lang, LangOption, PathsArgument, StoreOption
from .rules import choose_roots
from .terminal import Terminal

__all__ = ["policies_app"]

policies_app = typer.Typer(no_args_is_help=True)


@policies_app.command("keep", help="把规则存进文件夹 · keep rules in the store")
def keep_policies(
    paths: PathsArgument = None,
    *,
    store: StoreOption,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Keep all documents of some folders with their vocabulary; nothing kept is ever changed."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        library = load_library(*choose_roots(paths))
        compile_library(library)  # WHY: only what can decide is worth finding again
        snapshot = PolicyStore(store).put(library)
        _show(terminal, snapshot)
        terminal.give(_to_json(snapshot))


@policies_app.command("list", help="列出存放的规则 · list what is kept")
def list_policies(
    *,
    store: StoreOption,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List the sets of rules that are kept; ends with 4 when one of them was altered."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        kept = PolicyStore(store)
        next(store.iterdir(), None)  # WHY: a folder that isn't there is no empty store
        snapshots = list(kept.snapshots())
        for snapshot in snapshots:
            for digest in (*snapshot.vocabulary, *snapshot.documents.values()):
                kept.get(digest)
            _show(terminal, snapshot)
        terminal.say(f"共 {len(snapshots)} 套", f"{len(snapshots)} sets of rules")
        terminal.give({"snapshots": [_to_json(one) for one in snapshots]})


def _show(terminal: Terminal, snapshot: Snapshot) -> None:
    lines = [snapshot.hash, *(f"  {name}  {one}" for name, one in snapshot.documents.items())]
    lines += (f"  vocabulary.md  {one}" for one in snapshot.vocabulary)
    terminal.show("\n".join(lines))


def _to_json(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "hash": snapshot.hash,
        "vocabulary": list(snapshot.vocabulary),
        "documents": dict(snapshot.documents),
    }

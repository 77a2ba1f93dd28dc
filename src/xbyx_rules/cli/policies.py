"""`xbyx policies`: rules kept by content, so that an old receipt finds its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from xbyx_rules.deciding import compile_library
from xbyx_rules.policy import PolicyHistory, PolicyStore, Recorded, Snapshot, load_library

from .hosts import read_instant
from .options import AsJson, AtOption, Debug, Lang, LangOption, PathsArgument, StoreOption
from .rules import choose_roots
from .terminal import Terminal

__all__ = ["policies_app"]

policies_app = typer.Typer(no_args_is_help=True)


@policies_app.command("keep", help="把规则存进文件夹 · keep rules in the store")
def keep_policies(
    paths: PathsArgument = None,
    *,
    store: StoreOption,
    at: AtOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Keep all documents of some folders with their vocabulary, and record since when they stand.

    Nothing kept is ever changed, and nothing is recorded before what was recorded already.
    """
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        library = load_library(*choose_roots(paths))
        compile_library(library)  # WHY: only what can decide is worth finding again
        kept = PolicyStore(store)
        snapshot = kept.put(library)
        recorded = PolicyHistory(kept).record(snapshot, at=read_instant(at))
        _show(terminal, snapshot, [recorded])
        terminal.give(_to_json(snapshot, [recorded]))


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
        history = list(PolicyHistory(kept).records())
        for snapshot in snapshots:
            for digest in (*snapshot.vocabulary, *snapshot.documents.values()):
                kept.get(digest)
            _show(terminal, snapshot, history)
        terminal.say(f"共 {len(snapshots)} 套", f"{len(snapshots)} sets of rules")
        terminal.give({"snapshots": [_to_json(one, history) for one in snapshots]})


def _show(terminal: Terminal, snapshot: Snapshot, history: Sequence[Recorded]) -> None:
    since = terminal.pick("自此刻起", "standing since")
    lines = [snapshot.hash, *(f"  {since} {one}" for one in _moments(snapshot, history))]
    lines += (f"  {name}  {one}" for name, one in snapshot.documents.items())
    lines += (f"  vocabulary.md  {one}" for one in snapshot.vocabulary)
    terminal.show("\n".join(lines))


def _to_json(snapshot: Snapshot, history: Sequence[Recorded]) -> dict[str, Any]:
    return {
        "hash": snapshot.hash,
        "recorded": _moments(snapshot, history),
        "vocabulary": list(snapshot.vocabulary),
        "documents": dict(snapshot.documents),
    }


def _moments(snapshot: Snapshot, history: Sequence[Recorded]) -> list[str]:
    """From when on these rules stood, each time that they came to stand."""
    digest = snapshot.hash
    return [one.at.isoformat() for one in history if one.snapshot == digest]

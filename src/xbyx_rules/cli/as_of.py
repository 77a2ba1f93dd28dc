"""The rules as they stood at an instant, by what a store has recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import compile_library
from xbyx_rules.errors import Diagnostic, StoreError
from xbyx_rules.policy import PolicyHistory, PolicyStore

from .hosts import read_instant
from .rules import load_rules
from .terminal import WrongUsage

__all__ = ["load_as_of"]


def load_as_of(
    as_of: str | None, store: Path | None, rules: Sequence[Path] | None
) -> Mapping[str, ExecutablePolicy]:
    """The policies as they stood at an instant by a store's records; without one as `load_rules`.

    Raises:
        WrongUsage: XR881, there is no store, or folders are given as well; XR714, no instant;
            XR878, nothing was recorded by then.
        StoreError: XR322.
        PolicyError: any document has an error.
    """
    if as_of is None:
        return load_rules(rules)
    if store is None or rules:
        zh = "不能与 `--rules` 同用" if rules else "须与 `--store` 同用"
        en = "can't stand beside `--rules`" if rules else "needs `--store`"
        raise WrongUsage(Diagnostic("XR881", None, {"what": zh, "what_en": en}))
    kept, instant = PolicyStore(store), read_instant(as_of, "--as-of")
    try:
        snapshot = PolicyHistory(kept).as_of(instant)
    except StoreError as error:
        if any(one.code != "XR878" for one in error.diagnostics):
            raise
        # The store is whole; the instant asked about lies before all of it.
        raise WrongUsage(error.diagnostics) from None
    return compile_library(kept.load(snapshot))

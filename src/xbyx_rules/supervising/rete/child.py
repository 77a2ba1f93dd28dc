"""The child process: jobs in on standard input, one line of hits out for each.

It imports nothing of this library, so it starts fast, and nothing of the parent's state is in it.
Whatever the engine does to its process, the parent reads it as "this job was not decided".  Its
memory is bounded where the system can do that.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import Any

__all__ = ["MOST_HITS", "evaluate", "main"]

MOST_HITS = 100_000
"""Hits of one job; a check that finds more is not said well enough."""

_BOOT = "__boot"
_MEMORY = 2 << 30


def evaluate(rules: dict[str, Any], facts: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The hits of one ruleset: for each firing the ids of its facts by pattern name.

    Raises:
        RuntimeError: the engine reported an error.
    """
    import durable_rules_engine
    from durable import engine

    class QuietHost(engine.Host):  # type: ignore[misc]
        """A host without background threads: its timers would run beside the evaluation."""

        def _run(self) -> None:
            pass

    hits: list[dict[str, str]] = []

    # WHY the process ends: the engine swallows an exception here, and a hit would be lost.
    def fired(context: Any) -> None:
        try:
            if len(hits) >= MOST_HITS:
                _say({"excess": MOST_HITS})
                os._exit(0)
            matched = context._m
            hits.append({key: one["id"] for key, one in matched.items() if isinstance(one, dict)})
        except BaseException:  # noqa: BLE001
            os._exit(1)

    def booted(_context: Any) -> None:
        pass

    definition: dict[str, Any] = {name: {**rule, "run": fired} for name, rule in rules.items()}
    # WHY: the engine's state can't be deleted before a rule has fired.
    definition[_BOOT] = {"all": [{"m": {"t": _BOOT}}], "run": booted}
    host = QuietHost({"rules": definition})
    handle = host.get_ruleset("rules")._handle
    try:
        host.assert_fact("rules", {"t": _BOOT, "id": _BOOT})
        for fact in facts:
            try:
                state = host.assert_fact("rules", fact)
            except engine.MessageNotHandledException:
                continue  # no rule looks at this fact: normal
            if isinstance(state, dict) and "exception" in state:
                raise RuntimeError(str(state["exception"]))
    finally:
        host.delete_state("rules", None)
        durable_rules_engine.delete_ruleset(handle)
        host._ruleset_directory.clear()
        host._ruleset_list.clear()
    return hits


def main() -> None:
    """Answer every line of standard input with one line.

    It is ``{"hits": …}``, ``{"error": …}``, or ``{"excess": …}``, after which the process ends.
    """
    _bound_memory()
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer: dict[str, Any] = {"hits": evaluate(job["rules"], job["facts"])}
        # WHY any exception: the parent is told of each, and falls back visibly.
        except Exception as error:  # noqa: BLE001
            answer = {"error": f"{type(error).__name__}: {error}"[:500]}
        _say(answer)


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _bound_memory() -> None:
    # WHY suppressed: not every system has such a limit; the limit of time holds on all.
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


if __name__ == "__main__":
    main()

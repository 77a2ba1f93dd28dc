"""Running jobs in a child process with a time limit; what it can't answer is said."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from xbyx_rules.errors import Diagnostic

from .child import MOST_HITS
from .encoding import Job

__all__ = ["Answer", "is_importable", "run_jobs"]

Answer = list[dict[str, str]] | Diagnostic
"""The hits of a job, as ids of facts by pattern, or why there are none."""

_CHILD: Final = Path(__file__).with_name("child.py")


def is_importable() -> bool:
    """Whether durable-rules can be used on this Python: the extra `rete`, below Python 3.13."""
    # WHY the version: the extension builds on 3.13 and ends in an import error.
    return sys.version_info < (3, 13) and find_spec("durable_rules_engine") is not None


def run_jobs(
    jobs: Sequence[Job], *, seconds: float, command: Sequence[str] | None = None
) -> tuple[Answer, ...]:
    """Evaluate jobs, one after another, in a child process; another one after each that fails.

    Args:
        jobs: from `encode`.
        seconds: how long they may take together.
        command: the child's command line; tests give others.

    Returns:
        One answer a job, in order: XR806 the child ended, XR807 it took too long, XR808 what it
        wrote is no answer, XR809 the engine reported an error, XR811 more hits than are taken.
    """
    answers: list[Answer] = []
    late = Diagnostic("XR807", None, {"seconds": f"{seconds:g}"})
    end = time.monotonic() + seconds
    while len(answers) < len(jobs):
        left = end - time.monotonic()
        if left <= 0:
            answers += [late] * (len(jobs) - len(answers))
        else:
            answers += _run_some(jobs[len(answers) :], left, late, command)
    return tuple(answers)


def _run_some(
    jobs: Sequence[Job], seconds: float, late: Diagnostic, command: Sequence[str] | None
) -> list[Answer]:
    """The answers to the first jobs: all of them, or up to the one that the child failed at."""
    lines = [json.dumps({"rules": job.rules, "facts": job.facts}) for job in jobs]
    # WHY -I and no environment: nothing of the host's may change what the child imports.
    started = command or [sys.executable, "-I", str(_CHILD)]
    problem: Diagnostic | None = None
    try:
        done = subprocess.run(  # noqa: S603 - our own file, no shell
            started,
            input="\n".join(lines) + "\n",
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=seconds,
            check=False,
            env={},
        )
        output = done.stdout
        if done.returncode != 0:
            problem = Diagnostic("XR806", None, {"status": str(done.returncode)})
    except subprocess.TimeoutExpired as timeout:
        written = timeout.stdout
        output = written.decode("utf-8", "replace") if isinstance(written, bytes) else ""
        problem = late
    except OSError as error:
        output = ""
        problem = Diagnostic("XR806", None, {"status": error.strerror or type(error).__name__})
    answers: list[Answer] = []
    for line, job in zip(output.splitlines(keepends=True), jobs, strict=False):
        if not line.endswith("\n"):
            break  # cut off by the child's end
        answers.append(_read(line, job))
        if isinstance(answers[-1], Diagnostic) and answers[-1].code in ("XR808", "XR811"):
            return answers  # the child ended there, or is not to be trusted further
    if len(answers) < len(jobs):
        answers.append(problem or Diagnostic("XR808", None, {"found": "—"}))
    return answers


def _read(line: str, job: Job) -> Answer:
    found = _parse(line)
    if isinstance(found, dict) and isinstance(found.get("error"), str):
        return Diagnostic("XR809", None, {"error": found["error"]})
    if isinstance(found, dict) and "excess" in found:
        return Diagnostic("XR811", None, {"most": str(MOST_HITS)})
    hits = found.get("hits") if isinstance(found, dict) else None
    ids = {str(fact["id"]) for fact in job.facts}
    if isinstance(hits, list) and all(
        isinstance(hit, dict) and all(isinstance(one, str) and one in ids for one in hit.values())
        for hit in hits
    ):
        return hits
    return Diagnostic("XR808", None, {"found": line.strip()[:80] or "—"})


def _parse(line: str) -> Any:
    try:
        return json.loads(line)
    # WHY both: text may nest deeper than the parser goes.
    except (ValueError, RecursionError):
        return None

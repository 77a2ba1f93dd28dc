"""The child process may end, hang or write anything: each is told, and the next job goes on."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from xbyx_rules.errors import Diagnostic
from xbyx_rules.supervising.rete import Answer, Job, is_importable, run_jobs
from xbyx_rules.supervising.rete.child import MOST_HITS

needs_engine = pytest.mark.skipif(not is_importable(), reason="durable-rules can't be imported")

RULES: dict[str, Any] = {"r0": {"all": [{"g": {"t": "g"}}, {"a0": {"$and": [{"t": "t0"}]}}]}}
ANSWER = '[json.dumps({"hits": [{"a0": "f0000000"}]})]'


def job(**fact: Any) -> Job:
    facts = [{"t": "t0", "id": "f0000000", "one": 1, **fact}, {"t": "g", "id": "f0000001"}]
    return Job(RULES, facts, [("a", 0)], True, True)


def run(code: str, *jobs: Job, seconds: float = 20.0) -> tuple[Answer, ...]:
    """Run jobs in a child of our own, which reads a line at a time."""
    start = "import json, os, sys, time\nfor number, line in enumerate(sys.stdin):\n"
    child = [sys.executable, "-c", start + "".join(f"    {one}\n" for one in code.split("\n"))]
    return run_jobs(jobs or (job(),), seconds=seconds, command=child)


def codes(answers: tuple[Answer, ...]) -> list[str]:
    return [one.code if isinstance(one, Diagnostic) else "hits" for one in answers]


SAY = 'print(\'{"hits": [{"a0": "f0000000"}]}\', flush=True)'


def test_a_good_answer_is_taken() -> None:
    assert run(SAY) == ([{"a0": "f0000000"}],)


def test_a_killed_child_is_told_with_its_signal() -> None:
    (answer,) = run("os.kill(os.getpid(), 9)")
    assert isinstance(answer, Diagnostic)
    assert answer.code == "XR806"
    assert "-9" in answer.render("en")


def test_jobs_after_the_one_that_ended_the_child_are_run_in_another() -> None:
    fatal = f"if 'fatal' in line: os.abort()\n{SAY}"
    answers = run(fatal, job(), job(p0="fatal"), job(), job())
    assert codes(answers) == ["hits", "XR806", "hits", "hits"]


def test_a_child_that_takes_too_long_is_ended() -> None:
    started = time.monotonic()
    assert codes(run("time.sleep(60)", seconds=0.5)) == ["XR807"]
    assert time.monotonic() - started < 20


def test_the_limit_is_one_for_all_jobs_together() -> None:
    started = time.monotonic()
    slow = f"if 'slow' in line: time.sleep(60)\n{SAY}"
    answers = run(slow, job(), *(job(p0="slow") for _ in range(30)), seconds=2.0)
    assert codes(answers) == ["hits", *["XR807"] * 30]
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "written",
    [
        "print('nonsense')",
        "print('[]')",
        "print('null')",
        "print('{\"hits\": 3}')",
        "print('{\"hits\": [3]}')",
        'print(\'{"hits": [{"a0": "f9999999"}]}\')',
        'print(\'{"hits": [{"a0": ["f0000000"]}]}\')',
        'print("[" * 100000)',
        "sys.stdout.buffer.write(b'\\xff\\xfe\\n')",
        "pass",
    ],
)
def test_what_is_no_answer_is_told(written: str) -> None:
    assert codes(run(written)) == ["XR808"]


def test_a_line_that_was_cut_off_is_no_answer() -> None:
    assert codes(run("sys.stdout.write('{\"hits\": []}')\nsys.stdout.flush()\nos.abort()")) == [
        "XR806"
    ]


def test_nothing_is_believed_after_nonsense() -> None:
    # The lines after it could be the answers to any of the jobs.
    wrong = "print('nonsense' if 'odd' in line else '{\"hits\": []}', flush=True)"
    assert codes(run(wrong, job(p0="odd"), job(), job())) == ["XR808", "hits", "hits"]


def test_an_error_of_the_engine_is_told_in_its_words() -> None:
    (answer,) = run('print(json.dumps({"error": "Exception: Error code: 302"}), flush=True)')
    assert isinstance(answer, Diagnostic)
    assert answer.code == "XR809"
    assert "302" in answer.render("en")


def test_more_hits_than_are_taken_are_told() -> None:
    excess = "if 'many' in line:\n        print('{\"excess\": 1}', flush=True)\n        os._exit(0)"
    assert codes(run(f"{excess}\n{SAY}", job(), job(p0="many"), job())) == ["hits", "XR811", "hits"]


def test_a_child_that_can_not_be_started_is_told() -> None:
    answers = run_jobs([job(), job()], seconds=5, command=["/nowhere/python"])
    assert codes(answers) == ["XR806", "XR806"]


def test_no_jobs_need_no_child() -> None:
    assert run_jobs([], seconds=5, command=["/nowhere/python"]) == ()


@pytest.mark.rete
@needs_engine
def test_the_engine_answers_jobs_one_after_another() -> None:
    assert run_jobs([job(), job(t="t9"), job()], seconds=60) == (
        [{"a0": "f0000000", "g": "f0000001"}],
        [],
        [{"a0": "f0000000", "g": "f0000001"}],
    )


@pytest.mark.rete
@needs_engine
def test_the_engines_own_errors_reach_the_parent() -> None:
    # It can't parse a number in this notation.
    assert codes(run_jobs([job(p0=1e-07), job()], seconds=60)) == ["XR809", "hits"]


@pytest.mark.rete
@needs_engine
def test_a_hit_that_can_not_be_noted_ends_the_child() -> None:
    # The engine would swallow the error, and the hit would be missing.
    broken = "from xbyx_rules.supervising.rete import child\nchild.MOST_HITS = None\nchild.main()"
    assert codes(run_jobs([job()], seconds=60, command=[sys.executable, "-c", broken])) == ["XR806"]


@pytest.mark.slow
@pytest.mark.rete
@needs_engine
def test_an_engine_that_hangs_is_ended() -> None:
    # With so many different conditions it loops for ever, inside C.
    rules = {f"r{n}": {"all": [{"m": {"p0": n}}]} for n in range(600)}
    hanging = Job(rules, [], [], True, True)
    assert codes(run_jobs([job(), hanging], seconds=4)) == ["hits", "XR807"]


@pytest.mark.slow
@pytest.mark.rete
@needs_engine
def test_an_engine_that_finds_too_much_is_ended() -> None:
    side = int(MOST_HITS**0.5) + 1
    always = {"$and": [{"t": "t1"}, {"one": {"g": "one"}}]}
    rules = {"r0": {"all": [{"g": {"t": "g"}}, {"a0": {"t": "t0"}}, {"a1": always}]}}
    kinds = ["t0"] * side + ["t1"] * side + ["g"]
    facts: list[dict[str, int | str]] = [
        {"t": kind, "id": f"f{number:07d}", "one": 1} for number, kind in enumerate(kinds)
    ]
    answers = run_jobs([Job(rules, facts, [], True, True), job()], seconds=120)
    assert codes(answers) == ["XR811", "hits"]

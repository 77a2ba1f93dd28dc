"""Checks over many records: hash joins and durable-rules against a dictionary by hand.

    python tests/benchmarks/supervision.py [--seconds 2]

The checks are those bundled ones that concern credit entries and activities alone: credit
registered for an activity that isn't on record, one row and an absent one joined by two texts; and
an activity that wasn't evaluated, one row.  Half of the records are entries, half activities; one
entry in fifty matches.  As elsewhere nothing asserts a time, the sides take turns, the figure is
the median of the rounds, and what is counted is the processor's time; that of durable-rules' own
process is part of it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from xbyx_rules import Complete, load_policies
from xbyx_rules.supervising import EvaluatorChoice, supervise
from xbyx_rules.supervising.rete import is_importable

__all__ = ["Row", "measure", "print_table"]

DOCUMENT = "cn/beijing/school-based-training/supervision"
ANCHORS = {"credit-without-activity", "activity-not-evaluated"}
ON = date(2025, 10, 1)
SIZES = (1_000, 9_998)
"""Records; with the gate the second is all but the most that durable-rules is given."""
_FEWEST_ROUNDS = 3
_FEWEST_CALLS = 50


class Row(NamedTuple):
    """Median milliseconds; `rete` is None where durable-rules can't be imported."""

    records: int
    hits: int
    by_hand: float
    reference: float
    rete: float | None


def make_records(count: int) -> dict[str, Complete]:
    """Entries and activities of one school, as an adapter gives them."""
    half = count // 2
    entries = [
        {
            "登记编号": f"c{number}",
            "教师": f"t{number % 97}",
            "学校": "s1",
            # Every fiftieth names an activity that nobody registered.
            "活动编号": f"a{number}" if number % 50 else f"x{number}",
        }
        for number in range(half)
    ]
    activities = [
        {"活动编号": f"a{number}", "学校": "s1", "日期": date(2025, 9, 1), "已评价": True}
        for number in range(half)
    ]
    return {"学分登记": Complete(entries), "研修活动": Complete(activities)}


def check_by_hand(records: dict[str, Complete]) -> list[str]:
    """What a programmer would write."""
    known = {(one["活动编号"], one["学校"]) for one in records["研修活动"]}
    found = [
        one["登记编号"]
        for one in records["学分登记"]
        if (one["活动编号"], one["学校"]) not in known
    ]
    return found + [
        one["活动编号"] for one in records["研修活动"] if one["日期"] <= ON and not one["已评价"]
    ]


def measure(seconds: float) -> list[Row]:
    """The three side by side, at each size."""
    return [_measure(count, seconds) for count in SIZES]


def _measure(count: int, seconds: float) -> Row:
    records = make_records(count)
    policies = {DOCUMENT: load_policies()[DOCUMENT]}

    def run(evaluator: EvaluatorChoice) -> list[str]:
        checks = supervise(policies, records, on=ON, evaluator=evaluator).checks
        assert {one.anchor for one in checks} == ANCHORS
        assert all(one.evaluator == evaluator for one in checks), checks
        return [hit.references[0].partition(":")[2] for one in checks for hit in one.hits]

    sides: list[Callable[[], list[str]]] = [
        lambda: check_by_hand(records),
        lambda: run("reference"),
    ]
    if is_importable():
        sides.append(lambda: run("rete"))
    wanted = check_by_hand(records)
    assert all(side() == wanted for side in sides)
    # One call by hand is too short to be measured.
    counts = [_FEWEST_CALLS, *(1 for _ in sides[1:])]
    times: list[list[float]] = [[] for _ in sides]
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[0]) < _FEWEST_ROUNDS:
        for side, calls, taken in zip(sides, counts, times, strict=True):
            start = _processor_time()
            for _ in range(calls):
                side()
            taken.append((_processor_time() - start) / calls * 1e3)
    by_hand, reference, *rete = (statistics.median(one) for one in times)
    return Row(count, len(wanted), by_hand, reference, rete[0] if rete else None)


def _processor_time() -> float:
    """Seconds of this process, and of those that it waited for."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def print_table(rows: Sequence[Row]) -> None:
    """One Markdown table of times and ratios."""
    print(
        "| records | hits | a dictionary by hand, ms | reference, ms | ratio | rete, ms | ratio |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for one in rows:
        ratio = one.reference / one.by_hand
        rete: Any = "–" if one.rete is None else f"{one.rete:.1f}"
        other = "–" if one.rete is None else f"{one.rete / one.by_hand:.0f}"
        print(
            f"| {one.records:,} | {one.hits} | {one.by_hand:.2f} | {one.reference:.1f} "
            f"| {ratio:.0f} | {rete} | {other} |"
        )


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=2.0, help="for each size")
    print_table(measure(options.parse_args().seconds))

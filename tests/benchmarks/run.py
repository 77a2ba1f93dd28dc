"""Ratios against hand-written Python, measured side by side in one run.

    python tests/benchmarks/run.py [--seconds 2]

Prints one Markdown table.  Nothing here asserts a time: machines differ, ratios travel.  The two
sides take turns in short rounds, and each side's figure is the median of its rounds, so that a
noisy neighbour hits both; what is counted is the processor's time, not the clock's.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import count as count_up
from pathlib import Path
from typing import Any

import supervision
import telemetry
import thousand

from xbyx_rules import Case, Complete, Subject, decide, explain_review, load_policies
from xbyx_rules.compiling import Budget
from xbyx_rules.policy import bundled_rules

ON = date(2025, 10, 1)
THEMES = (
    "习近平新时代中国特色社会主义思想",
    "社会主义核心价值观",
    "优秀传统文化",
    "师德师风建设",
)
RULES = (
    "leading-group",
    "layered-network",
    "four-documents",
    "mechanisms",
    "funding-floor",
    "group-headed-by-principal",
    "manager",
    "budget-made",
)
"""The requirements on a school that are conditions; the others are attested."""
KINDS = ("规划", "年度计划", "实施方案", "规章制度", "评价考核激励办法", "学分认定办法")


def make_school() -> dict[str, Any]:
    """One compliant school: eleven staff in four layers, six documents, two budget items."""
    posts = ["校长", "副校长", "教研组长", "年级组长", *["教师"] * 7]
    above = ["", "1", "2", "2", *["3", "4"] * 3, "4"]
    staff = [
        {"工号": str(number), "职务": post, "上级": upper, "分管教育教学": post == "副校长"}
        for number, (post, upper) in enumerate(zip(posts, above, strict=True), start=1)
    ]
    return {
        "校长": "1",
        "领导小组": {"已成立": True, "组长": "1"},
        "研修负责人": staff[1],
        "教职工": Complete(staff),
        "研修文件": Complete(
            {"种类": kind, "生效日期": date(2025, 9, 1), "失效日期": date(2026, 8, 31)}
            for kind in KINDS
        ),
        "公用经费年度预算总额": Decimal(1_000_000),
        "教师培训经费预算": Decimal(50_000),
        "专项列支": True,
        "校本研修经费预算": Decimal(30_000),
        "校本研修经费明细": Complete(
            [{"科目": "资料", "金额": Decimal(10_000)}, {"科目": "差旅", "金额": Decimal(20_000)}]
        ),
    }


def check_funding_by_hand(facts: dict[str, Any]) -> bool | None:
    """六(二)-5 as a programmer would write it, None for unknown."""
    total = facts.get("公用经费年度预算总额")
    training = facts.get("教师培训经费预算")
    itemised = facts.get("专项列支")
    if total is None or total <= 0:
        return None
    enough = None if training is None else training >= total * Decimal("0.05")
    if enough is False or itemised is False:
        return False
    return None if enough is None or itemised is None else True


def review_by_hand(facts: dict[str, Any]) -> list[bool | None]:
    """The eight requirements on a school by hand, for a school with nothing missing."""
    group, lead = facts["领导小组"], facts["研修负责人"]
    staff, documents = facts["教职工"], facts["研修文件"]
    headed = group["已成立"] and group["组长"] == facts["校长"]
    managed = lead["职务"] in ("副校长", "主任")
    posts = {one["工号"]: one["职务"] for one in staff}
    upper = {
        "副校长": ("校长",),
        "主任": ("校长",),
        "教研组长": ("副校长", "主任"),
        "年级组长": ("副校长", "主任"),
        "教师": ("教研组长", "年级组长"),
    }
    layered = (
        all(post in posts.values() for post in ("校长", "教研组长", "年级组长"))
        and any(post in ("副校长", "主任") for post in posts.values())
        and all(
            one["职务"] == "校长" or posts.get(one["上级"]) in upper[one["职务"]] for one in staff
        )
    )
    in_force = {one["种类"] for one in documents if one["生效日期"] <= ON <= one["失效日期"]}
    items = sum(one["金额"] for one in facts["校本研修经费明细"])
    budget = facts["校本研修经费预算"]
    return [
        headed and managed and lead["分管教育教学"],
        layered,
        all(kind in in_force for kind in KINDS[:4]),
        all(kind in in_force for kind in KINDS[4:]),
        check_funding_by_hand(facts),
        headed,
        managed,
        budget > 0 and items == budget and budget <= facts["教师培训经费预算"],
    ]


_FEWEST_ROUNDS = 5


def compare(
    ours: Callable[[], Any], theirs: Callable[[], Any], seconds: float
) -> tuple[float, float]:
    """Median microseconds of processor time a call of each, in alternating rounds of some 20 ms."""
    sides = (ours, theirs)
    counts = [_calibrate(side) for side in sides]
    rounds: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(rounds[0]) < _FEWEST_ROUNDS:
        for side, count, times in zip(sides, counts, rounds, strict=True):
            start = time.process_time()
            for _ in range(count):
                side()
            times.append((time.process_time() - start) / count * 1e6)
    return statistics.median(rounds[0]), statistics.median(rounds[1])


def _calibrate(call: Callable[[], Any]) -> int:
    start = time.perf_counter()
    call()
    once = time.perf_counter() - start
    return max(1, int(0.02 / max(once, 1e-7)))


def measure(seconds: float) -> list[tuple[str, float, float]]:
    """Each piece of work with our and the hand-written microseconds."""
    policy = load_policies()["cn/beijing/school-based-training"]
    facts = make_school()
    case = Case(Subject("学校", "2111000001"), facts)
    rule = policy.clauses["funding-floor"].value
    assert rule is not None
    known = {**facts, "培训经费最低比例": Decimal("0.05")}
    assert rule(known.__getitem__, Budget(1000)) is check_funding_by_hand(facts) is True
    review = decide(policy, case, on=ON, only=RULES)
    assert [finding.outcome.code for finding in review] == ["met"] * len(review_by_hand(facts))
    assert all(review_by_hand(facts))

    def run_rule() -> Any:
        return rule(known.__getitem__, Budget(1000))

    work = [
        ("one rule, compiled (六(二)-5)", run_rule, lambda: check_funding_by_hand(facts)),
        (
            "one rule as a finding, its outcome",
            lambda: decide(policy, case, on=ON, only=("funding-floor",)),
            lambda: check_funding_by_hand(facts),
        ),
        (
            "the same with conditions and readings",
            lambda: decide(policy, case, on=ON, only=("funding-floor",))["funding-floor"].facts,
            lambda: check_funding_by_hand(facts),
        ),
        (
            "a school's review (8 rules, 11 staff), outcomes",
            lambda: decide(policy, case, on=ON, only=RULES),
            lambda: review_by_hand(facts),
        ),
        (
            "the same with its explanation as text",
            lambda: explain_review(decide(policy, case, on=ON, only=RULES)),
            lambda: review_by_hand(facts),
        ),
    ]
    return [(name, *compare(ours, theirs, seconds)) for name, ours, theirs in work]


def print_table(rows: Sequence[tuple[str, float, float]]) -> None:
    """One Markdown table of ratios."""
    print("| work | ours, µs | hand-written, µs | ratio |")
    print("|---|---:|---:|---:|")
    for name, ours, theirs in rows:
        print(f"| {name} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.1f} |")


def measure_thousand(seconds: float) -> list[tuple[str, float, float]]:
    """Reviews of 1,000 requirements, with our and the hand-written microseconds."""
    case = thousand.make_case(COUNT)
    with tempfile.TemporaryDirectory() as folder:
        thousand.write_rules(Path(folder), COUNT, "测量")
        policy = load_policies(Path(folder))["cn/many"]

    def review() -> Any:
        return decide(policy, case, on=ON)

    by_hand = [bool(one) for one in thousand.review_by_hand(case.facts, COUNT)]
    assert [finding.outcome.code == "met" for finding in review()] == by_hand
    work = [
        (f"a review of {COUNT:,} requirements, outcomes", review),
        (
            f"a review of {COUNT:,} requirements, everything that explains them",
            lambda: [finding.facts for finding in review()],
        ),
    ]
    hand = lambda: thousand.review_by_hand(case.facts, COUNT)  # noqa: E731
    return [(name, *compare(ours, hand, seconds)) for name, ours in work]


COUNT = 1_000
_NEW = count_up()


def measure_load() -> list[tuple[str, float]]:
    """Median milliseconds of loading from files: texts never seen, one seen partly, one seen."""
    rules = bundled_rules()
    load_policies(rules)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def load_edited() -> float:
            path = folder / "cn" / "many" / "policy.md"
            text = path.read_text("utf-8")
            path.write_text(text.replace("# 一、条款", f"# 一、条款{next(_NEW)}", 1), "utf-8")
            return _time(lambda: load_policies(folder))

        thousand.write_rules(folder, COUNT, "测量")
        cold = _load_in_new_process(folder)
        load_policies(folder)
        edited = statistics.median(load_edited() for _ in range(9))
        warm = statistics.median(_time(lambda: load_policies(folder)) for _ in range(9))
        policy = load_policies(folder)["cn/many"]
        case = thousand.make_case(COUNT)
        first = _time(lambda: decide(policy, case, on=ON))
    load_policies(rules)  # again: what was loaded since may have taken their place
    return [
        ("the bundled rules, cold", _load_in_new_process(rules)),
        ("the bundled rules, warm", _time(lambda: load_policies(rules))),
        (f"{COUNT:,} requirements, cold", cold),
        (f"{COUNT:,} requirements, one line edited", edited),
        (f"{COUNT:,} requirements, warm", warm),
        (f"the first review of {COUNT:,} requirements (compiles them)", first),
    ]


_LOAD = """
import sys, time
from pathlib import Path
from xbyx_rules import load_policies
start = time.process_time()
load_policies(Path(sys.argv[1]))
print((time.process_time() - start) * 1e3)
"""


def _load_in_new_process(folder: Path) -> float:
    """Median milliseconds of the first load of a process that has imported the package."""
    command = [sys.executable, "-c", _LOAD, str(folder)]
    runs = (subprocess.run(command, capture_output=True, check=True, text=True) for _ in range(7))
    return statistics.median(float(one.stdout) for one in runs)


def _time(call: Callable[[], Any]) -> float:
    # WHY the processor's time: other programs on the machine are not ours to count.
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1e3


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=2.0, help="for each line")
    seconds = options.parse_args().seconds
    loads = measure_load()
    print_table([*measure(seconds), *measure_thousand(seconds)])
    print("\n| loading from files | ms of processor time |\n|---|---:|")
    for name, milliseconds in loads:
        print(f"| {name} | {milliseconds:.1f} |")
    print()
    supervision.print_table(supervision.measure(seconds))
    print()
    telemetry.print_table(telemetry.measure(seconds))

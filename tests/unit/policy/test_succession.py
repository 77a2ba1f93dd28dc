"""Successors: each closes its predecessor, and what doesn't fit is said at its place."""

from __future__ import annotations

from datetime import date

import pytest

from xbyx_rules import Case, Subject, decide, explain
from xbyx_rules.deciding import (
    compile_library,
    issue_receipt,
    read_payload,
    read_receipt,
    replay,
)
from xbyx_rules.deciding.receipts import payload_text, receipt_text
from xbyx_rules.policy import (
    Closing,
    Library,
    Outcome,
    Period,
    PolicyStore,
    format_text,
    load_library,
)
from xbyx_rules.policy.library import Written, build_library

VOCABULARY = load_library().vocabulary.texts[0]
RULE = """
# 一

## 一-1 列支 {#listed}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

```feel
专项列支
```
"""


def document(name: str, period: str, *lines: str, status: str = "in-force") -> tuple[str, str]:
    head = [
        "---",
        f"policy: {name}",
        f"title: {name.rpartition('/')[2]}",
        "document: 试",
        f"in-force: {period}",
        *lines,
        f"status: {status}",
        "---",
    ]
    return name, "\n".join(head) + "\n" + RULE


def build(*documents: tuple[str, str]) -> tuple[Library | None, list[str]]:
    texts = {name: Written(f"{name}.md", text) for name, text in documents}
    library, found = build_library([Written("v.md", VOCABULARY)], texts)
    return library, [one.code for one in found]


OLD = document("cn/city/old", "2016-01-01..")
NEW = document("cn/city/new", "2021-01-01..", "supersedes: [cn/city/old]")
NEWER = document("cn/city/newer", "2026-01-01..", "取代: [cn/city/new]")


def test_each_successor_closes_its_predecessor_the_day_before() -> None:
    library, found = build(OLD, NEW, NEWER)
    assert found == []
    assert library is not None
    assert {one.id: one.period for one in library.policies.values()} == {
        "cn/city/old": Period(date(2016, 1, 1), date(2020, 12, 31)),
        "cn/city/new": Period(date(2021, 1, 1), date(2025, 12, 31)),
        "cn/city/newer": Period(date(2026, 1, 1), None),
    }
    closing = library.policies["cn/city/old"].closing
    assert closing == Closing("cn/city/new", "试《new》", date(2021, 1, 1))


def test_on_a_day_after_the_answer_names_the_successor() -> None:
    library, _ = build(OLD, NEW)
    assert library is not None
    policy = compile_library(library)["cn/city/old"]
    case = Case(Subject("学校", "1"), {"专项列支": True})
    assert decide(policy, case, on=date(2020, 12, 31))["listed"].outcome is Outcome.MET
    later = decide(policy, case, on=date(2021, 1, 1))["listed"]
    assert later.outcome is Outcome.UNDETERMINED
    assert "《old》自2021年1月1日起已由“试《new》”取代" in explain(later)
    assert "“old” was superseded by “试《new》” on 1 January 2021" in explain(later, "en")


@pytest.mark.parametrize("status", ["draft", "unverified"])
def test_what_is_not_issued_or_not_verified_closes_nothing(status: str) -> None:
    name, text = NEW
    library, found = build(OLD, (name, text.replace("status: in-force", f"status: {status}")))
    assert found == []
    assert library is not None
    assert library.policies["cn/city/old"].period == Period(date(2016, 1, 1), None)


SECOND = document("cn/city/second", "2022-01-01..", "supersedes: [cn/city/old]")


@pytest.mark.parametrize(
    ("documents", "codes"),
    [
        ((document("cn/city/a", "2021-01-01..", "supersedes: cn/city/gone"),), ["XR870"]),
        (
            (
                document("cn/other/old", "2016-01-01.."),
                document("cn/city/a", "2021-01-01..", "supersedes: cn/other/old"),
            ),
            ["XR872"],
        ),
        ((OLD, document("cn/city/a", "2016-01-01..", "supersedes: cn/city/old")), ["XR873"]),
        ((document("cn/city/a", "2016-01-01..", "supersedes: cn/city/a"),), ["XR873"]),
        (
            (
                document("cn/city/a", "2016-01-01..2020-12-30"),
                document("cn/city/b", "2021-01-01..", "supersedes: cn/city/a"),
            ),
            ["XR874"],
        ),
        ((OLD, NEW, SECOND), ["XR875"]),
        ((OLD, document("cn/city/a", "2021-01-01..", "supersedes: [x/y, x/y]")), ["XR032"]),
    ],
)
def test_what_does_not_fit_is_reported(
    documents: tuple[tuple[str, str], ...], codes: list[str]
) -> None:
    assert build(*documents)[1] == codes


def test_a_second_successor_may_close_the_first() -> None:
    name, text = SECOND
    chained = text.replace("[cn/city/old]", "[cn/city/old, cn/city/new]")
    library, found = build(OLD, NEW, (name, chained))
    assert found == []
    assert library is not None
    assert library.policies["cn/city/new"].period.end == date(2021, 12, 31)


def test_a_receipt_of_a_superseded_document_is_decided_anew_alike(tmp_path: object) -> None:
    library, _ = build(OLD, NEW, NEWER)
    assert library is not None
    policy = compile_library(library)["cn/city/old"]
    assert set(policy.checked.library.policies) == set(library.policies)
    case = Case(Subject("学校", "1"), {"专项列支": True})
    review = decide(policy, case, on=date(2022, 1, 1))
    receipt, payload = issue_receipt(policy, case, review, salt_source=lambda: "a" * 32)
    store = PolicyStore(str(tmp_path))
    store.put(policy.checked.library)
    read = read_receipt(receipt_text(receipt)), read_payload(payload_text(payload))
    report = replay(*read, store)
    assert report.is_same, report.diagnostics


def test_the_layout_keeps_the_key() -> None:
    text, found = format_text(NEWER[1], "policy.md")
    assert not found
    assert text is not None
    assert "supersedes: [cn/city/new]" in text

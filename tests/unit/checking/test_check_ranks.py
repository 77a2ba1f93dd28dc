"""Documents side by side: conflicts of equal rank, and what outlives what it rests on."""

from __future__ import annotations

from xbyx_rules.checking import check_standing
from xbyx_rules.deciding import check_library
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import Library, load_library
from xbyx_rules.policy.library import Written, build_library

VOCABULARY = load_library().vocabulary.texts[0]
HEAD = """---
policy: {id}
title: {id}
document: {number}
in-force: {period}
{lines}status: in-force
---

# 一

"""
BASE = """## 参数 {#share}

| 参数 | 值 | 核实 |
|---|---|---|
| 比例 | 5% | 已核实 |

## 底线 {#floor}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当

```feel
教师培训经费预算 >= 公用经费年度预算总额 * 比例
```
"""
STRICTER = """## 从严 {#stricter}

- 类别: 要求
- 对象: 学校
- 规范用语: 应当
- 细化: cn/upper#floor

```feel
教师培训经费预算 >= 公用经费年度预算总额 * 6%
```
"""
SHARE = """## 参数 {#own}

| 参数 | 值 | 生效 | 失效 | 核实 |
|---|---|---|---|---|
| 比例 | 7% | 2022-01-01 | 2023-12-31 | 已核实 |
"""
NUMBER = "试发〔2020〕1号"


def document(name: str, body: str, period: str = "2020-01-01..", lines: str = "") -> Written:
    head = HEAD.format(
        id=name, number=NUMBER if name == "cn/upper" else "试", period=period, lines=lines
    )
    return Written(name, head + body)


def load(*documents: Written) -> Library:
    library, found = build_library([Written("v", VOCABULARY)], {one.file: one for one in documents})
    assert library is not None, found
    return library


def errors(*documents: Written) -> list[Diagnostic]:
    _, found = check_library(load(*documents))
    return [one for one in found if one.severity == "error"]


UPPER = document("cn/upper", BASE)
REFINES = "refines: [cn/upper]\n"


def test_two_documents_of_one_district_that_replace_the_same_rule_are_refused() -> None:
    lower = [document(f"cn/a/{name}", STRICTER, lines=REFINES) for name in "xy"]
    (found,) = errors(UPPER, *lower)
    assert (found.code, found.values["other"]) == ("XR876", "cn/a/x")
    assert found.excerpt == "- 细化: cn/upper#floor"


def test_two_documents_that_give_one_parameter_for_the_same_days_are_refused() -> None:
    lower = [document(f"cn/a/{name}", SHARE, lines=REFINES) for name in "xy"]
    assert [one.code for one in errors(UPPER, *lower)] == ["XR876"]


def test_other_districts_other_days_and_layers_of_one_another_are_no_conflict() -> None:
    one = document("cn/a/x", SHARE, lines=REFINES)
    later = SHARE.replace("2022-01-01 | 2023-12-31", "2024-01-01 | ")
    assert errors(UPPER, one, document("cn/b/x", SHARE, lines=REFINES)) == []
    assert errors(UPPER, one, document("cn/a/y", later, lines=REFINES)) == []
    below = SHARE.replace("7%", "8%").replace("{#own}", "{#below}")
    assert errors(UPPER, one, document("cn/a/y", below, lines="refines: [cn/a/x]\n")) == []


def test_a_successor_is_no_rival_of_what_it_supersedes() -> None:
    old = document("cn/a/x", STRICTER, lines=REFINES)
    lines = REFINES + "supersedes: [cn/a/x]\n"
    assert errors(UPPER, old, document("cn/a/y", STRICTER, "2024-01-01..", lines)) == []
    assert [
        one.code
        for one in errors(UPPER, old, document("cn/a/y", STRICTER, "2024-01-01..", REFINES))
    ] == ["XR876"]


def test_a_lapsed_document_flags_each_that_rests_on_it_however_indirectly() -> None:
    ended = document("cn/upper", BASE, "2020-01-01..2024-12-31")
    middle = document("cn/a/x", "", lines=REFINES)
    lower = document("cn/a/b/x", "", lines="refines: [cn/a/x]\n")
    citing = document(
        "cn/c/x",
        STRICTER.replace("- 细化: cn/upper#floor", f"- 依据: {NUMBER} 六"),
    )
    short = document("cn/d/x", "", "2021-01-01..2024-12-31", REFINES)
    found = check_standing(load(ended, middle, lower, citing, short))
    assert {one.code for one in found} == {"XR877"}
    assert {one.place.file: one.values["how"] for one in found if one.place} == {
        "cn/a/x": "细化",
        "cn/a/b/x": "细化",
        "cn/c/x": "引用",
    }
    assert {one.values["end"] for one in found} == {"2024-12-31"}


def test_a_superseded_document_flags_as_a_lapsed_one_does() -> None:
    successor = document("cn/new", BASE, "2025-01-01..", "supersedes: [cn/upper]\n")
    found = check_standing(load(UPPER, successor, document("cn/a/x", "", lines=REFINES)))
    (one,) = found
    assert (one.values["end"], one.values["by"]) == ("2024-12-31", "，由 `cn/new` 取代")


def test_nothing_is_flagged_among_the_bundled_documents() -> None:
    assert check_standing(load_library()) == ()

"""What is said of two versions: each kind of change alone, by its meaning, not by its line."""

from __future__ import annotations

from datetime import date

import pytest

from xbyx_rules.analysing import (
    Change,
    ClauseDifference,
    Difference,
    Part,
    compare_policies,
    say_change,
    say_clause,
)
from xbyx_rules.checking import CheckedPolicy, check_policy
from xbyx_rules.policy import (
    Expression,
    Period,
    Policy,
    edit,
    format_text,
    load_library,
    read_policy,
)

LIBRARY = load_library()
OLD = LIBRARY.policies["cn/beijing/school-based-training"]


def read(text: str) -> Policy:
    policy, found = read_policy(text, "new.md")
    assert policy is not None, found
    return policy


def check(policy: Policy) -> CheckedPolicy:
    checked, found = check_policy(policy, LIBRARY.vocabulary)
    assert checked is not None, found
    return checked


CHECKED = check(OLD)
ROW = next(one for one in OLD.text.split("\n") if one.startswith("| 培训经费最低比例 | 5% |"))


def changed(old: str, new: str) -> Policy:
    assert OLD.text.count(old) == 1
    return read(OLD.text.replace(old, new))


def only_change(difference: Difference) -> Change:
    [clause] = difference.clauses
    [change] = clause.changes
    assert not difference.parameters
    assert not difference.document
    return change


def test_a_document_does_not_differ_from_itself_in_any_layout() -> None:
    # WHY not in messages: the expressions in their text stay as they are written.
    lines = (
        one if one.startswith(">") else one.replace("| ", "|  ").replace(">= ", "≥ ")
        for one in OLD.text.split("\n")
    )
    loose = "\r\n".join(lines)
    assert not compare_policies(OLD, OLD)
    assert not compare_policies(OLD, read(loose))
    assert not compare_policies(CHECKED, CHECKED)


EDITS = [
    ("/title", "甲", "文件信息 标题：进一步加强中小学校本研修工作指导意见 → 甲"),
    ("/status", "draft", "文件信息 状态：现行有效 → 草案"),
    ("manager/标题", "负责人", "标题：副校长或主任负责实施与管理 → 负责人"),
    ("manager/责任", "区", "属性 责任：学校 → 区"),
    ("manager/提示-en", "No.", None),
    ("layer-above/1/上一层职务", '["书记"]', '决策表第 1 行“上一层职务”：["校长"] → ["书记"]'),
    ("layer-above/1/职务", '"副校长"', '决策表第 1 行“职务”："副校长", "主任" → "副校长"'),
    ("layer-above/1/U", "7", "决策表第 7 行：移动 1 → 7"),
    ("annual-plan/草稿→撤回/由", "校长", "流转 草稿 → 撤回“由”：分管负责人 → 校长"),
    ("manager/例/主任/结果", "不符合", "例 主任“结果”：符合 → 不符合"),
    ("manager/例/主任/例", "正职", "例 正职“例”：主任 → 正职"),
]


@pytest.mark.parametrize(("address", "value", "said"), EDITS, ids=[one[0] for one in EDITS])
def test_one_edit_is_one_change(address: str, value: str, said: str | None) -> None:
    text, problems = edit(OLD, address, value)
    assert text is not None, problems
    difference = compare_policies(OLD, read(text))
    [change] = difference.changes()
    assert len(difference.clauses) == (0 if address.startswith("/") else 1)
    if said is not None:
        assert say_change(change, "zh") == said
    assert say_change(change, "en")


def test_an_added_clause_is_named_and_its_parts_are_not_repeated() -> None:
    clause = "## 六(五)-9 新的要求 {#brand-new}\n\n- 类别: 原则性条款\n- 理由: 无\n\n文字。\n\n"
    new = changed("## 参数 {#parameters}", f"{clause}## 参数 {{#parameters}}")
    [found] = compare_policies(OLD, new).clauses
    assert say_clause(found, "zh") == "新增 六(五)-9 新的要求（#brand-new）"
    [lost] = compare_policies(new, OLD).clauses
    assert say_clause(lost, "en") == "removed 六(五)-9 新的要求 (#brand-new)"


def test_a_clause_with_another_anchor_is_found_by_its_locator() -> None:
    text = OLD.text.replace("{#manager}", "{#leader}").replace("#manager", "#leader")
    found = compare_policies(OLD, read(text))
    leader = next(one for one in found.clauses if one.clause.id == "leader")
    assert [(one.part, one.old, one.new) for one in leader.changes] == [
        (Part.ANCHOR, "manager", "leader")
    ]


def test_a_clause_that_stands_elsewhere_is_moved_and_the_others_are_not() -> None:
    block = OLD.clause("reviewed-in-own-district")
    assert block is not None
    rest = OLD.text.replace(block.source, "")
    first = rest.index("## 四-1a")
    new = read(f"{rest[:first]}{block.source}\n\n{rest[first:]}")
    [found] = compare_policies(OLD, new).clauses
    assert (found.sort, found.clause.id) == ("moved", "reviewed-in-own-district")


def test_a_row_put_in_front_leaves_the_others_the_same_rows() -> None:
    start = OLD.text.index('| 1 | "副校长", "主任" |')
    text = OLD.text[:start] + '| 0 | "书记" | [] | |\n' + OLD.text[start:]
    change = only_change(compare_policies(OLD, read(text)))
    assert (change.part, change.sort, change.name) == (Part.TABLE_ROW, "added", "0")


def test_rows_numbered_anew_are_not_added_and_removed() -> None:
    text = OLD.text
    for number in (4, 3, 2, 1):
        text = text.replace(f'\n| {number} | "', f'\n| {number + 1} | "')
    start = text.index('| 2 | "副校长", "主任" |')
    text = text[:start] + '| 1 | "书记" | [] | |\n' + text[start:]
    [clause] = compare_policies(OLD, read(text)).clauses
    assert [one.sort for one in clause.changes] == ["added", "moved", "moved", "moved", "moved"]


def test_a_condition_that_loses_a_part_is_said_in_words() -> None:
    new = changed("\nand 研修负责人.分管教育教学\n", "\n")
    change = only_change(compare_policies(CHECKED, check(new)))
    assert change.words["zh"].startswith("去掉“")
    assert "分管教育教学" in change.words["zh"]
    assert not change.is_equivalent
    back = only_change(compare_policies(check(new), CHECKED))
    assert back.words["zh"].startswith("增加“")


def test_a_condition_written_otherwise_is_proved_the_same() -> None:
    new = changed("校本研修经费预算 > 0\nand sum", "校本研修经费预算 != 0\nand sum")
    change = only_change(compare_policies(CHECKED, check(new)))
    assert change.is_equivalent
    assert "已证明" in say_change(change, "zh")
    looser = changed("校本研修经费预算 > 0\nand sum", "校本研修经费预算 >= 0\nand sum")
    assert not only_change(compare_policies(CHECKED, check(looser))).is_equivalent


def test_nothing_is_proved_where_a_parameter_has_other_bounds() -> None:
    rule = "教师培训经费预算 >= 公用经费年度预算总额 * 培训经费最低比例 and 专项列支"
    zero = OLD.text.replace(ROW, ROW.replace("5%", "0"))
    old = read(zero.replace(rule, "专项列支 and 教师培训经费预算 > 培训经费最低比例"))
    new = read(OLD.text.replace(rule, "专项列支 and 教师培训经费预算 != 培训经费最低比例"))
    difference = compare_policies(check(old), check(new))
    [clause] = difference.clauses
    [change] = [one for one in clause.changes if one.part is Part.CONDITION]
    assert not change.is_equivalent


def history(*rows: tuple[str, str, str]) -> Policy:
    """The document with these values, first and last days of one parameter."""
    lines: list[str] = []
    for value, start, end in rows:
        days = f"{start} | {end} |" if end else f"{start} | |"
        lines.append(ROW.replace("5%", value).replace("2022-06-02 | |", days))
    return changed(ROW, "\n".join(lines))


def test_a_parameter_is_another_from_a_day_on() -> None:
    new = history(("5%", "2022-06-02", "2025-12-31"), ("6%", "2026-01-01", ""))
    difference = compare_policies(OLD, new)
    [change] = difference.parameters
    assert not difference.clauses
    assert say_change(change, "zh") == "参数 培训经费最低比例：5% → 6%（2026-01-01 起）"
    assert say_change(change, "en") == "parameter 培训经费最低比例: 5% → 6% (from 2026-01-01)"


def test_a_history_in_other_rows_is_the_same_history() -> None:
    new = history(("5%", "2022-06-02", "2025-12-31"), ("5%", "2026-01-01", ""))
    assert not compare_policies(OLD, new)


def test_a_parameter_that_ends_is_removed_from_the_day_after() -> None:
    [change] = compare_policies(OLD, history(("5%", "2022-06-02", "2025-12-31"))).parameters
    assert (change.sort, change.period) == ("removed", Period(date(2026, 1, 1)))
    [change] = compare_policies(OLD, history(("5%", "2022-09-01", ""))).parameters
    assert change.period == Period(date(2022, 6, 2), date(2022, 8, 31))


def test_two_ways_to_write_a_value_are_one_value() -> None:
    [change] = compare_policies(CHECKED, check(history(("0.05", "2022-06-02", "")))).parameters
    assert change.is_equivalent
    [change] = compare_policies(CHECKED, check(history(("0.051", "2022-06-02", "")))).parameters
    assert not change.is_equivalent


def test_what_supports_a_parameter_is_compared_too() -> None:
    text, _ = edit(OLD, "parameters/必备主题/核实", "未核实")
    assert text is not None
    [change] = compare_policies(OLD, read(text)).parameters
    assert say_change(change, "zh").startswith("参数 必备主题“核实”：已核实 → 未核实")


def test_a_rule_of_another_form_is_said_so() -> None:
    clause = OLD.clause("manager")
    assert clause is not None
    assert isinstance(clause.body, Expression)
    table = "| U | → 结果 |\n|---|---|\n| 1 | true |"
    text = OLD.text.replace(f"```feel\n{clause.body.text.value}\n```", table)
    change = only_change(compare_policies(OLD, read(text)))
    assert (change.part, change.old, change.new) == (Part.BODY, "表达式", "决策表")


def test_another_hit_policy_and_another_column_are_said() -> None:
    old = "| U | 职务 | → 上一层职务 | 说明 |"
    [change] = compare_policies(OLD, changed(old, old.replace("U", "F"))).changes()
    assert say_change(change, "zh") == "命中策略：U → F"
    changes = list(compare_policies(OLD, changed(old, old.replace("说明", "注"))).changes())
    assert {(one.part, one.sort, one.name) for one in changes} >= {
        (Part.COLUMN, "removed", "说明"),
        (Part.COLUMN, "added", "注"),
    }


def test_everything_is_plain_data_too() -> None:
    new = changed("\nand 研修负责人.分管教育教学\n", "\n")
    data = compare_policies(CHECKED, check(new)).as_json()
    [clause] = data["clauses"]
    assert clause["id"] == "leading-group"
    assert clause["changes"][0]["words"]["en"]


def test_layout_never_makes_a_difference() -> None:
    good = OLD.text.replace("- 类别: ", "- kind:  ").replace("要求\n", "requirement\n")
    laid_out, _ = format_text(good, "policy.md")
    assert laid_out is not None
    assert not compare_policies(read(good), read(laid_out))


def test_a_difference_of_nothing_has_no_clause() -> None:
    with pytest.raises(ValueError, match="no clause"):
        _ = ClauseDifference(None, None).clause

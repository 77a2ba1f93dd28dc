"""What check_lifecycle finds in the text of a flow; one broken place a row."""

from __future__ import annotations

import pytest

from xbyx_rules.checking.flow_paths import find_early_path
from xbyx_rules.checking.lifecycles import check_lifecycle
from xbyx_rules.errors import Place
from xbyx_rules.feel.syntax import And, Boolean, Comparison, Name, String
from xbyx_rules.policy import Clause, ClauseKind, Period, Text, TransitionRow, Transitions

PLACE = Place("policy.md", 1)
KNOWN = ("four-documents", "funding-floor")
PROPERTIES = {"对象": "年度计划", "初始": "草稿", "终结": "已备案, 已撤回"}
ROWS = (
    "草稿 | 提交 | 待审 | 负责人 | four-documents",
    "草稿 | 撤回 | 已撤回 | 负责人",
    "待审 | 通过 | 已通过 | 审核员 | funding-floor",
    "待审 | 退回 | 草稿 | 审核员",
    "已通过 | 备案 | 已备案 | 备案员",
)
OPINION = Comparison("!=", Name("意见"), String(""))


def row(text: str, line: int, **more) -> TransitionRow:
    source, action, target, by, *must = (part.strip() for part in text.split("|"))
    fields = {"condition": None, "deadline": None, "origin": "推论", "basis": "", **more}
    return TransitionRow(
        source=source,
        action=action,
        target=target,
        by=tuple(by.split("、")) if by else (),
        must_meet=tuple(must),
        place=Place("policy.md", line),
        **fields,
    )


def clause(rows=ROWS, properties=PROPERTIES, *, details=None, body=None) -> Clause:
    details = details or {}
    read = tuple(row(text, 10 + n, **details.get(n, {})) for n, text in enumerate(rows))
    return Clause(
        id="annual-plan",
        locator="六(四)-2b",
        title="年度计划的审核",
        level=2,
        kind=ClauseKind.LIFECYCLE,
        properties={key: Text(value, Place("policy.md", 3)) for key, value in properties.items()},
        prose="",
        body=body if body is not None else Transitions(read),
        messages={},
        examples=(),
        period=Period(),
        place=PLACE,
    )


def parse(text: Text):
    return {"opinion": OPINION, "both": And((Boolean(True), OPINION))}.get(
        text.value, Boolean(True)
    ), ()


def check(one: Clause):
    return check_lifecycle(one, KNOWN, parse)


def codes(one: Clause) -> list[str]:
    return [found.code for found in check(one)[1]]


def test_a_sound_flow_passes_with_its_states_in_the_documents_order():
    flow, found = check(clause())
    assert found == ()
    assert flow is not None
    assert flow.states == ("草稿", "待审", "已撤回", "已通过", "已备案")
    assert flow.finals == ("已备案", "已撤回")
    assert flow.transition("待审", "退回").target == "草稿"
    assert flow.transition("草稿", "备案") is None


BROKEN = {
    "no 初始": (ROWS, {"初始": ""}, "XR402"),
    "no 终结": (ROWS, {"终结": ""}, "XR402"),
    "no 对象": (ROWS, {"对象": ""}, "XR402"),
    "an initial state that isn't there": (ROWS, {"初始": "起草"}, "XR403"),
    "a final state that isn't there": (ROWS, {"终结": "已备案, 已撤回, 归档"}, "XR403"),
    "a state that nothing leads to": ((*ROWS, "挂起 | 恢复 | 草稿 | 负责人"), {}, "XR404"),
    "a state without a way out": ((*ROWS, "待审 | 搁置 | 搁置 | 审核员"), {}, "XR405"),
    "two states that only lead to each other": (
        (*ROWS, "待审 | 搁置 | 甲 | 审核员", "甲 | 去 | 乙 | 审核员", "乙 | 回 | 甲 | 审核员"),
        {},
        "XR405",
    ),
    "a way out of a final state": ((*ROWS, "已备案 | 重开 | 草稿 | 备案员"), {}, "XR406"),
    "an action twice in a state": ((*ROWS, "待审 | 通过 | 草稿 | 审核员"), {}, "XR407"),
    "a typo in a guard": (
        (*ROWS[:4], "已通过 | 备案 | 已备案 | 备案员 | funding-flor"),
        {},
        "XR408",
    ),
    "nobody who may act": ((*ROWS[:4], "已通过 | 备案 | 已备案 | "), {}, "XR409"),
    "an invariant without a verb": (ROWS, {"不变量": "已备案 需要 通过"}, "XR412"),
    "an invariant that asks for nothing known": (ROWS, {"不变量": "已备案 之前必有 审查"}, "XR414"),
    "a broken invariant": (ROWS, {"不变量": "通过 之前必有 备案"}, "XR415"),
    "an invariant on the initial state": (ROWS, {"不变量": "草稿 之前必有 通过"}, "XR415"),
    "a way that is not there": (ROWS, {"不变量": "草稿 必能 退回"}, "XR423"),
    "a way from a state that is not there": (ROWS, {"不变量": "草搞 必能 撤回"}, "XR423"),
    "an unknown kind of joint signature": (
        ROWS,
        {"会签": "大家", "拒绝规则": "一票否决"},
        "XR416",
    ),
    "an unknown way back": (ROWS, {"退回后": "退回 随意"}, "XR416"),
    "a way back for an unknown action": (ROWS, {"退回后": "随意"}, "XR418"),
    "a way back of no action": (ROWS, {"退回后": "直达"}, "XR416"),
    "straight back by what is no return": (ROWS, {"退回后": "通过 直达"}, "XR429"),
    "a joint signature without a rule": (ROWS, {"会签": "通过 全体"}, "XR417"),
    "a rule without a joint signature": (ROWS, {"拒绝规则": "退回 一票否决"}, "XR417"),
    "a joint signature of nothing": (ROWS, {"会签": "全体", "拒绝规则": "退回 一票否决"}, "XR416"),
    "a rule nobody knows": (ROWS, {"会签": "通过 全体", "拒绝规则": "退回 看情况"}, "XR416"),
    "a share of more than all": (
        ROWS,
        {"会签": "通过 比例 3/2", "拒绝规则": "退回 一票否决"},
        "XR416",
    ),
    "a rejection elsewhere": (ROWS, {"会签": "通过 全体", "拒绝规则": "撤回 一票否决"}, "XR424"),
    "a rejection by others": (
        (*ROWS, "待审 | 否决 | 草稿 | 旁人"),
        {"会签": "通过 全体", "拒绝规则": "否决 一票否决"},
        "XR425",
    ),
    "a rule that may give no result": (
        ROWS,
        {"会签": "通过 全体", "拒绝规则": "退回 全部拒绝"},
        "XR426",
    ),
    "taking back what has ended": (ROWS, {"取回": "备案"}, "XR427"),
    "a reminder without a time limit": (ROWS, {"催办": "备案 期前 2 工作日"}, "XR428"),
    "a reminder at no time": (ROWS, {"催办": "备案 早点"}, "XR416"),
    "an escalation without a time limit": (ROWS, {"逾期上报": "备案 校长"}, "XR428"),
    "a joint signature that leads to two states": (
        (*ROWS[:3], "待审 | 退回 | 草稿, 已撤回 | 审核员", *ROWS[4:]),
        {"会签": "通过 全体", "拒绝规则": "退回 一票否决"},
        "XR430",
    ),
    "in force in no state": (ROWS, {"生效状态": "生效"}, "XR403"),
    "a seal for an unknown action": (ROWS, {"签章必需": "盖章"}, "XR418"),
    "an opinion for an unknown action": (ROWS, {"意见必填": "驳回"}, "XR418"),
    "a sign as a state": ((*ROWS, "待审 | 去 | * | 审核员"), {}, "XR420"),
    "a sign as an action": ((*ROWS, "待审 | = | 草稿 | 审核员"), {}, "XR420"),
    "a name that no column holds": ((*ROWS, f"待审 | {'长' * 61} | 草稿 | 审核员"), {}, "XR420"),
    "an initial state that is final": (ROWS, {"终结": "草稿, 已备案, 已撤回"}, "XR422"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found_and_nothing_is_given(name):
    rows, properties, code = BROKEN[name]
    flow, found = check(clause(rows, {**PROPERTIES, **properties}))
    assert code in [one.code for one in found]
    assert flow is None
    assert all(one.render("zh") and one.render("en") for one in found)


@pytest.mark.parametrize(
    ("detail", "code"),
    [
        ({"origin": "听说"}, "XR410"),
        ({"deadline": Text("十五天", PLACE)}, "XR411"),
        ({"deadline": Text("0 日", PLACE)}, "XR411"),
        ({"deadline": Text("15 工作小时", PLACE)}, "XR411"),
    ],
)
def test_a_broken_cell_is_found(detail, code):
    assert codes(clause(details={0: detail})) == [code]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("15 工作日", "15 工作日"),
        ("15工作日", "15 工作日"),
        ("１５ 个工作日", "15 工作日"),
        ("30 日", "30 日"),
    ],
)
def test_a_deadline_is_read_in_one_form(written, read):
    flow, found = check(clause(details={0: {"deadline": Text(written, PLACE)}}))
    assert found == ()
    assert flow.transitions[0].deadline == read


def test_a_flow_without_a_table_is_found():
    assert codes(clause(rows=())) == ["XR401"]


def test_an_invariant_about_something_outside_the_flow_is_a_warning():
    flow, found = check(clause(properties={**PROPERTIES, "不变量": "实施 之前必有 已通过"}))
    assert [(one.code, one.severity) for one in found] == [("XR413", "warning")]
    assert flow is not None


def test_a_step_said_to_be_in_the_source_names_its_clause():
    flow, found = check(clause(details={0: {"origin": "条文"}}))
    assert [(one.code, one.severity) for one in found] == [("XR421", "warning")]
    assert flow is not None
    assert codes(clause(details={0: {"origin": "条文", "basis": "六(四)-1"}})) == []


def test_a_typo_in_a_guard_gets_the_nearest_name():
    rows = (*ROWS[:4], "已通过 | 备案 | 已备案 | 备案员 | funding-flor")
    (found,) = check(clause(rows))[1]
    assert "`funding-floor`" in found.help("en")
    assert found.place == Place("policy.md", 14)


def test_a_broken_invariant_shows_a_shortest_way():
    rows = (*ROWS, "待审 | 径行备案 | 已备案 | 审核员")
    (found,) = check(clause(rows, {**PROPERTIES, "不变量": "已备案 之前必有 已通过"}))[1]
    assert found.code == "XR415"
    assert "草稿 —提交→ 待审 —径行备案→ 已备案" in found.message("zh")


@pytest.mark.parametrize("separator", ["; ", "；", "\n", ", "])
def test_several_invariants_are_read(separator):
    text = separator.join(["已备案 之前必有 已通过", "通过 之前必有 提交"])
    flow, found = check(clause(properties={**PROPERTIES, "不变量": text}))
    assert found == ()
    assert [(one.later, one.earlier) for one in flow.invariants] == [
        ("已备案", "已通过"),
        ("通过", "提交"),
    ]


@pytest.mark.parametrize(
    ("later", "earlier", "holds"),
    [
        ("已备案", "已通过", True),
        ("已备案", "备案", True),  # the action comes before the state it leads to
        ("备案", "已备案", False),
        ("已备案", "提交", True),
        ("已备案", "退回", False),
        ("通过", "草稿", True),
        ("草稿", "提交", False),
        ("通过", "通过", False),
        ("未知", "通过", True),
    ],
)
def test_what_must_come_before_is_searched_on_every_way(later, earlier, holds):
    flow, _ = check(clause())
    path = find_early_path(flow.transitions, flow.initial, later=later, earlier=earlier)
    assert (path is None) is holds


@pytest.mark.parametrize(
    ("condition", "is_required"), [("opinion", True), ("both", True), ("x", False)]
)
def test_a_condition_that_asks_for_an_opinion_marks_the_step(condition, is_required):
    flow, _ = check(clause(details={3: {"condition": Text(condition, PLACE)}}))
    assert flow.transitions[3].is_comment_required is is_required
    assert flow.transitions[3].condition_text == condition


def test_an_action_listed_under_opinions_is_marked_wherever_it_stands():
    flow, _ = check(clause(properties={**PROPERTIES, "意见必填": "退回、撤回"}))
    marked = [one.action for one in flow.transitions if one.is_comment_required]
    assert marked == ["撤回", "退回"]


def test_the_flows_properties_are_kept_for_later_stages():
    said = {"会签": "通过 比例 2/3", "拒绝规则": "退回 不足即否", "退回后": "重走"}
    flow, found = check(clause(properties={**PROPERTIES, **said}))
    assert found == ()
    assert flow.properties == said

"""The prose target: what a rule says in words."""

from __future__ import annotations

import inspect
import re
from decimal import Decimal
from typing import Literal

import pytest

from xbyx_rules.compiling.prose import DEEPEST, WORDS
from xbyx_rules.compiling.prose.calls import CALLS
from xbyx_rules.compiling.to_prose import to_prose
from xbyx_rules.errors import Place
from xbyx_rules.feel import (
    BUILTIN_NAMES,
    Scope,
    children,
    parse_expression,
    parse_unary_tests,
    replace_children,
    syntax,
)
from xbyx_rules.feel.inference import Source, infer_expression
from xbyx_rules.feel.types import (
    BOOLEAN,
    DATE,
    STRING,
    FunctionType,
    ListType,
    NumberType,
    Type,
)
from xbyx_rules.policy import Entity, Relation, Term, Vocabulary

PLACE = Place("vocabulary.md", 1)
MONEY = NumberType(Decimal(0), Decimal(10**11), 2, "元")
HOURS = NumberType(Decimal(0), Decimal(1000), 1, "学时")


def make_vocabulary() -> Vocabulary:
    def entity(name: str, english: str, *terms: tuple[str, str, Type, Relation, str]) -> Entity:
        made = {
            term: Term(term, en, kind, relation, target, "公开", "", "", PLACE)
            for term, en, kind, relation, target in terms
        }
        return Entity(name, english, made, PLACE)

    entities = (
        entity(
            *("学校", "school"),
            ("所属区", "district", STRING, "", ""),
            ("校长", "principal", STRING, "reference", "教职工"),
            ("领导小组", "leading group", STRING, "to_one", "领导小组"),
            ("教职工", "staff", STRING, "to_many", "教职工"),
            ("研修活动", "activities", STRING, "to_many", "研修活动"),
            ("主题", "themes", ListType(STRING), "", ""),
            ("公用经费年度预算总额", "annual public operating funds", MONEY, "", ""),
            ("教师培训经费预算", "teacher training budget", MONEY, "", ""),
            ("专项列支", "separately itemised", BOOLEAN, "", ""),
            ("批准日期", "approved on", DATE, "", ""),
        ),
        entity(
            *("领导小组", "leading group"),
            ("已成立", "is established", BOOLEAN, "", ""),
            ("组长", "head", STRING, "reference", "教职工"),
        ),
        entity(
            *("教职工", "staff member"),
            ("工号", "staff id", STRING, "key", ""),
            ("职务", "post", STRING, "", ""),
        ),
        entity(
            *("研修活动", "activity"),
            ("名称", "name", STRING, "", ""),
            ("日期", "date", DATE, "", ""),
            ("学时", "class hours", HOURS, "", ""),
        ),
    )
    return Vocabulary({one.name: one for one in entities}, "sha256:0")


VOCABULARY = make_vocabulary()
SCOPE = Scope(
    {
        **VOCABULARY.fields_of("学校"),
        "学时": HOURS,
        "职务": STRING,
        "意见": STRING,
        "判定日": DATE,
        "必备主题": ListType(STRING),
        "培训经费最低比例": NumberType(Decimal(0), Decimal(1), 2),
        "学分": FunctionType((VOCABULARY.type_of("研修活动"),), NumberType()),
        "经办人": VOCABULARY.type_of("教职工"),
        "提交人": VOCABULARY.type_of("教职工"),
    }
)


def typed(text: str) -> syntax.Node:
    tree, problems = parse_expression(text, SCOPE)
    assert tree is not None, problems
    node, problems = infer_expression(tree, SCOPE, Source(text), may_ask_knowledge=True)
    assert problems == ()
    return node


def untyped(text: str) -> syntax.Node:
    tree, problems = parse_expression(text, Scope())
    assert tree is not None, problems
    return tree


TYPED = [
    (
        "教师培训经费预算 >= 公用经费年度预算总额 * 培训经费最低比例 and 专项列支",
        "教师培训经费预算不少于公用经费年度预算总额乘以培训经费最低比例，并且专项列支为“是”",
        (
            "the teacher training budget is at least the annual public operating funds times "
            "培训经费最低比例, and “separately itemised” is “yes”"
        ),
    ),
    (
        "公用经费年度预算总额 > 0",
        "公用经费年度预算总额多于0元",
        "the annual public operating funds are more than 0 yuan",
    ),
    (
        "领导小组.已成立 and 领导小组.组长 = 校长",
        "领导小组已成立，并且领导小组的组长是校长",
        "the leading group is established, and the leading group's head is the principal",
    ),
    ("not(领导小组.已成立)", "领导小组未成立", "the leading group is not established"),
    (
        '职务 in ("副校长", "主任")',
        "职务是“副校长”或“主任”之一",
        "the post is one of “副校长” or “主任”",
    ),
    (
        "every 题 in 必备主题 satisfies list contains(主题, 题)",
        "每一项必备主题（记作“题”）都满足：主题中包含题",
        "every one of 必备主题 satisfies: the themes contain that item",
    ),
    (
        "every 活动 in 研修活动 satisfies 活动.日期 >= 批准日期",
        "每一次研修活动（记作“活动”）都满足：活动的日期不早于批准日期",
        (
            "every one of the activities satisfies: "
            "that activity's date is not earlier than “approved on”"
        ),
    ),
    (
        'some 人 in 教职工 satisfies 人.职务 = "主任"',
        "至少有一名教职工（记作“人”）满足：人的职务是“主任”",
        "at least one of the staff satisfies: that staff member's post is “主任”",
    ),
    (
        'not(some 人 in 教职工 satisfies 人.职务 = "主任")',
        "没有任何一名教职工（记作“人”）满足：人的职务是“主任”",
        "none of the staff satisfies: that staff member's post is “主任”",
    ),
    (
        "研修活动[日期 < 批准日期].名称",
        "研修活动中满足（日期早于批准日期）的各次的名称",
        "(those of the activities that satisfy (the date is earlier than “approved on”))'s name",
    ),
    (
        "必备主题[not(list contains(主题, item))]",
        "必备主题中满足（主题中不包含该项）的各项",
        "those of 必备主题 that satisfy (the themes do not contain the item)",
    ),
    (
        "sum(研修活动.学时) >= 36",
        "研修活动的学时的合计不少于36学时",
        "the sum of the activities' class hours is at least 36 class hours",
    ),
    (
        "sum(for a in 研修活动 return 学分(a))",
        "对每一次研修活动（记作“a”）取a的学分所得的各值的合计",
        "the sum of the values of that activity's 学分 for every one of the activities",
    ),
    ("学时 in [10..20)", "学时不少于10学时且少于20学时", None),
    ('意见 != ""', "意见不为空", "the comment is not empty"),
    ("经办人 != 提交人", "经办人不是提交人", "the actor is not the submitter"),
    ('批准日期 = @"2025-09-01"', "批准日期为2025年9月1日", "“approved on” is 1 September 2025"),
    ('date("2025-09-01") <= 判定日', "判定日不早于2025年9月1日", None),
    ('判定日 - 批准日期 <= @"P30D"', "从批准日期到判定日的时长不长于30天", None),
    ("专项列支 = false", "专项列支为“否”", "“separately itemised” is “no”"),
    (
        "if 专项列支 then 学时 > 1 else 学时 > 2",
        "如果专项列支为“是”，那么学时多于1学时，否则学时多于2学时",
        (
            "if “separately itemised” is “yes”, then the class hours are more than 1 class hour, "
            "otherwise the class hours are more than 2 class hours"
        ),
    ),
    ("已知(校长)", "已填报校长", "the principal has been reported"),
]


@pytest.mark.parametrize(("text", "zh", "en"), TYPED, ids=[case[0] for case in TYPED])
def test_a_typed_rule_is_said_as_an_official_would(text: str, zh: str, en: str | None) -> None:
    node = typed(text)
    assert to_prose(node, "zh", vocabulary=VOCABULARY) == zh
    if en is not None:
        assert to_prose(node, "en", vocabulary=VOCABULARY) == en


UNTYPED = [
    ("a >= b", "a不小于b", "a is not less than b"),
    ("a = b", "a等于b", "a equals b"),
    ("5 < a", "a多于5", "a is more than 5"),
    ("not(a >= b)", "a小于b", "a is less than b"),
    ("a > 1 and true", "a多于1", "a is more than 1"),
    ("a > 1 or true", "a多于1，或者恒成立", None),
    ("not(not(a))", "a为“是”", "a is “yes”"),
    ("a and (b or c)", "a为“是”，并且（b为“是”，或者c为“是”）", None),
    ("a or b and c", "a为“是”，或者（b为“是”，并且c为“是”）", None),
    ("not(a or b)", "并非（a为“是”，或者b为“是”）", None),
    (
        "(some x in a satisfies x) and b",
        "（至少有一条a（记作“x”）满足：x为“是”），并且b为“是”",
        None,
    ),
    ("not(every x in a satisfies x > 1)", "并非每一条a（记作“x”）都满足：x多于1", None),
    (
        "some x in a, y in b satisfies x = y",
        "至少有一条a（记作“x”）与一条b（记作“y”）满足：x等于y",
        "at least one of a (called “x”) with one of b (called “y”) satisfies: x equals y",
    ),
    (
        'every x in ["甲", "乙"] satisfies x != a',
        "“甲”、“乙”中的每一项（记作“x”）都满足：x不等于a",
        None,
    ),
    ("(a + b) * c", "（a加b）乘以c", "(a plus b) times c"),
    ("a - b - c + d", "a减b减c加d", "a minus b minus c plus d"),
    ("a - (b - c)", "a减（b减c）", "a minus (b minus c)"),
    ("a / b * c", "（a除以b）乘以c", "(a divided by b) times c"),
    ("a ** 2", "a的2次方", "a to the power of 2"),
    ("-a", "负的a", "the negative of a"),
    ("a * 5%", "a乘以5%", "a times 5%"),
    ("sum(a * b)", "（a乘以b）的合计", "the sum of (a times b)"),
    ("count([1, 2])", "（1、2）的个数", "the number of (1, 2)"),
    ("max(a, b)", "（a、b）的最大值", "the greatest of (a, b)"),
    ("sum(decimal(a, 1))", "（保留1位小数（四舍六入五成双）的a）的合计", None),
    ("decimal(sum(a), 1)", "保留1位小数（四舍六入五成双）的a的合计", None),
    ("a between 1 and 5", "a在1至5之间（含两端）", "a is between 1 and 5 (both included)"),
    ("a in (< 5, [10..20), 30)", "a少于5或（不少于10且少于20）或等于30", None),
    ("not(a in (1, 2))", "a不是1、2中的任何一项", "a is none of 1, 2"),
    ("a in b", "a等于或属于b", "a equals or is among b"),
    ("a = (b > c)", "a等于（（b大于c）是否成立）", "a equals (whether (b is greater than c))"),
    ("a[1]", "a中的第1条", "item 1 of a"),
    ("a[-1]", "a中的最后一条", "the last item of a"),
    ("a[-2]", "a中的倒数第2条", "item 2 from the end of a"),
    ('if a = "x" then 1 else 2', "如果a是“x”则为1，否则为2", "if a is “x”, 1, otherwise 2"),
    ('{名称: "甲", 数: 1 + 2}', "一条记录（名称为“甲”，数为1加2）", None),
    ("function(a, b) a + b", "以a、b为参数、求a加b的函数", None),
    ("a instance of list<number>", "a是数的列表", "a is a list of number"),
    ('contains(match: "x", string: a)', "a含有“x”", "a contains “x”"),
    ("foo(a, b) > 1", "以a、b求得的foo多于1", "foo of a, b is more than 1"),
    ("a = null", "a没有值", "a has no value"),
    ('@"P1Y2M"', "1年2个月", "1 year 2 months"),
    ('@"2025-09-01T08:30:00Z"', "2025年9月1日8时30分（UTC）", "1 September 2025, 08:30 (UTC)"),
    ("for i in 1..3 return i", "对每一个从1到3的整数（记作“i”）取i所得的各值", None),
    ("[]", "空列表", "an empty list"),
    ("[1..5)", "从1（含）到5（不含）的范围", "the range from 1 (included) to 5 (not included)"),
]


@pytest.mark.parametrize(("text", "zh", "en"), UNTYPED, ids=[case[0] for case in UNTYPED])
def test_before_inference_the_words_are_neutral(text: str, zh: str, en: str | None) -> None:
    node = untyped(text)
    assert to_prose(node, "zh") == zh
    if en is not None:
        assert to_prose(node, "en") == en


CELLS = [
    ("> 0", "多于0", "is more than 0"),
    ('"集中培训"', "是“集中培训”", "is “集中培训”"),
    ('"甲", "乙", "丙"', "是“甲”、“乙”或“丙”之一", "is one of “甲”, “乙” or “丙”"),
    ('not("甲", "乙")', "不是“甲”、“乙”中的任何一项", "is none of “甲”, “乙”"),
    ("not(> 5)", "不多于5", "is at most 5"),
    ("-", "不限", "may be anything"),
    ("[1..5)", "不少于1且少于5", "is at least 1 and is less than 5"),
    ("true", "为“是”", "is “yes”"),
    (
        "count(?) > 1",
        "满足（该值的个数多于1）",
        "satisfies (the number of the value is more than 1)",
    ),
]


@pytest.mark.parametrize(("text", "zh", "en"), CELLS, ids=[case[0] for case in CELLS])
def test_a_cell_of_a_table_is_a_predicate(text: str, zh: str, en: str) -> None:
    tests, problems = parse_unary_tests(text, Scope())
    assert tests is not None, problems
    assert (to_prose(tests, "zh"), to_prose(tests, "en")) == (zh, en)


NAME = syntax.Name(name="甲")
ONE = syntax.Number(value=Decimal(1), text="1")
TEST = syntax.UnaryComparison(operator=">", value=ONE)
ITERATOR = syntax.Iterator(name="乙", domain=NAME)
SAMPLES: tuple[syntax.Node, ...] = (
    ONE,
    syntax.String(value="文"),
    syntax.Boolean(value=True),
    syntax.Null(),
    syntax.Temporal(text="2025-09-01"),
    syntax.List(items=(ONE, NAME)),
    syntax.Context(entries=(("名", ONE),)),
    syntax.Range(low=ONE, high=None),
    NAME,
    syntax.Path(base=NAME, name="乙"),
    syntax.Filter(base=NAME, condition=NAME),
    syntax.Negation(operand=NAME),
    syntax.Arithmetic(operator="+", left=NAME, right=ONE),
    syntax.Comparison(operator="=", left=NAME, right=ONE),
    syntax.And(operands=(NAME, NAME)),
    syntax.Or(operands=(NAME, NAME)),
    syntax.Between(value=NAME, low=ONE, high=ONE),
    syntax.In(value=NAME, tests=syntax.UnaryTests(tests=(TEST,))),
    syntax.TypeName(name="list", arguments=(syntax.TypeName(name="number"),)),
    syntax.InstanceOf(value=NAME, expected=syntax.TypeName(name="date")),
    syntax.If(condition=NAME, consequence=ONE, alternative=ONE),
    ITERATOR,
    syntax.For(iterators=(ITERATOR,), result=NAME),
    syntax.Quantified(quantifier="every", iterators=(ITERATOR,), condition=NAME),
    syntax.Call(function=NAME, arguments=(ONE, ONE)),
    syntax.Parameter(name="参", expected=syntax.TypeName(name="string")),
    syntax.Function(parameters=(syntax.Parameter(name="参"),), body=NAME),
    TEST,
    syntax.UnaryExpression(value=NAME),
    syntax.UnaryTests(tests=(TEST,), is_negated=True),
)
NO_EXPRESSIONS = (
    *(syntax.UnaryTests, syntax.UnaryComparison, syntax.UnaryExpression),
    *(syntax.TypeName, syntax.Iterator, syntax.Parameter),
)
NODES = {
    one
    for _, one in inspect.getmembers(syntax, inspect.isclass)
    if issubclass(one, syntax.Node) and one is not syntax.Node
}


def test_every_kind_of_node_has_a_sample_here() -> None:
    assert {type(sample) for sample in SAMPLES} == NODES


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_node_is_said_by_itself_and_within_others(
    sample: syntax.Node, language: Literal["zh", "en"]
) -> None:
    alone = to_prose(sample, language)
    assert alone
    for outer in (
        syntax.And(operands=(sample, NAME)),
        syntax.Arithmetic(operator="*", left=NAME, right=sample),
        syntax.List(items=(sample, sample)),
        syntax.Call(function=syntax.Name(name="not"), arguments=(sample,)),
    ):
        said = to_prose(outer, language)
        assert said != alone
        assert WORDS[language].elided not in said


FEEL_SIGNS = re.compile(r"[<>=*\[\]{}\"|?]|\b(?:and|or|not|in|satisfies|return)\b")


@pytest.mark.parametrize(
    "text", [case[0] for case in UNTYPED] + [case[0] for case in TYPED if "已知" not in case[0]]
)
def test_no_sign_of_feel_is_left_in_chinese_prose(text: str) -> None:
    said = to_prose(untyped(text), "zh")
    assert FEEL_SIGNS.search(said) is None


def test_every_standard_function_has_words() -> None:
    assert set(CALLS) - {"已知"} >= BUILTIN_NAMES - {"not"}


def test_the_templates_of_a_function_say_each_argument_once() -> None:
    for name, ways in CALLS.items():
        for spoken in ways:
            slots = sorted(f"{{{place}}}" for place in range(len(spoken.parameters)))
            for text in (*spoken.texts.values(), *spoken.opposites.values()):
                assert sorted(re.findall(r"\{\d\}", text)) == slots, name


def test_both_languages_have_the_same_slots() -> None:
    zh, en = WORDS["zh"], WORDS["en"]
    assert zh.comparisons.keys() == en.comparisons.keys()
    assert {family: set(of) for family, of in zh.comparisons.items()} == {
        family: set(of) for family, of in en.comparisons.items()
    }
    assert zh.quantifiers.keys() == en.quantifiers.keys() == {"every", "some", "none", "not every"}
    assert zh.operators.keys() == en.operators.keys() == {"+", "-", "*", "/"}


@pytest.mark.parametrize(
    "sample", [one for one in SAMPLES if children(one)], ids=lambda one: type(one).__name__
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_deep_tree_is_cut_and_marked(sample: syntax.Node, language: Literal["zh", "en"]) -> None:
    node = sample
    for _ in range(5 * DEEPEST):
        below = children(sample)
        if not isinstance(below[0], NO_EXPRESSIONS):
            node = replace_children(sample, [node, *below[1:]])
        node = syntax.And(operands=(syntax.Path(base=node, name="乙"), NAME))
    said = to_prose(node, language)
    assert WORDS[language].elided in said
    assert len(said) < 100 * DEEPEST


def test_no_argument_is_said_twice() -> None:
    node: syntax.Node = NAME
    for _ in range(DEEPEST // 2):
        node = syntax.Call(function=syntax.Name(name="sum"), arguments=(node, ONE))
    assert to_prose(node, "zh").count("甲") == 1


def test_a_long_sum_is_said_whole() -> None:
    node: syntax.Node = ONE
    for _ in range(5 * DEEPEST):
        node = syntax.Arithmetic(operator="+", left=node, right=ONE)
    assert to_prose(node, "zh") == "加".join(["1"] * (5 * DEEPEST + 1))


def test_nested_tests_do_not_multiply_their_subject() -> None:
    node: syntax.Node = NAME
    for _ in range(DEEPEST // 4):
        asks = syntax.Comparison(
            operator="=", left=syntax.Name(name="?"), right=syntax.Name(name="?")
        )
        test = syntax.UnaryExpression(value=asks)
        node = syntax.In(value=node, tests=syntax.UnaryTests(tests=(test, test)))
    assert len(to_prose(node, "zh")) < 10_000


def test_a_variable_is_not_mistaken_for_a_term() -> None:
    said = to_prose(untyped("some 校长 in a satisfies 校长 > 1"), "en", vocabulary=VOCABULARY)
    assert said == "at least one of a (called “校长”) satisfies: 校长 is more than 1"


def test_text_of_a_policy_never_acts_as_a_template() -> None:
    node = syntax.Comparison(operator="=", left=NAME, right=syntax.String(value="{right} {0} {}"))
    assert to_prose(node, "zh") == "甲是“{right} {0} {}”"

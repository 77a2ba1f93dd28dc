"""What a good document says is what the model holds, with the place of every text."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
import yaml

from xbyx_rules.errors import Place
from xbyx_rules.feel.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    TIME,
    YEARS_MONTHS,
    ListType,
    NumberType,
    StringType,
    Type,
)
from xbyx_rules.policy import (
    KINDS,
    PROPERTY_KEYS,
    ClauseKind,
    DocumentStatus,
    Expression,
    Parameters,
    Pattern,
    Period,
    Policy,
    Table,
    Taxonomy,
    Text,
    Transitions,
    bundled_rules,
    hash_text,
    read_policy,
    read_vocabulary,
)

CASES = Path(__file__).parents[2] / "cases" / "policy"
GOOD = (CASES / "good.md").read_text("utf-8")
LINES = GOOD.split("\n")


def read_good(text: str = GOOD) -> Policy:
    policy, found = read_policy(text, "policy.md")
    assert found == ()
    assert policy is not None
    return policy


def body_of(anchor: str) -> object:
    clause = read_good().clause(anchor)
    assert clause is not None
    return clause.body


def marked(place: Place) -> str:
    return LINES[place.line - 1][place.column - 1 :][: place.length]


def test_the_front_matter_is_kept() -> None:
    policy = read_good()
    assert policy.id == "cn/example/training"
    assert policy.title == "示例: 校本研修规定"
    assert (policy.document, policy.kind) == ("示例〔2022〕1号", "规定")
    assert (policy.issuer, policy.division) == ("示例教育局", "110000")
    assert policy.adopted == date(2022, 6, 2)
    assert policy.period == Period(date(2022, 6, 2))
    assert policy.validity == "未核实"
    assert policy.refines == ("cn/floor",)
    assert policy.status is DocumentStatus.IN_FORCE
    assert policy.preface == "这是一份用来试读的文件。"
    assert marked(policy.places["refines"]) == "[cn/floor]"


def test_every_kind_of_clause_is_read() -> None:
    read = [(one.id, one.locator, one.title, one.kind) for one in read_good().clauses]
    assert read == [
        ("", "前言", "前言", None),
        ("meaning", "前言-1", "研修的意义", ClauseKind.PRINCIPLE),
        ("", "六", "保障", None),
        ("funding-floor", "六(二)-5", "经费够用", ClauseKind.REQUIREMENT),
        ("parameters", "", "参数", ClauseKind.PARAMETER),
        ("credit", "第五条第二款", "学时折合学分", ClauseKind.CALCULATION),
        ("domains", "四-1a", "内容领域", ClauseKind.TAXONOMY),
        ("responsible", "六(四)-1", "第一责任人", ClauseKind.DUTY),
        ("annual-plan", "六(四)-2", "年度计划的审核", ClauseKind.LIFECYCLE),
        ("too-early", "六(四)-2c", "未批先行", ClauseKind.CHECK),
        ("content-fits", "", "内容有针对性", ClauseKind.JUDGEMENT),
    ]


def test_a_requirement_keeps_its_parts() -> None:
    clause = read_good().clause("funding-floor")
    assert clause is not None
    assert clause.property("规范用语") == "应当"
    assert clause.property("前提") == "公用经费 > 0"
    assert marked(clause.properties["前提"].place) == "公用经费 > 0"
    assert clause.period == Period(date(2022, 9, 1), date(2025, 12, 31))
    assert clause.prose == "培训经费不低于规定比例,\n并且单独列出。"
    assert isinstance(clause.body, Expression)
    assert clause.body.text.value == "培训经费 >= 公用经费 * 最低比例\n  and 专项列支"
    assert set(clause.messages) == {"zh", "en"}
    assert clause.messages["en"].value == "The training budget is {培训经费} yuan."
    assert clause.source.startswith("## 六(二)-5 经费够用 {#funding-floor}\n")
    assert clause.source.endswith("| 没填 | | 5 | true | 暂无法判定 |")


def test_examples_keep_empty_cells() -> None:
    clause = read_good().clause("funding-floor")
    assert clause is not None
    example = clause.examples[2]
    assert example.name == "没填"
    assert [(name.value, cell.value) for name, cell in example.inputs] == [
        ("公用经费", ""),
        ("培训经费", "5"),
        ("专项列支", "true"),
    ]
    assert example.expected.value == "暂无法判定"
    assert marked(example.expected.place) == "暂无法判定"


def test_every_character_of_a_text_of_several_lines_has_its_place() -> None:
    clause = read_good().clause("funding-floor")
    assert clause is not None
    assert isinstance(clause.body, Expression)
    for text in (clause.body.text, *clause.messages.values()):
        for offset, character in enumerate(text.value):
            if character != "\n":
                assert marked(text.place_at(offset)) == character


def test_an_escaped_bar_is_one_character_with_its_place() -> None:
    table = body_of("credit")
    assert isinstance(table, Table)
    cell = table.rows[1].inputs[0]
    assert cell.value == '"甲|乙", "丙"'
    assert [marked(cell.place_at(offset))[:1] for offset in range(len(cell.value))] == [
        "\\" if character == "|" else character for character in cell.value
    ]


def test_a_decision_table_is_split_into_inputs_outputs_and_annotations() -> None:
    table = body_of("credit")
    assert isinstance(table, Table)
    assert table.hit_policy.value == "U"
    headings = (table.inputs, table.outputs, table.annotations)
    assert [[one.value for one in part] for part in headings] == [
        ["活动类别", "学时"],
        ["学分"],
        ["依据"],
    ]
    assert marked(table.outputs[0].place) == "学分"
    assert [row.number for row in table.rows] == ["1", "2"]
    assert [cell.value for cell in table.rows[0].outputs] == ["学时 / 10"]


def test_parameters_are_their_history() -> None:
    body = body_of("parameters")
    assert isinstance(body, Parameters)
    assert [(row.name, row.value.value, str(row.period), row.is_verified) for row in body.rows] == [
        ("最低比例", "5%", "2022-06-02..2024-12-31", True),
        ("最低比例", "6%", "2025-01-01..", False),
    ]
    assert body.rows[0].basis == "六(二)-5"


def test_transitions_are_split() -> None:
    body = body_of("annual-plan")
    assert isinstance(body, Transitions)
    first, second, third = body.rows
    assert (first.source, first.action, first.target) == ("草稿", "提交", "待审")
    assert first.by == ("负责人", "校长")
    assert first.must_meet == ("funding-floor", "content-fits")
    assert (first.condition, first.deadline) == (None, None)
    assert (first.origin, second.origin, third.origin) == ("条文", "推论", "参数")
    assert third.condition is not None
    assert third.condition.value == "经办人 != 提交人"
    assert third.deadline is not None
    assert marked(third.deadline.place) == "15 工作日"


def test_a_pattern_knows_what_must_be_absent() -> None:
    body = body_of("too-early")
    assert isinstance(body, Pattern)
    assert [(row.entity, row.alias, row.is_absent) for row in body.rows] == [
        ("研修活动", "a", False),
        ("有效批准", "b", True),
    ]
    assert body.rows[0].condition is None
    assert body.rows[1].condition is not None


def test_a_taxonomy_keeps_its_two_levels() -> None:
    body = body_of("domains")
    assert isinstance(body, Taxonomy)
    assert [(row.value, row.parent.value, row.english, row.note) for row in body.rows] == [
        ("教师发展", "", "teacher development", ""),
        ("师德", "教师发展", "ethics", "在前"),
    ]


def test_words_stand_in_chinese_whatever_their_spelling() -> None:
    policy = read_good()
    credit, early = policy.clause("credit"), policy.clause("too-early")
    assert credit is not None
    assert early is not None
    assert set(credit.properties) == {"类别", "对象", "结果"}
    assert early.property("严重") == "高"
    assert marked(early.properties["严重"].place) == "high"


def test_line_ends_change_no_place_and_no_hash() -> None:
    plain = read_good()
    other = read_good("\ufeff" + GOOD.replace("\n", "\r\n"))
    assert other.hash == plain.hash == hash_text(GOOD)
    assert [clause.body for clause in other.clauses] == [clause.body for clause in plain.clauses]
    assert [one.properties for one in other.clauses] == [one.properties for one in plain.clauses]
    assert other.clauses[3].source == plain.clauses[3].source.replace("\n", "\r\n")


def test_the_bundled_documents_read_without_a_diagnostic() -> None:
    files = sorted(bundled_rules().rglob("policy.md"))
    assert files
    for file in files:
        policy, found = read_policy(file.read_text("utf-8"), file.name)
        assert found == ()
        assert policy is not None


@pytest.mark.parametrize(
    ("heading", "locator", "title"),
    [
        ("六(二)-5 标题", "六(二)-5", "标题"),
        ("六（二）－５ 标题", "六(二)-5", "标题"),
        ("六(四)-2c 标题", "六(四)-2c", "标题"),
        ("前言-1 标题", "前言-1", "标题"),
        ("第八条 标题", "第八条", "标题"),
        ("第五条第二款 标题", "第五条第二款", "标题"),
        ("第十二条之一第(三)项 标题", "第十二条之一第(三)项", "标题"),
        ("第12条 标题", "第12条", "标题"),
        ("附件二第三条 标题", "附件二第三条", "标题"),
        ("附则(一) 标题", "附则(一)", "标题"),
        ("六、标题", "六", "标题"),
        ("(一) 标题", "(一)", "标题"),
        ("3.2-1 标题", "3.2-1", "标题"),
        ("3-1 标题", "3-1", "标题"),
        ("六(二)-5-1 标题", "六(二)-5-1", "标题"),
        ("第八条", "第八条", "第八条"),
        ("六部门的分工", "", "六部门的分工"),
        ("一般要求", "", "一般要求"),
        ("2022 年安排", "", "2022 年安排"),
        ("2022-2023 学年", "", "2022-2023 学年"),
        ("参数", "", "参数"),
    ],
)
def test_a_locator_is_split_from_the_title(heading: str, locator: str, title: str) -> None:
    front = GOOD[: GOOD.index("# 前言")]
    clause = read_good(f"{front}# {heading}\n").clauses[0]
    assert (clause.locator, clause.title) == (locator, title)


@pytest.mark.parametrize("kind", list(ClauseKind))
def test_each_kind_names_only_known_keys(kind: ClauseKind) -> None:
    assert set(KINDS[kind].keys) <= set(PROPERTY_KEYS)
    assert len(set(KINDS[kind].keys)) == len(KINDS[kind].keys)


def test_every_key_belongs_to_some_kind() -> None:
    assert {key for rule in KINDS.values() for key in rule.keys} == set(PROPERTY_KEYS)


def test_a_document_over_a_limit_is_reported_once() -> None:
    front = GOOD[: GOOD.index("# 前言")]
    many = front + "# 标题\n" * 10_001
    rows = front + "## 参数 {#p}\n\n| 参数 | 值 | 核实 |\n|---|---|---|\n"
    rows += "".join(f"| p{number} | 1 | 已核实 |\n" for number in range(10_001))
    for text in (many, rows):
        assert [one.code for one in read_policy(text, "policy.md")[1]] == ["XR003"]
    assert [one.code for one in read_policy("a" * 2_000_001, "p")[1]] == ["XR002"]


def test_only_the_first_five_hundred_problems_are_listed() -> None:
    _, found = read_policy("---\n" + "x\n" * 2_000, "policy.md")
    assert len(found) == 501
    assert found[-1].code == "XR014"
    assert {one.code for one in found[:-1]} == {"XR022"}


def test_every_code_of_the_catalogue_has_a_case() -> None:
    codes = resources.files("xbyx_rules.errors").joinpath("codes", "policy.toml")
    listed = set(tomllib.loads(codes.read_text("utf-8")))
    seen = {"XR001", "XR002", "XR003", "XR014", "XR043", "XR044", "XR098", "XR099"}  # tested nearby
    for file in CASES.glob("*.yaml"):
        for case in yaml.safe_load(file.read_text("utf-8")):
            seen |= {found.split()[0] for found in case.get("found", [])}
    assert seen == listed


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("文本 | | ", StringType()),
        ("文本 | | 甲、乙 ", StringType(("甲", "乙"))),
        ("列表<文本> | | 甲、乙 ", ListType(StringType(("甲", "乙")))),
        ("数 | 元 | [0..1e11] ", NumberType(Decimal(0), Decimal("1e11"), None, "元")),
        ("数（2） | 元 | [-1.5..] ", NumberType(Decimal("-1.5"), None, 2, "元")),
        ("整数 | | [..9] ", NumberType(None, Decimal(9), 0)),
        ("是非 | | ", BOOLEAN),
        ("日期 | | ", DATE),
        ("时间 | | ", TIME),
        ("日期时间 | | ", DATE_TIME),
        ("年月时长 | | ", YEARS_MONTHS),
        ("日时时长 | | ", DAYS_TIME),
        ("列表<整数> | 个 | ", ListType(NumberType(scale=0, unit="个"))),
    ],
)
def test_the_types_of_the_vocabulary(cells: str, expected: Type) -> None:
    text = (
        '## 学校 {#school en="school"}\n\n'
        "| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |\n"
        f"{'|---' * 9}|\n| 词 | term | {cells}| | 公开 | JY1 | 注 |\n"
    )
    vocabulary, found = read_vocabulary(text, "vocabulary.md")
    assert found == ()
    assert vocabulary is not None
    term = vocabulary.entities["学校"].terms["词"]
    assert term.type == expected
    assert (term.confidentiality, term.data_element, term.note) == ("公开", "JY1", "注")


def test_a_text_of_one_line_counts_on_from_its_place() -> None:
    text = Text("ab", Place("p", 3, 5, 2))
    assert text.place_at(1) == Place("p", 3, 6, 1)


def test_a_text_without_its_prefix_keeps_its_places() -> None:
    whole = "> en: The budget is {a}\n> and more is {b}."
    message = GOOD.replace("> en: The training budget is {培训经费} yuan.", whole)
    clause = read_good(message).clause("funding-floor")
    assert clause is not None
    english = clause.messages["en"]
    assert english.value == "The budget is {a}\nand more is {b}."
    assert english.place == Place("policy.md", 51, 7, 17)
    assert english.place_at(english.value.index("{b}")) == Place("policy.md", 52, 15, 1)

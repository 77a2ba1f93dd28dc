"""A small vocabulary and a small foreign host, in the manner of an open-source school platform.

Its tables have what such tables have: numbered keys, Y/N, lists in one column, '' for "not filled
in", open ends as NULL, instants where dates are meant.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, text

from xbyx_rules.errors import Place
from xbyx_rules.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    STRING,
    ListType,
    NumberType,
    StringType,
    Type,
)
from xbyx_rules.hosting.conversions import (
    Codes,
    Dates,
    FenToYuan,
    Number,
    SeparatedList,
    Text,
    YesNo,
)
from xbyx_rules.hosting.mapping import (
    Beside,
    Column,
    Constant,
    EntityMapping,
    Flow,
    HostMapping,
    Responsible,
    SameRow,
    Stamp,
    ToMany,
    ToOne,
)
from xbyx_rules.policy import Entity, Term, Vocabulary

MONEY = NumberType(low=Decimal(0), high=Decimal("1e11"), scale=2)
PLACE = Place("vocabulary.md", 1)


def term(name: str, kind: Type, relation: str = "", target: str = "", level: str = "内部") -> Term:
    return Term(name, name, kind, relation, target, level, "", "", PLACE)  # type: ignore[arg-type]


def entity(name: str, *terms: Term) -> tuple[str, Entity]:
    return name, Entity(name, name, {one.name: one for one in terms}, PLACE)


VOCABULARY = Vocabulary(
    dict(
        [
            entity(
                "学校",
                term("标识码", STRING, "key", level="公开"),
                term("名称", STRING),
                term("类别", StringType(("小学", "初中"))),
                term("所属区", STRING),
                term("小组", ANY, "to_one", "小组"),
                term("负责人", ANY, "to_one", "职员"),
                term("职员", ANY, "to_many", "职员"),
                term("总额", MONEY),
                term("经费", MONEY),
                term("列支", BOOLEAN),
            ),
            entity("小组", term("成立", BOOLEAN), term("组长", STRING)),
            entity(
                "职员",
                term("工号", STRING, "key", level="个人"),
                term("职务", StringType(("校长", "教师")), level="个人"),
                term("上级", STRING),
            ),
            entity(
                "计划",
                term("编号", STRING, "key"),
                term("学校", ANY, "to_one", "学校"),
                term("主题", ListType(STRING)),
                term("批准", DATE),
                term("失效", DATE),
                term("活动", ANY, "to_many", "活动"),
            ),
            entity("活动", term("日期", DATE), term("学时", NumberType(scale=1))),
        ]
    ),
    "hash",
)

SCHOOL = EntityMapping(
    entity="学校",
    table="school",
    key="code",
    terms={
        "名称": Column("name"),
        "类别": Column("kind", Codes({"P": "小学", "M": "初中"})),
        "所属区": Constant("110199"),
        "小组": SameRow({"成立": Column("group_yn", YesNo()), "组长": Column("group_head")}),
        "负责人": ToOne(on={"person_in_charge": "person_id"}),
        "职员": ToMany(on={"school_id": "school_id"}, where={"active": "Y"}, is_complete=True),
        "经费": Column("training_yuan", Number(), missing=("",)),
    },
    beside=(
        Beside(
            table="budget",
            on={"school_id": "school_id"},
            where={"year": 2025},
            terms={"总额": Column("total_fen", FenToYuan()), "列支": Column("itemised", YesNo())},
        ),
    ),
)
STAFF = EntityMapping(
    entity="职员",
    table="person",
    key="person_id",
    key_is_number=True,
    terms={
        "职务": Column("post", Codes({"1": "校长", "2": "教师"})),
        "上级": Column("boss", Text({"0": ""})),
    },
)
PLAN = EntityMapping(
    entity="计划",
    table="plan",
    key="plan_id",
    key_is_number=True,
    terms={
        "学校": ToOne(on={"school_id": "school_id"}),
        "主题": Column("themes", SeparatedList(table={"A": "甲", "B": "乙"})),
        "批准": Column("approved", Dates(), missing=("0000-00-00",)),
        "失效": Column("ends", Dates("YYYYMMDD"), when_null=date(9999, 12, 31)),
        "活动": ToMany(on={"plan_id": "plan_id"}, order_by=("held",), is_complete=False),
    },
)
ACTIVITY = EntityMapping(
    entity="活动",
    table="activity",
    key="activity_id",
    terms={"日期": Column("held", Dates()), "学时": Column("hours", Number())},
)
FLOW = Flow(
    entity="计划",
    policy="cn/test",
    lifecycle="plan",
    column="state",
    states={"1": "草稿", "2": "已批准"},
    states_are_numbers=True,
    responsible=(
        Responsible("校长", Column("school_id")),
        Responsible("审核员", Constant("JX")),
        Responsible("督学", Column("inspector")),
    ),
    stamps=(
        Stamp("批准", "approved"),
        Stamp("批准", "ends", form="YYYYMMDD"),
        Stamp("退回", "approved", "nothing"),
    ),
)

TABLES = """
CREATE TABLE school (school_id INTEGER, code TEXT, name TEXT, kind TEXT, group_yn TEXT,
                     group_head TEXT, person_in_charge INTEGER, training_yuan TEXT);
CREATE TABLE budget (school_id INTEGER, year INTEGER, total_fen INTEGER, itemised INTEGER);
CREATE TABLE person (person_id INTEGER, school_id INTEGER, post INTEGER, boss TEXT, active TEXT);
CREATE TABLE plan (plan_id INTEGER, school_id INTEGER, themes TEXT, approved TEXT, ends TEXT,
                   state INTEGER, inspector TEXT);
CREATE TABLE activity (activity_id INTEGER, plan_id INTEGER, held TEXT, hours NUMERIC);
INSERT INTO school VALUES (1, 'S1', '示例一校', 'P', 'Y', '11', 12, '49999.99'),
                          (2, 'S2', '示例二校', 'M', 'N', NULL, NULL, '');
INSERT INTO budget VALUES (1, 2025, 100000000, 1), (1, 2024, 5, 0);
INSERT INTO person VALUES (11, 1, 1, '0', 'Y'), (12, 1, 2, '11', 'Y'), (13, 1, 2, '11', 'N');
INSERT INTO plan VALUES (7, 1, 'B,A', '2025-09-20', '20260831', 1, NULL),
                        (8, 2, NULL, '0000-00-00', NULL, 2, 'D1'),
                        (9, NULL, '', NULL, NULL, NULL, 'D1');
INSERT INTO activity VALUES (1, 7, '2025-10-02 00:00:00', 2.5), (2, 7, '2025-10-01', 4);
"""


def mapping(*entities: EntityMapping, flows: tuple[Flow, ...] = (FLOW,)) -> HostMapping:
    """The whole mapping, with other entries in place of those of the same entity."""
    own = {one.entity: one for one in (SCHOOL, STAFF, PLAN, ACTIVITY)}
    return HostMapping(tuple({**own, **{one.entity: one for one in entities}}.values()), flows)


def fill(connection: Connection) -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            connection.execute(text(statement))

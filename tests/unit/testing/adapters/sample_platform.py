"""A platform of a few tables, with a view without a key, and its sound adapter."""

from __future__ import annotations

from sqlalchemy import Engine, text

from xbyx_rules.deciding import Subject
from xbyx_rules.hosting import (
    Adapter,
    Beside,
    Codes,
    Column,
    Constant,
    Dates,
    EntityMapping,
    FenToYuan,
    Flow,
    Holders,
    HostMapping,
    Number,
    Responsible,
    Stamp,
    Text,
    ToMany,
    ToOne,
    YesNo,
)

TABLES = """
CREATE TABLE t_school (code VARCHAR(10) PRIMARY KEY, name VARCHAR(60) NOT NULL, kind CHAR(1),
                       district CHAR(6), head VARCHAR(12), own_yuan DECIMAL(14, 2));
CREATE TABLE t_budget (code VARCHAR(10), year INTEGER, public_fen BIGINT, itemised CHAR(1));
CREATE VIEW v_budget AS SELECT code, public_fen, itemised FROM t_budget WHERE year = 2025;
CREATE TABLE t_staff (staff_id VARCHAR(12) PRIMARY KEY, code VARCHAR(10), post CHAR(1),
                      above VARCHAR(12));
CREATE TABLE t_paper (paper_id INTEGER PRIMARY KEY, code VARCHAR(10), kind CHAR(2),
                      from_day CHAR(8), to_day CHAR(8));
CREATE TABLE t_credit (code VARCHAR(10), staff_id VARCHAR(12), hours VARCHAR(8));
CREATE TABLE t_plan (plan_id VARCHAR(12) PRIMARY KEY, code VARCHAR(10), status CHAR(2),
                     approved_on DATE, changed VARCHAR(20));
CREATE TABLE t_role (staff_id VARCHAR(12), role_no INTEGER, office VARCHAR(10), first_day CHAR(8),
                     last_day CHAR(8));
INSERT INTO t_school VALUES ('9900000001', '示例小学', '2', '110199', 'T1234567', 30000.50);
INSERT INTO t_school VALUES ('9900000002', '示例中学', '3', '110199', NULL, NULL);
INSERT INTO t_budget VALUES ('9900000001', 2025, 100000000, 'Y');
INSERT INTO t_budget VALUES ('9900000001', 2024, 90000000, 'N');
INSERT INTO t_staff VALUES ('T1234567', '9900000001', '1', '0');
INSERT INTO t_staff VALUES ('T1234568', '9900000001', '6', 'T1234567');
INSERT INTO t_paper VALUES (1, '9900000001', '01', '20250101', '20301231');
INSERT INTO t_paper VALUES (2, '9900000001', '02', '20250101', '');
INSERT INTO t_credit VALUES ('9900000001', 'T1234568', '24.5');
INSERT INTO t_role VALUES ('D0000001', 21, 'JX110199', '20200901', NULL);
INSERT INTO t_role VALUES ('D0000002', 21, 'JX110199', '20200901', '20250131');
INSERT INTO t_role VALUES ('D0000003', 99, 'JX110199', '20200901', '');
INSERT INTO t_plan VALUES ('P1', '9900000001', '10', NULL, 'never');
INSERT INTO t_plan VALUES ('P2', '9900000002', '40', '2025-09-01', 'never')
"""
SCHOOL = EntityMapping(
    entity="学校",
    table="t_school",
    key="code",
    terms={
        "学校名称": Column("name"),
        "学校类别": Column("kind", Codes({"1": "幼儿园", "2": "小学", "3": "初中"})),
        "所属区": Column("district"),
        "校长": Column("head"),
        "校本研修经费预算": Column("own_yuan", Number()),
        "教职工": ToMany(on={"code": "code"}, order_by=("staff_id",), is_complete=True),
        "研修文件": ToMany(on={"code": "code"}, order_by=("paper_id",), is_complete=True),
    },
    records={"学分记录": ToMany(on={"code": "code"}, is_complete=True)},
    beside=(
        Beside(
            table="v_budget",
            on={"code": "code"},
            terms={
                "公用经费年度预算总额": Column("public_fen", FenToYuan()),
                "专项列支": Column("itemised", YesNo()),
            },
        ),
    ),
)
STAFF = EntityMapping(
    entity="教职工",
    table="t_staff",
    key="staff_id",
    terms={
        "职务": Column("post", Codes({"1": "校长", "6": "教师"})),
        "上级": Column("above", Text({"0": ""})),
    },
)
PAPER = EntityMapping(
    entity="研修文件",
    table="t_paper",
    key="paper_id",
    key_is_number=True,
    terms={
        "种类": Column("kind", Codes({"01": "规划", "02": "年度计划"})),
        "生效日期": Column("from_day", Dates("YYYYMMDD")),
        "失效日期": Column("to_day", Dates("YYYYMMDD"), missing=("",)),
    },
)
CREDIT = EntityMapping(
    entity="学分记录",
    table="t_credit",
    key="staff_id",
    terms={"教师": Column("staff_id"), "学时": Column("hours", Number())},
)
PLAN = EntityMapping(
    entity="年度计划",
    table="t_plan",
    key="plan_id",
    terms={"学校": ToOne(on={"code": "code"}), "批准日期": Column("approved_on", Dates())},
)
FLOW = Flow(
    entity="年度计划",
    policy="cn/beijing/school-based-training",
    lifecycle="annual-plan",
    column="status",
    states={
        "10": "草稿",
        "20": "待校级审核",
        "30": "待区级审核",
        "40": "审核通过",
        "50": "已备案",
        "80": "已撤回",
        "90": "已终止",
    },
    responsible=(
        Responsible("分管负责人", Column("code")),
        Responsible("校长", Column("code")),
        Responsible("区级审核员", Constant("JX110199")),
        Responsible("区教委备案员", Constant("JW110199")),
    ),
    stamps=(Stamp("审核通过", "approved_on"),),
)
HOLDERS = (
    Holders("t_school", "head", "校长", organisation="code"),
    Holders(
        "t_role",
        "staff_id",
        {"21": "区级审核员", "22": "区教委备案员"},
        role="role_no",
        codes_are_numbers=True,
        organisation="office",
        valid_from="first_day",
        valid_until="last_day",
        form="YYYYMMDD",
    ),
)
MAPPING = HostMapping(entities=(SCHOOL, STAFF, PAPER, CREDIT, PLAN), flows=(FLOW,), holders=HOLDERS)
ADAPTER = Adapter(name="sample", title="示例平台", mapping=MAPPING)
SAMPLES = (Subject("年度计划", "P1"), Subject("年度计划", "P2"), Subject("学校", "9900000001"))


def fill(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in TABLES.split(";\n"):
            connection.execute(text(statement))

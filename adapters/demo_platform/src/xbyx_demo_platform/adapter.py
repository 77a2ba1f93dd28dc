"""The adapter: what of this platform's tables fills which term of the vocabulary."""

from __future__ import annotations

from datetime import date

from xbyx_rules.hosting import (
    Adapter,
    Beside,
    Codes,
    Column,
    Constant,
    Dates,
    EntityMapping,
    FenToYuan,
    HostMapping,
    Number,
    SeparatedList,
    Text,
    ToMany,
    ToOne,
    YesNo,
)

from .books import BOOKS
from .codes import CODES
from .flows import FLOWS
from .holders import HOLDERS
from .supervision.mapping import DISTRICT, RECORDS, RESPONSIBLE
from .tables import BUDGET_YEAR, SCHOOL_YEAR_BEGINS, SCHOOL_YEAR_ENDS

__all__ = ["ADAPTER", "MAPPING"]

COMPACT = Dates("YYYYMMDD")
NEVER = date(9999, 12, 31)
"""The vocabulary's day for what has not happened."""

SCHOOL = EntityMapping(
    entity="学校",
    table="jcxx_xx",
    key="xxbsm",
    terms={
        "学校名称": Column("xxmc"),
        "学校类别": Column("xxlb", Codes(CODES["xxlb"])),
        "所属区": Column("xzqh"),
        "校长": Column("xzgh"),
        # The table lists the groups there are: no row means there is none.
        "领导小组": ToOne(on={"xxbsm": "xxbsm"}, when_absent={"已成立": False}),
        "研修负责人": ToOne(on={"yxfzr": "gh"}),
        "教职工": ToMany(
            on={"xxbsm": "xxbsm"}, where={"zzbz": "1"}, order_by=("gh",), is_complete=True
        ),
        "研修文件": ToMany(on={"xxbsm": "xxbsm"}, order_by=("wjid",), is_complete=True),
        "校本研修经费预算": Column("xbyxjf", Number()),
        "校本研修经费明细": ToMany(
            on={"xxbsm": "xxbsm"}, where={"nd": BUDGET_YEAR}, order_by=("mxid",), is_complete=True
        ),
    },
    records=RECORDS,
    responsible=RESPONSIBLE,
    beside=(
        Beside(
            table="cw_gyjf",
            on={"xxbsm": "xxbsm"},
            where={"nd": BUDGET_YEAR},
            terms={
                "公用经费年度预算总额": Column("gyjfze", FenToYuan()),
                "教师培训经费预算": Column("jspxf", FenToYuan()),
                "专项列支": Column("zxlz", YesNo()),
            },
        ),
    ),
)

LEADING_GROUP = EntityMapping(
    entity="领导小组",
    table="yx_ldxz",
    key="xxbsm",
    terms={"已成立": Column("clbz", YesNo()), "组长": Column("zzgh")},
)

STAFF = EntityMapping(
    entity="教职工",
    table="jcxx_jzg",
    key="gh",
    terms={
        "职务": Column("zw", Codes(CODES["zw"])),
        "分管教育教学": Column("fgjxbz", YesNo()),
        "上级": Column("sjgh", Text({"0": ""})),
    },
)

DOCUMENT = EntityMapping(
    entity="研修文件",
    table="yx_wj",
    key="wjid",
    terms={
        "种类": Column("wjlx", Codes(CODES["wjlx"])),
        "生效日期": Column("sxrq", COMPACT),
        "失效日期": Column("zzrq", COMPACT),
    },
)

BUDGET_ITEM = EntityMapping(
    entity="经费明细",
    table="cw_ysmx",
    key="mxid",
    terms={"科目": Column("kmmc"), "金额": Column("je", FenToYuan())},
)

PLAN = EntityMapping(
    entity="年度计划",
    table="yx_jhsb",
    key="jhbh",
    terms={
        "学校": ToOne(on={"xxbsm": "xxbsm"}),
        "学年": Column("xn"),
        "主题": Column("yxzt", SeparatedList(table=CODES["yxzt"])),
        "批准日期": Column("pzrq", Dates()),
        # The platform runs one school year (tables.SCHOOL_YEAR) and has no calendar of its own.
        "学年首日": Constant(SCHOOL_YEAR_BEGINS),
        "学年末日": Constant(SCHOOL_YEAR_ENDS),
        "所依据规划": ToMany(on={"ghbh": "ghbh"}, is_complete=True),
        "研修活动": ToMany(on={"jhbh": "jhbh"}, order_by=("hdrq", "hdbh"), is_complete=True),
    },
    beside=(
        Beside(table="jcxx_jg", on={"shjgdm": "jgdm"}, terms={"审核机构所属区": Column("xzqh")}),
        # The plan names the multi-year plan that it carries out; the day of approval stands there.
        Beside(
            table="yx_ghsb",
            on={"ghbh": "ghbh"},
            terms={"规划批准日期": Column("pzrq", Dates())},
        ),
    ),
    # What checks (核查) over several records read: the same activities, and the plan's approval.
    records={
        "研修活动": ToMany(on={"jhbh": "jhbh"}, order_by=("hdrq", "hdbh"), is_complete=True),
        "有效批准": ToMany(on={"jhbh": "jhbh"}, filled=("pzrq",), is_complete=True),
    },
)

ACTIVITY = EntityMapping(
    entity="研修活动",
    table="yx_hdjl",
    key="hdbh",
    terms={
        "名称": Column("hdmc"),
        "日期": Column("hdrq", Dates()),
        "学时": Column("ks", Number()),
        "内容领域": Column("nrly", Codes(CODES["nrly"])),
        "研修方式": Column("yxfs", Codes(CODES["yxfs"])),
        "已评价": Column("pjbz", YesNo()),
    },
    beside=(
        Beside(
            table="yx_jhsb",
            on={"jhbh": "jhbh"},
            terms={"学校": Column("xxbsm"), "学年": Column("xn")},
        ),
    ),
)

APPROVAL = EntityMapping(
    entity="有效批准",
    table="yx_jhsb",
    key="jhbh",
    terms={
        "学校": Column("xxbsm"),
        "学年": Column("xn"),
        "种类": Constant("年度计划"),
        "日期": Column("pzrq", Dates()),
    },
)

MULTI_YEAR_PLAN = EntityMapping(
    entity="规划",
    table="yx_ghsb",
    key="ghbh",
    terms={
        "学校": ToOne(on={"xxbsm": "xxbsm"}),
        "起始日期": Column("ksrq", COMPACT),
        "终止日期": Column("jsrq", COMPACT),
        "批准日期": Column("pzrq", Dates(), when_null=NEVER),
        # It has no column for a repeal: a plan is changed by a new one.
        "废止日期": Constant(NEVER),
    },
    beside=(
        Beside(table="jcxx_jg", on={"shjgdm": "jgdm"}, terms={"审核机构所属区": Column("xzqh")}),
    ),
)

SCHEME = EntityMapping(
    entity="实施方案",
    table="yx_fasb",
    key="fabh",
    terms={"学校": ToOne(on={"xxbsm": "xxbsm"}), "学年": Column("xn")},
)

TRAINING_YEAR = EntityMapping(
    entity="研修年度",
    table="yx_yxnd",
    key="ndbh",
    terms={
        "学校": ToOne(on={"xxbsm": "xxbsm"}),
        "学年": Column("xn"),
        "需求调研日期": Column("dyrq", Dates()),
        "研修主题": Column("yxzt", SeparatedList(table=CODES["yxzt"])),
        "研修目标": Column("yxmb", SeparatedList(separator=";")),
        "研修活动": ToMany(on={"jhbh": "jhbh"}, order_by=("hdrq", "hdbh"), is_complete=True),
        "研修档案": ToMany(on={"ndbh": "ndbh"}, order_by=("clbh",), is_complete=True),
    },
    beside=(
        Beside(
            table="yx_ghsb",
            on={"ghbh": "ghbh"},
            terms={"规划批准日期": Column("pzrq", Dates())},
        ),
        Beside(
            table="yx_jhsb",
            on={"jhbh": "jhbh"},
            terms={
                "计划提交日期": Column("tjrq", COMPACT),
                "计划批准日期": Column("pzrq", Dates()),
            },
        ),
        Beside(
            table="yx_ndpj",
            on={"xxbsm": "xxbsm", "xn": "xn"},
            where={"pjlx": "1"},
            terms={"学校自评日期": Column("pjrq", COMPACT)},
        ),
        Beside(
            table="yx_ndpj",
            on={"xxbsm": "xxbsm", "xn": "xn"},
            where={"pjlx": "2"},
            terms={"区绩效评价日期": Column("pjrq", COMPACT)},
        ),
    ),
)

ARCHIVE_ITEM = EntityMapping(
    entity="档案材料",
    table="yx_dacl",
    key="clbh",
    terms={"种类": Column("cllx", Codes(CODES["cllx"])), "归入日期": Column("grrq", Dates())},
)

CREDIT_RECOGNITION = EntityMapping(
    entity="年度学分认定",
    table="yx_xfrd",
    key="rdbh",
    terms={
        "学校": ToOne(on={"xxbsm": "xxbsm"}),
        "学年": Column("xn"),
        "认定依据": Column("rdyj", Codes(CODES["rdyj"])),
        "学分记录": ToMany(on={"rdbh": "rdbh"}, order_by=("jlbh",), is_complete=True),
    },
    beside=(
        Beside(
            table="yx_ghsb",
            on={"ghbh": "ghbh"},
            terms={"规划批准日期": Column("pzrq", Dates())},
        ),
        Beside(table="jcxx_jg", on={"shjgdm": "jgdm"}, terms={"审核机构所属区": Column("xzqh")}),
        Beside(
            table="yx_jhsb",
            on={"jhbh": "jhbh"},
            terms={"计划批准日期": Column("pzrq", Dates())},
        ),
    ),
)

CREDIT_RECORD = EntityMapping(
    entity="学分记录",
    table="yx_xfjl",
    key="jlbh",
    terms={
        "教师": Column("gh"),
        "学时": Column("xs", Number()),
        "学分": Column("xf", Number()),
        "首次活动日期": Column("schdrq", COMPACT),
    },
)

MAPPING = HostMapping(
    entities=(
        SCHOOL,
        LEADING_GROUP,
        STAFF,
        DOCUMENT,
        BUDGET_ITEM,
        MULTI_YEAR_PLAN,
        PLAN,
        SCHEME,
        TRAINING_YEAR,
        ARCHIVE_ITEM,
        CREDIT_RECOGNITION,
        CREDIT_RECORD,
        ACTIVITY,
        APPROVAL,
        DISTRICT,
        *BOOKS,
    ),
    flows=FLOWS,
    holders=HOLDERS,
)

ADAPTER = Adapter(name="demo-platform", title="演示平台（合成数据）", mapping=MAPPING)

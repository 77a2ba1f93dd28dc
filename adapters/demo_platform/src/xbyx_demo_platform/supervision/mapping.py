"""What of the registers fills which term; `RECORDS` are those that checks of a school read."""

from __future__ import annotations

from collections.abc import Mapping

from xbyx_demo_platform.codes import CODES
from xbyx_demo_platform.tables import (
    EDUCATION_OFFICE,
    INSTITUTION,
    OTHER_EDUCATION_OFFICE,
    OTHER_INSTITUTION,
)
from xbyx_rules.hosting import (
    Codes,
    Column,
    Constant,
    Dates,
    DateTimes,
    EntityMapping,
    Number,
    Responsible,
    SeparatedList,
    ToMany,
    YesNo,
)

from .tables import ACTIVITIES, APPROVALS

__all__ = ["DISTRICT", "RECORDS", "RESPONSIBLE"]

COMPACT = Dates("YYYYMMDD")
REVIEWED = Codes({"1": "规划", "2": "年度计划", "3": "年度学分认定"})
BODIES = Codes({"1": "区级教师培训机构", "2": "区级教育行政部门", "3": "学校"})
# The table of bodies doesn't say of what kind each is.
FILED_WITH = Codes(
    {
        INSTITUTION: "区级教师培训机构",
        OTHER_INSTITUTION: "区级教师培训机构",
        EDUCATION_OFFICE: "区级教育行政部门",
        OTHER_EDUCATION_OFFICE: "区级教育行政部门",
    }
)

ACTIVITY = EntityMapping(
    entity="研修活动",
    table=ACTIVITIES,
    key="hdbh",
    terms={
        "名称": Column("hdmc"),
        "学校": Column("xxbsm"),
        "学年": Column("xn"),
        "日期": Column("hdrq", Dates()),
        "学时": Column("ks", Number()),
        "已评价": Column("pjbz", YesNo()),
        "开始时间": Column("kssj", DateTimes()),
        "结束时间": Column("jssj", DateTimes()),
        "主题编号": Column("ztbh"),
    },
)
APPROVAL = EntityMapping(
    entity="有效批准",
    table=APPROVALS,
    key="pzbh",
    terms={
        "学校": Column("xxbsm"),
        "学年": Column("xn"),
        "种类": Column("zl", REVIEWED),
        "日期": Column("pzrq", Dates()),
    },
)
TENURE = EntityMapping(
    entity="任职",
    table="dd_rz",
    key="rzbh",
    terms={
        "学校": Column("xxbsm"),
        "人员": Column("gh"),
        "职务": Column("zw", Codes(CODES["zw"])),
        "分管教育教学": Column("fgjxbz", YesNo()),
        "起始日期": Column("qsrq", COMPACT),
        "终止日期": Column("zzrq", COMPACT),
    },
)
GROUP_TENURE = EntityMapping(
    entity="小组任职",
    table="dd_xzrz",
    key="xzrzbh",
    terms={
        "学校": Column("xxbsm"),
        "小组名称": Column("xzlx", Codes({"1": "领导小组", "2": "工作小组"})),
        "人员": Column("gh"),
        "小组职务": Column("xzzw", Codes({"1": "组长", "2": "主抓人", "3": "成员"})),
        "起始日期": Column("qsrq", COMPACT),
        "终止日期": Column("zzrq", COMPACT),
    },
)
ATTENDANCE = EntityMapping(
    entity="参加记录",
    table="dd_cj",
    key="cjbh",
    terms={
        "教师": Column("gh"),
        "学校": Column("xxbsm"),
        "活动编号": Column("hdbh"),
        "开始时间": Column("kssj", DateTimes()),
        "结束时间": Column("jssj", DateTimes()),
        "实到": Column("sdbz", YesNo()),
    },
)
CREDIT_ENTRY = EntityMapping(
    entity="学分登记",
    table="dd_xfdj",
    key="djbh",
    terms={
        "教师": Column("gh"),
        "学校": Column("xxbsm"),
        "学年": Column("xn"),
        "活动编号": Column("hdbh"),
        "学分": Column("xf", Number()),
    },
)
REVIEW = EntityMapping(
    entity="审核记录",
    table="dd_shjl",
    key="shbh",
    terms={
        "学校": Column("xxbsm"),
        "学校所属区": Column("xxxzqh"),
        "种类": Column("zl", REVIEWED),
        "学年": Column("xn"),
        "审核人": Column("shr"),
        "审核机构所属区": Column("jgxzqh"),
        "审核机构类别": Column("jglb", BODIES),
        "日期": Column("shrq", Dates()),
    },
)
FILING = EntityMapping(
    entity="备案记录",
    table="yx_fasb",
    key="fabh",
    terms={
        "学校": Column("xxbsm"),
        "方案编号": Column("fabh"),
        "日期": Column("barq", Dates()),
        "受理机构类别": Column("badwdm", FILED_WITH),
    },
)
EVALUATION = EntityMapping(
    entity="绩效评价",
    table="dd_jxpj",
    key="pjbh",
    terms={
        "学校": Column("xxbsm"),
        "日期": Column("pjrq", COMPACT),
        "列入学校年度考核": Column("xxkh", YesNo()),
        "列入校长年度考核": Column("xzkh", YesNo()),
    },
)
THEME = EntityMapping(
    entity="研修主题",
    table="dd_zt",
    key="ztbh",
    terms={"学校": Column("xxbsm"), "名称": Column("ztmc"), "课程编号": Column("kcbh")},
)
COURSE = EntityMapping(
    entity="研修课程",
    table="dd_kc",
    key="kcbh",
    terms={"学校": Column("xxbsm"), "名称": Column("kcmc"), "系列编号": Column("xlbh")},
)
SERIES = EntityMapping(
    entity="研修系列",
    table="dd_xl",
    key="xlbh",
    terms={"学校": Column("xxbsm"), "名称": Column("xlmc")},
)
TITLE = EntityMapping(
    entity="示范校称号",
    table="dd_ch",
    key="chbh",
    terms={
        "学校": Column("xxbsm"),
        "级别": Column("jb", Codes({"1": "市级", "2": "区级"})),
        "授予日期": Column("syrq", COMPACT),
        "失效日期": Column("sxrq", COMPACT),
    },
)
PAIRING = EntityMapping(
    entity="结对",
    table="dd_jd",
    key="jdbh",
    terms={
        "示范校": Column("xxbsm"),
        "帮扶学校": Column("bfxx"),
        "结对方式": Column("fs", Codes({"1": "区牵头", "2": "自愿"})),
        "起始日期": Column("qsrq", COMPACT),
        "终止日期": Column("zzrq", COMPACT),
    },
)
TEAM = EntityMapping(
    entity="联盟团队",
    table="dd_td",
    key="tdbh",
    terms={"成员": Column("cy", SeparatedList())},
)
SUBJECT_STAFF = EntityMapping(
    entity="学科教师队伍",
    table="dd_xk",
    key="xkbh",
    terms={
        "学校": Column("xxbsm"),
        "学科": Column("xk"),
        "教师数": Column("jss", Number()),
        "已参加校际团队": Column("xjtd", YesNo()),
    },
)
UNIT = EntityMapping(
    entity="登记单位",
    table="dd_djdw",
    key="djbh",
    terms={"名称": Column("dwmc"), "学校": Column("xxbsm")},
)

RESPONSIBLE = (
    Responsible("分管负责人", Column("xxbsm")),
    Responsible("区级审核员", Constant(INSTITUTION)),
    Responsible("区教委督导员", Constant(EDUCATION_OFFICE)),
)
"""Who deals with the doubts about a school."""

DISTRICT = EntityMapping(
    entity="区",
    table="dd_qu",
    key="xzqh",
    terms={},
    records={"登记单位": ToMany(on={"xzqh": "xzqh"}, is_complete=True, of=UNIT)},
    responsible=RESPONSIBLE[1:],
)


def _of_school(
    of: EntityMapping | None = None,
    *,
    where: Mapping[str, int | str] | None = None,
    filled: tuple[str, ...] = (),
) -> ToMany:
    return ToMany(
        on={"xxbsm": "xxbsm"},
        is_complete=True,
        of=of,
        where=where or {},
        filled=filled,
        order_by=(of.key,) if of is not None else (),
    )


RECORDS = {
    "学校": _of_school(),
    "教职工": _of_school(where={"zzbz": "1"}),
    "规划": _of_school(),
    "年度计划": _of_school(),
    "实施方案": _of_school(),
    "研修年度": _of_school(),
    "研修活动": _of_school(ACTIVITY),
    "有效批准": _of_school(APPROVAL),
    "任职": _of_school(TENURE),
    "小组任职": _of_school(GROUP_TENURE),
    "参加记录": _of_school(ATTENDANCE),
    "学分登记": _of_school(CREDIT_ENTRY),
    "审核记录": _of_school(REVIEW),
    "备案记录": _of_school(FILING, filled=("barq",)),
    "绩效评价": _of_school(EVALUATION),
    "研修主题": _of_school(THEME),
    "研修课程": _of_school(COURSE),
    "研修系列": _of_school(SERIES),
    "示范校称号": _of_school(TITLE),
    "结对": _of_school(PAIRING),
    "联盟团队": _of_school(TEAM),
    "学科教师队伍": _of_school(SUBJECT_STAFF),
}
"""Entity → the rows of one school; each register is complete."""

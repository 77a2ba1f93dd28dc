"""The supervision's registers on the platform, and two views over the year's own tables."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Numeric, SmallInteger, String, Table, text

from xbyx_demo_platform.tables import METADATA

__all__ = [
    "ACTIVITIES",
    "APPROVALS",
    "VIEWS",
    "dd_ch",
    "dd_cj",
    "dd_djdw",
    "dd_hdsj",
    "dd_jd",
    "dd_jxpj",
    "dd_kc",
    "dd_qu",
    "dd_rz",
    "dd_shjl",
    "dd_td",
    "dd_xfdj",
    "dd_xk",
    "dd_xl",
    "dd_xzrz",
    "dd_zt",
]

# 任职: 学校, 工号, 职务, 分管教学标志, 起止日期 (YYYYMMDD; 99991231 为在任)
dd_rz = Table(
    "dd_rz",
    METADATA,
    Column("rzbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("gh", String(16), nullable=False),
    Column("zw", String(1), nullable=False),
    Column("fgjxbz", String(1)),
    Column("qsrq", String(8), nullable=False),
    Column("zzrq", String(8), nullable=False),
)

# 小组任职: 小组名称 1 领导小组 2 工作小组, 小组职务 1 组长 2 主抓人 3 成员
dd_xzrz = Table(
    "dd_xzrz",
    METADATA,
    Column("xzrzbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xzlx", String(1), nullable=False),
    Column("gh", String(16), nullable=False),
    Column("xzzw", String(1), nullable=False),
    Column("qsrq", String(8), nullable=False),
    Column("zzrq", String(8), nullable=False),
)

# 活动时间与主题: 活动, 开始和结束时间 (文本), 主题编号 ('' 为未归入)
dd_hdsj = Table(
    "dd_hdsj",
    METADATA,
    Column("hdbh", String(24), primary_key=True),
    Column("kssj", String(16), nullable=False),
    Column("jssj", String(16), nullable=False),
    Column("ztbh", String(24), nullable=False),
)

# 参加: 工号, 活动, 签到时间, 实到 Y/N
dd_cj = Table(
    "dd_cj",
    METADATA,
    Column("cjbh", String(40), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("gh", String(16), nullable=False),
    Column("hdbh", String(24), nullable=False),
    Column("kssj", String(16)),
    Column("jssj", String(16)),
    Column("sdbz", String(1)),
)

# 学分登记: 工号, 学校, 学年, 活动, 学分
dd_xfdj = Table(
    "dd_xfdj",
    METADATA,
    Column("djbh", String(40), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("gh", String(16), nullable=False),
    Column("xn", String(9), nullable=False),
    Column("hdbh", String(24), nullable=False),
    Column("xf", Numeric(6, 2), nullable=False),
)

# 审核记录: 种类 1 规划 2 年度计划 3 年度学分认定; 机构类别 1 培训机构 2 教育行政部门 3 学校
dd_shjl = Table(
    "dd_shjl",
    METADATA,
    Column("shbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xxxzqh", String(6), nullable=False),
    Column("zl", String(1), nullable=False),
    Column("xn", String(9), nullable=False),
    Column("shr", String(16), nullable=False),
    Column("jgxzqh", String(6)),
    Column("jglb", String(1)),
    Column("shrq", Date, nullable=False),
)

# 绩效评价: 是否列入学校、校长考核 Y/N
dd_jxpj = Table(
    "dd_jxpj",
    METADATA,
    Column("pjbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("pjrq", String(8), nullable=False),
    Column("xxkh", String(1)),
    Column("xzkh", String(1)),
)

# 主题、课程、系列
dd_zt = Table(
    "dd_zt",
    METADATA,
    Column("ztbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("ztmc", String(40), nullable=False),
    Column("kcbh", String(24), nullable=False),
)
dd_kc = Table(
    "dd_kc",
    METADATA,
    Column("kcbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("kcmc", String(40), nullable=False),
    Column("xlbh", String(24), nullable=False),
)
dd_xl = Table(
    "dd_xl",
    METADATA,
    Column("xlbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xlmc", String(40), nullable=False),
)

# 示范校称号: 级别 1 市级 2 区级; 起止日期 (YYYYMMDD)
dd_ch = Table(
    "dd_ch",
    METADATA,
    Column("chbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("jb", String(1), nullable=False),
    Column("syrq", String(8), nullable=False),
    Column("sxrq", String(8), nullable=False),
)

# 结对: 示范校 (xxbsm), 帮扶学校, 方式 1 区牵头 2 自愿
dd_jd = Table(
    "dd_jd",
    METADATA,
    Column("jdbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("bfxx", String(10), nullable=False),
    Column("fs", String(1), nullable=False),
    Column("qsrq", String(8), nullable=False),
    Column("zzrq", String(8), nullable=False),
)

# 联盟团队: 成员的工号, 逗号分隔
dd_td = Table(
    "dd_td",
    METADATA,
    Column("tdbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("cy", String(300), nullable=False),
)

# 学科教师队伍: 教师数, 参加校际团队 Y/N
dd_xk = Table(
    "dd_xk",
    METADATA,
    Column("xkbh", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xk", String(10), nullable=False),
    Column("jss", Integer, nullable=False),
    Column("xjtd", SmallInteger, nullable=False),
)

# 区, 区内登记单位: 名称由人填写, 学校标识码可空
dd_qu = Table(
    "dd_qu",
    METADATA,
    Column("xzqh", String(6), primary_key=True),
    Column("qmc", String(40), nullable=False),
)
dd_djdw = Table(
    "dd_djdw",
    METADATA,
    Column("djbh", String(12), primary_key=True),
    Column("xzqh", String(6), nullable=False),
    Column("dwmc", String(60), nullable=False),
    Column("xxbsm", String(10)),
)

ACTIVITIES = "v_yx_hd"
"""Activities with their school, their times and their theme."""
APPROVALS = "v_yx_pz"
"""What is approved: multi-year plans and annual plans."""

VIEWS = (
    text(
        f"CREATE VIEW {ACTIVITIES} AS SELECT h.hdbh, j.xxbsm, j.xn, h.hdmc, h.hdrq, h.ks, h.pjbz,"
        " s.kssj, s.jssj, s.ztbh"
        " FROM yx_hdjl h JOIN yx_jhsb j ON j.jhbh = h.jhbh"
        " LEFT JOIN dd_hdsj s ON s.hdbh = h.hdbh"
    ),
    text(
        f"CREATE VIEW {APPROVALS} AS SELECT jhbh AS pzbh, xxbsm, xn, '2' AS zl,"
        " CAST(pzrq AS VARCHAR(10)) AS pzrq FROM yx_jhsb WHERE pzrq IS NOT NULL"
        " UNION ALL SELECT ghbh, xxbsm, '', '1', pzrq FROM yx_ghsb WHERE pzrq IS NOT NULL"
    ),
)

"""The demonstration platform's own tables, named as such platforms name them (pinyin initials).

Nothing here knows xbyx_rules: codes instead of words, money in fen here and in yuan there, dates
as text in one table and as DATE in another, columns that may be empty.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
)

__all__ = [
    "BUDGET_YEAR",
    "DISTRICT",
    "EDUCATION_OFFICE",
    "INSTITUTION",
    "METADATA",
    "OTHER_DISTRICT",
    "OTHER_EDUCATION_OFFICE",
    "OTHER_INSTITUTION",
    "SCHOOL_YEAR",
    "SCHOOL_YEAR_BEGINS",
    "SCHOOL_YEAR_ENDS",
    "cw_gyjf",
    "cw_ysmx",
    "jcxx_jg",
    "jcxx_jzg",
    "jcxx_xx",
    "sys_cs",
    "sys_dict",
    "sys_gw",
    "yx_dacl",
    "yx_fasb",
    "yx_ghsb",
    "yx_hdjl",
    "yx_jhsb",
    "yx_ldxz",
    "yx_ndpj",
    "yx_wj",
    "yx_xfjl",
    "yx_xfrd",
    "yx_yxnd",
]

DISTRICT = "110199"  # not assigned: a synthetic district
OTHER_DISTRICT = "110198"  # not assigned either
INSTITUTION = "JX110199"  # 示例区教师进修学校（合成）
OTHER_INSTITUTION = "JX110198"
EDUCATION_OFFICE = "JW110199"  # 示例区教委（合成）
OTHER_EDUCATION_OFFICE = "JW110198"
# WHY not the current school year: the set of credit rules that the policy names ends with 2025, so
# credits recognised in July 2025 are the last that it can decide.
SCHOOL_YEAR = "2024-2025"
SCHOOL_YEAR_BEGINS, SCHOOL_YEAR_ENDS = date(2024, 9, 1), date(2025, 8, 31)
BUDGET_YEAR = 2024

METADATA = MetaData()

# 基础信息-学校: 学校标识码, 学校名称, 学校类别, 行政区划, 校长工号, 研修负责人工号,
# 校本研修经费以元计, 备注
jcxx_xx = Table(
    "jcxx_xx",
    METADATA,
    Column("xxbsm", String(10), primary_key=True),
    Column("xxmc", String(60), nullable=False),
    Column("xxlb", String(2), nullable=False),
    Column("xzqh", String(6), nullable=False),
    Column("xzgh", String(16)),
    Column("yxfzr", String(16)),
    Column("xbyxjf", Numeric(14, 2)),
    Column("bz", String(40), nullable=False),
)

# 基础信息-机构
jcxx_jg = Table(
    "jcxx_jg",
    METADATA,
    Column("jgdm", String(10), primary_key=True),
    Column("jgmc", String(60), nullable=False),
    Column("xzqh", String(6), nullable=False),
)

# 基础信息-教职工: 工号, 学校, 姓名, 职务, 分管教学标志, 上级工号 ('0' 为无), 在职标志
jcxx_jzg = Table(
    "jcxx_jzg",
    METADATA,
    Column("gh", String(16), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xm", String(30), nullable=False),
    Column("zw", String(1), nullable=False),
    Column("fgjxbz", String(1)),
    Column("sjgh", String(16)),
    Column("zzbz", String(1), nullable=False),
)

# 研修-领导小组: 成立标志 1/0, 组长工号
yx_ldxz = Table(
    "yx_ldxz",
    METADATA,
    Column("xxbsm", String(10), primary_key=True),
    Column("clbz", SmallInteger, nullable=False),
    Column("zzgh", String(16)),
)

# 研修-文件: 文件类型, 生效日期, 终止日期 (YYYYMMDD)
yx_wj = Table(
    "yx_wj",
    METADATA,
    Column("wjid", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("wjlx", String(2), nullable=False),
    Column("sxrq", String(8)),
    Column("zzrq", String(8)),
)

# 财务-公用经费: 年度, 公用经费总额(分), 教师培训费(分), 专项列支 Y/N
cw_gyjf = Table(
    "cw_gyjf",
    METADATA,
    Column("xxbsm", String(10), primary_key=True),
    Column("nd", Integer, primary_key=True, autoincrement=False),
    Column("gyjfze", BigInteger),
    Column("jspxf", BigInteger),
    Column("zxlz", String(1)),
)

# 财务-预算明细(校本研修): 科目名称, 金额(分)
cw_ysmx = Table(
    "cw_ysmx",
    METADATA,
    Column("mxid", String(24), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("nd", Integer, nullable=False),
    Column("kmmc", String(30), nullable=False),
    Column("je", BigInteger),
)

# 研修-规划申报: 规划编号, 学校, 开始日期, 结束日期, 状态, 提交日期, 批准日期, 审核机构
yx_ghsb = Table(
    "yx_ghsb",
    METADATA,
    Column("ghbh", String(20), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("ksrq", String(8)),
    Column("jsrq", String(8)),
    Column("zt", String(2), nullable=False),
    Column("tjrq", String(8)),
    Column("pzrq", String(10)),
    Column("shjgdm", String(10), nullable=False),
)

# 研修-计划申报: 计划编号, 学校, 学年, 所依规划, 状态, 研修主题 (代码, 逗号分隔), 提交日期,
# 批准日期, 审核机构
yx_jhsb = Table(
    "yx_jhsb",
    METADATA,
    Column("jhbh", String(20), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xn", String(9), nullable=False),
    Column("ghbh", String(20)),
    Column("zt", String(2), nullable=False),
    Column("yxzt", String(60)),
    Column("tjrq", String(8)),
    Column("pzrq", Date),
    Column("shjgdm", String(10), nullable=False),
)

# 研修-方案申报: 方案编号, 学校, 学年, 状态, 报备日期, 备案日期, 备案单位
yx_fasb = Table(
    "yx_fasb",
    METADATA,
    Column("fabh", String(20), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xn", String(9), nullable=False),
    Column("zt", String(1), nullable=False),
    Column("bbrq", String(8)),
    Column("barq", Date),
    Column("badwdm", String(10), nullable=False),
)

# 研修-研修年度: 年度编号, 学校, 学年, 年度计划, 状态, 调研日期, 研修主题 (代码, 逗号分隔);
# 研修目标用分号分隔
yx_yxnd = Table(
    "yx_yxnd",
    METADATA,
    Column("ndbh", String(20), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xn", String(9), nullable=False),
    Column("jhbh", String(20), nullable=False),
    Column("ghbh", String(20)),
    Column("zt", String(2), nullable=False),
    Column("dyrq", Date),
    Column("yxzt", String(60)),
    Column("yxmb", String(200)),
)

# 研修-活动记录: 活动编号, 计划, 活动名称, 活动日期, 课时, 内容领域, 研修方式, 评价标志 1/0
yx_hdjl = Table(
    "yx_hdjl",
    METADATA,
    Column("hdbh", String(24), primary_key=True),
    Column("jhbh", String(20), nullable=False),
    Column("hdmc", String(60), nullable=False),
    Column("hdrq", Date),
    Column("ks", Numeric(5, 1), nullable=False),
    Column("nrly", String(1), nullable=False),
    Column("yxfs", String(1), nullable=False),
    Column("pjbz", SmallInteger),
)

# 研修-年度评价: 学校, 学年, 评价类型, 评价日期 (YYYYMMDD)
yx_ndpj = Table(
    "yx_ndpj",
    METADATA,
    Column("xxbsm", String(10), primary_key=True),
    Column("xn", String(9), primary_key=True),
    Column("pjlx", String(1), primary_key=True),
    Column("pjrq", String(8)),
)

# 研修-档案材料: 材料编号, 研修年度, 材料类型, 归入日期
yx_dacl = Table(
    "yx_dacl",
    METADATA,
    Column("clbh", String(24), primary_key=True),
    Column("ndbh", String(20), nullable=False),
    Column("cllx", String(1), nullable=False),
    Column("grrq", Date),
)

# 研修-学分认定: 认定编号, 学校, 学年, 年度计划, 状态, 认定依据, 审核机构
yx_xfrd = Table(
    "yx_xfrd",
    METADATA,
    Column("rdbh", String(20), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xn", String(9), nullable=False),
    Column("jhbh", String(20), nullable=False),
    Column("ghbh", String(20)),
    Column("zt", String(1), nullable=False),
    Column("rdyj", String(3)),
    Column("shjgdm", String(10), nullable=False),
)

# 研修-学分记录: 认定, 工号, 学时, 学分, 首次活动日期 (YYYYMMDD)
yx_xfjl = Table(
    "yx_xfjl",
    METADATA,
    Column("jlbh", String(32), primary_key=True),
    Column("rdbh", String(20), nullable=False),
    Column("gh", String(16), nullable=False),
    Column("xs", Numeric(6, 1)),
    Column("xf", Numeric(6, 2)),
    Column("schdrq", String(8)),
)

# 系统-岗位: 工号, 岗位代码, 机构代码, 起始日期, 终止日期 (YYYYMMDD; 空为至今)
sys_gw = Table(
    "sys_gw",
    METADATA,
    Column("gh", String(16), primary_key=True),
    Column("gwdm", String(2), primary_key=True),
    Column("jgdm", String(10), primary_key=True),
    Column("qsrq", String(8), nullable=False),
    Column("zzrq", String(8)),
)

# 系统-字典: 类型, 代码, 名称
sys_dict = Table(
    "sys_dict",
    METADATA,
    Column("lx", String(10), primary_key=True),
    Column("dm", String(4), primary_key=True),
    Column("mc", String(40), nullable=False),
)

# 系统-参数
sys_cs = Table(
    "sys_cs",
    METADATA,
    Column("csm", String(20), primary_key=True),
    Column("csz", String(60), nullable=False),
)

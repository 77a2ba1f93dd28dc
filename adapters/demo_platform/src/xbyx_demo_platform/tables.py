"""The demonstration platform's own tables, named as such platforms name them (pinyin initials).

Nothing here knows xbyx_rules: codes instead of words, money in fen here and in yuan there, dates
as text in one table and as DATE in another, columns that may be empty.
"""

from __future__ import annotations

from types import MappingProxyType

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
    "CODES",
    "DISTRICT",
    "EDUCATION_OFFICE",
    "INSTITUTION",
    "METADATA",
    "OTHER_DISTRICT",
    "OTHER_INSTITUTION",
    "SCHOOL_YEAR",
    "cw_gyjf",
    "cw_ysmx",
    "jcxx_jg",
    "jcxx_jzg",
    "jcxx_xx",
    "sys_cs",
    "sys_dict",
    "yx_hdjl",
    "yx_jhsb",
    "yx_ldxz",
    "yx_wj",
]

DISTRICT = "110199"  # not assigned: a synthetic district
OTHER_DISTRICT = "110198"  # not assigned either
INSTITUTION = "JX110199"  # 示例区教师进修学校（合成）
OTHER_INSTITUTION = "JX110198"
EDUCATION_OFFICE = "JW110199"  # 示例区教委（合成）
SCHOOL_YEAR = "2025-2026"
BUDGET_YEAR = 2025

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

# 研修-计划申报: 计划编号, 学校, 学年, 状态, 研修主题 (代码, 逗号分隔), 规划批准日期,
# 提交日期, 批准日期, 审核机构
yx_jhsb = Table(
    "yx_jhsb",
    METADATA,
    Column("jhbh", String(20), primary_key=True),
    Column("xxbsm", String(10), nullable=False),
    Column("xn", String(9), nullable=False),
    Column("zt", String(2), nullable=False),
    Column("yxzt", String(60)),
    Column("ghpzrq", String(8)),
    Column("tjrq", String(8)),
    Column("pzrq", Date),
    Column("shjgdm", String(10), nullable=False),
)

# 研修-活动记录: 活动编号, 计划, 活动名称, 活动日期, 课时, 内容领域, 研修方式
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

CODES = MappingProxyType(
    {
        "xxlb": {
            "01": "幼儿园",
            "02": "小学",
            "03": "初中",
            "04": "高中",
            "05": "完全中学",
            "06": "九年一贯制学校",
            "07": "十二年一贯制学校",
            "08": "中等职业学校",
            "09": "特殊教育学校",
        },
        "zw": {
            "1": "校长",
            "2": "副校长",
            "3": "主任",
            "4": "教研组长",
            "5": "年级组长",
            "6": "教师",
        },
        "wjlx": {
            "01": "规划",
            "02": "年度计划",
            "03": "实施方案",
            "04": "规章制度",
            "05": "评价考核激励办法",
            "06": "学分认定办法",
        },
        "yxzt": {
            "T1": "习近平新时代中国特色社会主义思想",
            "T2": "社会主义核心价值观",
            "T3": "优秀传统文化",
            "T4": "师德师风建设",
            "T5": "人工智能应用",
            "T6": "作业设计",
            "T7": "家校协同",
        },
        "jhzt": {
            "10": "草稿",
            "20": "待校级审核",
            "30": "待区级审核",
            "40": "审核通过",
            "50": "已备案",
            "80": "已撤回",
            "90": "已终止",
        },
        "nrly": {"1": "教师发展", "2": "学生发展", "3": "学校发展", "9": "其他"},
        "yxfs": {
            "1": "自主学习",
            "2": "实践反思",
            "3": "同伴互助",
            "4": "专业引领",
            "5": "网络协作",
        },
    }
)
"""The platform's dictionary (`sys_dict`): type → code → name."""

"""The five flows: which column holds the state, who is responsible, what an action stamps.

An approval is stamped where it is given, and read from there by whoever rests on it: the annual
plan reads its multi-year plan's, the training year and the credit recognition read the annual
plan's.
"""

from __future__ import annotations

from xbyx_rules.hosting import Column, Constant, Flow, Responsible, Stamp

from .codes import CODES
from .tables import EDUCATION_OFFICE

__all__ = ["FLOWS"]

POLICY = "cn/beijing/school-based-training"
_OF_THE_SCHOOL = (
    Responsible("分管负责人", Column("xxbsm")),
    Responsible("校长", Column("xxbsm")),
)

FLOWS = (
    Flow(
        entity="规划",
        policy=POLICY,
        lifecycle="multi-year-plan",
        column="zt",
        states=CODES["ghzt"],
        responsible=(*_OF_THE_SCHOOL, Responsible("区级审核员", Column("shjgdm"))),
        stamps=(
            Stamp("提交校内审核", "tjrq", form="YYYYMMDD"),
            Stamp("审核通过", "pzrq", form="YYYY-MM-DD"),
        ),
    ),
    Flow(
        entity="年度计划",
        policy=POLICY,
        lifecycle="annual-plan",
        column="zt",
        states=CODES["jhzt"],
        responsible=(
            *_OF_THE_SCHOOL,
            Responsible("区级审核员", Column("shjgdm")),
            Responsible("区教委备案员", Constant(EDUCATION_OFFICE)),
        ),
        stamps=(
            Stamp("提交校内审核", "tjrq", form="YYYYMMDD"),
            Stamp("审核通过", "pzrq"),
        ),
    ),
    Flow(
        entity="实施方案",
        policy=POLICY,
        lifecycle="scheme-filing",
        column="zt",
        states=CODES["fazt"],
        responsible=(*_OF_THE_SCHOOL, Responsible("区教委备案员", Column("badwdm"))),
        stamps=(
            Stamp("签发并报备", "bbrq", form="YYYYMMDD"),
            Stamp("备案", "barq"),
        ),
    ),
    Flow(
        entity="研修年度",
        policy=POLICY,
        lifecycle="training-year",
        column="zt",
        states=CODES["ndzt"],
        responsible=_OF_THE_SCHOOL,
    ),
    Flow(
        entity="年度学分认定",
        policy=POLICY,
        lifecycle="credit-recognition",
        column="zt",
        states=CODES["xfzt"],
        responsible=(*_OF_THE_SCHOOL, Responsible("区级审核员", Column("shjgdm"))),
    ),
)

"""What can be wrong with a school, and how each defect is planted.

A defect changes what is about to be inserted: the school's records when the platform is built
(`records`), or what the school does during the year when it does it (`conduct`).  Those of one
`group` change the same columns and never stand together.
"""

from .conduct import CONDUCT_DEFECTS, Conduct
from .kinds import Defect, Row, SchoolRows
from .records import BOUNDARIES, PLAN_DEFECTS
from .records_of_other_flows import OTHER_DEFECTS

__all__ = [
    "BOUNDARIES",
    "CONDUCT_DEFECTS",
    "DEFECTS",
    "OTHER_DEFECTS",
    "PLAN_DEFECTS",
    "Conduct",
    "Defect",
    "Row",
    "SchoolRows",
]

DEFECTS = (*PLAN_DEFECTS, *OTHER_DEFECTS, *CONDUCT_DEFECTS)
"""Every kind: those that stop the annual plan, and those that stop another flow or a later step."""

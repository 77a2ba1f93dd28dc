"""How strict a document is beside those above it.

Takes: a checked document and the checked documents that it refines.
Gives: each replaced rule and parameter as proved, tested or refused (`Strictness`), with a case
where it is looser.
May assume: all of them passed checking.
Refuses: a looser one that names no clause which authorises it (XR880).
"""

from .compare_rules import CASES
from .comparing import is_looser
from .judge_overlay import judge_overlay

__all__ = ["CASES", "is_looser", "judge_overlay"]

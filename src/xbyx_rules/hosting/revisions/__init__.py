"""Revisions (修订): a new version of what is in force, which stays so until the new one is.

Takes: a ledger, the version in force, a new record of the host in its initial state.
Gives: a line of versions: which is in force now, which was at an instant, and how each stands.
May assume: the flow says in which states a subject is in force (生效状态).
Refuses: a revision of what is not in force, and a second one while another is under way.
"""

from .line import LineVersion, Period, in_force, line_as_plain, line_of
from .revising import revise

__all__ = ["LineVersion", "Period", "in_force", "line_as_plain", "line_of", "revise"]

"""How a school corrects its records after it was stopped: written on the platform's own tables.

Some schools correct what they can, others leave it; the seed decides.  A shortage of money, an
activity already held and a survey that came too late can't be corrected within the year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType

from sqlalchemy import Connection, select

from xbyx_demo_platform.draws import Draws
from xbyx_demo_platform.registers import school_of
from xbyx_demo_platform.tables import sys_cs
from xbyx_rules.deciding import Subject

from .asking import ask_one
from .plans import FOR_PLANS
from .year import FOR_THE_YEAR

__all__ = ["CORRECTABLE", "WILLING_PERCENT", "correct"]

WILLING_PERCENT = 65

CORRECTABLE: MappingProxyType[str, Callable[[Connection, str, str], None]] = MappingProxyType(
    {**FOR_PLANS, **FOR_THE_YEAR}
)
"""Rule → what a school does about it, given the subject's key and the school's code."""


def correct(connection: Connection, subject: Subject, findings: Iterable[str]) -> tuple[str, ...]:
    """Let a school correct its records as the findings ask.

    Args:
        connection: to the platform; the caller commits.
        subject: what was stopped.
        findings: ids of the rules that stopped it.

    Returns:
        The findings on which it worked, sorted; not necessarily with success: a filled-in number
        may turn out too low.
    """
    seed = int(ask_one(connection, select(sys_cs.c.csz).where(sys_cs.c.csm == "seed")))
    school = school_of(connection, subject)
    done = []
    for finding in sorted(set(findings) & set(CORRECTABLE)):
        if Draws(seed, "correct", subject.key, finding).chance(WILLING_PERCENT):
            CORRECTABLE[finding](connection, subject.key, school)
            done.append(finding)
    return tuple(done)

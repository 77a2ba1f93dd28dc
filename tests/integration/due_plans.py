"""Plans whose review has a time limit: who is reminded, to whom it is reported, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.integration.year_plan import DISTRICT
from xbyx_rules.calendars import DayTable, WorkingCalendar
from xbyx_rules.checking import Approvals
from xbyx_rules.lifecycle import Actor

__all__ = ["ADMIN", "APPROVALS", "KNOWN", "LAST_DAY_PASSED", "LATE", "REMIND_DAY"]

APPROVALS = Approvals(
    reminders={"审核通过": "2 工作日"}, escalations={"审核通过": ("区教委备案员",)}
)
# The holiday of 1 May 2026 lies after what is due here; a day of rest on 6 March is made up.
KNOWN = WorkingCalendar(DayTable({date(2026, 3, 6): False}, {2026: "示例"}, "notice"))
# Handed in at 10:00 on Monday 2 March 2026; 15 working days after it, without 6 March.
LAST_DAY_PASSED = datetime(2026, 3, 24, 16, tzinfo=UTC)
REMIND_DAY = datetime(2026, 3, 19, 16, tzinfo=UTC)
LATE = datetime(2026, 6, 1, tzinfo=UTC)
ADMIN = Actor("a-1", frozenset({"系统管理员"}), DISTRICT)

"""The days on which things are done, all of the school year 2024-2025."""

from __future__ import annotations

from datetime import date

__all__ = [
    "ANNUAL_PLAN_ROUNDS",
    "ARCHIVE",
    "ARCHIVE_AGAIN",
    "CARRYING_OUT_ENDS",
    "CREDITS_COUNTED",
    "CREDIT_ROUNDS",
    "EVALUATION",
    "EVALUATION_AGAIN",
    "FILING",
    "GOALS",
    "GOALS_AGAIN",
    "MONTHS",
    "MULTI_YEAR_PLAN_ROUNDS",
    "SCHEME_ROUNDS",
    "START",
    "START_AFTER_LAST_ROUND",
    "SURVEY",
    "SURVEY_AGAIN",
]

MULTI_YEAR_PLAN_ROUNDS = (
    (date(2024, 5, 13), date(2024, 5, 15), date(2024, 5, 22)),
    (date(2024, 6, 3), date(2024, 6, 5), date(2024, 6, 12)),
    (date(2024, 10, 14), date(2024, 10, 15), date(2024, 10, 22)),
)
"""Submit, sign, review; the last round after the schools have met the annual plans' review."""

SURVEY, SURVEY_AGAIN = date(2024, 7, 1), date(2024, 10, 28)
GOALS, GOALS_AGAIN = date(2024, 8, 26), (date(2024, 9, 6), date(2024, 10, 29))

ANNUAL_PLAN_ROUNDS = (
    (date(2024, 9, 9), date(2024, 9, 11), date(2024, 9, 18)),
    (date(2024, 9, 23), date(2024, 9, 25), date(2024, 9, 29)),
    (date(2024, 10, 14), date(2024, 10, 16), date(2024, 10, 23)),
)
"""Submit, sign, review."""

START, START_AFTER_LAST_ROUND = date(2024, 9, 30), date(2024, 10, 30)

SCHEME_ROUNDS = (
    (date(2024, 10, 8), date(2024, 10, 9), date(2024, 10, 11)),
    (date(2024, 10, 21), date(2024, 10, 22), date(2024, 10, 25)),
)
"""Submit, sign, file."""

MONTHS = ((2024, 11), (2024, 12), (2025, 1), (2025, 3), (2025, 4), (2025, 5))
"""The months in which activities are held."""

CARRYING_OUT_ENDS = date(2025, 6, 10)
FILING = (date(2025, 6, 16), date(2025, 6, 30))
EVALUATION, EVALUATION_AGAIN = date(2025, 7, 4), date(2025, 7, 11)
CREDITS_COUNTED = date(2025, 7, 1)
CREDIT_ROUNDS = (
    (date(2025, 7, 2), date(2025, 7, 3), date(2025, 7, 8), date(2025, 7, 9)),
    (date(2025, 7, 14), date(2025, 7, 15), date(2025, 7, 17), date(2025, 7, 18)),
)
"""Submit, sign, review, register."""

ARCHIVE, ARCHIVE_AGAIN = date(2025, 7, 15), date(2025, 7, 22)

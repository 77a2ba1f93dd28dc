"""Reporting: finished results as pages that need nothing else, in Chinese or in English.

Takes: findings, reviews and counts, already made, and templates (`templates/`, or a package's own).
Gives: HTML pages with their style inside (`render_page`, `render_coverage`); a whole review as
    text, page or Word document.
May assume: nothing of a text; it is escaped wherever it stands.
Refuses: to decide, to read a database or a clock, and to load anything from outside the page.
"""

from xbyx_rules.deciding import (
    Mark,
    SaidCondition,
    SaidDerivation,
    SaidFinding,
    SaidMissing,
    SaidParameter,
    SaidValue,
    mark_outcome,
    say_finding,
)

from .coverage import CoveredDocument, render_coverage
from .pages import Crumb, read_style, render_page
from .review import SaidReview, SaidTable, SaidTask, render_review, review_to_text, say_review
from .review_docx import review_to_docx
from .said_coverage import SaidCount, SaidHeading, say_heading
from .said_periods import say_period
from .said_rules import say_rule
from .said_statement import (
    render_statement,
    say_statement,
    statement_to_docx,
    statement_to_text,
)
from .said_statistics import (
    render_statistics,
    say_statistics,
    statistics_to_docx,
    statistics_to_text,
)
from .statement import Statement, decide_statement
from .supervision import (
    SaidCheck,
    SaidDoubt,
    render_supervision,
    say_supervision,
    supervision_to_text,
)
from .words import keep_in_one_line

__all__ = [
    "CoveredDocument",
    "Crumb",
    "Mark",
    "SaidCheck",
    "SaidCondition",
    "SaidCount",
    "SaidDerivation",
    "SaidDoubt",
    "SaidFinding",
    "SaidHeading",
    "SaidMissing",
    "SaidParameter",
    "SaidReview",
    "SaidTable",
    "SaidTask",
    "SaidValue",
    "Statement",
    "decide_statement",
    "keep_in_one_line",
    "mark_outcome",
    "read_style",
    "render_coverage",
    "render_page",
    "render_review",
    "render_statement",
    "render_statistics",
    "render_supervision",
    "review_to_docx",
    "review_to_text",
    "say_finding",
    "say_heading",
    "say_period",
    "say_review",
    "say_rule",
    "say_statement",
    "say_statistics",
    "say_supervision",
    "statement_to_docx",
    "statement_to_text",
    "statistics_to_docx",
    "statistics_to_text",
    "supervision_to_text",
]

"""A site of static pages: district → school → plan → finding → clause.

Takes: `SiteResults`, finished: how a year went, the rules it went by, the ledger's verification.
Gives: `build_site`, every page by its address; `write_site` puts them into a folder.
May assume: nothing of a name or an opinion; it is escaped wherever it stands.
Refuses: to read a database or a clock, and scripts or anything from outside the folder.
"""

from .building import build_site
from .counting import (
    OUTCOMES,
    ActionCount,
    ClauseCount,
    count_actions,
    count_clauses,
    count_outcomes,
)
from .results import SiteResults, Step, SubjectOutcome, Year
from .writing import holds_other_files, write_site

__all__ = [
    "OUTCOMES",
    "ActionCount",
    "ClauseCount",
    "SiteResults",
    "Step",
    "SubjectOutcome",
    "Year",
    "build_site",
    "count_actions",
    "count_clauses",
    "count_outcomes",
    "holds_other_files",
    "write_site",
]

"""Population: figures of a whole district or the city, fit to be published.

Takes: finished figures, one cell a unit (a school, a subject), with the teachers behind them; or a
    case and the documents that calculate its statistics.
Gives: the table as it may be published (`suppress_table`), a review without what tells of persons
    (`protect_review`), all statistics of a district (`decide_statistics`): small figures and what
    would betray them are left out.
May assume: a cell's figures are sums over its own teachers, and no teacher stands in two cells.
Refuses: to read a database, and to guess the threshold: a policy says it.
"""

from .breaking_down import Breakdown, Column, hide_parts
from .protecting import counts_persons
from .statistics import (
    StatedDocument,
    Statistics,
    decide_statistics,
    protect_review,
    select_statistics,
)
from .suppressing import (
    Cell,
    PublishedCell,
    PublishedTable,
    Withheld,
    suppress_table,
    table_to_rows,
)

__all__ = [
    "Breakdown",
    "Cell",
    "Column",
    "PublishedCell",
    "PublishedTable",
    "StatedDocument",
    "Statistics",
    "Withheld",
    "counts_persons",
    "decide_statistics",
    "hide_parts",
    "protect_review",
    "select_statistics",
    "suppress_table",
    "table_to_rows",
]

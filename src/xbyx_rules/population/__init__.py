"""Population: figures of a whole district or the city, fit to be published.

Takes: finished figures, one cell a unit (a school, a subject), with the teachers behind them.
Gives: the table as it may be published (`suppress_table`): small cells and what would betray them
    are left out.
May assume: a cell's figures are sums over its own teachers, and no teacher stands in two cells.
Refuses: to decide anything, to read a database, and to guess the threshold: a policy says it.
"""

from .suppressing import (
    Cell,
    PublishedCell,
    PublishedTable,
    Withheld,
    suppress_table,
    table_to_rows,
)

__all__ = [
    "Cell",
    "PublishedCell",
    "PublishedTable",
    "Withheld",
    "suppress_table",
    "table_to_rows",
]

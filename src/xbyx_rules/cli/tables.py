"""Tables for a terminal: one plain look, no italics, numbers to the right."""

from __future__ import annotations

from rich import box
from rich.table import Table

from .terminal import Terminal

__all__ = ["new_table"]


def new_table(
    terminal: Terminal, *columns: tuple[str, str], title: tuple[str, str] | None = None
) -> Table:
    """A table with columns that wrap instead of cutting text off.

    Args:
        terminal: in whose language.
        columns: headings in Chinese and in English.
        title: the same of the table, or None.
    """
    table = Table(
        box=box.SIMPLE_HEAD,
        title=terminal.pick(*title) if title else None,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        show_edge=False,
    )
    for zh, en in columns:
        table.add_column(terminal.pick(zh, en), overflow="fold")
    return table

"""Prose: what a rule says, in the words an official would use, in Chinese and in English.

Takes: a node of the source tree, typed or not, and the vocabulary for English names.
Gives: one sentence or noun phrase; values of FEEL in words (`say_value`).
May assume: nothing of the tree but that it is one; types only make the words fit better.
Refuses: nothing; what nests deeper than `DEEPEST` is left out with a visible mark.
"""

from __future__ import annotations

from .calls import summed_list
from .conditions import Speaker
from .literals import say_holder, say_items, say_number, say_record, say_unit, say_value
from .names import Names
from .phrases import DEEPEST
from .words import WORDS, Words

__all__ = [
    "DEEPEST",
    "WORDS",
    "Names",
    "Speaker",
    "Words",
    "say_holder",
    "say_items",
    "say_number",
    "say_record",
    "say_unit",
    "say_value",
    "summed_list",
]

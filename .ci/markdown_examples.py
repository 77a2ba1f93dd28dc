"""Pytest plugin: the Python examples of Markdown pages run as tests (`make docs-test`).

A fence marked `python` runs as written; with `>>>` prompts its output is compared too.
One page is one namespace.  `<!-- skip: next -->` before a fence leaves it out.
"""

from __future__ import annotations

from doctest import ELLIPSIS, IGNORE_EXCEPTION_DETAIL, NORMALIZE_WHITESPACE
from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

pytest_collect_file = Sybil(
    path=str(Path(__file__).resolve().parent.parent),
    parsers=[
        PythonCodeBlockParser(
            doctest_optionflags=ELLIPSIS | NORMALIZE_WHITESPACE | IGNORE_EXCEPTION_DETAIL
        ),
        SkipParser(),
    ],
    patterns=["*.md"],
).pytest()

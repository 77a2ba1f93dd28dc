"""FEEL and boxed expressions as the standard means them: null, not Unknown.

Takes: trees of the parser and of `dmn.boxed`, and an `Environment` with the names in scope.
Gives: values; each null that comes from an error is recorded in the environment's `Run`.
May assume: nothing about types; every operand is looked at when it is there.
Refuses: to go beyond the bounds of a run (`LimitError`).

It walks the tree as it stands, so what is compiled later can be held against it.
"""

from .boxes import BOX_RULES
from .calls import CALL_RULES
from .converting import convert
from .environment import MISSING, RULES, Environment, LimitError, Run, evaluate
from .expressions import EXPRESSION_RULES
from .loops import LOOP_RULES
from .tables import TABLE_RULES
from .tests import TEST_RULES, passes

__all__ = ["MISSING", "Environment", "LimitError", "Run", "convert", "evaluate", "passes"]

for _rules in (EXPRESSION_RULES, CALL_RULES, LOOP_RULES, TEST_RULES, TABLE_RULES, BOX_RULES):
    RULES.update(_rules)

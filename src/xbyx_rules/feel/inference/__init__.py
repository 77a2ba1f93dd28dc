"""Static types: from a parsed tree and the types of the names in scope to a typed tree.

Takes: a tree of `syntax`, a `Scope` that knows each name's type, and the `Source` of the text.
Gives: the same tree with `type` and `may_be_unknown` on every node, and diagnostics.
May assume: the tree came from the parser; the scope's types came from the vocabulary.
Refuses: unknown names, operands whose types don't fit, null, impure functions, values that a
    term does not allow.  This is the strict meaning, that of policies.
"""

from .calls import KNOWLEDGE
from .inferring import infer_expression, infer_unary_tests
from .source import Source
from .tests import uses_question_mark

__all__ = [
    "KNOWLEDGE",
    "Source",
    "infer_expression",
    "infer_unary_tests",
    "uses_question_mark",
]

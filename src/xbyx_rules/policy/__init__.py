"""Policy documents and the vocabulary: Markdown texts read into values with places.

Takes: the text of a `policy.md`, `clauses.md` or `vocabulary.md`, or folders that hold them.
Gives: `Policy`, `ClauseList`, `Vocabulary`, `Library`, with diagnostics; formal parts stay texts.
May assume: nothing about the text; it may be cut short, huge, or no Markdown at all.
Refuses: any construct, property or cell that would be lost: all read text is kept or reported.
"""

from .canonical import canonical_text, digest_text, parse_strictly
from .clause_list import ClauseList, ListedClause
from .editing import edit_text
from .headings import normalise_locator
from .library import Library, bundled_rules, load_library, read_library
from .model import (
    Body,
    Clause,
    ClauseKind,
    ClauseNature,
    DocumentStatus,
    Example,
    Expression,
    Force,
    Outcome,
    ParameterRow,
    Parameters,
    Pattern,
    PatternRow,
    Period,
    Policy,
    Table,
    TableRow,
    Taxonomy,
    TaxonomyRow,
    Text,
    TransitionRow,
    Transitions,
)
from .properties import KINDS, PROPERTY_KEYS, KindRule
from .read_clause_list import read_clause_list
from .read_policy import read_policy
from .read_vocabulary import read_vocabulary
from .source import hash_text
from .store import PolicyStore, Snapshot
from .term_types import read_type
from .vocabulary import Entity, Relation, Term, Vocabulary

__all__ = [
    "KINDS",
    "PROPERTY_KEYS",
    "Body",
    "Clause",
    "ClauseKind",
    "ClauseList",
    "ClauseNature",
    "DocumentStatus",
    "Entity",
    "Example",
    "Expression",
    "Force",
    "KindRule",
    "Library",
    "ListedClause",
    "Outcome",
    "ParameterRow",
    "Parameters",
    "Pattern",
    "PatternRow",
    "Period",
    "Policy",
    "PolicyStore",
    "Relation",
    "Snapshot",
    "Table",
    "TableRow",
    "Taxonomy",
    "TaxonomyRow",
    "Term",
    "Text",
    "TransitionRow",
    "Transitions",
    "Vocabulary",
    "bundled_rules",
    "canonical_text",
    "digest_text",
    "edit_text",
    "hash_text",
    "load_library",
    "normalise_locator",
    "parse_strictly",
    "read_clause_list",
    "read_library",
    "read_policy",
    "read_type",
    "read_vocabulary",
]

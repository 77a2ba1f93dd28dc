"""Policy documents and the vocabulary: Markdown texts read into values with places.

Takes: the text of a `policy.md`, `clauses.md` or `vocabulary.md`, or folders that hold them.
Gives: `Policy`, `ClauseList`, `Vocabulary`, `Library`, with diagnostics; formal parts stay texts.
May assume: nothing about the text; it may be cut short, huge, or no Markdown at all.
Refuses: any construct, property or cell that would be lost: all read text is kept or reported.
"""

from .addresses import (
    Address,
    Cell,
    ExampleCell,
    FrontValue,
    Message,
    Parameter,
    Property,
    Rule,
    Title,
    parse_address,
)
from .canonical import Digester, canonical_text, digest_text, parse_strictly
from .clause_list import ClauseList, ListedClause
from .editing import edit, edit_text
from .headings import normalise_locator
from .history import PolicyHistory, Recorded
from .keeping import Keeper
from .layout import VOCABULARY_FILE, format_text
from .library import Library, bundled_rules, load_library, read_file, read_library
from .meaning import meaning_of
from .model import (
    Body,
    Clause,
    ClauseKind,
    ClauseNature,
    Closing,
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
from .places import Spot, find_place, list_places
from .properties import KINDS, PROPERTY_KEYS, KindRule
from .read_clause_list import read_clause_list
from .read_policy import read_policy
from .read_vocabulary import read_vocabulary
from .skeleton import PLACEHOLDER, find_placeholders, write_skeleton
from .source import hash_text, near_names
from .store import PolicyStore, Snapshot
from .term_types import read_type
from .vocabulary import Entity, Relation, Term, Vocabulary

__all__ = [
    "KINDS",
    "PLACEHOLDER",
    "PROPERTY_KEYS",
    "VOCABULARY_FILE",
    "Address",
    "Body",
    "Cell",
    "Clause",
    "ClauseKind",
    "ClauseList",
    "ClauseNature",
    "Closing",
    "Digester",
    "DocumentStatus",
    "Entity",
    "Example",
    "ExampleCell",
    "Expression",
    "Force",
    "FrontValue",
    "Keeper",
    "KindRule",
    "Library",
    "ListedClause",
    "Message",
    "Outcome",
    "Parameter",
    "ParameterRow",
    "Parameters",
    "Pattern",
    "PatternRow",
    "Period",
    "Policy",
    "PolicyHistory",
    "PolicyStore",
    "Property",
    "Recorded",
    "Relation",
    "Rule",
    "Snapshot",
    "Spot",
    "Table",
    "TableRow",
    "Taxonomy",
    "TaxonomyRow",
    "Term",
    "Text",
    "Title",
    "TransitionRow",
    "Transitions",
    "Vocabulary",
    "bundled_rules",
    "canonical_text",
    "digest_text",
    "edit",
    "edit_text",
    "find_place",
    "find_placeholders",
    "format_text",
    "hash_text",
    "list_places",
    "load_library",
    "meaning_of",
    "near_names",
    "normalise_locator",
    "parse_address",
    "parse_strictly",
    "read_clause_list",
    "read_file",
    "read_library",
    "read_policy",
    "read_type",
    "read_vocabulary",
    "write_skeleton",
]

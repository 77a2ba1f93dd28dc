"""xbyx_rules: policies on school-based teacher training (校本研修) that run and explain themselves.

The way of a rule: `policy` reads a document, `checking` types it, `compiling` makes functions of
it, `deciding` applies them to a case and explains.  The way of a command: `lifecycle` is the pure
state machine, `hosting` carries its effects out in the host's own transaction.  Below them:
`errors`, `feel` (the language) and `tables` (decision tables).  Above them: `reporting` makes pages
of results, and `cli` is the command `xbyx`.

Each package's docstring says what it takes, gives, may assume and refuses.
"""

from .checking import CheckedPolicy, check_policy
from .compiling import ExecutablePolicy, compile_policy
from .deciding import (
    Attestation,
    Case,
    Finding,
    Review,
    Subject,
    decide,
    explain,
    explain_review,
    load_policies,
)
from .errors import Diagnostic, XbyxError
from .feel.values import UNKNOWN, Complete, Incomplete
from .policy import Outcome, Policy, load_library, read_policy

__all__ = [
    "UNKNOWN",
    "Attestation",
    "Case",
    "CheckedPolicy",
    "Complete",
    "Diagnostic",
    "ExecutablePolicy",
    "Finding",
    "Incomplete",
    "Outcome",
    "Policy",
    "Review",
    "Subject",
    "XbyxError",
    "__version__",
    "check_policy",
    "compile_policy",
    "decide",
    "explain",
    "explain_review",
    "load_library",
    "load_policies",
    "read_policy",
]

__version__ = "0.1.0"

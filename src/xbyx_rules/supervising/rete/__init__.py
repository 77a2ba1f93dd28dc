"""The Rete evaluator: durable-rules in a child process, for the joins of one school's records.

Takes: a check being joined.
Gives: its hits, each looked at again in Python; or a diagnostic that says why it has none.
May assume: nothing of the engine: it may crash, hang, answer nonsense or the wrong thing.
Refuses: what lies outside the envelope that was found safe (docs/decisions/0011).
"""

from .encoding import MOST_FACTS, Job, Refused, encode
from .running import Answer, is_importable, run_jobs
from .searching import Disputed, read_hits

__all__ = [
    "MOST_FACTS",
    "Answer",
    "Disputed",
    "Job",
    "Refused",
    "encode",
    "is_importable",
    "read_hits",
    "run_jobs",
]

"""Receipts: what was decided, by which rules and on what, so that it can be decided anew.

Takes: a policy, a case and the review of it; later a receipt, its facts and the store of policies.
Gives: a `Receipt` (plain data, no fact in the clear) and a `Payload` (the facts, erasable); a
    `ReplayReport` that lists every difference.
May assume: nothing about what it reads back; files are data from outside.
Refuses: a review that the policy doesn't give, and a receipt of other semantics.
"""

from .issuing import issue_receipt
from .model import Commitment, Opening, Payload, Receipt, erase_facts
from .reading import payload_text, read_payload, read_receipt, receipt_text
from .recording import attestation_as_plain, parameter_as_plain
from .replaying import ReplayReport, replay

__all__ = [
    "Commitment",
    "Opening",
    "Payload",
    "Receipt",
    "ReplayReport",
    "attestation_as_plain",
    "erase_facts",
    "issue_receipt",
    "parameter_as_plain",
    "payload_text",
    "read_payload",
    "read_receipt",
    "receipt_text",
    "replay",
]

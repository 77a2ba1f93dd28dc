"""Receipts: what was decided, by which rules and on what, so that it can be decided anew.

Takes: a policy, a case and the review of it; later a receipt, its facts and the store of policies.
Gives: a `Receipt` (plain data, no fact in the clear) and a `Payload` (the facts, erasable); a
    `ReplayReport` that lists every difference.
May assume: nothing about what it reads back; files are data from outside.
Refuses: a review that the policy doesn't give, and a receipt of other semantics.
"""

from .comparing import compare_finding
from .inputs import case_from_plain, inputs_as_plain, watch_case
from .issuing import issue_receipt
from .model import Commitment, Exact, FindingRecord, Opening, Payload, Receipt, Rules, erase_facts
from .reading import payload_text, read_payload, read_receipt, receipt_text
from .recording import (
    attestation_as_plain,
    parameter_as_plain,
    record_finding,
    result_as_plain,
)
from .replaying import ReplayReport, replay

__all__ = [
    "Commitment",
    "Exact",
    "FindingRecord",
    "Opening",
    "Payload",
    "Receipt",
    "ReplayReport",
    "Rules",
    "attestation_as_plain",
    "case_from_plain",
    "compare_finding",
    "erase_facts",
    "inputs_as_plain",
    "issue_receipt",
    "parameter_as_plain",
    "payload_text",
    "read_payload",
    "read_receipt",
    "receipt_text",
    "record_finding",
    "replay",
    "result_as_plain",
    "watch_case",
]

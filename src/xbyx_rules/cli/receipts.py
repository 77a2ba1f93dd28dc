"""Write the receipt of a review, its facts beside it, and the rules into the store."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Case, Review, issue_receipt, payload_text, receipt_text
from xbyx_rules.errors import Diagnostic
from xbyx_rules.policy import PolicyStore

from .files import write_new
from .terminal import Terminal, WrongUsage

__all__ = ["PlannedReceipt", "facts_beside", "keep_receipt", "plan_receipt"]


@dataclass(frozen=True, slots=True)
class PlannedReceipt:
    """Where a receipt, its facts and the rules go."""

    receipt: Path
    payload: Path
    store: Path


def facts_beside(receipt: Path) -> Path:
    """Where a receipt's facts lie unless said otherwise.

    Example:
        >>> facts_beside(Path("kept/r-1.json")).as_posix()
        'kept/r-1.facts.json'
        >>> facts_beside(Path("2025.10")).as_posix()
        '2025.10.facts.json'
    """
    return receipt.with_name(receipt.name.removesuffix(".json") + ".facts.json")


def plan_receipt(
    receipt: Path | None, payload: Path | None, store: Path | None
) -> PlannedReceipt | None:
    """Check the options before anything is decided; None where no receipt is asked for.

    Raises:
        WrongUsage: XR730 an option is lacking, XR731 a file is there already.
    """
    if receipt is None and payload is None:
        return None
    if receipt is None:
        raise _lacking("--receipt", "回执写到哪个文件", "the file the receipt goes to")
    if store is None:
        raise _lacking("--store", "规则存放在哪个文件夹", "the folder that keeps the rules")
    planned = PlannedReceipt(receipt, payload or facts_beside(receipt), store)
    for file in (planned.receipt, planned.payload):
        if file.exists():
            raise WrongUsage(Diagnostic("XR731", None, {"file": str(file)}))
    if planned.receipt.resolve() == planned.payload.resolve():
        raise _lacking("--payload", "与回执不同的文件", "a file other than the receipt")
    return planned


def keep_receipt(
    terminal: Terminal,
    planned: PlannedReceipt,
    policy: ExecutablePolicy,
    case: Case,
    review: Review,
) -> dict[str, str]:
    """Issue the receipt, write it and what belongs to it, and say so.

    Returns:
        Where they are, and the receipt's digest, for ``--json``.

    Raises:
        StoreError, ReceiptError, WrongUsage, OSError: then no receipt was written.
    """
    receipt, payload = issue_receipt(
        policy, case, review, salt_source=lambda: secrets.token_hex(16)
    )
    snapshot = PolicyStore(planned.store).put(policy.checked.library)
    write_new(planned.payload, payload_text(payload), is_private=True)
    try:
        # WHY last: a receipt that is there has its rules and its facts.
        write_new(planned.receipt, receipt_text(receipt))
    except BaseException:
        planned.payload.unlink(missing_ok=True)
        raise
    terminal.say(
        f"\n回执 {planned.receipt}，摘要 {receipt.digest}（请另行存放）；"
        f"事实 {planned.payload}（可删除）",
        f"\nreceipt {planned.receipt}, digest {receipt.digest} (keep it elsewhere); "
        f"facts {planned.payload} (may be erased)",
    )
    return {
        "file": str(planned.receipt),
        "digest": receipt.digest,
        "payload": str(planned.payload),
        "rules": snapshot.hash,
    }


def _lacking(option: str, what: str, what_en: str) -> WrongUsage:
    values = {"option": option, "what": what, "what_en": what_en}
    return WrongUsage(Diagnostic("XR730", None, values))

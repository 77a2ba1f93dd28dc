"""Many commands at once: an answer to each, a transaction for some, locks always in one order.

What is refused leaves nothing, what is not stands; as if the commands had been sent singly.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from xbyx_rules.deciding import Subject
from xbyx_rules.errors import Diagnostic, XbyxError
from xbyx_rules.lifecycle import Command
from xbyx_rules.telemetry import note_command, watch_bulk

from .acting import carry_out
from .desk import Desk
from .naming import name_command
from .results import Receipt, refuse
from .transactions import Target, is_retryable, write_in

__all__ = ["MOST_IN_A_CHUNK", "BulkItem", "act_all"]

MOST_IN_A_CHUNK: Final = 1000


@dataclass(frozen=True, slots=True)
class BulkItem:
    """What became of one of many commands.

    Args:
        command: which.
        receipt: what was done; None when it was not.
        diagnostics: every reason why not; empty when it was done.
    """

    command: Command
    receipt: Receipt | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether it was carried out, now or before."""
        return self.receipt is not None


class _Answer(NamedTuple):
    receipt: Receipt | None
    error: Exception | None
    seconds: float


def act_all(
    desk: Desk, target: Target, commands: Sequence[Command], *, chunk: int = 100
) -> tuple[BulkItem, ...]:
    """Carry out many commands, each wholly, once, or not at all.

    Args:
        desk: the ledger's.
        target: with an Engine each chunk is a transaction of ours; else all are in the host's.
        commands: in any order; those for one subject, or of one id, take effect as given.
        chunk: how many to a transaction of ours, up to 1000.

    Returns:
        An item for each command, in the order given.

    Raises:
        CommandRefused: XR582, there is no such chunk.
        Exception: what the platform or the database raises and no command is to blame for;
            chunks before it stand, and sending all again replays them.
    """
    if not 1 <= chunk <= MOST_IN_A_CHUNK:
        refuse("XR582", name="chunk", least="1", most=str(MOST_IN_A_CHUNK))
    answers: dict[int, _Answer] = {}
    for part in _parts(commands, chunk if isinstance(target, Engine) else len(commands)):
        answers.update(_act_on_part(desk, target, commands, part))
    return tuple(_item(command, answers[place]) for place, command in enumerate(commands))


# --- the order ------------------------------------------------------------------------------------


def _parts(commands: Sequence[Command], size: int) -> Iterator[list[int]]:
    """The commands' places, a transaction at a time, in the order in which they lock subjects.

    INVARIANT: within a transaction subjects are locked in one order, the same for every sender.
    """
    rounds: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(_rounds(commands)):
        rounds[number].append(place)
    for number in sorted(rounds):
        # WHY a sort that is stable: what is for one subject stays in the order given.
        order = sorted(rounds[number], key=lambda place: _lock_key(commands[place].subject))
        for start in range(0, len(order), size):
            yield order[start : start + size]


def _rounds(commands: Sequence[Command]) -> Iterator[int]:
    """In which round each command goes: one more where its id came before for another subject.

    WHY: the first to come with an id has it, whichever subject is first in the order of locks.
    """
    of_id: dict[str, tuple[int, Subject]] = {}
    of_subject: dict[Subject, int] = {}
    for command in commands:
        number = of_subject.get(command.subject, 0)
        if command.command_id in of_id:
            before, subject = of_id[command.command_id]
            number = max(number, before + (subject != command.subject))
        of_id[command.command_id] = (number, command.subject)
        of_subject[command.subject] = number
        yield number


def _lock_key(subject: Subject) -> tuple[str, str]:
    return subject.entity, subject.key


# --- a transaction --------------------------------------------------------------------------------


def _act_on_part(
    desk: Desk, target: Target, commands: Sequence[Command], part: Sequence[int]
) -> dict[int, _Answer]:
    with watch_bulk(len(part)) as watch:
        work = _work_on([commands[place] for place in part], desk)
        began = time.perf_counter()
        given_up: DBAPIError | None = None
        try:
            answers = write_in(target, work)
        except DBAPIError as error:
            if not (isinstance(target, Engine) and is_retryable(error)):
                raise
            given_up = error
            # INVARIANT: as often as a command by itself; then nothing of this part was done.
            seconds = (time.perf_counter() - began) / len(part)
            answers = [_Answer(None, error, seconds) for _ in part]
        # WHY only now: until the commit, what was done could still be undone and done again.
        outcomes = [
            _tell(desk, commands[place], one) for place, one in zip(part, answers, strict=True)
        ]
        watch.finish(outcomes, error=given_up)
    return dict(zip(part, answers, strict=True))


def _work_on(commands: Sequence[Command], desk: Desk) -> Callable[[Connection], list[_Answer]]:
    return lambda connection: [_act_on_one(desk, connection, one) for one in commands]


def _act_on_one(desk: Desk, connection: Connection, command: Command) -> _Answer:
    began = time.perf_counter()
    try:
        with connection.begin_nested():
            receipt = carry_out(desk, connection, command)
    except XbyxError as error:
        return _Answer(None, error, time.perf_counter() - began)
    return _Answer(receipt, None, time.perf_counter() - began)


def _tell(desk: Desk, command: Command, answer: _Answer) -> str:
    entity, action = name_command(desk, command, is_typed=True)
    receipt = answer.receipt
    facts = {}
    if receipt is not None:
        facts = {
            "is_replay": receipt.is_replay,
            "version": receipt.version,
            "target": receipt.target,
            "event_hash": receipt.event_hash,
        }
    return note_command(entity, action, seconds=answer.seconds, error=answer.error, **facts)


def _item(command: Command, answer: _Answer) -> BulkItem:
    if answer.error is None:
        return BulkItem(command, answer.receipt)
    if isinstance(answer.error, XbyxError):
        return BulkItem(command, None, tuple(answer.error.diagnostics))
    return BulkItem(command, None, (Diagnostic("XR680", None, {"subject": str(command.subject)}),))

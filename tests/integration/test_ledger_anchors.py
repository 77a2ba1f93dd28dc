"""What somebody who has the database and knows the algorithm can do, and what an anchor shows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import delete, update

from tests.integration.year_plan import (
    CLERK,
    NINE,
    PLAN,
    PLANS,
    WAY,
    add_plan,
    command,
    open_platform,
    stand_in_deciding,
    tick,
    walk,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused, ConflictError
from xbyx_rules.hosting.ledger import anchoring, read_anchor, unprotect
from xbyx_rules.hosting.ledger.chain import hash_event
from xbyx_rules.policy import canonical_text

OTHER = Subject(PLAN.entity, "2026-002")


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def platform(database):
    engine, ledger, _ = open_platform(database)
    with engine.begin() as connection:
        add_plan(connection, OTHER.key)
    walk(ledger, engine, 3)
    for number, (action, actor, more) in enumerate(WAY[:2]):
        ledger.act(engine, command(action, actor, f"o{number}", subject=OTHER, **more))
    yield engine, ledger
    engine.dispose()


@pytest.fixture
def engine(platform):
    return platform[0]


@pytest.fixture
def ledger(platform):
    return platform[1]


def keep(anchor):
    """As it comes back from where it was kept."""
    return read_anchor(json.dumps(anchor.as_json(), ensure_ascii=False))


def found_of(verification):
    return [(one.code, dict(one.values)) for one in verification.problems]


def codes_of(verification):
    return {one.code for one in verification.problems}


# --- what an administrator can do -----------------------------------------------------------------


class Intruder:
    """Somebody with every right in the database, and this source code."""

    def __init__(self, engine, ledger):
        self.engine = engine
        self.tables = ledger.tables
        self.store = ledger._desk.store
        with engine.begin() as connection:
            unprotect(connection, self.tables.protected)

    def _events(self, connection, subject):
        instance = self.store.find_instance(connection, subject)
        return instance, self.store.events_of(connection, instance.id)

    def cut_tail(self, subject, last):
        """Take the steps after one away, with all that speaks of them."""
        with self.engine.begin() as connection:
            instance, events = self._events(connection, subject)
            gone, end = events[last:], events[last - 1]
            self._forget(connection, instance, gone)
            self._set_end(connection, instance, end.event, end.hash)
            self._set_turns(connection, instance, last)

    def _set_turns(self, connection, instance, last):
        """Let those whose turn it was after a step have it again."""
        task = self.tables.task
        again = update(task).where(task.c.instance_id == instance.id, task.c.entry_seq == last)
        connection.execute(again.values(task_status="open", closed_at=None))

    def drop(self, subject):
        """Take a subject away as though it had never been taken into the ledger."""
        with self.engine.begin() as connection:
            instance, events = self._events(connection, subject)
            self._forget(connection, instance, events)
            table = self.tables.instance
            connection.execute(delete(table).where(table.c.instance_id == instance.id))

    def rewrite(self, subject, sequence, **changes):
        """Change a step and make every hash after it anew."""
        event, known = self.tables.event, self.tables.command
        with self.engine.begin() as connection:
            instance, events = self._events(connection, subject)
            head = None
            for one in events:
                changed = replace(one.event, prev_hash=head)
                if one.event.seq == sequence:
                    changed = replace(changed, **changes)
                version = instance.definition_version
                head = hash_event(self.store.tenant, subject, 1, version, changed)
                rows = update(event).where(
                    event.c.instance_id == instance.id, event.c.seq == changed.seq
                )
                values = {"prev_hash": changed.prev_hash, "event_hash": head}
                connection.execute(rows.values(actor_id=changed.actor_id, **values))
                rows = update(known).where(known.c.command_id == changed.command_id)
                result = self.store.results_of(connection, [changed.command_id])
                result = {**result[changed.command_id], "event_hash": head, "version": changed.seq}
                connection.execute(rows.values(result_text=canonical_text(result)))
            self._set_end(connection, instance, events[-1].event, head)

    def _forget(self, connection, instance, events):
        event, known, payload = self.tables.event, self.tables.command, self.tables.payload
        for one in events:
            rows = (event.c.instance_id == instance.id, event.c.seq == one.event.seq)
            connection.execute(delete(event).where(*rows))
            task, outbox = self.tables.task, self.tables.outbox
            rows = (task.c.instance_id == instance.id, task.c.entry_seq == one.event.seq)
            connection.execute(delete(task).where(*rows))
            rows = (outbox.c.instance_id == instance.id, outbox.c.seq == one.event.seq)
            connection.execute(delete(outbox).where(*rows))
            connection.execute(delete(known).where(known.c.command_id == one.event.command_id))
            for _, digest in one.event.payloads:
                connection.execute(delete(payload).where(payload.c.digest == digest))

    def _set_end(self, connection, instance, event, head):
        table = self.tables.instance
        rows = update(table).where(table.c.instance_id == instance.id)
        values = {"version": event.seq, "current_state": event.target, "head_hash": head}
        connection.execute(rows.values(**values))
        rows = update(PLANS).where(PLANS.c.plan_no == instance.subject.key)
        connection.execute(rows.values(status=event.target))


@pytest.fixture
def intruder(engine, ledger):
    return Intruder(engine, ledger)


def test_a_cut_tail_shows_only_against_an_anchor(engine, ledger, intruder):
    kept = keep(ledger.anchor(engine, at=NINE))
    intruder.cut_tail(PLAN, 3)
    assert ledger.verify(engine).is_intact
    ((code, values),) = found_of(ledger.verify(engine, anchors=[kept]))
    assert code == "XR561"
    assert (values["subject"], values["last"], values["sequence"]) == (str(PLAN), "3", "4")


def test_a_chain_written_anew_shows_only_against_an_anchor(engine, ledger, intruder):
    kept = keep(ledger.anchor(engine, at=NINE))
    intruder.rewrite(PLAN, 3, actor_id="t-99")
    assert ledger.verify(engine).is_intact
    assert ledger.timeline(engine, PLAN)[2].actor == "t-99"
    ((code, values),) = found_of(ledger.verify(engine, anchors=[kept]))
    assert code == "XR562"
    assert (values["subject"], values["number"]) == (str(PLAN), "1")


def test_a_subject_dropped_as_a_whole_shows_only_against_an_anchor(engine, ledger, intruder):
    kept = keep(ledger.anchor(engine, at=NINE))
    intruder.drop(OTHER)
    assert ledger.verify(engine, is_host_compared=False).is_intact
    verified = ledger.verify(engine, is_host_compared=False, anchors=[kept])
    ((code, values),) = found_of(verified)
    assert (code, values["subject"], values["sequence"]) == ("XR563", str(OTHER), "3")


def test_a_tail_cut_and_grown_again_shows(engine, ledger, intruder):
    """As long as before, or longer: length alone proves nothing."""
    kept = keep(ledger.anchor(engine, at=NINE))
    intruder.cut_tail(PLAN, 3)
    action, actor, more = WAY[2]
    ledger.act(engine, command(action, actor, "again", at=tick(5), **more))
    ledger.act(engine, command("备案", CLERK, "y", at=tick(6)))
    assert ledger.verify(engine).is_intact
    assert codes_of(ledger.verify(engine, anchors=[kept])) == {"XR562"}


def test_what_came_after_the_anchor_is_not_held_against_the_ledger(engine, ledger):
    kept = keep(ledger.anchor(engine, at=NINE))
    ledger.act(engine, command("备案", CLERK, "x", at=tick(6)))
    found = ledger.verify(engine, anchors=[kept])
    assert found.is_intact
    assert found.anchors == 1


def test_what_was_written_and_cut_after_the_last_anchor_does_not_show(engine, ledger, intruder):
    """The bound of the method: who wants more takes anchors more often."""
    kept = keep(ledger.anchor(engine, at=NINE))
    ledger.act(engine, command("备案", CLERK, "x", at=tick(6)))
    intruder.cut_tail(PLAN, 4)
    assert ledger.verify(engine, anchors=[kept]).is_intact


def test_an_erasure_after_the_anchor_is_an_erasure_and_no_break(engine, ledger):
    kept = keep(ledger.anchor(engine, at=NINE))
    erasing = {"reason": "依申请删除", "actor": CLERK, "command_id": "e", "at": tick(9)}
    ledger.erase(engine, PLAN, version=3, kind="opinion", **erasing)
    found = ledger.verify(engine, anchors=[kept])
    assert (found.is_intact, found.erased) == (True, 1)


# --- the anchors themselves -----------------------------------------------------------------------


def test_anchors_follow_each_other(engine, ledger):
    first = ledger.anchor(engine, at=NINE)
    ledger.act(engine, command("备案", CLERK, "x", at=tick(6)))
    second = ledger.anchor(engine, at=tick(7))
    assert (first.row.number, first.row.previous) == (1, None)
    assert (second.row.number, second.row.previous) == (2, first.digest)
    assert (first.row.subjects, first.row.events, second.row.events) == (2, 7, 8)
    assert second.at == tick(7)
    assert second.row.heads_digest == ledger.verify(engine).heads_digest != first.row.heads_digest
    assert ledger.verify(engine, anchors=[keep(second), keep(first)]).is_intact


def test_a_kept_anchor_comes_back_as_it_was(engine, ledger):
    anchor = ledger.anchor(engine, at=NINE.replace(microsecond=123457))
    assert keep(anchor) == anchor
    assert keep(anchor).is_whole


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("delete the last", "2"),
        ("delete the first", "2"),
        ("edit the first", "1"),
    ],
)
def test_an_edited_list_of_anchors_shows(engine, ledger, intruder, statement, number):
    kept = [keep(ledger.anchor(engine, at=tick(hour))) for hour in (0, 1)]
    table = ledger.tables.anchor
    where = table.c.anchor_no == (2 if "last" in statement else 1)
    change = (
        delete(table).where(where)
        if statement.startswith("delete")
        else update(table).where(where).values(event_count=6)
    )
    with engine.begin() as connection:
        connection.execute(change)
    found = found_of(ledger.verify(engine, anchors=kept))
    assert {code for code, _ in found} == {"XR564"}
    assert number in {values["number"] for _, values in found}


def test_a_dropped_list_of_anchors_shows(engine, ledger):
    kept = keep(ledger.anchor(engine, at=NINE))
    ledger.tables.anchor.drop(engine)
    assert codes_of(ledger.verify(engine, anchors=[kept])) == {"XR564"}


def test_an_anchor_of_another_ledger_proves_nothing_and_is_said(tmp_path, engine, ledger):
    kept = keep(ledger.anchor(engine, at=NINE))
    elsewhere, other, _ = open_platform(tmp_path / "other.db")
    walk(other, elsewhere, 1)
    assert "XR564" in codes_of(other.verify(elsewhere, anchors=[kept]))
    elsewhere.dispose()


def test_a_kept_anchor_that_was_edited_is_not_compared_with(engine, ledger):
    plain = ledger.anchor(engine, at=NINE).as_json()
    plain["heads"][0][4] = "sha256:" + "0" * 64
    edited = read_anchor(json.dumps(plain))
    assert edited.is_whole is False
    assert codes_of(ledger.verify(engine, anchors=[edited])) == {"XR565"}


def test_an_anchor_needs_a_time_zone(engine, ledger):
    with pytest.raises(CommandRefused):
        ledger.anchor(engine, at=datetime(2026, 3, 2))  # noqa: DTZ001


def test_two_anchors_at_once_get_two_numbers(engine, ledger, monkeypatch):
    """The other one comes between our look at the last number and our insert."""
    look, others = anchoring._last_row, []

    def look_once_too_early(store, connection):
        last = look(store, connection)
        if not others:
            others.append(None)
            others[0] = anchoring.take_anchor(store, connection, NINE)
        return last

    monkeypatch.setattr(anchoring, "_last_row", look_once_too_early)
    mine = ledger.anchor(engine, at=NINE)
    (other,) = others
    assert (other.row.number, mine.row.number) == (1, 2)
    assert ledger.verify(engine, anchors=[keep(other), keep(mine)]).is_intact


def test_an_anchor_that_always_comes_second_is_a_conflict(engine, ledger, monkeypatch):
    monkeypatch.setattr(anchoring, "_insert_row", lambda *_: False)
    with pytest.raises(ConflictError) as caught:
        ledger.anchor(engine, at=NINE)
    assert [one.code for one in caught.value.diagnostics] == ["XR567"]

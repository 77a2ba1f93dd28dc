"""Every guard on record is decided again from its receipt; whatever was touched comes out."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from tests.integration.forging import forge_body, forge_event
from tests.integration.test_ledger_with_documents import (
    POLICY,
    VOCABULARY,
    DocumentHost,
    attest,
)
from tests.integration.year_plan import (
    CLERK,
    DEPUTY,
    HEAD,
    NINE,
    PLAN,
    PLATFORM,
    REVIEWER,
    add_plan,
    command,
    tick,
)
from xbyx_rules.deciding import load_policies
from xbyx_rules.hosting import Ledger
from xbyx_rules.hosting.archive import ArchiveMetadata, pack_archive, verify_archive
from xbyx_rules.hosting.ledger import ledger_tables, unprotect
from xbyx_rules.hosting.ledger.chain import commit_payload
from xbyx_rules.hosting.ledger.export_checking import check_lines
from xbyx_rules.lifecycle import Actor
from xbyx_rules.policy import PolicyStore

RETURNED, SUBMITTED, SIGNED, APPROVED = 3, 4, 5, 6
LATER = POLICY.replace("* 0.05\n```", "* 0.06\n```")


def load(folder, policy=POLICY):
    place = folder / "test" / "year-plan"
    place.mkdir(parents=True)
    (folder / "vocabulary.md").write_text(VOCABULARY, "utf-8")
    (place / "policy.md").write_text(policy, "utf-8")
    return load_policies(folder)


@pytest.fixture(scope="module")
def policies(tmp_path_factory):
    return load(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    return load(tmp_path_factory.mktemp("later"), LATER)


@pytest.fixture
def engine(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'platform.db'}", poolclass=NullPool)
    yield engine
    engine.dispose()


def open_ledger(policies, **more) -> Ledger:
    return Ledger(policies, DocumentHost(), tenant="110108", clock=lambda: NINE, **more)


@pytest.fixture
def walked(engine: Engine, policies) -> Ledger:
    return walk(engine, policies)


def walk(engine: Engine, policies) -> Ledger:
    """A plan that was returned once, then approved and filed: with every kind of guard."""
    PLATFORM.create_all(engine)
    with engine.begin() as connection:
        add_plan(connection, PLAN.key)
    ledger = open_ledger(policies)
    ledger.create_tables(engine)
    attest(ledger, engine)
    ledger._desk.host.budget = Decimal(50_000)
    for number, (action, actor, more) in enumerate(
        [
            ("提交校内审核", DEPUTY, {}),
            ("退回补正", HEAD, {"comment": "预算不足"}),
            ("提交校内审核", DEPUTY, {}),
            ("签发并报送", HEAD, {"comment": "同意"}),
            ("审核通过", REVIEWER, {}),
            ("备案", CLERK, {}),
        ]
    ):
        ledger.act(engine, command(action, actor, number, at=tick(number), **more))
    return ledger


def codes_of(found):
    return {one.code for one in found.problems}


def counts_of(found):
    return (found.steps, found.guards, found.erased, found.undecided)


# --- what is as it was ----------------------------------------------------------------------------


def test_every_recorded_guard_comes_out_as_recorded(walked, engine):
    found = walked.replay(engine)
    assert (found.subjects, found.events) == (1, 7)
    assert counts_of(found) == (6, 5, 0, 0)
    assert found.is_same
    assert found.problems == found.differing == ()


def test_no_host_is_asked_and_nothing_is_written(walked, engine, policies):
    with engine.connect() as connection:
        before = list(connection.connection.driver_connection.iterdump())
    ledger = Ledger(policies, None, tenant="110108")
    assert ledger.replay(engine).is_same
    with engine.connect() as connection:
        assert list(connection.connection.driver_connection.iterdump()) == before


def test_one_subject_can_be_replayed_alone(walked, engine):
    assert walked.replay(engine, subject=PLAN).steps == 6
    assert walked.replay(engine, subject=replace(PLAN, key="nobody")).subjects == 0


def test_a_delegated_step_is_decided_again_for_both_persons(walked, engine, policies):
    ledger = open_ledger(policies, delegations=lambda *_: True)
    ledger._desk.host.budget = Decimal(50_000)
    with engine.begin() as connection:
        add_plan(connection, "2026-002")
    plan, deputy = replace(PLAN, key="2026-002"), Actor("t-30", frozenset(), HEAD.organisation)
    ledger.act(engine, command("提交校内审核", DEPUTY, "a", subject=plan))
    ledger.act(engine, command("签发并报送", deputy, "b", subject=plan, on_behalf_of=HEAD))
    found = ledger.replay(engine, subject=plan)
    assert counts_of(found) == (2, 3, 0, 0)
    assert found.is_same


def test_on_every_database_it_is_replayed_exported_and_archived_alike(database, policies):
    engine, lines, out = database.open(), [], io.BytesIO()
    ledger = walk(engine, policies)
    assert counts_of(ledger.replay(engine)) == (6, 5, 0, 0)
    assert (ledger.export(engine, lines.append).events, list(check_lines(lines))) == (7, [])
    metadata = ArchiveMetadata("计划", "某校", "永久", NINE.date())
    pack_archive(ledger, engine, PLAN, out, metadata=metadata)
    assert verify_archive(out).is_intact
    change = set_fact("学校", "教师培训经费预算", value={"number": "49999.99"})
    forge_body(engine, ledger, PLAN, APPROVED, change)
    assert ledger.verify(engine, is_host_compared=False).is_intact
    assert "XR571" in codes_of(ledger.replay(engine))


# --- by which texts -------------------------------------------------------------------------------


def test_a_step_is_decided_by_the_text_of_its_time_and_by_no_other(
    walked, engine, policies, later, tmp_path
):
    found = open_ledger(later).replay(engine)
    assert counts_of(found) == (0, 0, 0, 6)
    assert codes_of(found) == {"XR573"}
    assert policies["test/year-plan"].policy.hash in found.problems[0].message("zh")
    assert found.is_same

    earlier = open_ledger(later, earlier=[policies["test/year-plan"]])
    assert counts_of(earlier.replay(engine)) == (6, 5, 0, 0)

    store = PolicyStore(tmp_path / "store")
    assert "XR321" in codes_of(open_ledger(later).replay(engine, store=store))
    store.put(policies["test/year-plan"].checked.library)
    assert counts_of(open_ledger(later).replay(engine, store=store)) == (6, 5, 0, 0)


def test_an_altered_text_in_the_store_decides_nothing(walked, engine, policies, tmp_path):
    store = PolicyStore(tmp_path / "store")
    store.put(policies["test/year-plan"].checked.library)
    kept = store.folder / "texts"
    for file in kept.iterdir():
        file.write_text(file.read_text("utf-8").replace("0.05", "0.04"), "utf-8")
    found = open_ledger({}).replay(engine, store=store)
    assert {"XR322", "XR573"} <= codes_of(found)
    assert (found.steps, found.is_same) == (0, False)


# --- what was erased ------------------------------------------------------------------------------


def erase(ledger, engine, version, kind):
    ledger.erase(
        engine,
        PLAN,
        version=version,
        kind=kind,
        reason="本人申请",
        actor=CLERK,
        command_id=f"erase-{version}-{kind}",
        at=tick(9),
    )


def test_an_erased_receipt_is_counted_as_erased(walked, engine):
    erase(walked, engine, APPROVED, "receipt")
    found = walked.replay(engine)
    assert counts_of(found) == (5, 3, 1, 0)
    assert found.is_same


def test_a_receipt_outlives_the_opinion_and_does_not_repeat_it(walked, engine):
    erase(walked, engine, RETURNED, "opinion")
    assert counts_of(walked.replay(engine)) == (6, 5, 0, 0)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT content FROM xbyx_payload")).scalars()
        assert not [one for one in rows if one and "预算不足" in one]


def test_a_receipt_that_is_gone_without_an_erasure_is_reported(walked, engine):
    with engine.begin() as connection:
        unprotect(connection, ledger_tables().protected)
        connection.execute(text("DELETE FROM xbyx_payload WHERE payload_class = 'receipt'"))
    assert codes_of(walked.replay(engine)) == {"XR554"}


# --- what was touched, and every hash made to fit -------------------------------------------------


def set_fact(*path, value):
    def change(receipt):
        place = receipt["facts"]
        for step in path[:-1]:
            place = place[step]["record"]
        place[path[-1]] = value

    return change


def set_outcome(kind, code):
    def change(receipt):
        (one,) = receipt[kind]
        (one["finding"] if kind == "conditions" else one)["outcome"] = code

    return change


def drop(kind):
    def change(receipt):
        receipt[kind] = []

    return change


def set_person(receipt):
    receipt["conditions"][0]["person"]["district"] = "110105"


def set_submitter(receipt):
    receipt["conditions"][0]["submitter"]["id"] = "t-02"


def set_condition(receipt):
    receipt["requirements"][0]["conditions"][0]["outcome"] = False


def set_opinion(receipt):
    receipt["is_opinion_given"] = False


FORGERIES = {
    "a fact that decides": (
        APPROVED,
        set_fact("学校", "教师培训经费预算", value={"number": "49999.99"}),
        {"XR571", "XR323", "XR324", "XR325"},
    ),
    "a fact that changes no outcome": (
        APPROVED,
        set_fact("学校", "教师培训经费预算", value={"number": "50000.01"}),
        {"XR571", "XR325"},
    ),
    "a fact taken away": (
        APPROVED,
        set_fact("学校", value={"unknown": True}),
        {"XR571", "XR323", "XR324", "XR325"},
    ),
    "a fact of another kind": (APPROVED, set_fact("学校", value="9"), {"XR571", "XR301"}),
    "a fact that is no data of ours": (APPROVED, set_fact("学校", value=[1]), {"XR575"}),
    "an outcome": (
        APPROVED,
        set_outcome("requirements", "not_met"),
        {"XR571", "XR572", "XR323"},
    ),
    "a condition's outcome": (
        SIGNED,
        set_outcome("conditions", "undetermined"),
        {"XR571", "XR572", "XR323"},
    ),
    "the outcome of one of its conditions": (APPROVED, set_condition, {"XR571", "XR324"}),
    "the judgement it rests on": (SIGNED, drop("attestations"), {"XR571", "XR323"}),
    "a requirement left out": (APPROVED, drop("requirements"), {"XR576"}),
    "a condition left out": (SIGNED, drop("conditions"), {"XR576"}),
    "who acted, from another district": (APPROVED, set_person, {"XR571", "XR323", "XR324"}),
    "who had submitted": (SIGNED, set_submitter, {"XR576", "XR571"}),
    "whether there was an opinion": (RETURNED, set_opinion, {"XR571", "XR323", "XR324"}),
    "the day": (APPROVED, lambda one: one.update(on="2026-03-09"), {"XR575"}),
    "the actor": (APPROVED, lambda one: one["actor"].update(id="d-9"), {"XR575"}),
    "the texts": (APPROVED, lambda one: one["rules"]["documents"].clear(), {"XR575"}),
    "the vocabulary": (APPROVED, lambda one: one["rules"]["vocabulary"].clear(), {"XR573"}),
    "a key of its own": (APPROVED, lambda one: one.update(more=1), {"XR575"}),
    "no receipt at all": (APPROVED, lambda _: [1], {"XR575"}),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_was_altered_in_a_receipt_comes_out_although_every_hash_fits(name, walked, engine):
    seq, change, expected = FORGERIES[name]
    forge_body(engine, walked, PLAN, seq, change)
    assert walked.verify(engine, is_host_compared=False).is_intact
    found = walked.replay(engine)
    assert found.is_same == (expected == {"XR573"})
    assert expected <= codes_of(found) <= expected | {"XR323", "XR324", "XR325", "XR326"}
    assert all(str(PLAN) in one.message("zh") for one in found.problems if one.code == "XR571")


def test_a_difference_is_shown_clause_by_clause_with_both_outcomes(walked, engine):
    change = set_fact("学校", "教师培训经费预算", value={"number": "49999.99"})
    forge_body(engine, walked, PLAN, APPROVED, change)
    found = walked.replay(engine)
    (step,) = found.differing
    assert (step.subject, step.version, step.action) == (PLAN, APPROVED, "审核通过")
    shown = [(one.clause, one.then, one.now, one.is_same) for one in step.guards]
    assert shown == [
        ("funding-floor", "met", "not_met", False),
        ("annual-plan", "met", "met", True),
    ]
    first = found.problems[0]
    assert "当时符合，重新判定不符合" in first.message("zh")
    assert "met then, not met when decided again" in first.message("en")


def test_a_step_whose_receipt_was_left_out_of_the_chain_is_reported(walked, engine):
    forge_event(engine, walked, PLAN, APPROVED, lambda one: replace(one, payloads=()))
    assert walked.verify(engine, is_host_compared=False).is_intact
    assert codes_of(walked.replay(engine)) == {"XR575"}


def test_a_receipt_of_an_earlier_format_is_counted_and_not_guessed(walked, engine):
    def as_of_old(receipt):
        kept = ("semantics", "on", "actor", "principal", "requirements", "conditions")
        return {key: receipt[key] for key in kept}

    forge_body(engine, walked, PLAN, APPROVED, as_of_old)
    found = walked.replay(engine)
    assert counts_of(found) == (5, 3, 0, 1)
    assert codes_of(found) == {"XR574"}
    assert found.is_same
    assert walked.snapshot(engine, PLAN).state == "已备案"


def test_a_flow_that_was_altered_in_the_ledger_is_left_to_verifying(walked, engine):
    with engine.begin() as connection:
        unprotect(connection, ledger_tables().protected)
        connection.execute(text("UPDATE xbyx_definition SET content = '[]'"))
    found = walked.replay(engine)
    assert counts_of(found) == (6, 5, 0, 0)


def test_a_step_of_another_meaning_is_counted_and_not_decided(walked, engine):
    forge_event(engine, walked, PLAN, APPROVED, lambda one: replace(one, semantics=2))
    forge_body(engine, walked, PLAN, APPROVED, lambda one: one.update(semantics=2))
    found = walked.replay(engine)
    assert counts_of(found) == (5, 3, 0, 1)
    assert codes_of(found) == {"XR574"}


def test_a_body_that_does_not_fit_its_digest_is_named_though_it_decides_alike(walked, engine):
    other = commit_payload("receipt", {}, "sha256").salt
    with engine.begin() as connection:
        unprotect(connection, ledger_tables().protected)
        statement = "UPDATE xbyx_payload SET salt = :salt WHERE payload_class = 'receipt'"
        connection.execute(text(statement), {"salt": other})
    assert codes_of(walked.replay(engine)) == {"XR555"}

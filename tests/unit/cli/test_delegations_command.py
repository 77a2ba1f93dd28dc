"""`xbyx ledger delegations` and `xbyx ledger vacancies`."""

from __future__ import annotations

from datetime import date

import pytest

from tests.integration.year_plan import (
    DEPUTY,
    HEAD,
    NINE,
    PLAN,
    POLICY,
    SCHOOL,
    PlanHost,
    make_policy,
    open_platform,
    stand_in_deciding,
    tick,
    walk,
)
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli.hosts import Platform
from xbyx_rules.cli.terminal import ExitCode
from xbyx_rules.hosting import Delegation, DelegationRegister, Ledger

MARCH = Delegation(HEAD.id, "t-30", "校长", date(2026, 3, 1), date(2026, 3, 31))
PLANS = Delegation(
    DEPUTY.id, "t-31", "分管负责人", date(2026, 3, 1), date(2026, 4, 30), "年度计划", PLAN.key
)


@pytest.fixture
def database(tmp_path):
    """Two delegations of which the first was revoked, and one plan that waits for the head."""
    with stand_in_deciding():
        engine, ledger, _ = open_platform(tmp_path / "platform.db")
        walk(ledger, engine, 1)
    register = DelegationRegister(ledger.tables, "110108")
    register.grant(engine, MARCH, delegation_id="g-1", actor=HEAD, at=NINE)
    register.revoke(engine, "g-1", actor=HEAD, at=tick(1))
    register.grant(engine, PLANS, delegation_id="g-2", actor=DEPUTY, at=NINE)
    return f"sqlite:///{tmp_path / 'platform.db'}"


def run(database, *arguments, runner=xbyx):
    return runner("ledger", "delegations", "--database", database, *arguments)


def test_the_delegations_of_a_day_leave_out_what_was_revoked_or_is_over(database):
    result = run(database, "--on", "2026-03-15")
    assert result.exit_code == ExitCode.FINE
    assert "110108：2026-03-15 有效的委托 1 项" in result.stdout
    assert "g-2" in result.stdout
    assert "g-1" not in result.stdout
    result = run(database, "--on", "2026-05-01", "--lang", "en")
    assert "110108: 0 delegations in force on 2026-05-01" in result.stdout


def test_all_of_them_as_json(database):
    found = run(database, "--all", runner=xbyx_json)
    assert (found["tenant"], found["on"]) == ("110108", None)
    first, second = found["delegations"]
    assert first == {
        "id": "g-1",
        "principal": "t-01",
        "agent": "t-30",
        "role": "校长",
        "subject_kind": None,
        "subject_ref": None,
        "valid_from": "2026-03-01",
        "valid_until": "2026-03-31",
        "granted_at": NINE.isoformat(),
        "granted_by": "t-01",
        "revoked_at": tick(1).isoformat(),
        "revoked_by": "t-01",
    }
    assert (second["id"], second["subject_kind"], second["subject_ref"]) == (
        "g-2",
        "年度计划",
        PLAN.key,
    )
    assert (second["revoked_at"], second["revoked_by"]) == (None, None)


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--by", "t-01"), ["g-1"]),
        (("--to", "t-31"), ["g-2"]),
        (("--by", "t-01", "--to", "t-31"), []),
    ],
)
def test_the_delegations_of_one_person(database, options, ids):
    found = run(database, "--all", *options, runner=xbyx_json)
    assert [one["id"] for one in found["delegations"]] == ids


def test_without_a_day_it_is_today_in_the_jurisdiction(database, monkeypatch):
    late = NINE.replace(hour=16, minute=30)  # past midnight in Beijing
    monkeypatch.setattr("xbyx_rules.cli.delegations.read_instant", lambda _: late)
    found = run(database, runner=xbyx_json)
    assert found["on"] == "2026-03-03"
    assert [one["id"] for one in found["delegations"]] == ["g-2"]


# --- vacancies ------------------------------------------------------------------------------------


class Directory(PlanHost):
    """A platform where these, and nobody else, hold roles."""

    def __init__(self, **roles):
        super().__init__()
        self.roles = roles

    def holders(self, _connection, _subject, role, *, on):
        return self.roles.get(role, ())


def vacancies(monkeypatch, tmp_path, host, *arguments, runner=xbyx):
    with stand_in_deciding():
        engine, _, _ = open_platform(tmp_path / "vacant.db")
        ledger = Ledger({POLICY: make_policy()}, host, tenant="110108", clock=lambda: NINE)
        walk(ledger, engine, 1)
    found = Platform(engine, ledger, "110108", {})
    monkeypatch.setattr("xbyx_rules.cli.delegations.open_platform", lambda *_, **__: found)
    given = ("--database", "sqlite://", "--adapter", "demo")
    return runner("ledger", "vacancies", *given, *arguments)


def test_tasks_that_nobody_can_do_are_listed_and_end_with_1(monkeypatch, tmp_path):
    result = vacancies(monkeypatch, tmp_path, Directory(校长=()))
    assert result.exit_code == ExitCode.FINDINGS
    assert "110108：没有人能办的待办 1 件" in result.stdout
    (row,) = [line for line in result.stdout.splitlines() if PLAN.key in line]
    assert row.split()[-5:] == ["待校级审核", "校长", SCHOOL, "2026-03-02", "09:00"]


def test_tasks_that_nobody_can_do_as_json(monkeypatch, tmp_path):
    found = vacancies(monkeypatch, tmp_path, Directory(校长=()), runner=xbyx_json)
    assert found == {
        "tenant": "110108",
        "vacancies": [
            {
                "subject": str(PLAN),
                "state": "待校级审核",
                "role": "校长",
                "organisation": SCHOOL,
                "assignee": None,
                "opened_at": NINE.isoformat(),
            }
        ],
    }


def test_no_vacancy_ends_with_0(monkeypatch, tmp_path):
    result = vacancies(monkeypatch, tmp_path, Directory(校长=(HEAD.id,)), "--lang", "en")
    assert result.exit_code == ExitCode.FINE
    assert "110108: 0 open tasks that nobody can do" in result.stdout


def test_an_adapter_that_knows_no_holders_is_told_apart_from_no_vacancy(monkeypatch, tmp_path):
    result = vacancies(monkeypatch, tmp_path, PlanHost())
    assert result.exit_code == ExitCode.HOST
    assert result.stderr.startswith("XR677")

"""What the library's year gave equals what plain SQL works out on the platform's tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.demo_district import District, district_after_the_year
from tests.integration.plain_sql_oracle import work_out


@pytest.fixture(scope="module")
def district() -> Iterator[District]:
    with district_after_the_year(7) as opened:
        yield opened


def assert_equal_to_plain_sql(district: District) -> None:
    with district.engine.connect() as connection:
        expected = work_out(connection)
    found = {
        one.plan: (
            one.outcome,
            {
                finding.clause.replace("-", "_"): finding.outcome.code
                for finding in one.findings
                if finding.clause != "annual-plan"  # 条件: who may act, no rule about the school
            },
        )
        for one in district.year.plans
    }
    assert found == {plan: (one.outcome, one.stopped_by) for plan, one in expected.items()}
    assert {plan: one.state for plan, one in expected.items()} == {
        plan: one.state_found for plan, one in expected.items()
    }
    assert len(found) == 52


def test_the_years_outcomes_equal_plain_sql(district: District) -> None:
    assert_equal_to_plain_sql(district)


@pytest.mark.slow
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_the_years_outcomes_equal_plain_sql_for_any_seed(seed: int) -> None:
    with district_after_the_year(seed) as district:
        assert_equal_to_plain_sql(district)
        outcomes = district.year.by_outcome
        assert outcomes["filed"] >= len(district.planted.clean)
        assert outcomes["blocked"] > 0


def test_every_outcome_occurs_and_plans_are_returned_and_corrected(district: District) -> None:
    plans = district.year.plans
    assert {one.outcome for one in plans} == {"filed", "blocked", "undetermined"}
    assert any(one.returned and not one.corrected and one.outcome == "filed" for one in plans)
    assert any(one.corrected and one.outcome == "filed" for one in plans)
    assert any(one.returned and one.outcome == "blocked" for one in plans)


def test_a_plan_without_defects_is_filed(district: District) -> None:
    ends = {one.plan: one.outcome for one in district.year.plans}
    assert {ends[one.plan] for one in district.planted.clean} == {"filed"}


def test_the_ledger_of_the_year_verifies(district: District) -> None:
    verification = district.ledger.verify(district.engine)
    assert verification.is_intact
    assert verification.events > 5 * len(district.planted.clean)


@pytest.mark.slow
def test_a_year_run_twice_is_the_same(district: District) -> None:
    with district_after_the_year(7) as again:
        assert again.planted == district.planted
        assert again.year == district.year

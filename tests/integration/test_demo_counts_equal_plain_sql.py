"""What the library's year gave equals what plain SQL works out on the platform's tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.integration.demo_district import District, district_after_the_year
from tests.integration.plain_sql_oracle import FLOWS, schools_with_credits, work_out

# A 条件 says who may act: no rule about the school, except where it is all that a flow asks.
CONDITIONS = {"annual-plan", "multi-year-plan", "credit-recognition"}


@pytest.fixture(scope="module")
def district() -> Iterator[District]:
    with district_after_the_year(7) as opened:
        yield opened


def assert_equal_to_plain_sql(district: District, entity: str) -> None:
    with district.engine.connect() as connection:
        expected = work_out(connection, entity)
    found = {
        one.subject.key: (
            one.outcome,
            {
                finding.clause.replace("-", "_"): finding.outcome.code
                for finding in one.findings
                if finding.clause not in CONDITIONS
            },
        )
        for one in district.year.of(entity)
    }
    assert found == {key: (one.outcome, one.stopped_by) for key, one in expected.items()}
    assert {key: one.state for key, one in expected.items()} == {
        key: one.state_found for key, one in expected.items()
    }


def assert_every_school_is_there(district: District) -> None:
    for entity in FLOWS:
        schools = {one.school for one in district.year.of(entity)}
        wanted = set(district.year.schools)
        if entity == "年度学分认定":
            with district.engine.connect() as connection:
                wanted = schools_with_credits(connection)
        assert schools == wanted
        assert len(district.year.of(entity)) == len(wanted)
    assert len(district.year.schools) == 52


@pytest.mark.parametrize("entity", FLOWS)
def test_the_years_outcomes_equal_plain_sql(district: District, entity: str) -> None:
    assert_equal_to_plain_sql(district, entity)


def test_every_school_goes_through_every_flow_that_it_can_begin(district: District) -> None:
    assert_every_school_is_there(district)


@pytest.mark.slow
# WHY no shrinking: each seed is a whole year of 52 schools, and no seed is simpler than another.
@settings(
    max_examples=2,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_the_years_outcomes_equal_plain_sql_for_any_seed(seed: int) -> None:
    with district_after_the_year(seed) as district:
        assert_every_school_is_there(district)
        clean = {one.code for one in district.planted.clean}
        for entity in FLOWS:
            assert_equal_to_plain_sql(district, entity)
            ends = {one.school: one.outcome for one in district.year.of(entity)}
            assert {ends.get(code) for code in clean} == {"done"}
        assert district.year.by_outcome("年度计划")["blocked"] > 0


def test_every_outcome_occurs_and_plans_are_returned_and_corrected(district: District) -> None:
    plans = district.year.of("年度计划")
    assert {one.outcome for one in plans} == {"done", "blocked", "undetermined"}
    assert any(one.returned and not one.corrected and one.outcome == "done" for one in plans)
    assert any(one.corrected and one.outcome == "done" for one in plans)
    assert any(one.returned and one.outcome == "blocked" for one in plans)


@pytest.mark.parametrize("entity", FLOWS)
def test_in_every_flow_most_are_done_some_corrected_and_some_stopped(
    district: District, entity: str
) -> None:
    subjects = district.year.of(entity)
    assert sum(one.outcome == "done" for one in subjects) > len(subjects) / 2
    assert any(one.outcome == "done" and one.corrected for one in subjects)
    assert any(one.outcome != "done" for one in subjects)


def test_every_stop_has_findings_that_explain_it(district: District) -> None:
    for one in district.year.subjects:
        assert (one.outcome == "done") == (not one.findings) == (not one.stopped_at)
        for finding in one.findings:
            assert not finding.allows
            assert finding.conditions or finding.missing or finding.reason


def test_a_school_without_defects_comes_to_the_end_of_all_five_flows(district: District) -> None:
    for clean in district.planted.clean:
        ends = [one.outcome for one in district.year.subjects if one.school == clean.code]
        assert ends == ["done"] * 5


def test_no_credits_are_registered_before_the_plan_they_rest_on_is_approved(
    district: District,
) -> None:
    plans = {one.school: one for one in district.year.of("年度计划")}
    for one in district.year.of("年度学分认定"):
        assert plans[one.school].state in ("审核通过", "已备案")


def test_the_ledger_of_the_year_verifies(district: District) -> None:
    verification = district.ledger.verify(district.engine)
    assert verification.is_intact
    assert verification.subjects > 200


@pytest.mark.slow
def test_a_year_run_twice_is_the_same(district: District) -> None:
    with district_after_the_year(7) as again:
        assert again.planted == district.planted
        assert again.year == district.year

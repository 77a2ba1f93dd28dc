"""`AdapterConformance`: the tests, for pytest to run on an adapter's own database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import ClassVar, Final

import pytest
from sqlalchemy import Engine

from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.deciding import Subject, load_policies
from xbyx_rules.errors import Diagnostic
from xbyx_rules.hosting import (
    Adapter,
    Host,
    check_column_types,
    check_mapping,
    check_tables,
)

from . import holding, moving, reading
from .platforms import Platform

__all__ = ["AdapterConformance"]

_DOCUMENT: Final = "cn/beijing/school-based-training"


class AdapterConformance:
    """What every adapter must do, tried on a database with its platform's tables.

    Subclass it in a test module under a name that begins with ``Test``, and give three fixtures:
    `adapter`, `engine` and `samples`.  The database is one for tests, with some rows in every
    table; the samples are at least one subject of each flow, one of which can take a next step,
    and together they read every column that holds codes.

    Example:
        >>> from xbyx_rules.hosting import Adapter, HostMapping
        >>> class TestMyAdapter(AdapterConformance):
        ...     open_roles = frozenset({"分管负责人"})
        ...
        ...     @pytest.fixture
        ...     def adapter(self) -> Adapter:
        ...         return Adapter("my-platform", "某平台", HostMapping(entities=()))
        ...
        ...     @pytest.fixture
        ...     def samples(self) -> tuple[Subject, ...]:
        ...         return (Subject("学校", "9900000001"),)
    """

    day: ClassVar[date] = date(2025, 9, 8)
    """The civil date asked about."""
    open_roles: ClassVar[frozenset[str]] = frozenset()
    """Roles that anybody who holds them may take up, of whatever organisation."""
    written_by_triggers: ClassVar[frozenset[str]] = frozenset()
    """Columns that the platform's own triggers write when a row is changed, such as its time."""

    # --- what the adapter's tests give --------------------------------------------------------

    @pytest.fixture
    def adapter(self) -> Adapter:
        """The adapter: yours to give."""
        raise NotImplementedError("give a fixture `adapter`")

    @pytest.fixture
    def engine(self) -> Engine:
        """An Engine on a filled database of your platform: yours to give."""
        raise NotImplementedError("give a fixture `engine`")

    @pytest.fixture
    def samples(self) -> tuple[Subject, ...]:
        """Subjects that are there: yours to give."""
        raise NotImplementedError("give a fixture `samples`")

    @pytest.fixture
    def policies(self) -> Mapping[str, ExecutablePolicy]:
        """The documents with the adapter's flows; the bundled ones unless given."""
        return _bundled()

    @pytest.fixture
    def host(self, adapter: Adapter, policies: Mapping[str, ExecutablePolicy]) -> Host:
        """The host; give your own where it does more than its mapping says."""
        return adapter.host(policies[_document_of(adapter)].checked.vocabulary)

    @pytest.fixture
    def platform(
        self,
        adapter: Adapter,
        host: Host,
        policies: Mapping[str, ExecutablePolicy],
        engine: Engine,
        samples: tuple[Subject, ...],
    ) -> Platform:
        """All of it, for the tests."""
        if not samples:
            pytest.fail("没有样本 · no samples", pytrace=False)
        vocabulary = policies[_document_of(adapter)].checked.vocabulary
        mapping = adapter.mapping
        return Platform(host, mapping, policies, vocabulary, engine, samples, self.day)

    # --- what is declared -----------------------------------------------------------------------

    def test_the_mapping_agrees_with_the_vocabulary(
        self, adapter: Adapter, policies: Mapping[str, ExecutablePolicy]
    ) -> None:
        """Terms, types, code lists and relations are the vocabulary's."""
        vocabulary = policies[_document_of(adapter)].checked.vocabulary
        _expect_no_diagnostics(check_mapping(adapter.mapping, vocabulary))

    def test_every_table_and_column_is_there(self, platform: Platform) -> None:
        """The database has what the mapping names."""
        with platform.engine.connect() as connection:
            found = check_tables(platform.mapping, platform.vocabulary, connection)
        _expect_no_diagnostics(found)

    def test_the_columns_types_go_with_the_mapping(self, platform: Platform) -> None:
        """No float is read as money, no number compared with text, no stamp put where none fits."""
        with platform.engine.connect() as connection:
            found = check_column_types(platform.mapping, platform.vocabulary, connection)
        _expect_no_diagnostics(found)

    def test_the_flows_agree_with_their_definitions(self, platform: Platform) -> None:
        """States, roles and stamped actions are the flow's; each flow has a sample."""
        _expect_nothing(moving.check_flows(platform))

    # --- what is read ---------------------------------------------------------------------------

    def test_samples_are_read_in_the_vocabularys_words(self, platform: Platform) -> None:
        """Facts are terms of the vocabulary, with values of their types."""
        _expect_nothing(reading.check_words(platform))

    def test_null_stays_unknown(self, platform: Platform) -> None:
        """What is not filled in is not zero, not "no" and no error."""
        _expect_nothing(reading.check_missing_values(platform))

    def test_an_unknown_code_stops_the_reading(self, platform: Platform) -> None:
        """The error names table and column, and nobody's data."""
        _expect_nothing(reading.check_unknown_codes(platform))

    def test_two_rows_are_not_one_record(self, platform: Platform) -> None:
        """A view without a key may give a record twice."""
        _expect_nothing(reading.check_double_rows(platform))

    def test_a_record_that_is_not_there_is_refused(self, platform: Platform) -> None:
        """It has no facts and no state."""
        _expect_nothing(reading.check_absent_subjects(platform))

    def test_locking_reads_the_same(self, platform: Platform) -> None:
        """What a command is decided on is what people are shown."""
        _expect_nothing(reading.check_locking(platform))

    def test_many_states_are_read_as_each_is(self, platform: Platform) -> None:
        """What verifying compares the ledger with is what a command is decided on."""
        _expect_nothing(reading.check_states(platform))

    def test_reading_writes_nothing(self, platform: Platform) -> None:
        """Reading sends nothing but SELECT and ends no transaction."""
        _expect_nothing(reading.check_only_reading(platform))

    # --- what is moved --------------------------------------------------------------------------

    def test_the_state_is_compared_and_set_and_nothing_else(self, platform: Platform) -> None:
        """From another state nothing is changed; from its own, the state column alone."""
        _expect_nothing(moving.check_state_column(platform, self.written_by_triggers))

    def test_every_state_is_read_as_it_was_written(self, platform: Platform) -> None:
        """Codes and words are one to one; an unknown code is an error."""
        _expect_nothing(moving.check_round_trips(platform))

    def test_every_role_has_an_organisation(self, platform: Platform) -> None:
        """Nobody may act by accident."""
        _expect_nothing(moving.check_responsible(platform, self.open_roles))

    def test_holders_of_roles_are_persons(self, platform: Platform) -> None:
        """Each once, within their period; for a host that can say who holds a role."""
        _expect_nothing(holding.check_holders(platform))

    def test_a_command_joins_the_hosts_transaction(self, platform: Platform) -> None:
        """Rolled back, it leaves nothing, neither in the ledger nor in the platform."""
        _expect_nothing(moving.check_joining(platform))


@cache
def _bundled() -> Mapping[str, ExecutablePolicy]:
    return load_policies()


def _document_of(adapter: Adapter) -> str:
    return next((flow.policy for flow in adapter.mapping.flows), _DOCUMENT)


def _expect_nothing(problems: Iterable[str]) -> None:
    found = list(problems)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def _expect_no_diagnostics(found: Iterable[Diagnostic]) -> None:
    _expect_nothing(f"{one.render('zh')}\n{one.render('en')}" for one in found)

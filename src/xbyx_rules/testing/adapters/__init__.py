"""The conformance suite of adapters: an adapter's own tests import it and run it.

Takes: an adapter, an Engine on a database with the platform's tables and some rows, a few subjects.
Gives: `AdapterConformance`, a class that pytest runs once it is subclassed.
May assume: the database is there for tests: rows are changed, and every change is rolled back; the
    ledger's tables are made under a prefix of their own and dropped.
Refuses: nothing; each fault is a failed test that names table, column and subject.

WHY in `testing` and not in the pytest plugin: it reads hosts and moves subjects by the ledger, so
it stands above `hosting`; and the plugin is imported in everybody's suites.
"""

from .suite import AdapterConformance

__all__ = ["AdapterConformance"]

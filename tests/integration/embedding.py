"""What holds of every recipe of docs/embedding.md: all is committed together, or nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text

from tests.integration.recipes.small_platform import Base, make_ledger

__all__ = ["PLAN", "USER", "Answer", "Embedding", "Site", "fill"]

PLAN = "/plans/P1/actions"
USER = {"X-User": "u-17"}
Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Site:
    """A platform that answers requests, and an engine of the test's own on its database."""

    engine: Engine
    post: Callable[[dict[str, Any]], Answer]

    def all(self, statement: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement)))

    @property
    def events(self) -> int:
        return int(self.all("SELECT count(*) FROM xbyx_event")[0][0])

    def run(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement))


def fill(engine: Engine) -> None:
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO school VALUES ('9900000001', '示例小学（合成）')"))
        connection.execute(
            text("INSERT INTO plan (number, school_code, status) VALUES ('P1', '9900000001', '10')")
        )
    make_ledger().create_tables(engine)


def withdraw(command_id: str = "c-1", **more: Any) -> dict[str, Any]:
    return {"action": "撤回", "command_id": command_id, **more}


class Embedding:
    """What holds of every recipe."""

    def test_the_platforms_rows_and_the_ledgers_are_committed_together(self, site: Site) -> None:
        assert site.post(withdraw()) == (200, {"state": "已撤回", "version": 2})
        assert site.all("SELECT status, seen_by FROM plan") == [("80", "u-17")]
        assert site.all("SELECT command_id, body FROM notice") == [("c-1", "80")]
        assert site.events == 2

    def test_a_platform_that_fails_after_the_command_leaves_nothing(self, site: Site) -> None:
        site.run("DROP TABLE notice")
        assert site.post(withdraw())[0] == 500
        assert site.all("SELECT status, seen_by FROM plan") == [("10", None)]
        for table in ("instance", "event", "command", "task", "payload", "outbox"):
            assert site.all(f"SELECT count(*) FROM xbyx_{table}") == [(0,)]

    def test_a_refused_command_says_why_and_leaves_nothing(self, site: Site) -> None:
        status, answer = site.post({"action": "提交校内审核", "command_id": "c-1"})
        assert status == 422
        assert [one["code"] for one in answer["problems"]] == ["XR508"]  # facts are missing
        assert site.all("SELECT status, seen_by FROM plan") == [("10", None)]
        assert site.events == 0

    def test_a_command_sent_again_gets_its_first_answer(self, site: Site) -> None:
        first = site.post(withdraw())
        assert site.post(withdraw()) == first
        assert site.events == 2

    def test_a_page_that_is_out_of_date_is_a_conflict(self, site: Site) -> None:
        assert site.post(withdraw())[0] == 200
        status, answer = site.post(withdraw("c-2", version=1))
        assert status == 409
        assert [one["code"] for one in answer["problems"]] == ["XR515"]

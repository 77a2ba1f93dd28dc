"""Flask with a Session of one request."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from sqlalchemy.orm import Session, sessionmaker

from tests.integration.recipes.small_platform import (
    PEOPLE,
    Notice,
    Plan,
    make_ledger,
    read_clock,
    to_problem,
)
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.lifecycle import Command


def make_app(sessions: sessionmaker[Session]) -> Flask:
    app, ledger = Flask("small_platform"), make_ledger()

    @app.post("/plans/<number>/actions")
    def act(number: str) -> dict[str, Any]:
        asked, user = request.get_json(), request.headers["X-User"]
        command = Command(
            Subject("年度计划", number),
            asked["action"],
            PEOPLE[user],
            asked["command_id"],
            read_clock(),
            expected_version=asked.get("version"),
        )
        with sessions.begin() as session:  # Flask-SQLAlchemy: db.session, and commit at the end
            plan = session.get_one(Plan, number)
            plan.seen_by = user
            receipt = ledger.act(session, command)
            notice = Notice(command_id=command.command_id, plan_number=number, body=plan.status)
            session.merge(notice)
        return {"state": receipt.target, "version": receipt.version}

    @app.errorhandler(CommandRefused)
    def refuse(refused: CommandRefused) -> tuple[dict[str, Any], int]:
        return to_problem(refused)

    return app

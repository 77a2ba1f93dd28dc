"""FastAPI with a synchronous Session."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
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


class Asked(BaseModel):
    action: str
    command_id: str  # made by the page when it is shown, kept when it is sent again
    version: int | None = None


def make_app(sessions: sessionmaker[Session]) -> FastAPI:
    app, ledger = FastAPI(), make_ledger()

    @app.post("/plans/{number}/actions")
    def act(number: str, asked: Asked, x_user: Annotated[str, Header()]) -> dict[str, object]:
        command = Command(
            Subject("年度计划", number),
            asked.action,
            PEOPLE[x_user],
            asked.command_id,
            read_clock(),
            expected_version=asked.version,
        )
        # WHY here and not in a dependency with `yield`: FastAPI runs what stands after the yield
        # when the answer has been sent, and a commit that fails then was answered with 200.
        with sessions.begin() as session:
            plan = session.get_one(Plan, number)
            plan.seen_by = x_user
            receipt = ledger.act(session, command)
            session.merge(Notice(command_id=asked.command_id, plan_number=number, body=plan.status))
        return {"state": receipt.target, "version": receipt.version}

    @app.exception_handler(CommandRefused)
    def refuse(_: Request, refused: CommandRefused) -> JSONResponse:
        problem, status = to_problem(refused)
        return JSONResponse(problem, status)

    return app

"""FastAPI with an AsyncSession: the ledger runs inside `run_sync`, on the same transaction."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

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
    command_id: str
    version: int | None = None


def make_app(sessions: async_sessionmaker[AsyncSession]) -> FastAPI:
    app, ledger = FastAPI(), make_ledger()

    @app.post("/plans/{number}/actions")
    async def act(number: str, asked: Asked, x_user: Annotated[str, Header()]) -> dict[str, object]:
        command = Command(
            Subject("年度计划", number),
            asked.action,
            PEOPLE[x_user],
            asked.command_id,
            read_clock(),
            expected_version=asked.version,
        )
        async with sessions.begin() as session:
            plan = await session.get_one(Plan, number)
            plan.seen_by = x_user
            receipt = await session.run_sync(lambda inner: ledger.act(inner, command))
            # WHY: `act` expires what the session has loaded, and an expired attribute would be
            # read again outside of any `await`.
            await session.refresh(plan)
            notice = Notice(command_id=asked.command_id, plan_number=number, body=plan.status)
            await session.merge(notice)
        return {"state": receipt.target, "version": receipt.version}

    @app.exception_handler(CommandRefused)
    async def refuse(_: Request, refused: CommandRefused) -> JSONResponse:
        problem, status = to_problem(refused)
        return JSONResponse(problem, status)

    return app

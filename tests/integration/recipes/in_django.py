"""Django: models, and a view whose rows and the ledger's stand or fall together."""

from __future__ import annotations

import json
from functools import cache

from django.db import models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

from tests.integration.recipes.django_connection import lent_connection
from tests.integration.recipes.small_platform import PEOPLE, make_ledger, read_clock, to_problem
from xbyx_rules.deciding import Subject
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting import Ledger
from xbyx_rules.lifecycle import Command


class School(models.Model):
    code = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=60)

    class Meta:
        app_label, db_table = "small_platform", "school"


class Plan(models.Model):
    number = models.CharField(max_length=20, primary_key=True)
    school_code = models.CharField(max_length=10)
    status = models.CharField(max_length=2, default="10")
    approved_on = models.DateField(null=True)
    seen_by = models.CharField(max_length=20, null=True)

    class Meta:
        app_label, db_table = "small_platform", "plan"


class Notice(models.Model):
    command_id = models.CharField(max_length=40, primary_key=True)
    plan_number = models.CharField(max_length=20)
    body = models.CharField(max_length=60)

    class Meta:
        app_label, db_table = "small_platform", "notice"


@cache
def ledger() -> Ledger:
    return make_ledger()


def act(request: HttpRequest, number: str) -> JsonResponse:
    asked, user = json.loads(request.body), request.headers["X-User"]
    command = Command(
        Subject("年度计划", number),
        asked["action"],
        PEOPLE[user],
        asked["command_id"],
        read_clock(),
        expected_version=asked.get("version"),
    )
    try:
        with transaction.atomic():
            plan = Plan.objects.get(number=number)
            plan.seen_by = user
            plan.save(update_fields=["seen_by"])  # never the state column: that is the ledger's
            with lent_connection() as connection:
                receipt = ledger().act(connection, command)
            plan.refresh_from_db()
            Notice.objects.update_or_create(
                command_id=command.command_id,
                defaults={"plan_number": number, "body": plan.status},
            )
    except CommandRefused as refused:
        problem, status = to_problem(refused)
        return JsonResponse(problem, status=status)
    return JsonResponse({"state": receipt.target, "version": receipt.version})


urlpatterns = [path("plans/<number>/actions", act)]

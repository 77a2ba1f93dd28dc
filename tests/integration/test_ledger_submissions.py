"""What was submitted is kept beside the step, compared, erased, exported and archived."""

from __future__ import annotations

import io
import json
from datetime import date
from zipfile import ZipFile

import pytest
from sqlalchemy import select, text

from tests.integration.forging import forge_body
from tests.integration.submitted_plans import (
    come_back,
    open_plans,
    return_and_change,
    write_rules,
)
from tests.integration.year_plan import CLERK, DEPUTY, HEAD, PLAN, command, tick
from xbyx_rules.deciding import Subject, load_policies
from xbyx_rules.errors import CommandRefused
from xbyx_rules.hosting.archive import ArchiveMetadata, pack_archive
from xbyx_rules.hosting.ledger import ledger_tables, unprotect
from xbyx_rules.hosting.ledger.export_checking import check_lines
from xbyx_rules.lifecycle import render_differences


@pytest.fixture(scope="module")
def policies(tmp_path_factory):
    return load_policies(write_rules(tmp_path_factory.mktemp("rules")))


@pytest.fixture
def platform(policies):
    engine, ledger, host = open_plans(None, policies)
    return engine, ledger, host


def names_of(found):
    return [".".join(step.term for step in one.path) for one in found.changes]


def erase(ledger, engine, version):
    ledger.erase(
        engine,
        PLAN,
        version=version,
        kind="version",
        reason="依申请",
        actor=CLERK,
        command_id=f"e-{version}",
        at=tick(9),
    )


def test_exactly_what_was_changed_after_a_return_is_told(database, policies):
    engine, ledger, host = open_plans(database, policies)
    return_and_change(ledger, engine, note="读书与实验", documents="t-31")
    found = ledger.differences(engine, PLAN)
    assert (found.since, found.until, found.is_compared) == (2, 4, True)
    assert names_of(found) == ["要点", "联系人"]
    outline, contact = found.changes
    assert (outline.before, outline.after) == ("读书", "读书与实验")
    assert (contact.before, contact.after, contact.is_personal) == ("t-30", "t-31", True)
    host.telephone = "2"
    come_back(ledger, engine, funding="120")
    assert names_of(ledger.differences(engine, PLAN)) == ["经费", "明细.金额"]
    assert names_of(ledger.differences(engine, PLAN, since=2)) == [
        "要点",
        "经费",
        "联系人",
        "明细.金额",
    ]
    assert ledger.verify(engine).is_intact
    erase(ledger, engine, 4)
    erased = ledger.differences(engine, PLAN)
    assert (erased.is_compared, erased.changes) == (False, ())
    assert "第 4 步提交的内容已依规删除" in erased.problems[0].message("zh")
    verified = ledger.verify(engine)
    assert (verified.is_intact, verified.erased) == (True, 1)
    assert names_of(ledger.differences(engine, PLAN, since=2, until=7))


def test_only_submissions_keep_a_version(platform):
    engine, ledger, _ = platform
    return_and_change(ledger, engine)
    come_back(ledger, engine)
    lines = []
    ledger.export(engine, lines.append)
    events = [one for one in map(json.loads, lines) if one["record"] == "event"]
    kept = {
        one["content"]["seq"]: [body["kind"] for body in one["bodies"]]
        for one in events
        if "version" in [body["kind"] for body in one["bodies"]]
    }
    assert list(kept) == [2, 4, 7]
    assert list(check_lines(lines)) == []


def test_nothing_changed_is_no_difference(platform):
    engine, ledger, host = platform
    host.telephone = "1"
    ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    host.telephone = "2"
    ledger.act(engine, command("退回补正", HEAD, 2, comment="补充"))
    ledger.act(engine, command("提交校内审核", DEPUTY, 3))
    found = ledger.differences(engine, PLAN)
    assert (found.is_compared, found.changes) == (True, ())


def test_before_the_second_submission_there_is_nothing_to_compare(platform):
    engine, ledger, _ = platform
    unknown = ledger.differences(engine, PLAN)
    assert (unknown.until, [one.code for one in unknown.problems]) == (None, ["XR665"])
    ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    once = ledger.differences(engine, PLAN)
    assert (once.since, once.until, once.is_compared) == (None, 2, False)
    assert [one.code for one in ledger.differences(engine, PLAN, until=2).problems] == ["XR665"]
    nobody = ledger.differences(engine, Subject("年度计划", "x"))
    assert [one.code for one in nobody.problems] == ["XR665"]


@pytest.mark.parametrize("numbers", [{"since": 3}, {"until": 1}, {"since": 2, "until": 99}])
def test_a_step_that_submitted_nothing_is_refused(platform, numbers):
    engine, ledger, _ = platform
    return_and_change(ledger, engine)
    with pytest.raises(CommandRefused) as caught:
        ledger.differences(engine, PLAN, **numbers)
    assert [one.code for one in caught.value.diagnostics] == ["XR666"]
    assert "2, 4" in caught.value.diagnostics[0].help("zh")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            (
                "UPDATE sub_payload SET content = replace(content, '读书', '看书') "
                "WHERE payload_class = 'version'"
            ),
            "与摘要不符",
        ),
        ("DELETE FROM sub_payload WHERE payload_class = 'version'", "不见了"),
    ],
    ids=["edited", "deleted"],
)
def test_a_version_that_somebody_touched_is_not_compared(platform, statement, said):
    engine, ledger, _ = platform
    return_and_change(ledger, engine)
    with engine.begin() as connection:
        unprotect(connection, ledger_tables("sub_").protected)
        connection.execute(text(statement))
    found = ledger.differences(engine, PLAN)
    assert [one.code for one in found.problems] == ["XR667", "XR667"]
    assert all(said in one.message("zh") for one in found.problems)
    assert not ledger.verify(engine).is_intact


@pytest.mark.parametrize("altered", [{"format": 9}, {"entity": "学校"}, {"terms": ["要点"]}])
def test_a_version_that_is_none_is_not_compared_though_its_hashes_fit(platform, altered):
    engine, ledger, _ = platform
    return_and_change(ledger, engine)
    forge_body(engine, ledger, PLAN, 4, lambda data: {**data, **altered}, kind="version")
    (problem,) = ledger.differences(engine, PLAN).problems
    assert "第 4 步提交的内容读不出" in problem.message("zh")


@pytest.mark.parametrize(
    "value",
    [{"number": "x"}, {"list": [5, {"record": 1}], "complete": 7}, {"cut": {}}, 5, [1], {}, "\n"],
)
def test_whatever_stands_in_a_forged_version_can_be_told(platform, value):
    engine, ledger, _ = platform
    return_and_change(ledger, engine)
    terms = dict.fromkeys(("要点", "学校", "明细"), value)
    forge_body(engine, ledger, PLAN, 4, lambda data: {**data, "terms": terms}, kind="version")
    found = ledger.differences(engine, PLAN)
    assert len(render_differences(found.changes, is_personal_shown=True).splitlines()) >= 3


def test_a_submission_reads_no_more_of_the_platform_and_writes_one_row_more(platform):
    engine, ledger, host = platform
    payload = ledger.tables.payload
    read, case = [], host.case
    host.case = lambda *given, **more: read.append(given) or case(*given, **more)
    ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    assert len(read) == 1
    with engine.connect() as connection:
        kinds = connection.scalars(select(payload.c.payload_class)).all()
    assert sorted(kinds) == ["receipt", "version"]


def test_replaying_asks_nothing_of_versions(platform):
    engine, ledger, _ = platform
    return_and_change(ledger, engine, note="实验")
    erase(ledger, engine, 4)
    found = ledger.replay(engine)
    assert (found.problems, found.steps) == ((), 3)


def test_an_archive_has_the_versions_that_were_not_erased(platform):
    engine, ledger, _ = platform
    return_and_change(ledger, engine, note="实验")
    erase(ledger, engine, 2)
    out = io.BytesIO()
    metadata = ArchiveMetadata("计划", "某校", "30年", date(2026, 9, 1))
    packed = pack_archive(ledger, engine, PLAN, out, metadata=metadata)
    paths = [one.path for one in packed.files if one.path.endswith("version.json")]
    assert paths == ["receipts/000004-version.json"]
    with ZipFile(out) as package:
        version = json.loads(package.read(paths[0]))
    assert version["terms"]["要点"] == "实验"
    assert version["terms"]["学校"] == {"key": "2111000001"}


def test_a_command_sent_again_keeps_no_second_version(platform):
    engine, ledger, _ = platform
    first = ledger.act(engine, command("提交校内审核", DEPUTY, 1))
    again = ledger.act(engine, command("提交校内审核", DEPUTY, 1, at=tick(1)))
    assert (again.is_replay, again.event_hash) == (True, first.event_hash)
    with engine.connect() as connection:
        kept = text("SELECT count(*) FROM sub_payload WHERE payload_class = 'version'")
        assert connection.execute(kept).scalar_one() == 1

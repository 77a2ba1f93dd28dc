"""An export is read and verified with nothing but Python's own library, by the page's script."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from tests.integration.year_plan import (
    CLERK,
    HEAD,
    NINE,
    PLAN,
    SCHOOL,
    command,
    open_platform,
    set_plan,
    stand_in_deciding,
    tick,
    walk,
)
from tests.unit.cli.command import xbyx, xbyx_json
from xbyx_rules.cli import ExitCode
from xbyx_rules.deciding import Attestation, Subject
from xbyx_rules.hosting import Ledger
from xbyx_rules.hosting.ledger import ledger_tables, unprotect
from xbyx_rules.hosting.ledger.chain import Event, commit_payload
from xbyx_rules.policy import Outcome

PAGE = Path(__file__).parents[2] / "docs" / "ledger-export.md"
SCRIPT = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture(autouse=True)
def deciding():
    with stand_in_deciding():
        yield


@pytest.fixture
def file(tmp_path):
    return tmp_path / "platform.db"


@pytest.fixture
def engine(file):
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(file, engine) -> Ledger:
    """A ledger with a plan that went all its way, one just begun, and a judgement."""
    _, ledger, _ = open_platform(file)
    walk(ledger, engine)
    other = Subject("年度计划", '2026-002 "𬎆"\u2028\t')
    with engine.begin() as connection:
        query = "INSERT INTO plan (plan_no, status, documents) VALUES (:key, '草稿', 'yes')"
        connection.execute(text(query), {"key": other.key})
    ledger.start(engine, other, actor=CLERK, command_id="s", at=tick(5))
    judged = Attestation("well-led", Outcome.MET, "x-1", "专家", "r-1", NINE.date())
    school = Subject("学校", SCHOOL)
    policy = next(iter(ledger._desk.policies))
    ledger.attest(engine, school, judged, attestation_id="a-1", policy=policy, at=NINE)
    return ledger


def export(ledger: Ledger, engine: Engine, **more):
    lines: list[str] = []
    found = ledger.export(engine, lines.append, **more)
    return found, lines


def check(lines, tmp_path):
    """What the page's script says of an export, run by itself in another process."""
    assert SCRIPT is not None
    script, file = tmp_path / "check.py", tmp_path / "ledger.jsonl"
    script.write_text(SCRIPT[1], "utf-8")
    file.write_bytes("".join(lines).encode("utf-8"))
    command = [sys.executable, "-I", str(script), str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stderr


def test_the_lines_stand_in_the_order_of_the_page(ledger, engine):
    found, lines = export(ledger, engine)
    read = [json.loads(line) for line in lines]
    kinds = [one["record"] for one in read]
    events = [kinds.count("event"), kinds.count("subject"), kinds.count("attestation")]
    assert events == [found.events, found.subjects, found.attestations] == [6, 2, 1]
    assert kinds[:3] == ["ledger", "definition", "subject"]
    assert kinds[-2:] == ["attestation", "end"]
    owner = None
    for one in read:
        owner = one["subject"] if one["record"] == "subject" else owner
        assert one["record"] != "event" or one["content"]["subject"] == owner
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)


def test_the_pages_table_names_every_kind_of_line_and_every_key_of_a_step(ledger, engine):
    page = PAGE.read_text("utf-8")
    for line in export(ledger, engine)[1]:
        one = json.loads(line)
        assert f"`{one['record']}`" in page
        for key in one.get("content", {}):
            assert f"`{key}`" in page


def test_the_script_finds_nothing_in_an_export(ledger, engine, tmp_path):
    assert check(export(ledger, engine)[1], tmp_path) == (0, "")


def test_the_end_has_the_digest_of_every_byte_before_it(ledger, engine):
    found, lines = export(ledger, engine)
    digest = hashlib.sha256("".join(lines[:-1]).encode("utf-8")).hexdigest()
    assert found.digest == json.loads(lines[-1])["digest"] == f"sha256:{digest}"


def test_the_same_ledger_gives_the_same_bytes(ledger, engine):
    assert export(ledger, engine) == export(ledger, engine)


def test_an_erased_body_is_marked_and_the_rest_still_verifies(ledger, engine, tmp_path):
    more = {"reason": "本人申请", "actor": CLERK, "command_id": "e", "at": tick(9)}
    ledger.erase(engine, PLAN, version=3, kind="opinion", **more)
    found, lines = export(ledger, engine)
    assert (found.erased, found.missing) == (1, 0)
    bodies = [body for line in lines for body in json.loads(line).get("bodies", ())]
    (erased,) = [one for one in bodies if one["state"] == "erased"]
    assert set(erased) == {"kind", "digest", "state"}
    assert check(lines, tmp_path) == (0, "")


def test_a_body_that_is_gone_is_not_called_erased(ledger, engine):
    with engine.begin() as connection:
        unprotect(connection, ledger_tables().protected)
        connection.execute(text("DELETE FROM xbyx_payload WHERE payload_class = 'opinion'"))
    found, _ = export(ledger, engine)
    assert (found.erased, found.missing) == (0, 2)


def test_one_subject_is_exported_alone(ledger, engine, tmp_path):
    found, lines = export(ledger, engine, subject=PLAN)
    assert (found.subjects, found.events, found.attestations) == (1, 5, 0)
    assert check(lines, tmp_path) == (0, "")
    nobody, lines = export(ledger, engine, subject=Subject("年度计划", "nobody"))
    assert nobody.subjects == 0
    assert [json.loads(line)["record"] for line in lines] == ["ledger", "end"]


def alter(lines, part, change):
    """The lines with one of them altered, and the digest at the end made to fit again."""
    number = next(n for n, line in enumerate(lines) if part in line)
    made = [*lines[:number], *change(lines[number]), *lines[number + 1 : -1]]
    end = json.loads(lines[-1])
    end["digest"] = f"sha256:{hashlib.sha256(''.join(made).encode('utf-8')).hexdigest()}"
    return [*made, json.dumps(end) + "\n"]


def without_bodies(line):
    return json.dumps({**json.loads(line), "bodies": []}, ensure_ascii=False) + "\n"


ALTERATIONS = {
    "who acted": ('"seq":3', lambda line: [line.replace(HEAD.id, "t-99")]),
    "an opinion": ("同意", lambda line: [line.replace("同意", "反对")]),
    "which bodies": ('"seq":3', lambda line: [without_bodies(line)]),
    "a step left out": ('"seq":3', lambda _: []),
    "the last step left out": ('"seq":5', lambda _: []),
    "a step twice": ('"seq":3', lambda line: [line, line]),
    "a flow": ('"definition"', lambda line: [line.replace("校长", "门卫")]),
    "whose steps": (
        f'"subject":["年度计划","{PLAN.key}",1],"version"',
        lambda line: [line.replace(PLAN.key, "2026-009")],
    ),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_the_script_finds_what_was_altered(name, ledger, engine, tmp_path):
    lines = export(ledger, engine)[1]
    altered = alter(lines, *ALTERATIONS[name])
    assert altered[:-1] != lines[:-1]
    code, said = check(altered, tmp_path)
    assert (code, said.startswith("line ")) == (1, True)


def test_the_script_finds_a_cut_file_and_an_altered_line_that_no_hash_covers(
    ledger, engine, tmp_path
):
    lines = export(ledger, engine)[1]
    assert check(lines[:-1], tmp_path)[0] == 1
    judged = [line.replace("专家", "校长") for line in lines]
    assert check(judged, tmp_path)[0] == 1


def fill(ledger: Ledger, engine: Engine, count: int) -> None:
    """Give the plan some more steps of its own, written past the engine, with fitting hashes."""
    store = ledger._desk.store
    with engine.begin() as connection:
        instance = store.find_instance(connection, PLAN)
        for _ in range(count):
            body = commit_payload("opinion", {"comment": "意见" * 100}, store.digest)
            event = Event(
                instance.version + 1,
                f"m-{instance.version}",
                CLERK.id,
                "person",
                None,
                "@look",
                instance.state,
                instance.state,
                0,
                0,
                "sha256:policy",
                1,
                ((body.kind, body.digest),),
                instance.head_hash,
            )
            head = store.insert_event(connection, instance, event, [body])
            instance = store.advance_instance(connection, instance, event, head)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_length_of_a_chain(ledger, engine):
    def peak():
        tracemalloc.start()
        found = ledger.export(engine, len)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found.events, most

    fill(ledger, engine, 300)
    few, small = peak()
    fill(ledger, engine, 1_000)
    many, large = peak()
    assert many > 3 * few
    assert large < 1.3 * small


# --- the command ----------------------------------------------------------------------------------


def test_the_command_writes_a_private_new_file_that_the_script_verifies(
    ledger, engine, file, tmp_path
):
    out = tmp_path / "out.jsonl"
    told = xbyx_json("ledger", "export", "--database", f"sqlite:///{file}", "--out", out)
    assert (told["events"], told["missing"]) == (6, 0)
    assert out.stat().st_mode & 0o777 == 0o600
    assert check([out.read_bytes().decode("utf-8")], tmp_path) == (0, "")
    again = xbyx("ledger", "export", "--database", f"sqlite:///{file}", "--out", out)
    assert again.exit_code == ExitCode.USAGE
    assert "XR731" in again.stderr


def test_the_command_says_that_a_body_is_gone(ledger, engine, file, tmp_path):
    set_plan(engine, note="-")
    with engine.begin() as connection:
        unprotect(connection, ledger_tables().protected)
        connection.execute(text("DELETE FROM xbyx_payload WHERE payload_class = 'opinion'"))
    options = ("--database", f"sqlite:///{file}", "--out", tmp_path / "out.jsonl", "--lang", "en")
    told = xbyx("ledger", "export", *options)
    assert told.exit_code == ExitCode.NOT_INTACT
    assert "2 gone" in told.stdout


def test_a_command_again_is_in_the_export_once(ledger, engine):
    before = export(ledger, engine)
    ledger.act(engine, command("签发并报送", HEAD, 1, at=tick(1), comment="同意"))
    assert export(ledger, engine) == before

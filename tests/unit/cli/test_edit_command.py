"""`xbyx edit`: one line of a file changed, or the file left alone with a reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.cli.command import RULES, xbyx, xbyx_json
from xbyx_rules.cli import ExitCode
from xbyx_rules.policy import list_places, read_policy


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(RULES / "cn/example/policy.md", tmp_path / "draft.md"))


def first_example(file: Path) -> str:
    policy, _ = read_policy(file.read_text("utf-8"), "draft.md")
    assert policy is not None
    addresses = (str(one.address) for one in list_places(policy))
    return next(one for one in addresses if "/例/" in one and one.endswith("/结果"))


def test_one_line_is_changed_and_shown(file: Path) -> None:
    before = file.read_text("utf-8")
    address = first_example(file)
    result = xbyx("edit", file, address, "不适用")
    assert result.exit_code == ExitCode.FINE, result.stderr
    after = file.read_text("utf-8")
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    [(old, new)] = [pair for pair in pairs if pair[0] != pair[1]]
    assert f"- {old}\n+ {new}\n" in result.stdout
    assert xbyx("edit", file, address).stdout == "不适用\n"
    assert "已经是" in xbyx("edit", file, address, "不适用").stdout


def test_check_writes_nothing(file: Path) -> None:
    before = file.read_bytes()
    found = xbyx_json("edit", file, first_example(file), "不适用", "--check")
    assert len(found["changed"]) == 1
    assert file.read_bytes() == before


def test_all_places_are_listed_without_an_address(file: Path) -> None:
    assert first_example(file) in xbyx("edit", file).stdout
    assert "/title" in [one["address"] for one in xbyx_json("edit", file)["places"]]


@pytest.mark.parametrize(
    ("address", "value", "code", "exit_code"),
    [
        ("nowhere/前提", "1", "XR054", ExitCode.USAGE),
        ("nowhere", "1", "XR034", ExitCode.USAGE),
        ("/in-force", "someday", "XR027", ExitCode.FINDINGS),
        ("/in-force", "", "XR048", ExitCode.FINDINGS),
    ],
)
def test_a_refusal_leaves_the_file(
    file: Path, address: str, value: str, code: str, exit_code: ExitCode
) -> None:
    before = file.read_bytes()
    result = xbyx("edit", file, address, value)
    assert result.exit_code == exit_code
    assert code in result.stderr
    assert file.read_bytes() == before


def test_a_byte_order_mark_and_line_ends_stay(file: Path) -> None:
    text = file.read_text("utf-8").replace("\n", "\r\n")
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert xbyx("edit", file, "/title", "甲").exit_code == ExitCode.FINE
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf---\r\n")
    assert raw.count(b"\r\n") == raw.count(b"\n")


def test_a_file_with_errors_is_refused(file: Path) -> None:
    file.write_text("# 甲", "utf-8")
    result = xbyx("edit", file, "/title", "乙")
    assert result.exit_code == ExitCode.FINDINGS
    assert "XR020" in result.stderr

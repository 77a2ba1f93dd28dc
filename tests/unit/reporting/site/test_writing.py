"""A site is written over an earlier one, and over nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from xbyx_rules.reporting.site import holds_other_files, write_site

PAGES = {"index.html": "首页", "schools/1.html": "学校"}


def test_pages_are_written_at_their_addresses(tmp_path: Path) -> None:
    assert write_site(PAGES, tmp_path / "site") == tmp_path / "site" / "index.html"
    assert (tmp_path / "site" / "schools" / "1.html").read_text("utf-8") == "学校"


def test_pages_of_an_earlier_site_go(tmp_path: Path) -> None:
    write_site(PAGES, tmp_path)
    write_site({"index.html": "新"}, tmp_path)
    assert (tmp_path / "index.html").read_text("utf-8") == "新"
    assert not (tmp_path / "schools" / "1.html").exists()


@pytest.mark.parametrize("name", ["index.html", "schools/1.html", "notes.txt"])
def test_files_that_no_site_left_are_not_touched(tmp_path: Path, name: str) -> None:
    mine = tmp_path / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    assert holds_other_files(tmp_path)
    with pytest.raises(FileExistsError):
        write_site(PAGES, tmp_path)
    assert mine.read_text() == "mine"
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [mine]


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    site = tmp_path / "site"
    site.mkdir()
    (site / "schools").symlink_to(elsewhere)
    with pytest.raises(FileExistsError):
        write_site(PAGES, site)
    assert list(elsewhere.iterdir()) == []


def test_a_file_is_no_folder_for_a_site(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")
    assert holds_other_files(tmp_path / "site")


def test_a_forged_list_removes_nothing_outside_the_folder(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    site = tmp_path / "site"
    site.mkdir()
    (site / ".pages").write_text(f"../mine.txt\n{mine}\n")
    write_site(PAGES, site)
    assert mine.read_text() == "mine"


def test_an_empty_folder_or_none_holds_nothing_else(tmp_path: Path) -> None:
    assert not holds_other_files(tmp_path)
    assert not holds_other_files(tmp_path / "absent")


def test_the_list_of_pages_is_not_written_through_a_link(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    site = tmp_path / "site"
    site.mkdir()
    (site / ".pages").symlink_to(mine)
    with pytest.raises(FileExistsError):
        write_site(PAGES, site)
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("content", [b"\xff\xfe\n", b"a\x00b\n"])
def test_a_list_that_names_no_files_is_written_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".pages").write_bytes(content)
    write_site(PAGES, tmp_path)
    assert (tmp_path / ".pages").read_text("utf-8").split() == list(PAGES)

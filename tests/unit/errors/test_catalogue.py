"""The catalogue of codes, and the page that is made of it."""

from __future__ import annotations

import os
import string
from pathlib import Path

import pytest

from xbyx_rules.errors import CATALOGUE, Diagnostic, Entry, Place, has_errors, nearest
from xbyx_rules.errors.document import to_markdown

PAGE = Path("docs/errors.md")


def fields_of(template: str) -> set[str]:
    """The values a template names; ``what_zh`` and ``what_en`` are the one value ``what``."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return {name.removesuffix("_zh").removesuffix("_en") for name in names}


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_both_languages_name_the_same_values(entry: Entry) -> None:
    assert fields_of(entry.zh) == fields_of(entry.en)
    assert fields_of(entry.help_zh) == fields_of(entry.help_en)


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_each_code_has_a_message_and_a_help(entry: Entry) -> None:
    for text in (entry.zh, entry.en, entry.help_zh, entry.help_en):
        assert text.strip() == text != ""
        assert not text.endswith(("。", "."))
    assert not entry.en[0].isupper() or entry.en.split()[0].isupper()


def test_the_page_of_codes_is_the_catalogue() -> None:
    if os.environ.get("XBYX_BLESS"):
        PAGE.write_text(to_markdown(), "utf-8")
    assert PAGE.read_text("utf-8") == to_markdown()


def test_a_code_outside_the_catalogue_is_refused() -> None:
    with pytest.raises(KeyError):
        Diagnostic("XR999")


def test_a_diagnostic_marks_its_place_below_wide_characters() -> None:
    values = {"name": "专项列资", "nearest": "`专项列支`"}
    found = Diagnostic("XR201", Place("policy.md", 7, 5, 4), values, "经费 专项列资")
    shown = found.render("zh").splitlines()
    assert shown[0] == "XR201 policy.md:7:5"
    assert shown[2] == " 7 | 经费 专项列资"
    # "经费 专" stands before column 5: seven columns wide, after the margin of five
    assert shown[3] == "   | " + " " * 7 + "^" * 6
    assert shown[4].startswith("办法：")


def test_a_warning_is_no_error() -> None:
    warning = Diagnostic("XR270", None, {"clause": "甲", "lacking": "符合"})
    assert warning.severity == "warning"
    assert not has_errors([warning])
    assert has_errors([warning, Diagnostic("XR206")])


def test_the_nearest_names_are_named() -> None:
    assert nearest("校張", ["校长", "组长"]) == "`校长`"
    assert nearest("xyz", ["校长"]) == ""

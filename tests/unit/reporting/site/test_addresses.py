"""The addresses of a site's pages: safe, stable, each its own."""

from __future__ import annotations

import posixpath
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbyx_rules.deciding import Subject
from xbyx_rules.reporting.site.addresses import CLAUSES, INDEX, Addresses, link

ENTITY = "年度计划"
FLOWS = {ENTITY: "annual-plan"}
KEYS = st.lists(st.text(max_size=120), unique=True, max_size=6)


@given(KEYS)
def test_every_address_is_plain_inside_the_folder_and_its_own(keys: list[str]) -> None:
    subjects = [Subject(ENTITY, key) for key in keys]
    found = Addresses(keys, subjects, FLOWS)
    made = [found.school(key) for key in keys]
    made += [found.subject(one) for one in subjects]
    made += [found.finding(one, "funding-floor") for one in subjects]
    assert len({one.lower() for one in made}) == len(made)
    for one in made:
        assert re.fullmatch(r"[A-Za-z0-9_/-]+\.html", one)
        assert posixpath.normpath(one) == one
        assert max(map(len, one.split("/"))) <= 100


@pytest.mark.parametrize("key", ["CON", "nul", "index", "..", "", "a/b", "é", "x" * 81, "-a"])
def test_a_name_that_a_file_system_may_not_take_is_spelled_otherwise(key: str) -> None:
    assert Addresses([key], [], FLOWS).school(key) != f"schools/{key}.html"


def test_names_that_differ_by_case_alone_stay_apart() -> None:
    found = Addresses(["a1", "A1"], [], FLOWS)
    assert found.school("a1") == "schools/a1.html"
    assert found.school("A1").lower() != "schools/a1.html"


@pytest.mark.parametrize(
    "page", [INDEX, CLAUSES, "schools/1.html", "findings/annual-plan/2/a.html"]
)
@pytest.mark.parametrize("target", [INDEX, CLAUSES, "schools/1.html", "plans/annual-plan/2.html"])
def test_a_link_leads_from_one_page_to_the_other(page: str, target: str) -> None:
    href = link(page, target)
    assert not href.startswith("/")
    assert posixpath.normpath(posixpath.join(posixpath.dirname(page), href)) == target

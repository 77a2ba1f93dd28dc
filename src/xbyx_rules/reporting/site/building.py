"""All pages of a site, by their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources

from xbyx_rules.reporting.pages import read_style

from .addresses import CLAUSES, INDEX, STYLE
from .clause_pages import render_clause, render_clauses
from .district_page import render_district
from .material import Material
from .results import SiteResults
from .school_pages import render_school
from .subject_pages import render_finding, render_subject

__all__ = ["build_site"]


def build_site(results: SiteResults) -> Mapping[str, str]:
    """Make every page of a site.

    Pure: the same results give the same pages.  All links are relative; nothing is loaded but the
    site's own style sheet, so it opens from a folder.

    Args:
        results: finished; nothing is read or decided here.

    Returns:
        Address relative to the site's folder → text; ``index.html`` first.
    """
    return dict(_render_all(Material(results)))


def _render_all(material: Material) -> Iterator[tuple[str, str]]:
    addresses = material.addresses
    yield INDEX, render_district(material)
    yield STYLE, _read_styles()
    for code in material.results.year.schools:
        yield addresses.school(code), render_school(material, code)
    for one in material.results.year.subjects:
        yield addresses.subject(one.subject), render_subject(material, one)
        for clause, reviews in material.reviews_of(one.subject).items():
            address = addresses.finding(one.subject, clause)
            yield address, render_finding(material, one, clause, reviews)
    yield CLAUSES, render_clauses(material)
    for anchor in material.policy.clauses:
        yield addresses.clause(anchor), render_clause(material, anchor)


def _read_styles() -> str:
    own = resources.files("xbyx_rules.reporting").joinpath("templates/site/site.css")
    return f"{read_style()}\n{own.read_text('utf-8')}"

"""Pages: what every one of them has, in both languages, whatever the texts in it are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from tests.unit.reporting.pages import Page
from xbyx_rules.deciding import Case, Finding, Subject, decide, load_policies
from xbyx_rules.errors import Language
from xbyx_rules.reporting import Crumb, render_page, say_finding


@pytest.fixture(scope="module")
def finding() -> Finding:
    policy = load_policies()["cn/beijing/school-based-training"]
    facts = {
        "公用经费年度预算总额": Decimal(1_000_000),
        "教师培训经费预算": Decimal("49999.99"),
        "专项列支": True,
    }
    case = Case(Subject("学校", "2111000001"), facts)
    return decide(policy, case, on=date(2025, 10, 1))["funding-floor"]


def a_page(finding: Finding, language: Language, **more: Any) -> Page:
    said = say_finding(finding, language)
    return Page(
        render_page("finding.html.j2", language=language, heading="学校", findings=[said], **more)
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_has_its_language_landmarks_and_a_way_past_them(
    finding: Finding, language: Language
) -> None:
    page = a_page(finding, language)
    assert ("html", {"lang": {"zh": "zh-CN", "en": "en"}[language]}) in page.tags
    tags = [tag for tag, _ in page.tags]
    assert all(tags.count(one) == 1 for one in ("title", "header", "main", "footer", "h1"))
    assert ("a", {"class": "skip", "href": "#_main"}) in page.tags
    assert ("main", {"id": "_main"}) in page.tags


def test_a_page_loads_nothing_from_outside(finding: Finding) -> None:
    page = a_page(finding, "zh")
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "iframe"})
    assert "url(" not in page.text
    assert "@import" not in page.text


def test_the_pages_of_a_site_can_share_one_style_sheet(finding: Finding) -> None:
    page = a_page(finding, "zh", stylesheet="../style.css")
    assert ("link", {"rel": "stylesheet", "href": "../style.css"}) in page.tags
    assert "style" not in [tag for tag, _ in page.tags]


def test_the_way_to_a_page_ends_at_the_page_itself(finding: Finding) -> None:
    trail = [Crumb("../index.html", "东城区"), Crumb("", "某校")]
    page = a_page(finding, "zh", trail=trail)
    assert ("a", {"href": "../index.html"}) in page.tags
    assert ("span", {"aria-current": "page"}) in page.tags


def test_chinese_on_an_english_page_is_marked_as_chinese(finding: Finding) -> None:
    page = a_page(finding, "en")
    assert "zh-CN" in page.values("lang")
    assert page.values("lang")[0] == "en"
    assert "zh-CN" not in a_page(finding, "zh").values("lang")[1:]


def test_an_outcome_is_said_in_a_word_and_its_sign_is_not_read_aloud(finding: Finding) -> None:
    page = a_page(finding, "zh")
    assert '<span class="not_met"><span aria-hidden="true">✗ </span>不符合</span>' in page.text


def test_whatever_a_host_writes_stays_text() -> None:
    text = render_page("finding.html.j2", heading="<script>alert(1)</script>", findings=[])
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_value_that_was_not_given_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(UndefinedError):
        render_page("finding.html.j2", findings=[])
    with pytest.raises(TemplateNotFound):
        render_page("none.html.j2")

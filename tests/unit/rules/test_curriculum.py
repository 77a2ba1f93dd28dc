"""The decision tables of the curriculum say what the taxonomies of the guideline say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.unit.rules.acting import DAY, GUIDE, policy_of
from xbyx_rules import Case, Subject, decide
from xbyx_rules.policy import Outcome, Taxonomy

CURRICULUM = f"{GUIDE}/curriculum"


def parents_of(term: str) -> dict[str, str]:
    bodies = (
        one.clause.body
        for one in policy_of(GUIDE).checked.clauses.values()
        if one.clause.property("词项") == term
    )
    return {
        row.value: row.parent.value
        for body in bodies
        if isinstance(body, Taxonomy)
        for row in body.rows
        if row.parent
    }


MODULES = parents_of("研修活动.内容模块")
SUBDOMAINS = parents_of("研修活动.内容子领域")
FORMS = parents_of("研修活动.研修形式")
METHODS = ("自主学习", "实践反思", "同伴互助", "专业引领", "网络协作")


def outcome(rule: str, facts: Mapping[str, Any]) -> Outcome:
    case = Case(Subject("研修活动", "1"), facts)
    return decide(policy_of(CURRICULUM), case, on=DAY, only=[rule])[rule].outcome


@pytest.mark.parametrize(("module", "above"), MODULES.items(), ids=MODULES)
def test_a_module_belongs_to_its_own_domain_and_to_no_other(module: str, above: str) -> None:
    domain = SUBDOMAINS.get(above, above)
    met = {
        one
        for one in ("教师发展", "学生发展", "学校发展", "其他")
        if outcome("module-in-domain", {"内容模块": module, "内容领域": one}) is Outcome.MET
    }
    assert met == {domain}


@pytest.mark.parametrize(("module", "above"), MODULES.items(), ids=MODULES)
def test_a_module_belongs_to_its_own_subdomain_where_there_is_one(module: str, above: str) -> None:
    found = {
        one: outcome("module-in-subdomain", {"内容模块": module, "内容子领域": one})
        for one in SUBDOMAINS
    }
    if above in SUBDOMAINS:
        assert [one for one, what in found.items() if what is Outcome.MET] == [above]
    else:
        assert set(found.values()) == {Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize(("form", "method"), FORMS.items(), ids=FORMS)
def test_a_form_belongs_to_its_own_method_and_practice_and_reflection_has_none(
    form: str, method: str
) -> None:
    found = {one: outcome("form-in-method", {"研修形式": form, "研修方式": one}) for one in METHODS}
    assert found.pop("实践反思") is Outcome.NOT_APPLICABLE
    assert [one for one, what in found.items() if what is Outcome.MET] == [method]
    assert set(found.values()) == {Outcome.MET, Outcome.NOT_MET}

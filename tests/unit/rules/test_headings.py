"""Every clause of 京教人〔2022〕8号 has what a reader of its heading looks for."""

from __future__ import annotations

import pytest

from xbyx_rules import Case, Subject, explain, load_policies
from xbyx_rules.deciding import decide
from xbyx_rules.policy import Clause, ClauseKind, ClauseNature, Taxonomy, load_library

LIBRARY = load_library()
GUIDE = "cn/beijing/school-based-training"
LISTED = LIBRARY.clause_lists[GUIDE].rows
CLAUSES = {one.locator: one for one in LIBRARY.policies[GUIDE].clauses if one.kind and one.locator}
# Words that introduce a list and bind nobody, as the source has them.
LISTING = ("包括", "重点包括", "还包括")


def test_the_list_has_sixty_one_clauses_of_five_natures() -> None:
    natures = [one.nature for one in LISTED]
    assert {one: natures.count(one) for one in ClauseNature} == {
        ClauseNature.COMPUTABLE: 14,
        ClauseNature.TAXONOMY: 14,
        ClauseNature.JUDGEMENT: 14,
        ClauseNature.PROCESS: 13,
        ClauseNature.DECLARATORY: 6,
    }
    assert [one.locator for one in LISTED] == list(CLAUSES)


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_a_clause_has_our_wording_the_words_that_bind_and_an_english_title(clause: Clause) -> None:
    word = clause.property("原文用词")
    assert clause.prose
    assert word
    assert clause.property("英文标题")
    is_without_force = word.startswith("无") or word in LISTING
    assert bool(clause.property("规范用语")) != is_without_force


@pytest.mark.parametrize("clause", CLAUSES.values(), ids=CLAUSES)
def test_a_clause_says_who_attests_who_acts_and_in_which_flow(clause: Clause) -> None:
    if clause.kind is ClauseKind.JUDGEMENT:
        assert clause.property("证据")
        assert clause.property("证明人")
    if clause.kind is ClauseKind.DUTY:
        assert clause.property("主体")
        # A duty that moves a flow says by which role; one without a flow has none to name.
        assert bool(clause.property("流程")) == bool(clause.property("角色"))
    if clause.kind is ClauseKind.TAXONOMY:
        assert isinstance(clause.body, Taxonomy)
        assert all(row.english for row in clause.body.rows)


def test_an_english_explanation_has_the_english_title() -> None:
    policy = load_policies()[GUIDE]
    case = Case(Subject("学校", "1"), {"研修负责人": {"职务": "教师"}})
    review = decide(policy, case, on=LIBRARY.policies[GUIDE].adopted, only=["manager"])  # type: ignore[arg-type]
    english = explain(review["manager"], "en").splitlines()[0]
    assert english.startswith("not met: 六(四)-3a A vice-principal or director carries it out (")
    assert "副校长或主任负责实施与管理" in explain(review["manager"]).splitlines()[0]

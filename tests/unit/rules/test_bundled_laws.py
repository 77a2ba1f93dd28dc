"""The laws that the bundled documents declare hold, on the same cases every time."""

from __future__ import annotations

import pytest

from xbyx_rules import load_policies
from xbyx_rules.checking import StatedLaw
from xbyx_rules.testing import laws_of, try_law
from xbyx_rules.testing.trying import describe_result

POLICIES = load_policies()
DECLARED = [
    (document, anchor, law)
    for document, policy in POLICIES.items()
    for anchor, law in laws_of(policy)
]


@pytest.mark.parametrize(
    ("document", "anchor", "law"), DECLARED, ids=[f"{d}#{a} {law.name}" for d, a, law in DECLARED]
)
def test_a_bundled_law_holds(document: str, anchor: str, law: StatedLaw) -> None:
    policy = POLICIES[document]
    problem = describe_result(policy, try_law(policy, anchor, law, max_examples=40))
    assert problem is None, problem.render()


def test_the_guideline_and_the_credits_declare_laws() -> None:
    assert {"cn/beijing/school-based-training", "cn/beijing/training-credits-2016-2020"} <= {
        document for document, _, _ in DECLARED
    }

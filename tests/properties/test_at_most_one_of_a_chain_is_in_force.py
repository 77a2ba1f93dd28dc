"""Law: of documents that supersede one another, at most one is in force on any day.

Random chains, with forks, gaps, own ends and drafts among them: either an error says that two
would count, or none do.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from xbyx_rules.policy import DocumentStatus, load_library
from xbyx_rules.policy.library import Written, build_library

VOCABULARY = Written("v", load_library().vocabulary.texts[0])
FIRST = date(2020, 1, 1)
LAST = 40


@st.composite
def chains(draw: Any) -> list[str]:
    """Documents, each superseding one or two before it."""
    texts = []
    for number in range(draw(st.integers(2, 5))):
        start = FIRST + timedelta(days=draw(st.integers(0, LAST)))
        length = draw(st.none() | st.integers(0, LAST))
        end = "" if length is None else str(start + timedelta(days=length))
        before = draw(st.sets(st.integers(0, number - 1), min_size=1, max_size=2)) if number else ()
        ids = ", ".join(f"cn/d{one}" for one in sorted(before))
        status = draw(st.sampled_from(["in-force", "in-force", "in-force", "draft"]))
        texts.append(
            f"---\npolicy: cn/d{number}\ntitle: 试{number}\ndocument: 试\n"
            f"in-force: {start}..{end}\n"
            f"supersedes: [{ids}]\nstatus: {status}\n---\n\n# 一\n".replace("supersedes: []\n", "")
        )
    return texts


@given(chains())
@settings(max_examples=300)
def test_a_predecessor_and_its_successors_are_never_in_force_together(texts: list[str]) -> None:
    documents = {f"cn/d{number}": Written(f"{number}", text) for number, text in enumerate(texts)}
    library, found = build_library([VOCABULARY], documents)
    if library is None:
        event("refused")
        assert {one.code for one in found} <= {"XR873", "XR874", "XR875"}
        return
    event("laid out")
    issued = [one for one in library.policies.values() if one.status is DocumentStatus.IN_FORCE]
    before = {one.id: set(one.supersedes) for one in issued}
    for day in (FIRST + timedelta(days=one) for one in range(-1, 2 * LAST + 2)):
        standing = {one.id for one in issued if day in one.period}
        for one in standing:
            assert not before[one] & standing
        for name in before:
            successors = {one for one in standing if name in before[one]}
            assert len(successors) <= 1

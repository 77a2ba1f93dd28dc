"""What stands in the way of a step, in words."""

from __future__ import annotations

import pytest

from xbyx_rules.deciding import Finding
from xbyx_rules.deciding.findings import Condition
from xbyx_rules.lifecycle.blocks import describe_condition, lacks_opinion_only
from xbyx_rules.policy import Outcome

OPINION = ('意见 != ""', "意见不是空文本")
APART = ("经办人 != 提交人", "经办人不是提交人")


def failing(*conditions: tuple[str, str]) -> Finding:
    parts = tuple(Condition(text, False, (), {"zh": said}) for text, said in conditions)
    return Finding(
        "annual-plan", "六(四)-2b", "试", "cn/x", "", None, True, Outcome.NOT_MET, conditions=parts
    )


@pytest.mark.parametrize(
    ("conditions", "expected"), [((OPINION,), True), ((OPINION, APART), False), ((), False)]
)
def test_an_opinion_alone_is_told_apart(
    conditions: tuple[tuple[str, str], ...], expected: bool
) -> None:
    assert lacks_opinion_only(failing(*conditions)) is expected


def test_a_condition_is_said_in_words_and_quoted_in_the_help() -> None:
    found = describe_condition("签发并报送", APART[0], "u-1", failing(APART))
    assert found.message("zh").endswith("不成立：经办人不是提交人")
    assert "`经办人 != 提交人`" in found.help("zh")

"""Law: an edit by address changes one line and what stands there, or is refused for a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xbyx_rules.policy import (
    Policy,
    Spot,
    edit,
    find_place,
    list_places,
    load_library,
    parse_address,
    read_policy,
)

BUNDLED = load_library().policies["cn/beijing/school-based-training"]
SPOTS = list_places(BUNDLED)

_file = Path(__file__).parents[1] / "cases" / "policy" / "good.md"
_good, _ = read_policy(_file.read_text("utf-8"), "good.md")
assert _good is not None
GOOD = _good
GOOD_SPOTS = list_places(GOOD)


def test_no_two_places_have_one_address() -> None:
    for spots in (SPOTS, GOOD_SPOTS):
        assert len({str(one.address) for one in spots}) == len(spots)
        assert len({one.text.place for one in spots}) == len(spots)


def test_every_cell_property_and_line_of_a_rule_has_an_address() -> None:
    texts = {one.text.place.line for one in GOOD_SPOTS}
    lines = GOOD.text.split("\n")
    rows = {
        number
        for number, line in enumerate(lines, 1)
        if line.startswith(("| ", "- ")) and not lines[number].startswith("|---")
    }
    assert rows <= texts
    assert lines.index("  and 专项列支") + 1 in texts


def test_an_address_written_out_is_read_back() -> None:
    for spot in (*SPOTS, *GOOD_SPOTS):
        assert parse_address(str(spot.address)) == spot.address


@pytest.mark.parametrize("spot", GOOD_SPOTS, ids=lambda one: str(one.address))
def test_an_address_leads_to_its_place_and_its_own_value_changes_nothing(spot: Spot) -> None:
    text, _ = find_place(GOOD, spot.address)
    assert text == spot.text
    start = spot.text.place.column - 1
    line = GOOD.text.split("\n")[spot.text.place.line - 1]
    raw = line[start : start + spot.text.place.length] if spot.text else ""
    changed, problems = edit(GOOD, spot.address, raw.replace("\\|", "|"))
    assert changed == GOOD.text, problems


VALUES = st.one_of(
    st.sampled_from(
        ["1", "5%", '"a|b"', "true", "", " 1", "校长", "a | b", "x\ny", "```", "{#x}", "\\", "# 甲"]
    ),
    st.text(max_size=12),
)


def assert_edited(policy: Policy, spot: Spot, value: str) -> None:
    changed, problems = edit(policy, spot.address, value)
    if changed is None:
        assert any(one.severity == "error" for one in problems)
        assert all(one.render("zh") and one.render("en") for one in problems)
        return
    old, new = policy.text.split("\n"), changed.split("\n")
    differing = [at for at, pair in enumerate(zip(old, new, strict=True), 1) if pair[0] != pair[1]]
    assert differing in ([], [spot.text.place.line])
    read, _ = read_policy(changed, policy.file)
    assert read is not None
    values = [one.text.value for one in list_places(policy)]
    again = [one.text.value for one in list_places(read)]
    at = [one.address for one in list_places(policy)].index(spot.address)
    assert again[:at] + again[at + 1 :] == values[:at] + values[at + 1 :]
    assert again[at] == value or str(spot.address).endswith(("类别", "严重", "规范用语", "核实"))


@given(st.sampled_from(GOOD_SPOTS), VALUES)
@settings(max_examples=150, deadline=None)
def test_one_line_and_one_place_differ_or_nothing_changes(spot: Spot, value: str) -> None:
    assert_edited(GOOD, spot, value)


@given(st.sampled_from(SPOTS), VALUES)
@settings(max_examples=25, deadline=None)
def test_the_bundled_document_is_edited_in_any_place(spot: Spot, value: str) -> None:
    assert_edited(BUNDLED, spot, value)

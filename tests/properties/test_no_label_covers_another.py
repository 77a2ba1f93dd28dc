"""Law: in the drawing of any flow no label or state covers another, and no line crosses a state."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.year_plan import FLOW, step
from xbyx_rules.checking.flow_paths import find_reachable
from xbyx_rules.lifecycle import draw_flow
from xbyx_rules.lifecycle.layout import lay_out, text_width

STATES = ["草稿", "待校级审核", "待区级审核", "审核通过", "已备案", "已终止", "已撤回", "整改中"]
EDGES = st.lists(
    st.tuples(
        st.sampled_from(STATES),
        st.sampled_from(["提交", "退回补正", "不予通过", "签发并报送", "a", "撤"]),
        st.sampled_from(STATES),
    ),
    max_size=14,
    unique_by=lambda edge: edge[:2],
)


def flow_of(edges):
    """The part of a flow that can be reached, as a checked one is."""
    reached = find_reachable([STATES[0]], [(one, other) for one, _, other in edges])
    kept = [edge for edge in edges if edge[0] in reached]
    return replace(
        FLOW,
        states=tuple(one for one in STATES if one in reached),
        finals=tuple(sorted(reached - {one for one, _, _ in kept})),
        transitions=tuple(step(*edge, "区级审核员") for edge in kept),
    )


def areas(layout):
    for box in layout.boxes:
        yield (box.x, box.y, box.x + box.width, box.bottom)
    for arrow in layout.arrows:
        x, y = arrow.label
        for above, line in enumerate(reversed(arrow.lines)):
            half = text_width(line) * 12 // 28  # labels are set in 12 pixels, widths are for 14
            yield (x - half, y - 16 * above - 11, x + half, y - 16 * above + 2)


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@given(EDGES)
@settings(max_examples=300, deadline=None)
def test_no_label_covers_another(edges) -> None:
    layout = lay_out(flow_of(edges))
    found = list(areas(layout))
    for index, one in enumerate(found):
        assert 0 <= one[0] <= one[2] <= layout.width
        assert 0 <= one[1] <= one[3] <= layout.height
        assert not any(overlap(one, other) for other in found[index + 1 :])


@given(EDGES)
@settings(max_examples=300, deadline=None)
def test_no_line_runs_through_a_state(edges) -> None:
    layout = lay_out(flow_of(edges))
    boxes = [(box.x, box.y, box.x + box.width, box.bottom) for box in layout.boxes]
    for arrow in layout.arrows:
        for (x, y), (to_x, to_y) in pairwise(arrow.points):
            line = (min(x, to_x) + 1, min(y, to_y) + 1, max(x, to_x) - 1, max(y, to_y) - 1)
            assert not any(overlap(line, box) for box in boxes)


@given(EDGES)
@settings(max_examples=100, deadline=None)
def test_every_flow_draws_as_well_formed_xml(edges) -> None:
    flow = flow_of(edges)
    root = ElementTree.fromstring(draw_flow(flow, current=flow.initial))
    drawn = {one.text for one in root.iter("{http://www.w3.org/2000/svg}text")}
    assert set(flow.states) <= drawn

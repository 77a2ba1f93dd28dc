"""Timelines and diagrams: readable, well-formed, complete without colour and without scripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from tests.integration.year_plan import FLOW, step
from xbyx_rules.feel.plain import to_plain
from xbyx_rules.feel.values import UNKNOWN, Complete
from xbyx_rules.lifecycle import TimelineEntry, draw_flow, render_timeline

SVG = "{http://www.w3.org/2000/svg}"
AT = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_every_state_and_action_is_written():
    shown = texts(draw_flow(FLOW))
    assert set(FLOW.states) <= set(shown)
    for one in FLOW.transitions:
        assert f"{one.action} ({one.roles[0]})" in shown


def test_without_a_subject_there_are_no_marks():
    assert not any("未到" in one for one in texts(draw_flow(FLOW)))


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("✓ 已办", "● 当前", "○ 未到")), ("en", ("✓ done", "● now", "○ not reached"))],
)
def test_marks_are_words_and_shapes_not_only_colours(language, words):
    svg = draw_flow(FLOW, current="待区级审核", visited=["草稿", "待校级审核"], language=language)
    shown = texts(svg)
    assert [shown.count(word) for word in words] == [2, 1, 4]
    groups = {}
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        state, *_ = (one.text for one in group.iter(f"{SVG}text"))
        groups[state] = group.get("class")
    assert groups["待区级审核"] == "state now"
    assert groups["草稿"] == "state done"
    assert groups["已备案"] == "state todo"
    assert "stroke-dasharray" in svg


def test_final_states_have_a_second_frame():
    svg = draw_flow(FLOW)
    frames = [one for one in ElementTree.fromstring(svg).iter(f"{SVG}rect") if one.get("class")]
    assert len(frames) == len(FLOW.finals)


def test_a_screen_reader_gets_a_title_and_the_whole_flow():
    root = ElementTree.fromstring(draw_flow(FLOW, current="草稿"))
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {described.get('id')}"
    assert "草稿 ● 当前" in described.text
    assert "待区级审核 → 审核通过: 审核通过 (区级审核员)" in described.text


def test_names_that_look_like_markup_stay_names():
    evil = '<script>alert("&")</script>'
    flow = replace(
        FLOW,
        id=f'x" onload="{evil}',
        transitions=(*FLOW.transitions, step("草稿", evil, "已撤回", evil)),
    )
    svg = draw_flow(flow, current="草稿", title=evil)
    root = ElementTree.fromstring(svg)
    assert "<script" not in svg
    assert root.get("onload") is None
    assert f"{evil} ({evil})" in texts(svg)


def test_the_drawing_has_no_script_and_loads_nothing():
    svg = draw_flow(FLOW, current="草稿")
    assert "script" not in svg
    assert svg.count("http") == 1  # the namespace
    assert "url(" not in svg
    assert "prefers-color-scheme: dark" in svg


# --- timelines ------------------------------------------------------------------------------------


ZH = "2. 2026-03-02 00:30 t-01 签发并报送：待校级审核 → 待区级审核"
EN = "2. 2026-03-02 00:30 t-01: 签发并报送, 待校级审核 → 待区级审核"


def entry(**more) -> TimelineEntry:
    fields = {
        "version": 2,
        "kind": "step",
        "at": AT,
        "action": "签发并报送",
        "source": "待校级审核",
        "target": "待区级审核",
        "actor": "t-01",
        **more,
    }
    return TimelineEntry(**fields)


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        (
            {},
            ZH,
            EN,
        ),
        (
            {"on_behalf_of": "t-02", "comment": "同意"},
            ZH.replace("t-01", "t-01 (代 t-02)") + "\n   意见：同意",
            EN.replace("t-01", "t-01 (for t-02)") + "\n   opinion: 同意",
        ),
        (
            {"kind": "start", "action": "@start", "source": None, "target": "草稿"},
            "2. 2026-03-02 00:30 t-01 建账：草稿",
            "2. 2026-03-02 00:30 t-01: recorded as 草稿",
        ),
        (
            {"kind": "erase", "action": "@erase"},
            "2. 2026-03-02 00:30 t-01 删除内容",
            "2. 2026-03-02 00:30 t-01: content erased",
        ),
        (
            {"is_opinion_erased": True, "evidence": ("a", "b")},
            f"{ZH}\n   意见已依规删除\n   附件：a、b",
            f"{EN}\n   the opinion was erased, on record\n   evidence: a, b",
        ),
    ],
)
def test_a_step_reads_as_a_sentence(more, zh, en):
    assert render_timeline([entry(**more)]) == zh
    assert render_timeline([entry(**more)], "en") == en


def test_no_steps_no_lines():
    assert render_timeline([]) == ""


# --- plain values ---------------------------------------------------------------------------------


def test_values_of_different_kinds_never_look_alike_in_a_receipt():
    values = [
        "1",
        Decimal(1),
        True,
        None,
        UNKNOWN,
        date(2026, 1, 1),
        AT,
        [1],
        Complete([1]),
        {"1": 1},
    ]
    plain = [repr(to_plain(value)) for value in values]
    assert len(set(plain)) == len(values)

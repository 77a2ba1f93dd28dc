"""The pages' style sheet: contrast and sizes that WCAG 2.1 AA and the house ask for."""

from __future__ import annotations

import re

import pytest

from xbyx_rules.reporting import read_style

CSS = read_style()
LIGHT, DARK, PRINT = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    for block in re.findall(r":root \{(.*?)\n *\}", CSS, re.DOTALL)
)
SCHEMES = {"light": LIGHT, "dark": DARK, "print": PRINT}
TEXTS = ("ink", "soft", "link", "met", "not-met", "undetermined")


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("text", TEXTS)
def test_text_stands_out_from_paper_and_panels(scheme: str, text: str) -> None:
    tokens = SCHEMES[scheme]
    assert contrast(tokens[text], tokens["paper"]) >= 4.5
    assert contrast(tokens[text], tokens["panel"]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_synthetic_mark_can_be_read(scheme: str) -> None:
    tokens = SCHEMES[scheme]
    assert contrast(tokens["flag-ink"], tokens["flag"]) >= 4.5


def test_no_text_on_screen_is_smaller_than_sixteen_pixels() -> None:
    screen = CSS.partition("@media print")[0]
    sizes = re.findall(r"font-size: ([^;}]+)", screen)
    assert "100%" in sizes
    assert all(float(one.removesuffix("rem")) >= 1 for one in sizes if one.endswith("rem"))
    assert not [one for one in sizes if not one.endswith("rem") and one != "100%"]


def test_there_are_no_italics_and_numerals_are_tabular() -> None:
    assert "italic" not in CSS
    assert "tabular-nums" in CSS

"""Where a flow's states and arrows stand: layers from left to right, other ways in lanes below.

Coordinates are whole pixels.  The order of the document is kept wherever it can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from xbyx_rules.checking import CheckedLifecycle, CheckedTransition

__all__ = ["Arrow", "Box", "Layout", "lay_out", "text_width"]

_CHARACTER: Final = 14  # a Chinese character at the size of the labels
_BOX_HEIGHT: Final = 58
_ROW_GAP: Final = 46
_LANE: Final = 44
_MARGIN: Final = 24
_LABEL_LINE: Final = 16


@dataclass(frozen=True, slots=True)
class Box:
    """A state's place: left, top, width, height, its row, and whether one stands below it."""

    state: str
    x: int
    y: int
    width: int
    height: int
    row: int
    has_below: bool

    @property
    def middle(self) -> int:
        """The height of its middle."""
        return self.y + self.height // 2

    @property
    def bottom(self) -> int:
        """The height of its lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Arrow:
    """All transitions from one state to another, drawn as one: its points and where its label is.

    `label` is the middle of the label's lowest line; the lines stand above it.
    """

    steps: tuple[CheckedTransition, ...]
    points: tuple[tuple[int, int], ...]
    label: tuple[int, int]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole drawing."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def text_width(text: str) -> int:
    """About how wide a label is; Chinese characters count twice the others."""
    return sum(_CHARACTER if ord(one) > 0x2E7F else _CHARACTER * 3 // 5 for one in text)


def lay_out(lifecycle: CheckedLifecycle) -> Layout:
    """Lay a flow out.

    A state's layer is its least number of steps from the initial one.  One arrow into a state from
    the layer before runs straight between the columns; every other one has a lane of its own
    below the boxes, so that no two labels share a place.
    """
    columns = _columns(lifecycle)
    groups: dict[tuple[str, str], list[CheckedTransition]] = {}
    for one in lifecycle.transitions:
        groups.setdefault((one.source, one.target), []).append(one)
    straight = _pick_straight(columns, groups)
    boxes = _place_boxes(columns, groups, straight)
    depth = max(box.bottom for box in boxes.values())
    arrows: list[Arrow] = []
    for pair, steps in groups.items():
        source, target = boxes[pair[0]], boxes[pair[1]]
        lines = tuple(_label(one) for one in steps)
        if pair in straight:
            arrows.append(_straight(source, target, tuple(steps), lines))
        else:
            depth += _LANE + _LABEL_LINE * (len(lines) - 1)
            number = len(arrows)
            arrows.append(_lane(source, target, tuple(steps), lines, depth, number))
    labels = [one.label[0] + max(map(text_width, one.lines)) // 2 for one in arrows]
    right = max([box.x + box.width for box in boxes.values()] + labels)
    return Layout(tuple(boxes.values()), tuple(arrows), right + _MARGIN, depth + _MARGIN)


def _pick_straight(
    columns: list[list[str]], groups: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], None]:
    """For each state one arrow from the layer before, the one that bends least."""
    layers = {state: index for index, column in enumerate(columns) for state in column}
    rows = {state: row for column in columns for row, state in enumerate(column)}
    best: dict[str, tuple[str, str]] = {}
    for pair in groups:
        source, target = pair
        if layers[target] != layers[source] + 1:
            continue
        bend = abs(rows[source] - rows[target])
        if target not in best or bend < abs(rows[best[target][0]] - rows[target]):
            best[target] = pair
    return dict.fromkeys(best.values())


def _columns(lifecycle: CheckedLifecycle) -> list[list[str]]:
    columns = [[lifecycle.initial]]
    placed = {lifecycle.initial}
    while True:
        following = [
            one.target
            for one in lifecycle.transitions
            if one.source in columns[-1] and one.target not in placed
        ]
        if not following:
            break
        # WHY finals last: the main way then stays in the first row.
        column = sorted(dict.fromkeys(following), key=lambda state: state in lifecycle.finals)
        placed.update(column)
        columns.append(column)
    return columns


def _place_boxes(
    columns: list[list[str]],
    groups: Mapping[tuple[str, str], list[CheckedTransition]],
    straight: Iterable[tuple[str, str]],
) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    highest = max((len(groups[pair]) for pair in straight), default=1)
    pitch = _BOX_HEIGHT + max(_ROW_GAP, _LABEL_LINE * highest)
    x = _MARGIN
    for column in columns:
        width = max(text_width(state) for state in column) + 40
        labels = [
            text_width(_label(one))
            for pair in straight
            for one in groups[pair]
            if pair[0] in column
        ]
        for row, state in enumerate(column):
            y = _MARGIN + _LABEL_LINE * highest + row * pitch
            has_below = state != column[-1]
            boxes[state] = Box(state, x, y, width, _BOX_HEIGHT, row, has_below)
        x += width + max(labels, default=0) + 72
    return boxes


def _straight(
    source: Box, target: Box, steps: tuple[CheckedTransition, ...], lines: tuple[str, ...]
) -> Arrow:
    start = source.x + source.width
    # WHY the elbow near the source: the label then stands level with its target, where no other
    # arrow of this column ends.
    elbow = start + 20 + 6 * (source.row % 4)
    points: tuple[tuple[int, int], ...] = ((start, source.middle), (target.x, target.middle))
    if source.middle != target.middle:
        points = (points[0], (elbow, source.middle), (elbow, target.middle), points[1])
    return Arrow(steps, points, ((elbow + target.x) // 2, target.middle - 8), lines)


def _lane(
    source: Box,
    target: Box,
    steps: tuple[CheckedTransition, ...],
    lines: tuple[str, ...],
    depth: int,
    number: int,
) -> Arrow:
    # WHY the shift: lanes that leave or reach the same box must not run into each other.
    shift = number % 4
    leave = source.x + source.width * 2 // 3 - 9 * shift
    reach = target.x + target.width // 3 + 9 * shift
    down = [(leave, source.bottom)]
    if source.has_below:
        leave = _step_aside(down, source.x + source.width + 7 + 3 * shift, 8 + 3 * shift)
    up = [(reach, target.bottom)]
    if target.has_below:
        reach = _step_aside(up, target.x - 14 - 3 * shift, 24 + 3 * shift)
    points = (*down, (leave, depth), (reach, depth), *reversed(up))
    half = max(text_width(line) for line in lines) // 2
    return Arrow(steps, points, (max((leave + reach) // 2, half + 8), depth - 8), lines)


def _step_aside(points: list[tuple[int, int]], gutter: int, drop: int) -> int:
    """Lead a line out of its column, so that it doesn't run through the boxes below.

    Returns:
        Where it now stands.
    """
    x, y = points[-1]
    points += [(x, y + drop), (gutter, y + drop)]
    return gutter


def _label(step: CheckedTransition) -> str:
    return f"{step.action} ({'、'.join(step.roles)})"

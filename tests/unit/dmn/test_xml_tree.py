"""XML from anywhere: refused before it takes effect, with a code and a line."""

from __future__ import annotations

import pytest

from tests.unit.dmn.models import SPACE, definitions
from xbyx_rules.dmn import xml_tree
from xbyx_rules.dmn.xml_tree import parse


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "XR900"),
        (b"<definitions", "XR900"),
        (b"\xff\xfe\x00", "XR900"),
        (b'<?xml version="1.0" encoding="nowhere"?><a/>', "XR900"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>', "XR901"),
        (b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>', "XR901"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "XR901"),
        (b"<definitions/>", "XR903"),
        (f'<decision xmlns="{SPACE}"/>'.encode(), "XR903"),
    ],
    ids=["none", "cut", "noise", "encoding", "dtd", "bomb", "file", "no name space", "other root"],
)
def test_what_is_no_model_is_told_so(data: bytes, code: str) -> None:
    root, problems = parse(data, file="m.dmn")
    assert root is None
    assert [(one.code, one.place and one.place.file) for one in problems] == [(code, "m.dmn")]


def test_depth_and_number_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "<context>" * 300 + "</context>" * 300
    assert parse(definitions(deep).encode())[1][0].code == "XR902"
    monkeypatch.setattr(xml_tree, "GREATEST_ELEMENTS", 5)
    assert parse(definitions("<decision/>" * 5).encode())[1][0].code == "XR902"
    monkeypatch.setattr(xml_tree, "GREATEST_SIZE", 5)
    assert parse(definitions().encode())[1][0].code == "XR902"


def test_what_others_add_is_left_out_with_all_that_is_in_it() -> None:
    inside = '<x:drawing xmlns:x="urn:x"><decision name="not one"/>words</x:drawing>'
    root, problems = parse(definitions(inside, '<decision name="one"/>').encode())
    assert not problems
    assert root is not None
    assert [one.get("name") for one in root.all("decision")] == ["one"]
    assert root.text.strip() == ""

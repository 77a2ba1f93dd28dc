"""Declarations of a mapping, and what is found when they don't agree with the vocabulary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from tests.unit.hosting.mapping_fixture import (
    FLOW,
    PLAN,
    SCHOOL,
    STAFF,
    VOCABULARY,
    mapping,
    term,
)
from xbyx_rules.errors import HostError
from xbyx_rules.feel.types import ANY
from xbyx_rules.hosting.conversions import Codes, Dates, FenToYuan, Number, SeparatedList, YesNo
from xbyx_rules.hosting.mapping import (
    Column,
    Constant,
    EntityMapping,
    HostMapping,
    Responsible,
    SameRow,
    ToMany,
    ToOne,
)
from xbyx_rules.hosting.mapping_check import check_mapping
from xbyx_rules.hosting.reading import MappedHost


def with_term(base: EntityMapping, name: str, way: object) -> EntityMapping:
    return replace(base, terms={**base.terms, name: way})


def codes_of(changed: HostMapping) -> list[str]:
    return [one.code for one in check_mapping(changed, VOCABULARY)]


def test_a_sound_mapping_has_no_findings() -> None:
    assert check_mapping(mapping(), VOCABULARY) == ()


@pytest.mark.parametrize(
    ("base", "name", "way", "code"),
    [
        (SCHOOL, "名字", Column("name"), "XR602"),
        (SCHOOL, "名称", Column("name", YesNo()), "XR603"),
        (SCHOOL, "经费", Column("training", Dates()), "XR603"),
        (SCHOOL, "名称", Column("name", SeparatedList()), "XR603"),
        (PLAN, "批准", Column("approved", FenToYuan()), "XR603"),
        (PLAN, "主题", Column("themes"), "XR603"),
        (SCHOOL, "类别", Column("kind", Codes({"P": "小学", "K": "幼儿园"})), "XR604"),
        (SCHOOL, "小组", Column("group_id"), "XR605"),
        (SCHOOL, "小组", ToMany(on={"a": "b"}, is_complete=True), "XR605"),
        (SCHOOL, "职员", ToOne(on={"a": "b"}), "XR605"),
        (SCHOOL, "名称", SameRow({}), "XR605"),
        (SCHOOL, "小组", ToOne(on={"a": "b"}), "XR606"),
        (SCHOOL, "负责人", ToOne(on={"a": "b"}, of=PLAN), "XR607"),
        (SCHOOL, "总额", Column("total", Number()), "XR609"),
        (SCHOOL, "所属区", Constant(True), "XR610"),
        (SCHOOL, "类别", Constant("大学"), "XR610"),
        (SCHOOL, "经费", Constant(Decimal(-1)), "XR610"),
        (SCHOOL, "经费", Column("training", Number(), when_null="0"), "XR610"),
        (PLAN, "批准", Constant("2025-09-01"), "XR610"),
        (SCHOOL, "小组", SameRow({"成员": Column("members")}), "XR602"),
        (SCHOOL, "小组", SameRow({"成立": Column("group_yn")}), "XR603"),
        (SCHOOL, "负责人", ToOne(on={"a": "b"}, only=("姓名",)), "XR611"),
        (SCHOOL, "负责人", ToOne(on={"a": "b"}, when_absent={"姓名": "无"}), "XR602"),
        (SCHOOL, "负责人", ToOne(on={"a": "b"}, when_absent={"职务": "无"}), "XR610"),
    ],
)
def test_a_mapping_that_disagrees_with_the_vocabulary_is_found(
    base: EntityMapping, name: str, way: object, code: str
) -> None:
    assert codes_of(mapping(with_term(base, name, way))) == [code]


def test_an_unknown_entity_is_found_with_the_entities_like_it() -> None:
    (found,) = check_mapping(mapping(replace(STAFF, entity="职工", terms={})), VOCABULARY)
    assert found.code == "XR601"
    assert "职员" in found.help("zh")


def test_an_unknown_term_is_found_with_the_terms_like_it() -> None:
    (found,) = check_mapping(mapping(with_term(SCHOOL, "学校名称", Column("name"))), VOCABULARY)
    assert found.message("zh") == "实体 `学校` 没有名称 `学校名称`"
    assert "`名称`" in found.help("zh")


def test_two_entries_for_an_entity_are_found() -> None:
    assert codes_of(replace(mapping(), entities=(*mapping().entities, SCHOOL))) == ["XR609"]


def test_records_that_contain_each_other_are_found() -> None:
    looped = with_term(STAFF, "上级", Column("boss"))
    vocabulary_path = with_term(SCHOOL, "负责人", ToOne(on={"a": "b"}, of=looped))
    assert codes_of(mapping(vocabulary_path)) == []
    school = VOCABULARY.entities["学校"]
    plans = term("计划", ANY, "to_many", "计划")
    wider = replace(school, terms={**school.terms, "计划": plans})
    vocabulary = replace(VOCABULARY, entities={**VOCABULARY.entities, "学校": wider})
    looping = with_term(SCHOOL, "计划", ToMany(on={"a": "b"}, is_complete=True))
    found = check_mapping(mapping(looping), vocabulary)
    assert {one.code for one in found} == {"XR608"}
    assert "学校 → 计划 → 学校" in {one.values["path"] for one in found}


def test_records_beside_a_subject_may_lead_back_to_it() -> None:
    # They are read beside the subject, never beside one another.
    beside = replace(PLAN, records={"计划": ToMany(on={"a": "b"}, is_complete=True)})
    assert codes_of(mapping(beside)) == []


def test_records_of_an_entity_that_the_vocabulary_lacks_are_found() -> None:
    changed = replace(PLAN, records={"批文": ToMany(on={"a": "b"}, is_complete=True)})
    assert codes_of(mapping(changed)) == ["XR601"]


def test_two_codes_for_one_state_are_found() -> None:
    doubled = replace(FLOW, states={**FLOW.states, "3": "草稿"})
    assert codes_of(mapping(flows=(doubled,))) == ["XR612"]


def test_a_flow_of_an_entity_that_is_not_mapped_is_found() -> None:
    bare = HostMapping(entities=(STAFF,), flows=(FLOW, replace(FLOW, entity="方案")))
    assert codes_of(bare) == ["XR615", "XR601"]


def test_a_role_named_twice_in_a_flow_is_found() -> None:
    twice = replace(FLOW, responsible=(*FLOW.responsible, Responsible("校长", Constant("X"))))
    assert codes_of(mapping(flows=(twice,))) == ["XR609"]


def test_a_mapping_with_errors_makes_no_host_and_names_all_of_them() -> None:
    wrong = with_term(with_term(SCHOOL, "名字", Column("name")), "列支", Column("itemised"))
    with pytest.raises(HostError) as caught:
        MappedHost(mapping(wrong), VOCABULARY)
    assert [one.code for one in caught.value.diagnostics] == ["XR602", "XR603", "XR609"]


@pytest.mark.parametrize("name", ["", "a b", "a;--", 'a"b', "1a", "a.b", "x" * 64])
def test_only_plain_identifiers_name_tables_and_columns(name: str) -> None:
    with pytest.raises(ValidationError):
        Column(name)
    with pytest.raises(ValidationError):
        EntityMapping(entity="学校", table=name, key="k", terms={})


def test_chinese_column_names_are_names() -> None:
    assert Column("学校名称").name == "学校名称"


def test_a_declaration_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        SCHOOL.table = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        SCHOOL.terms["名称"] = Column("other")  # type: ignore[index]


def test_a_declaration_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        Column("a", konversion=Dates())  # type: ignore[call-arg]


def test_dates_are_dates_in_a_mapping() -> None:
    assert Column("a", when_null=date(9999, 12, 31)).when_null == date(9999, 12, 31)

"""Libraries: folders of documents as data, files that can't be read, vocabularies laid over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from xbyx_rules.errors import PolicyError
from xbyx_rules.feel.types import EntityType, ListType, NumberType
from xbyx_rules.policy import Library, bundled_rules, load_library, read_library

CASES = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "policy" / "libraries.yaml").read_text("utf-8")
)
HEADER = (
    "| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |\n"
    + "|---" * 9
    + "|\n"
)
VOCABULARY = f"""\
## 学校 {{#school en="school"}}

{HEADER}| 标识码 | code | 文本 | | | 主键 | 公开 | | |
| 教职工 | staff | 人员 | | | 对多 | 个人 | | |

## 人员 {{#person en="person"}}

{HEADER}| 工号 | id | 文本 | | | 主键 | 个人 | | |
"""


def write_document(
    policy: str, title: str = "示例", refines: str = "[]", status: str = "draft"
) -> str:
    return (
        f"---\npolicy: {policy}\ntitle: {title}\ndocument: 示例〔2022〕1号\n"
        f"in-force: 2022-01-01..\nstatus: {status}\nrefines: {refines}\n---\n"
    )


def write_folders(folders: dict[str, Any], where: Path) -> list[Path]:
    for folder, files in folders.items():
        for name, values in (files or {}).items():
            path = where / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(write_document(**values) if values else VOCABULARY, "utf-8")
    return [where / folder for folder in folders]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_a_library_is_ordered_or_says_what_is_wrong(case: dict[str, Any], tmp_path: Path) -> None:
    library, found = read_library(*write_folders(case["folders"], tmp_path))
    prefix = tmp_path.as_posix() + "/"
    written = [f"{one.code} {one.place or ''}".replace(prefix, "").strip() for one in found]
    assert written == case.get("found", [])
    assert (list(library.policies) if library else None) == case.get("order")
    assert all(one.render("zh") and one.render("en") for one in found)


def load_case(name: str, where: Path) -> Library:
    case = next(one for one in CASES if one["name"] == name)
    return load_library(*write_folders(case["folders"], where))


def test_the_documents_above_are_all_that_it_refines_topmost_first(tmp_path: Path) -> None:
    library = load_case("refined documents come first", tmp_path)
    above = [policy.id for policy in library.above("cn/beijing/haidian/local")]
    assert above == ["cn/beijing/base", "cn/zone", "cn/beijing/city"]
    assert library.above("cn/zone") == ()


def test_a_later_folder_lies_over_an_earlier_one(tmp_path: Path) -> None:
    library = load_case("a later folder replaces a document and adds one", tmp_path)
    assert library.policies["cn/base"].title == "新"


def test_loading_raises_every_problem_at_once(tmp_path: Path) -> None:
    case = next(one for one in CASES if "or do not lie above" in one["name"])
    with pytest.raises(PolicyError) as caught:
        load_library(*write_folders(case["folders"], tmp_path))
    assert [one.code for one in caught.value.diagnostics] == ["XR096", "XR096", "XR095"]


def test_the_bundled_rules_are_loaded_when_no_folder_is_named() -> None:
    library = load_library()
    assert library == load_library(bundled_rules())
    policy = library.policies["cn/beijing/school-based-training"]
    assert {"funding-floor", "annual-plan"} <= {clause.id for clause in policy.clauses}


def test_a_missing_installation_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_file", lambda _: False)
    with pytest.raises(PolicyError) as caught:
        bundled_rules()
    assert [one.code for one in caught.value.diagnostics] == ["XR098"]


def test_a_file_in_another_encoding_or_too_large_is_reported(tmp_path: Path) -> None:
    roots = write_folders({"rules": {"vocabulary.md": {}}}, tmp_path)
    for name, content in (
        ("gbk", "---\ntitle: 规定".encode("gbk")),
        ("large", b"-" * 2_000_005),
        ("larger", b"---\n" + b"a" * 1_999_998),
    ):
        (tmp_path / "rules" / name).mkdir()
        (tmp_path / "rules" / name / "policy.md").write_bytes(content)
    _, found = read_library(*roots)
    places = [(one.code, one.place and one.place.line) for one in found]
    assert places == [("XR001", 2), ("XR002", 1), ("XR002", 1)]


def test_a_vocabulary_in_another_encoding_is_reported(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.md").write_bytes("# 词汇表".encode("gbk"))
    _, found = read_library(tmp_path)
    assert [one.code for one in found] == ["XR001"]


def test_line_ends_and_a_byte_order_mark_of_the_file_reach_the_reader(tmp_path: Path) -> None:
    roots = write_folders(
        {"rules": {"vocabulary.md": {}, "cn/a/policy.md": {"policy": "cn/a"}}}, tmp_path
    )
    plain = load_library(*roots).policies["cn/a"]
    path = tmp_path / "rules" / "cn" / "a" / "policy.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    other = load_library(*roots).policies["cn/a"]
    assert other.hash == plain.hash
    assert other.text == plain.text.replace("\n", "\r\n")


OVERLAY = f"""\
## 学校 {{#school en="school"}}

{HEADER}| 班级数 | classes | 整数 | 个 | [0..999] | | 公开 | | |
| 校区 | campuses | 校区 | | | 对多 | 公开 | | |

## 校区 {{#campus en="campus"}}

{HEADER}| 负责人 | head | 文本 | | | 引用 人员 | 内部 | | |
"""


def test_a_later_vocabulary_adds_terms_and_entities(tmp_path: Path) -> None:
    roots = write_folders({"rules": {"vocabulary.md": {}}}, tmp_path)
    below = load_library(*roots).vocabulary
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "vocabulary.md").write_text(OVERLAY, "utf-8")
    merged = load_library(*roots, tmp_path / "own").vocabulary
    assert list(merged.entities) == ["学校", "人员", "校区"]
    assert list(merged.entities["学校"].terms) == ["标识码", "教职工", "班级数", "校区"]
    assert merged.hash != below.hash
    staff = merged.fields_of("学校")["教职工"]
    assert isinstance(staff, ListType)
    assert isinstance(staff.element, EntityType)
    assert staff.element.source is merged
    own = merged.entities["学校"].terms["教职工"].type
    assert isinstance(own, ListType)
    assert isinstance(own.element, EntityType)
    assert own.element.source is merged


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ("| 标识码 | code | 整数 | | | 主键 | 公开 | | |", []),
        ("| 代码 | number | 文本 | | | 主键 | 公开 | | |", ["XR085"]),
        ("| 校长 | head | 文本 | | | 引用 教师 | 公开 | | |", ["XR084"]),
    ],
)
def test_a_later_vocabulary_is_checked_against_the_earlier(
    row: str, codes: list[str], tmp_path: Path
) -> None:
    roots = write_folders({"rules": {"vocabulary.md": {}}}, tmp_path)
    (tmp_path / "own").mkdir()
    text = f'## 学校 {{#school en="school"}}\n\n{HEADER}{row}\n'
    (tmp_path / "own" / "vocabulary.md").write_text(text, "utf-8")
    library, found = read_library(*roots, tmp_path / "own")
    assert [one.code for one in found] == codes
    if library:
        assert library.vocabulary.entities["学校"].terms["标识码"].type == NumberType(scale=0)

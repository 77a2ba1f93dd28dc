"""The store of policies: what is put in comes out word for word, or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from xbyx_rules.deciding import compile_library
from xbyx_rules.errors import PolicyError, StoreError
from xbyx_rules.policy import PolicyStore, Snapshot, hash_text, load_library

RULES = Path(__file__).parents[2] / "cases" / "cli" / "rules"
LIBRARY = load_library(RULES)
BELOW = """---
policy: cn/example-below
title: 下级示例办法
document: 示例〔2025〕2号
kind: 办法
issuer: 示例机关
division: "110000"
adopted: 2025-01-01
in-force: 2025-01-01..
validity: 未核实
refines: [cn/example]
status: in-force
---

# 一、说明

## 一-1 说明 {#below}

- 类别: 原则性条款
- 理由: 没有可以判定真假的条件

说明。
"""
MORE_TERMS = """# 词汇表

## 学校 {#school en="school"}

| 名称 | English | 类型 | 单位 | 取值 | 主键/关系 | 密级 | 数据元 | 说明 |
|---|---|---|---|---|---|---|---|---|
| 新词 | new term | 数 | | | | 公开 | | |
"""


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(StoreError) as caught:
        call()
    return [one.code for one in caught.value.diagnostics]


def files_of(store: PolicyStore) -> list[Path]:
    return sorted(one for one in store.folder.rglob("*") if one.is_file())


@pytest.fixture
def store(tmp_path: Path) -> PolicyStore:
    return PolicyStore(tmp_path / "policies")


@pytest.fixture
def layered(tmp_path: Path) -> Path:
    """A folder that lies over the rules: a document below, a term more, Windows line ends."""
    folder = tmp_path / "over" / "cn" / "example-below"
    folder.mkdir(parents=True)
    (folder / "policy.md").write_bytes(BELOW.replace("\n", "\r\n").encode())
    (tmp_path / "over" / "vocabulary.md").write_text(MORE_TERMS, "utf-8")
    return tmp_path / "over"


def test_a_library_comes_back_as_it_was(store: PolicyStore) -> None:
    back = store.load(store.put(LIBRARY))
    assert back.vocabulary.hash == LIBRARY.vocabulary.hash
    assert {key: one.hash for key, one in back.policies.items()} == {
        key: one.hash for key, one in LIBRARY.policies.items()
    }
    assert [one.source for one in back.policies["cn/example"].clauses] == [
        one.source for one in LIBRARY.policies["cn/example"].clauses
    ]


def test_layers_of_vocabulary_and_documents_above_come_back(
    store: PolicyStore, layered: Path
) -> None:
    library = load_library(RULES, layered)
    snapshot = store.put(library)
    assert len(snapshot.vocabulary) == 2
    back = store.load(snapshot)
    assert back.vocabulary.hash == library.vocabulary.hash
    assert "新词" in back.vocabulary.entities["学校"].terms
    assert tuple(back.policies) == tuple(library.policies) == ("cn/example", "cn/example-below")
    policy = compile_library(back)["cn/example-below"]
    assert "funds" in policy.clauses
    assert Snapshot.of(policy.checked.library) == snapshot


def test_a_file_is_named_by_the_hash_of_its_bytes(store: PolicyStore) -> None:
    store.put(LIBRARY)
    for file in files_of(store):
        assert hashlib.sha256(file.read_bytes()).hexdigest() == file.stem


def test_putting_twice_changes_nothing(store: PolicyStore) -> None:
    first = store.put(LIBRARY)
    before = [(one, one.stat().st_mtime_ns) for one in files_of(store)]
    assert store.put(LIBRARY) == first
    assert [(one, one.stat().st_mtime_ns) for one in files_of(store)] == before


def test_snapshots_are_listed(store: PolicyStore, layered: Path) -> None:
    both = {store.put(LIBRARY).hash, store.put(load_library(RULES, layered)).hash}
    assert {one.hash for one in store.snapshots()} == both
    assert {store.snapshot(one).hash for one in both} == both


def test_an_altered_text_is_refused_and_left_for_a_person_to_see(store: PolicyStore) -> None:
    snapshot = store.put(LIBRARY)
    digest = snapshot.documents["cn/example"]
    (file,) = (one for one in files_of(store) if one.stem == digest.removeprefix("sha256:"))
    altered = file.read_text("utf-8").replace("| 1000 |", "| 900 |")
    file.write_text(altered, "utf-8")
    assert codes(lambda: store.get(digest)) == ["XR322"]
    assert codes(lambda: store.load(snapshot)) == ["XR322"]
    assert codes(lambda: store.put(LIBRARY)) == ["XR322"]
    assert file.read_text("utf-8") == altered


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"x" * 2_000_001, b"a\r\nb"], ids=len)
def test_no_other_content_passes(store: PolicyStore, content: bytes) -> None:
    snapshot = store.put(LIBRARY)
    digest = snapshot.documents["cn/example"]
    (store.folder / "texts" / f"{digest.removeprefix('sha256:')}.md").write_bytes(content)
    assert codes(lambda: store.get(digest)) == ["XR322"]


def test_line_ends_of_another_sort_do_not_pass_for_the_text(store: PolicyStore) -> None:
    digest = store.put(LIBRARY).documents["cn/example"]
    file = store.folder / "texts" / f"{digest.removeprefix('sha256:')}.md"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert codes(lambda: store.get(digest)) == ["XR322"]


def test_every_text_that_is_not_there_is_named(store: PolicyStore) -> None:
    snapshot = store.put(LIBRARY)
    for file in (store.folder / "texts").iterdir():
        file.unlink()
    assert codes(lambda: store.load(snapshot)) == ["XR321", "XR321"]
    assert codes(lambda: PolicyStore(store.folder / "none").load(snapshot)) == ["XR321", "XR321"]


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "sha256:",
        "../../etc/passwd",
        "sha256:../../etc/passwd",
        "sha256:" + "0" * 63,
        "sha256:" + "0" * 65,
        "sha256:" + "A" * 64,
        "sha256:" + "0" * 64 + "\n",
        "md5:" + "0" * 64,
        "sha256:" + "/" + "0" * 63,
        "x" * 100_000,
    ],
    ids=lambda one: one[:40],
)
def test_only_a_hash_leads_to_a_file(store: PolicyStore, digest: str) -> None:
    assert codes(lambda: store.get(digest)) == ["XR320"]
    assert codes(lambda: store.snapshot(digest)) == ["XR320"]
    assert codes(lambda: store.load(Snapshot((digest,), {}))) == ["XR320"]


def test_a_document_kept_under_another_id_is_refused(store: PolicyStore) -> None:
    snapshot = store.put(LIBRARY)
    other = Snapshot(snapshot.vocabulary, {"cn/other": snapshot.documents["cn/example"]})
    with pytest.raises(PolicyError) as caught:
        store.load(other)
    assert [one.code for one in caught.value.diagnostics] == ["XR094"]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"documents":{},"format":2,"vocabulary":[]}',
        '{"documents":{"a":"b"},"format":1,"vocabulary":[]}',
        '{"documents":{},"format":1,"vocabulary":[1]}',
        '{"documents": {}, "format": 1, "vocabulary": []}',
    ],
)
def test_a_file_that_is_no_snapshot_is_refused(store: PolicyStore, text: str) -> None:
    store.put(LIBRARY)
    digest = hash_text(text)
    file = store.folder / "snapshots" / f"{digest.removeprefix('sha256:')}.json"
    file.write_text(text, "utf-8")
    assert codes(lambda: store.snapshot(digest)) == ["XR322"]
    assert codes(lambda: list(store.snapshots())) == ["XR322"]


def test_a_draft_left_by_a_writer_that_was_killed_is_no_snapshot(store: PolicyStore) -> None:
    snapshot = store.put(LIBRARY)
    (store.folder / "snapshots" / ".half.json").write_text("{", "utf-8")
    assert [one.hash for one in store.snapshots()] == [snapshot.hash]


def test_a_write_that_fails_leaves_nothing(
    store: PolicyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        store.put(LIBRARY)
    assert files_of(store) == []

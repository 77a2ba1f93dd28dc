"""The coverage page: the document as it stands, beside it its coverage, nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.unit.reporting.test_pages import Page
from tests.unit.testing.drafts import HEAD, compile_draft, requirement
from xbyx_rules.checking import cover_policy
from xbyx_rules.errors import Diagnostic, Language, Place
from xbyx_rules.policy import read_clause_list
from xbyx_rules.reporting import CoveredDocument, render_coverage
from xbyx_rules.reporting.coverage_words import COVERAGE_WORDS
from xbyx_rules.testing import report_coverage

EXAMPLES = """
| 例 | 教师培训经费预算 | 结果 |
|---|---|---|
| 恰好 | 50 | 符合 |
| 差一分 | 49.99 | 不符合 |
"""
MORE = """
## 参数 {#main}

| 参数 | 值 | 生效 | 失效 | 依据 | 核实 |
|---|---|---|---|---|---|
| 比例 | 5% | 2025-01-01 | | 一-1 | 已核实 |

# 二 其余

## 二-1 理念 {#idea}

- 类别: 原则性条款
- 理由: 没有条件

甲*乙*丙 `x` <，[链接](http://example.org/) &amp;。
"""
LIST = """---
policy: cn/draft
---

| 条款 | 性质 | 原文用词 | 对象 | 概要 | 说明 |
|---|---|---|---|---|---|
| 一-1 | 可计算 | 应 | 学校 | 经费<b> | |
| 一-2 | 人工判断 | | | 没有写的一条 | |
| 二-1 | 分类 | | | 理念 | 取值未定 |
"""
HOSTILE = "<script>alert(1)</script> <img src=http://example.org/x>"


def document(clauses: str | None = LIST, policy: str = "cn/draft") -> CoveredDocument:
    text = requirement("教师培训经费预算 >= 50", EXAMPLES, "- 责任: 区\n") + MORE
    head = HEAD.replace("title: 试", "title: 试行<办法>").replace("cn/draft", policy)
    executable = compile_draft(text, head)
    listed = read_clause_list(clauses, "clauses.md")[0] if clauses else None
    coverage, _ = cover_policy(executable.policy, listed)
    report = report_coverage(coverage, executable.policy, executable)
    return CoveredDocument(executable.policy, executable.checked, report)


@pytest.fixture(scope="module")
def covered() -> CoveredDocument:
    return document()


@pytest.fixture(scope="module")
def page(covered: CoveredDocument) -> Callable[[Language], Page]:
    _, found = cover_policy(covered.policy, covered.report.coverage.clauses)

    def render(language: Language) -> Page:
        return Page(render_coverage([covered], found, language))

    return render


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_whole_and_loads_nothing(
    page: Callable[[Language], Page], language: Language
) -> None:
    shown = page(language)
    ids = shown.values("id")
    assert len(ids) == len(set(ids))
    assert {one for one in shown.values("href") if not one.startswith("#")} == set()
    assert {one.removeprefix("#") for one in shown.values("href")} <= set(ids)
    tags = {tag for tag, _ in shown.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "b"}
    assert not re.search(r"url\(|@import", shown.text)
    assert shown.values("src") == []


def test_anchors_are_kept_and_one_that_the_page_needs_itself_gives_way(
    page: Callable[[Language], Page],
) -> None:
    ids = page("zh").values("id")
    assert {"rule", "idea", "main"} <= set(ids)


def test_the_text_stands_as_it_does_in_the_document(page: Callable[[Language], Page]) -> None:
    said = page("zh").said
    text = "".join(said)
    assert "教师培训经费预算 >= 50" in text
    assert "甲*乙*丙 x <，[链接](http://example.org/) &amp;。" in text
    assert "试〔2025〕1号《试行<办法>》" in text
    assert {"差一分", "49.99", "5%"} <= {one.strip() for one in said}


def test_the_figures_stand_beside_their_clause(page: Callable[[Language], Page]) -> None:
    text = " ".join("".join(page("zh").said).split())
    assert "性质可计算 清单概要经费<b> 对象学校 原文用词应 写成教师培训经费预算不少于50元" in text
    assert "例子 符合 1、不符合 1 ✗ 缺：暂无法判定" in text
    assert "边界每个边界上都有例子 逐处改动试了 7 处" in text
    assert "类别与性质不同，因为取值未定" in text
    assert "附于其下 参数" in text
    assert "✗ 没有标题：没有写的一条" in text
    assert "错误 XR223：条款 一-2（没有写的一条）在文件里没有标题" in text


def test_no_outcome_is_told_by_colour_alone(page: Callable[[Language], Page]) -> None:
    text = page("zh").text
    mark = r'<[a-z]+ class="(?:[a-z]+ )?(?:not_met|met|undetermined)">'
    marked = re.findall(mark + r"((?:<span[^<]*</span>|<strong>|[^<])*)", text)
    assert marked
    for inside in marked:
        assert re.sub(r"<[^>]*>", "", inside).strip(" ✓✗？"), inside


def test_the_fixed_words_of_the_english_page_are_english(
    page: Callable[[Language], Page],
) -> None:
    text = " ".join("".join(page("en").said).split())
    assert "Naturecomputable In the list经费<b>" in text
    assert "Alterations7 tried, " in text
    assert "subject学校" in text
    for word in ("性质", "逐处改动", "错误", "概况"):
        assert word not in text


def test_a_document_without_a_list_says_that_coverage_cannot_be_told() -> None:
    text = "".join(Page(render_coverage([document(None)], ())).said)
    assert "没有条款清单" in text
    assert "官方条款" not in text


def test_documents_with_the_same_anchors_stand_on_one_page(covered: CoveredDocument) -> None:
    shown = Page(render_coverage([covered, document(policy="cn/other")], ()))
    ids = shown.values("id")
    assert len(ids) == len(set(ids))
    assert {"rule", "cn/other/rule", "_overview", "_1-overview"} <= set(ids)


def test_a_diagnostic_is_escaped_wherever_it_stands(covered: CoveredDocument) -> None:
    file = covered.policy.file
    found = Diagnostic("XR201", Place(file, 20), {"name": HOSTILE, "nearest": HOSTILE})
    shown = Page(render_coverage([covered], [found]))
    assert not {"script", "img"} & {tag for tag, _ in shown.tags}
    assert "".join(shown.said).count(HOSTILE) == 4  # beside its heading and below, with its help


def test_both_languages_have_the_same_words() -> None:
    assert COVERAGE_WORDS["zh"].keys() == COVERAGE_WORDS["en"].keys()

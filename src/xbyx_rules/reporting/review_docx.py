"""A whole review as a Word document: A4, Chinese fonts, real headings, repeated table heads.

Needs the extra `report` (python-docx), which is imported only here and only when asked for.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from xbyx_rules.deciding import (
    EXPLANATION_WORDS,
    Review,
    SaidDerivation,
    SaidFinding,
    SaidValue,
)
from xbyx_rules.errors import Diagnostic, Language, XbyxError
from xbyx_rules.policy import Policy

from .review import SaidReview, say_review
from .words import REVIEW_WORDS

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

__all__ = ["lay_out_docx", "review_to_docx"]

_BODY: Final = ("仿宋", "Times New Roman")
_HEADING: Final = ("黑体", "Arial")
_TITLE: Final = ("宋体", "Times New Roman")
_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST_TITLE: Final = 255
"""Characters that a property of a Word document may have."""
_NEVER: Final = datetime.datetime(2000, 1, 1)  # noqa: DTZ001 - Word's own dates have no zone


def review_to_docx(
    review: Review, language: Language = "zh", *, name: str = "", policy: Policy | None = None
) -> bytes:
    """A whole review as a Word document.

    The same review gives the same document: it bears no time of making.

    Args:
        review: from `decide`.
        language: ``zh`` or ``en``.
        name: of the subject, such as the school's; by default its entity and key.
        policy: the document, for its status.

    Raises:
        XbyxError: XR330, python-docx is not installed.
    """
    return lay_out_docx(say_review(review, language, name=name, policy=policy), language)


def lay_out_docx(said: SaidReview, language: Language) -> bytes:
    """A said review as a Word document.

    Raises:
        XbyxError: XR330, python-docx is not installed.
    """
    return _Writer(language).write(said)


class _Writer:
    """Lays a review out in a document."""

    def __init__(self, language: Language) -> None:
        try:
            import docx
        except ImportError:
            raise XbyxError(Diagnostic("XR330")) from None
        self._document: Document = docx.Document()
        self._explained = EXPLANATION_WORDS[language]
        self._words = REVIEW_WORDS[language]
        self._language = language
        self._set_up()

    def write(self, said: SaidReview) -> bytes:
        words = self._words
        kind = said.kind or words.title
        title = _clean(f"{said.title} · {kind}")
        self._document.core_properties.title = title[:_LONGEST_TITLE]
        self._heading(said.title, 0)
        self._paragraph(kind, "Subtitle")
        self._pairs(said.head)
        if said.lapsed:
            self._paragraph(said.lapsed)
        # WHY: of figures alone nothing is met or to be settled.
        if said.counts:
            self._heading(words.counts, 1)
            counts = [(f"{mark.sign} {mark.word}", str(count)) for mark, count in said.counts]
            self._table((words.outcome, words.count), counts, (4, 2))
            self._heading(words.tasks, 1)
            self._tasks(said)
        for table in said.tables:
            self._heading(table.title, 1)
            width = 16 / max(1, len(table.heads))
            self._table(table.heads, table.rows, [width] * len(table.heads))
            self._items(table.notes)
        if said.findings:
            self._heading(words.findings, 1)
        for one in said.findings:
            self._finding(one)
        for title, findings in (
            (words.judgements, said.judgements),
            (words.not_applicable, said.not_applicable),
        ):
            if findings:
                self._heading(title, 1)
                self._items(f"{one.clause}{self._explained.colon}{one.reason}" for one in findings)
        self._paragraph(words.closing)
        return _pack(self._document)

    # The parts of a review

    def _tasks(self, said: SaidReview) -> None:
        words = self._words
        if not said.tasks:
            self._paragraph(words.nothing)
            return
        rows = [
            (
                one.finding.clause,
                f"{one.finding.mark.sign} {one.finding.mark.word}",
                "\n".join(one.steps),
            )
            for one in said.tasks
        ]
        self._table((words.clause, words.outcome, words.todo), rows, (5, 2.5, 8.5))

    def _finding(self, said: SaidFinding) -> None:
        explained = self._explained
        colon = explained.colon
        self._heading(f"{said.mark.sign} {said.mark.word}{colon}{said.clause}", 2)
        force = said.force + explained.group.format(said.effect) if said.force else ""
        for label, text in (
            (explained.result, said.result),
            (explained.note, said.message),
            (explained.reason, said.reason),
            (explained.force, force),
            (explained.replacement, said.replacement),
        ):
            if text:
                self._paragraph(f"{label}{colon}{text}")
        self._conditions(said)
        if said.derivations:
            self._heading(explained.derivations, 3)
            self._derivations(said.derivations, 0)
        if said.facts:
            self._heading(explained.facts, 3)
            self._table(
                (self._words.name, self._words.value),
                [(one.name, one.value) for one in said.facts],
                (6, 10),
            )
        if said.parameters:
            self._heading(explained.parameters, 3)
            separator = explained.group_separator
            self._table(
                (self._words.name, self._words.value, self._words.period),
                [(one.name, one.value, separator.join(one.notes)) for one in said.parameters],
                (5, 3, 8),
            )
        if said.missing:
            self._heading(explained.missing, 3)
            self._items(
                one.name + (explained.group.format(one.holder) if one.holder else "")
                for one in said.missing
            )
        if said.remedies:
            self._heading(explained.remedies, 3)
            self._items(said.remedies)

    def _conditions(self, said: SaidFinding) -> None:
        if not said.conditions:
            return
        explained = self._explained
        self._heading(explained.conditions, 3)
        for one in said.conditions:
            self._items([f"{one.mark.sign} {one.mark.word}{explained.colon}{one.prose}"])
            values = [f"{value.name}{explained.colon}{value.value}" for value in one.values]
            if one.shortfall:
                values.append(f"{explained.shortfall}{explained.colon}{one.shortfall}")
            self._items(values, level=1)

    def _derivations(self, derivations: Iterable[SaidDerivation], level: int) -> None:
        explained = self._explained
        for one in derivations:
            name = one.name + (explained.group.format(one.clause) if one.clause else "")
            self._items([f"{name}{explained.colon}{one.value}" if one.value else name], level=level)
            self._items(one.how, level=level + 1)
            self._items(
                (f"{value.name}{explained.colon}{value.value}" for value in one.values),
                level=level + 1,
            )
            self._derivations(one.parts, level + 1)
            self._items([one.more] if one.more else [], level=level + 1)

    # The parts of a document

    def _heading(self, text: str, level: int) -> None:
        self._document.add_heading(_clean(text), level)

    def _paragraph(self, text: str, style: str | None = None) -> Paragraph:
        return self._document.add_paragraph(_clean(text), style=style)

    def _items(self, texts: Iterable[str], level: int = 0) -> None:
        from docx.shared import Cm

        for text in texts:
            paragraph = self._paragraph(text, "List Bullet")
            paragraph.paragraph_format.left_indent = Cm(0.75 + 0.6 * level)

    def _pairs(self, pairs: Sequence[SaidValue]) -> None:
        rows = [(one.name, one.value) for one in pairs]
        self._table((self._words.name, self._words.value), rows, (4, 12))

    def _table(
        self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
    ) -> None:
        table = self._document.add_table(rows=1, cols=len(heads), style="Table Grid")
        _repeat_first_row(table)
        for cell, text in zip(table.rows[0].cells, heads, strict=True):
            _fill(cell, text, is_head=True)
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                _fill(cell, text)
        _set_widths(table, widths)
        self._paragraph("")

    def _set_up(self) -> None:
        from docx.shared import Cm, Pt

        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin = section.bottom_margin = Cm(2.5)
        section.left_margin = section.right_margin = Cm(2.5)
        core = self._document.core_properties
        core.created = core.modified = _NEVER
        core.author = "xbyx_rules"
        core.language = {"zh": "zh-CN", "en": "en-GB"}[self._language]
        self._set_font("Normal", _BODY, Pt(12))
        self._set_font("Title", _TITLE, Pt(22))
        self._set_font("Subtitle", _BODY, Pt(14))
        for level, size in ((1, 16), (2, 14), (3, 12)):
            self._set_font(f"Heading {level}", _HEADING, Pt(size))

    def _set_font(self, name: str, fonts: tuple[str, str], size: Any) -> None:
        from docx.oxml.ns import qn
        from docx.shared import RGBColor

        style: ParagraphStyle = self._document.styles[name]
        chinese, latin = fonts
        style.font.name, style.font.size = latin, size
        style.font.italic = False
        style.font.color.rgb = RGBColor(0, 0, 0)
        # WHY: Word takes Chinese characters from a font of their own, which python-docx can't set;
        # a theme's font would win over it.
        fonts_of = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts_of.attrib.pop(qn(attribute), None)
        fonts_of.set(qn("w:eastAsia"), chinese)


def _clean(text: str) -> str:
    """A text without what XML can't hold: control characters and halves of characters."""
    return _UNSAFE.sub("\ufffd", text)


def _pack(document: Document) -> bytes:
    made, file = BytesIO(), BytesIO()
    document.save(made)
    # WHY: python-docx notes the time in every part of the archive.
    with ZipFile(made) as parts, ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name in parts.namelist():
            entry = ZipInfo(name, _NEVER.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, parts.read(name))
    return file.getvalue()


def _repeat_first_row(table: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = table.rows[0]._tr.get_or_add_trPr()
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    properties.append(head)


def _fill(cell: _Cell, text: str, *, is_head: bool = False) -> None:
    cell.text = _clean(text)
    for paragraph in cell.paragraphs:
        for run in paragraph.runs:
            run.bold = is_head


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    from docx.shared import Cm

    table.autofit = False
    # WHY both: Word goes by the cells, LibreOffice by the columns.
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)

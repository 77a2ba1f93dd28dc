"""XML text of a decision model to a plain tree of its DMN elements, hostile input included.

Document types, entities and anything from outside are refused before they take effect; size,
depth and the number of elements are bounded.  Elements of other name spaces (diagrams, vendors'
extensions) are left out.

Source: DMN 1.5 §13 (exchange formats); the name spaces of DMN 1.1 to 1.5.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl, InputSource, Locator, XMLReader

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from xbyx_rules.errors import Diagnostic, Place

__all__ = ["GREATEST_DEPTH", "GREATEST_ELEMENTS", "GREATEST_SIZE", "NAMESPACES", "Element", "parse"]

NAMESPACES: Final = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)
"""The name spaces of DMN models, 1.1 to 1.5."""

GREATEST_SIZE: Final = 20_000_000
"""The most bytes of one file."""

GREATEST_DEPTH: Final = 200
"""The most elements within one another."""

GREATEST_ELEMENTS: Final = 1_000_000
"""The most elements of one file."""


@dataclass(slots=True)
class Element:
    """One DMN element.

    Args:
        name: its local name.
        attributes: those without a name space.
        line: where it begins in its file, from 1.
        children: DMN elements only, in order.
        text: its own character data, joined.
    """

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> Iterator[Element]:
        """Its children of one name, in order."""
        return (child for child in self.children if child.name == name)

    def first(self, *names: str) -> Element | None:
        """Its first child that has one of these names."""
        return next((child for child in self.children if child.name in names), None)

    def get(self, attribute: str) -> str:
        """An attribute; empty when it isn't there."""
        return self.attributes.get(attribute, "")

    def text_of(self, name: str) -> str:
        """The stripped text of its first child of this name; empty without one."""
        child = self.first(name)
        return "" if child is None else child.text.strip()


class _TooLargeError(Exception):
    """A bound was passed: `what`, beyond `limit`."""

    def __init__(self, what: str, limit: int) -> None:
        self.what, self.limit = what, limit
        super().__init__(what)


class _Builder(ContentHandler):
    """Builds the tree; what stands inside a foreign element is skipped with it."""

    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self._open: list[Element] = []
        # WHY pieces: text that grows by one character at a time is copied as often.
        self._pieces: list[list[str]] = []
        self._skipped = 0
        self._count = 0
        self._locator: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 (the handler's interface)
        self._locator = locator

    def startElementNS(  # noqa: N802
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        self._count += 1
        if self._count > GREATEST_ELEMENTS:
            raise _TooLargeError("elements", GREATEST_ELEMENTS)
        if len(self._open) + self._skipped >= GREATEST_DEPTH:
            raise _TooLargeError("depth", GREATEST_DEPTH)
        if self._skipped or name[0] not in NAMESPACES:
            self._skipped += 1
            return
        own = {key: value for (space, key), value in attrs.items() if not space}
        line = 1 if self._locator is None else self._locator.getLineNumber() or 1
        element = Element(name[1], own, line)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._pieces.append([])

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        if self._skipped:
            self._skipped -= 1
        else:
            self._open.pop().text = "".join(self._pieces.pop())

    def characters(self, content: str) -> None:
        if self._open and not self._skipped:
            self._pieces[-1].append(content)


def parse(data: bytes, *, file: str = "") -> tuple[Element | None, tuple[Diagnostic, ...]]:
    """Parse the XML of a decision model.  Never raises on any bytes, and reads nothing else.

    Args:
        data: the file's bytes.
        file: its name, for places.

    Returns:
        The root's tree and nothing, or None and what is wrong: XR900 to XR903.

    Example:
        >>> space = "https://www.omg.org/spec/DMN/20230324/MODEL/"
        >>> root, _ = parse(f'<definitions xmlns="{space}" name="规则"/>'.encode())
        >>> root.name, root.get("name"), root.line
        ('definitions', '规则', 1)
        >>> _, problems = parse(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")
        >>> problems[0].code
        'XR901'
    """
    if len(data) > GREATEST_SIZE:
        return None, (_diagnose("XR902", file, 1, what="bytes", limit=str(GREATEST_SIZE)),)
    builder = _Builder()
    try:
        _reader(builder).parse(_source(data))
    except SAXParseException as failure:
        line = failure.getLineNumber() or 1
        return None, (_diagnose("XR900", file, line, detail=failure.getMessage()),)
    except DefusedXmlException:
        return None, (_diagnose("XR901", file, 1),)
    except _TooLargeError as failure:
        limits = {"what": failure.what, "limit": str(failure.limit)}
        return None, (_diagnose("XR902", file, 1, **limits),)
    except (LookupError, UnicodeError, ValueError) as failure:  # an encoding that doesn't exist
        return None, (_diagnose("XR900", file, 1, detail=str(failure)),)
    if builder.root is None or builder.root.name != "definitions":
        return None, (_diagnose("XR903", file, 1),)
    return builder.root, ()


def _reader(builder: ContentHandler) -> XMLReader:
    reader: Any = make_parser()
    reader.setFeature(feature_namespaces, True)
    reader.forbid_dtd = reader.forbid_entities = reader.forbid_external = True
    reader.setContentHandler(builder)
    return cast(XMLReader, reader)


def _source(data: bytes) -> InputSource:
    source = InputSource()
    source.setByteStream(io.BytesIO(data))
    return source


def _diagnose(code: str, file: str, line: int, **values: str) -> Diagnostic:
    return Diagnostic(code, Place(file, line), values)

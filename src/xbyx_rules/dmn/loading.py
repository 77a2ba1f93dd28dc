"""Loading a model from .dmn files."""

from __future__ import annotations

import os
from pathlib import Path

from xbyx_rules.errors import Diagnostic, ModelError, Place

from .model import Model
from .reading import read_elements
from .xml_tree import Element, parse

__all__ = ["load", "read"]

_FATAL = frozenset({"XR905", "XR906"})


def load(path: str | os.PathLike[str], *imports: str | os.PathLike[str]) -> Model:
    """Load a decision model, with the files of the models that it imports.

    Args:
        path: the .dmn file (DMN 1.1 to 1.5).
        imports: the files of the models it imports, and of those that they import, in any order.

    Returns:
        The model.  A text that can't be read does not stop it: it is null where it is used, and
        `Model.diagnostics` says what is wrong with it.

    Raises:
        ModelError: a file is no DMN (XR900 to XR903), a reference leads to nothing (XR905), or a
            decision requires itself (XR906).
        OSError: a file can't be read.
    """
    files = [(str(one), Path(one).read_bytes()) for one in (path, *imports)]
    return read(*files)


def read(*files: tuple[str, bytes]) -> Model:
    """Read a decision model from its files' names and bytes, the model's own first.

    Raises:
        ModelError: as `load`.

    Example:
        >>> text = '''<definitions namespace="https://example.org/plan" name="plan"
        ...     xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
        ...   <inputData id="h" name="学时"><variable name="学时" typeRef="number"/></inputData>
        ...   <decision id="d" name="学分"><variable name="学分"/>
        ...     <informationRequirement><requiredInput href="#h"/></informationRequirement>
        ...     <literalExpression><text>floor(学时 / 8)</text></literalExpression>
        ...   </decision>
        ... </definitions>'''
        >>> model = read(("plan.dmn", text.encode()))
        >>> model.evaluate("decision", "学分", {"学时": 20}).value
        Decimal('2')
    """
    roots: list[tuple[str, Element]] = []
    problems: list[Diagnostic] = []
    for name, data in files:
        root, found = parse(data, file=name)
        problems += found
        if root is not None:
            roots.append((name, root))
    if problems:
        raise ModelError(problems)
    try:
        elements, namespace, diagnostics = read_elements(roots)
    except RecursionError:
        limit = {"what": "depth", "limit": "the stack"}
        raise ModelError(Diagnostic("XR902", Place(files[0][0], 1), limit)) from None
    fatal = [one for one in diagnostics if one.code in _FATAL]
    if fatal:
        raise ModelError(fatal)
    return Model(namespace, elements, diagnostics)

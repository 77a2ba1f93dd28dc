"""Small decision models of our own, written out as .dmn text."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from xbyx_rules.dmn import Model
from xbyx_rules.dmn.loading import read

SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def read_model(*elements: str, namespace: str = "urn:plan", others: tuple[str, ...] = ()) -> Model:
    """A model of these elements; `others` are whole files that it imports."""
    files = [definitions(*elements, namespace=namespace), *others]
    return read(*((f"{n}.dmn", text.encode()) for n, text in enumerate(files)))


def definitions(*elements: str, namespace: str = "urn:plan") -> str:
    return (
        f'<definitions xmlns="{SPACE}" name="m" namespace="{namespace}">'
        f"{''.join(elements)}</definitions>"
    )


def decision(name: str, box: str, *needs: str, type_of: str = "") -> str:
    """A decision; `needs` are `input x`, `decision x` or `knowledge x`."""
    wanted = {"input": "requiredInput", "decision": "requiredDecision"}
    required = "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{of}"/></knowledgeRequirement>'
        if kind == "knowledge"
        else f'<informationRequirement><{wanted[kind]} href="#{of}"/></informationRequirement>'
        for kind, of in (one.split() for one in needs)
    )
    return (
        f'<decision id="{name}" name="{name}">{variable(name, type_of)}{required}{box}</decision>'
    )


def given(name: str, type_of: str = "") -> str:
    return f'<inputData id="{name}" name="{name}">{variable(name, type_of)}</inputData>'


def variable(name: str, type_of: str = "") -> str:
    return f'<variable name="{name}"' + (f" typeRef={quoteattr(type_of)}/>" if type_of else "/>")


def text(expression: str) -> str:
    return f"<literalExpression><text>{escape(expression)}</text></literalExpression>"


def table(policy: str, inputs: list[str], rows: list[str], *, outputs: str = "<output/>") -> str:
    """A decision table; a row is `test | test : output | output`."""
    columns = "".join(
        f"<input><inputExpression><text>{escape(one)}</text></inputExpression></input>"
        for one in inputs
    )
    rules = "".join(_row(one) for one in rows)
    return f"<decisionTable {policy}>{columns}{outputs}{rules}</decisionTable>"


def _row(row: str) -> str:
    tests, results = row.split(" : ")
    entries = [("inputEntry", one) for one in tests.split(" | ")]
    entries += [("outputEntry", one) for one in results.split(" | ")]
    cells = (f"<{name}><text>{escape(one.strip())}</text></{name}>" for name, one in entries)
    return f"<rule>{''.join(cells)}</rule>"


def value_of(expression: str, **inputs: Any) -> Any:
    """What one expression gives in a model whose input data are these."""
    return result_of(expression, **inputs).value


def result_of(expression: str, **inputs: Any) -> Any:
    needs = [f"input {name}" for name in inputs]
    model = read_model(*map(given, inputs), decision("d", text(expression), *needs))
    assert not model.diagnostics, model.diagnostics
    return model.evaluate("decision", "d", inputs)

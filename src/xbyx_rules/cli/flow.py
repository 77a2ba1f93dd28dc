"""`xbyx lifecycle`: a flow of a document as a table, and as a diagram."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from xbyx_rules.checking import CheckedLifecycle
from xbyx_rules.compiling import ExecutablePolicy
from xbyx_rules.errors import Diagnostic
from xbyx_rules.lifecycle import draw_flow

from .options import AsJson, Debug, Lang, LangOption, PolicyArgument, RulesOption
from .rules import choose_policy, cite_clauses, load_rules
from .tables import new_table
from .terminal import Terminal, WrongUsage

__all__ = ["show_lifecycle"]


def show_lifecycle(
    policy: PolicyArgument,
    anchor: Annotated[
        str, typer.Argument(metavar="ANCHOR", help="办理流程的编号 · the flow's anchor")
    ],
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", show_default=False, help="画成图 · draw it here"),
    ] = None,
    rules: RulesOption = None,
    lang: LangOption = Lang.ZH,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Show a flow's steps; with ``--svg`` write its diagram."""
    with Terminal(lang, is_json=as_json, is_debug=debug) as terminal:
        chosen = choose_policy(load_rules(rules), policy)
        flow = _choose_flow(chosen, anchor)
        if svg is not None:
            svg.parent.mkdir(parents=True, exist_ok=True)
            svg.write_text(draw_flow(flow, language=terminal.language), "utf-8")
        _show_flow(terminal, chosen, flow)
        if svg is not None:
            terminal.say(f"图在 {svg}", f"the diagram is in {svg}")
        terminal.give(_flow_to_json(flow, svg))


def _choose_flow(policy: ExecutablePolicy, anchor: str) -> CheckedLifecycle:
    flows = policy.checked.lifecycles
    if anchor not in flows:
        known = ", ".join(f"`{one}`" for one in flows) or "—"
        values = {"policy": policy.policy.id, "id": anchor, "known": known}
        raise WrongUsage(Diagnostic("XR707", None, values))
    return flows[anchor]


def _show_flow(terminal: Terminal, policy: ExecutablePolicy, flow: CheckedLifecycle) -> None:
    terminal.say(
        f"{flow.subject}：从 {flow.initial} 到 {'、'.join(flow.finals)}",
        f"{flow.subject}: from {flow.initial} to {', '.join(flow.finals)}",
    )
    table = new_table(
        terminal,
        ("从", "from"),
        ("动作", "action"),
        ("到", "to"),
        ("由", "by"),
        ("须符合", "requires"),
        ("条件", "condition"),
        ("依据", "basis"),
    )
    for one in flow.transitions:
        basis = one.basis or one.origin
        roles, needs = "、".join(one.roles), "\n".join(cite_clauses(policy, one.must_meet))
        table.add_row(one.source, one.action, one.target, roles, needs, one.condition_text, basis)
    terminal.show("", table, "")
    for key, value in flow.properties.items():
        terminal.say(f"{key}：{value}", f"{key}: {value}")
    for invariant in flow.invariants:
        terminal.say(f"不变量：{invariant.text}", f"invariant: {invariant.text}")


def _flow_to_json(flow: CheckedLifecycle, svg: Path | None) -> dict[str, object]:
    return {
        "id": flow.id,
        "subject": flow.subject,
        "initial": flow.initial,
        "finals": list(flow.finals),
        "states": list(flow.states),
        "transitions": [
            {
                "from": one.source,
                "action": one.action,
                "to": one.target,
                "roles": list(one.roles),
                "requires": list(one.must_meet),
                "condition": one.condition_text,
                "deadline": one.deadline,
                "origin": one.origin,
                "basis": one.basis,
            }
            for one in flow.transitions
        ],
        "approvals": dict(flow.properties),
        "invariants": [one.text for one in flow.invariants],
        "svg": str(svg) if svg else None,
    }

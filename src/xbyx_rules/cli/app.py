"""The `xbyx` command: which commands there are, and how each is announced."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import typer

from .archive import archive_subject, check_archive
from .check import check_rules
from .demo import run_demo
from .difference import compare_versions
from .editing import edit_document
from .examples import run_tests
from .explain import explain_case
from .flow import show_lifecycle
from .layout import format_documents
from .ledger import ledger_app
from .plan import plan_app
from .policies import policies_app
from .replay import replay_receipt
from .skeleton import begin_document
from .statement import state_case
from .statistics import state_statistics
from .supervise import list_doubts, supervise_records

__all__ = ["app", "main"]

app = typer.Typer(
    name="xbyx",
    help="校本研修的规则与流程 · rules and flows of school-based training",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("check", help="检查政策文件 · check policy documents")(check_rules)
app.command("test", help="运行文件自带的例子 · run the documents' own examples")(run_tests)
app.command("new", help="由条款清单写出骨架 · a skeleton from a clause list")(begin_document)
app.command("fmt", help="把文件整理成规范的写法 · canonical layout of documents")(format_documents)
app.command("diff", help="比较两个版本 · what differs between two versions")(compare_versions)
app.command("edit", help="按位置改文件里的一处 · change one place of a document")(edit_document)
app.command("lifecycle", help="办理流程：表和图 · a flow as a table and a diagram")(show_lifecycle)
app.add_typer(plan_app, name="plan", help="计划的办理 · plans on a platform's database")
app.add_typer(ledger_app, name="ledger", help="台账 · the ledger")
app.command("archive", help="归档一个对象 · pack a subject into an archive")(archive_subject)
app.command("verify-archive", help="核验归档包 · whether an archive is intact")(check_archive)
app.command("supervise", help="核查平台的记录，疑点入台账 · check records, keep doubts")(
    supervise_records
)
app.command("doubts", help="列出疑点 · list the doubts")(list_doubts)
app.command("explain", help="判定一个案例并说明理由 · decide one case and say why")(explain_case)
app.command("transcript", help="学分清单：逐条折算与判定 · a transcript of credits")(state_case)
app.command("budget", help="经费预算：逐笔清单与审查 · a budget, item by item")(state_case)
app.command("statistics", help="区和市的统计，人太少的不公开 · figures of a district")(
    state_statistics
)
app.command("replay", help="按回执重新判定并对照 · decide anew and compare")(replay_receipt)
app.add_typer(policies_app, name="policies", help="存放的规则 · rules kept by content")
app.command("demo", help="在合成数据上演示一个学年 · a school year on synthetic data")(run_demo)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # WHY: a terminal that can't show a character must not end the command.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()

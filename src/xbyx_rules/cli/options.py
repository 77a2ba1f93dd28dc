"""Options that several commands share, each declared once."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "ActorOption",
    "AdapterOption",
    "AsJson",
    "AsOfOption",
    "AtOption",
    "DatabaseOption",
    "Debug",
    "DistrictOption",
    "EntityOption",
    "Lang",
    "LangOption",
    "OnOption",
    "OrganisationOption",
    "PathsArgument",
    "PolicyArgument",
    "PrefixOption",
    "RoleOption",
    "RulesOption",
    "StoreOption",
    "TenantOption",
]


class Lang(Enum):
    """The languages of the output."""

    ZH = "zh"
    EN = "en"


LangOption = Annotated[
    Lang, typer.Option("--lang", envvar="XBYX_LANG", help="输出语言 · language of the output")
]
AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help="只在标准输出写一份 JSON · one JSON document on stdout, nothing else"
    ),
]
Debug = Annotated[
    bool,
    typer.Option("--debug", help="在标准错误输出日志和堆栈 · log and tracebacks on stderr"),
]
_FOLDER_HELP = (
    "规则文件夹，后面的盖在前面的上；默认用自带规则 · rules folders, later ones over earlier"
)
PathsArgument = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH", show_default=False, help=_FOLDER_HELP)
]
RulesOption = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="PATH", show_default=False, help=_FOLDER_HELP),
]
PolicyArgument = Annotated[
    str, typer.Argument(metavar="POLICY", help="政策文件的编号 · id of the document")
]
StoreOption = Annotated[
    Path,
    typer.Option(
        "--store", metavar="DIR", help="按内容存放规则的文件夹 · folder that keeps rules by content"
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="ISO",
        show_default=False,
        help="规则版本截至这一刻（按 --store 的记录） · by the rules as they stood at this instant",
    ),
]
OnOption = Annotated[
    datetime,
    typer.Option("--on", formats=["%Y-%m-%d"], help="判定日 · the day asked about"),
]
DatabaseOption = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="XBYX_DATABASE",
        metavar="URL",
        help="平台数据库（SQLAlchemy 地址） · the platform's database, as an SQLAlchemy URL",
    ),
]
AdapterOption = Annotated[
    str,
    typer.Option(
        "--adapter", envvar="XBYX_ADAPTER", metavar="NAME", help="适配器 · the installed adapter"
    ),
]
PrefixOption = Annotated[
    str, typer.Option("--prefix", help="台账表名的前缀 · stands before the ledger's table names")
]
TenantOption = Annotated[
    str | None,
    typer.Option(
        "--tenant",
        envvar="XBYX_TENANT",
        show_default=False,
        help="哪一家的台账；库里只有一家时可省 · whose ledger; not needed where there is only one",
    ),
]
EntityOption = Annotated[
    str, typer.Option("--entity", help="办理的对象 · the entity that goes through the flow")
]
ActorOption = Annotated[
    str, typer.Option("--actor", metavar="ID", help="经办人在平台上的假名 · pseudonym of who acts")
]
RoleOption = Annotated[
    list[str], typer.Option("--role", help="经办人的角色，可写多个 · a role held; may be repeated")
]
OrganisationOption = Annotated[
    str, typer.Option("--org", show_default=False, help="经办人所属机构 · where the actor belongs")
]
DistrictOption = Annotated[
    str,
    typer.Option(
        "--district", show_default=False, help="经办人所属区（六位区划代码） · the district"
    ),
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="ISO",
        show_default=False,
        help="办理时间，如 2026-03-02T09:00:00+08:00；默认现在 · instant; default now",
    ),
]

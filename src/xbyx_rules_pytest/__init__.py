"""The pytest plugin of `xbyx_rules`: a rules folder's examples and laws, one item each.

Takes: ``--xbyx-rules FOLDER``, or ``xbyx_rules = FOLDER`` in the ini file.
Gives: items ``policy.md::anchor::example`` and ``policy.md::anchor::law``.
May assume: nothing; without either setting it does nothing and imports nothing.
Refuses: folders without a policy document (XR897).

WHY a package of its own: pytest imports the plugins of all that is installed, in everybody's
suites, and before it measures coverage; so this one imports the library only when asked to.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xbyx_rules.testing.collecting import PolicyFile

__all__ = ["pytest_addoption", "pytest_collect_file", "pytest_configure"]

_FILE = "policy.md"
_FOLDERS = pytest.StashKey[tuple[Path, ...]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, in a group of their own."""
    group = parser.getgroup("xbyx_rules", "校本研修规则 · rules of school-based training")
    group.addoption(
        "--xbyx-rules",
        action="append",
        metavar="FOLDER",
        help="规则文件夹，可写多个 · a rules folder, may be repeated",
    )
    group.addoption(
        "--xbyx-max-examples",
        type=int,
        default=100,
        metavar="N",
        help="每条性质最多试多少个案例 · the most cases for a law (default: 100)",
    )
    parser.addini("xbyx_rules", "规则文件夹 · rules folders", type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Have the folders collected: those of the option always, those of the ini by default."""
    given = [config.invocation_params.dir / one for one in config.getoption("xbyx_rules") or ()]
    folders = tuple(one.resolve() for one in given or config.getini("xbyx_rules"))
    config.stash[_FOLDERS] = folders
    for folder in folders:
        if next(folder.rglob(_FILE), None) is None:
            from xbyx_rules.errors import Diagnostic

            raise pytest.UsageError(Diagnostic("XR897", None, {"path": str(folder)}).render())
    # WHY: somebody who names one file wants that file, unless they name the folder beside it.
    if given or config.args_source is not pytest.Config.ArgsSource.ARGS:
        named = [
            (config.invocation_params.dir / one.split("::")[0]).resolve() for one in config.args
        ]
        config.args += [
            str(one) for one in folders if not any(one.is_relative_to(other) for other in named)
        ]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PolicyFile | None:
    """A document of one of the folders."""
    folders = parent.config.stash.get(_FOLDERS, ())
    folder = next((one for one in folders if file_path.is_relative_to(one)), None)
    if file_path.name != _FILE or folder is None:
        return None
    from xbyx_rules.testing.collecting import PolicyFile

    return PolicyFile.from_parent(parent, path=file_path, folder=folder)

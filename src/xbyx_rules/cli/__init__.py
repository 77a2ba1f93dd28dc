"""The command line `xbyx`: the library's stages for people and scripts, and the demonstration.

Takes: arguments; rules folders, case files, a host's database through an adapter.
Gives: results on stdout (text or JSON), diagnostics on stderr, exit codes as in `ExitCode`.
May assume: whoever runs it may read and write the files and the database named.
Refuses: with diagnostics in Chinese or English; a traceback is shown only with `--debug`.
"""

from .app import app, main
from .terminal import ExitCode

__all__ = ["ExitCode", "app", "main"]

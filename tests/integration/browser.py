"""A real browser, driven without a driver: a page is opened headless and says what it found."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

__all__ = ["AXE", "CHROMIUM", "find_faults", "measure"]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
_PLACES = (os.environ.get("AXE_CORE", ""), "build/browser/node_modules/axe-core/axe.min.js")
AXE = next((Path(one) for one in _PLACES if one and Path(one).is_file()), None)

_RUN_AXE = """
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}).then(
  found => say(found.violations.map(one => ({
    rule: one.id, help: one.help, at: one.nodes.slice(0, 3).map(node => node.html.slice(0, 200))
  })))
);
"""
_MEASURE = """
addEventListener('load', () => {
  const texts = [...document.querySelectorAll('main *, header *, footer *')].filter(
    one => [...one.childNodes].some(child => child.nodeType === 3 && child.data.trim()));
  const drawn = one => one.ownerSVGElement ? one.getBoundingClientRect().height : 0;
  const sizes = texts.filter(one => !one.ownerSVGElement && one.localName !== 'style' &&
    one.getClientRects().length).map(one => parseFloat(getComputedStyle(one).fontSize));
  say({
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    smallest: Math.min(...sizes),
  });
});
"""


def find_faults(page: Path, scratch: Path, *, width: int = 1280) -> list[dict[str, Any]]:
    """What axe-core has against a page: WCAG 2.1 A and AA, and its best practices."""
    assert AXE is not None
    return _ask(page, scratch, f"{AXE.read_text('utf-8')}\n", _RUN_AXE, width)


def measure(page: Path, scratch: Path, *, width: int) -> dict[str, float]:
    """How far a page is wider than its window, and its smallest letters, in CSS pixels."""
    return _ask(page, scratch, "", _MEASURE, width)


def _ask(page: Path, scratch: Path, library: str, script: str, width: int) -> Any:
    """Open a copy of a page beside it, with a script at its end, and read what the script says.

    WHY in a frame-less copy next to the original: its links to the style sheet stay right.
    """
    say = (
        "const say = what => { const one = document.createElement('pre'); one.id = 'said';"
        "one.textContent = JSON.stringify(what); document.body.append(one); };"
    )
    copy = page.with_name(f"probe-{page.name}")
    text = page.read_text("utf-8")
    copy.write_text(
        text.replace("</body>", f"<script>{library}{say}{script}</script></body>"), "utf-8"
    )
    try:
        dumped = subprocess.run(
            [
                str(CHROMIUM),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={scratch}",
                f"--window-size={width},900",
                "--virtual-time-budget=20000",
                "--dump-dom",
                copy.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
    finally:
        copy.unlink()
    said = re.search(r'<pre id="said">(.*?)</pre>', dumped, re.DOTALL)
    assert said, "the page said nothing"
    return json.loads(unescape(said[1]))

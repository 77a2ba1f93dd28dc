"""Pages: templates filled with results, each page whole in itself and made to print.

A template extends ``base.html.j2`` and imports its parts from ``parts.html.j2``:

- ``base.html.j2``: blocks `title`, `style`, `header`, `main`, `footer`; a skip link, landmarks, the
  way here (`trail`), the page's own contents (`contents`).
- ``parts.html.j2``: `mark`, `values`, `condition`, `parameter`, `finding`, `table` and `stats`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from xbyx_rules.deciding import EXPLANATION_WORDS
from xbyx_rules.errors import Language

from .words import PAGE_WORDS

__all__ = ["Crumb", "read_style", "render_page"]

_OWN: Final = "xbyx_rules.reporting"
_LANGUAGE_TAGS: Final = {"zh": "zh-CN", "en": "en"}
_CHINESE: Final = re.compile(r"[⺀-鿿豈-﫿𠀀-𯿿](?:[⺀-鿿豈-﫿𠀀-𯿿　-〿＀-￯]*)")


@dataclass(frozen=True, slots=True)
class Crumb:
    """A link of the way to a page, or of its contents; an `href` of "" is the page itself."""

    href: str
    word: str


def render_page(
    template: str,
    *,
    package: str = _OWN,
    language: Language = "zh",
    trail: Sequence[Crumb] = (),
    contents: Sequence[Crumb] = (),
    stylesheet: str = "",
    **values: Any,
) -> str:
    """Fill a template.

    Pure: reads templates of installed packages and nothing else.

    Args:
        template: its name in the `templates/` of the package, or of this one.
        package: whose templates are looked at first, such as ``xbyx_rules.cli``.
        language: of the page; what stands in Chinese on an English page is marked as such.
        trail: the pages above this one, the topmost first, and last the page itself.
        contents: the sections of the page, by their ids (``#overview``).
        stylesheet: relative address of a copy of `read_style`, for a site of many pages; by
            default the style stands in the page.
        values: what the template asks for; a name that isn't there is an error.

    Returns:
        The page.

    Raises:
        jinja2.TemplateNotFound: neither package has the template.
        jinja2.UndefinedError: the template asks for a value that wasn't given.
    """
    return (
        _open_environment(package)
        .get_template(template)
        .render(
            language=language,
            tag=_LANGUAGE_TAGS[language],
            words=PAGE_WORDS[language],
            said_words=EXPLANATION_WORDS[language],
            trail=trail,
            contents=contents,
            stylesheet=stylesheet,
            **values,
        )
    )


def read_style() -> str:
    """The style sheet, for a site whose pages share one copy."""
    source, _, _ = PackageLoader(_OWN).get_source(Environment(autoescape=True), "style.css")
    return source


@cache
def _open_environment(package: str) -> Environment:
    packages = dict.fromkeys((package, _OWN))
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(one) for one in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["parts"] = _mark_parts
    return environment


@pass_context
def _mark_parts(context: Context, text: object) -> Markup:
    """A text whose Chinese parts are marked as such on an English page (WCAG 2.1, 3.1.2)."""
    escaped = escape(text)
    if context["language"] == "zh":
        return escaped
    return Markup(_CHINESE.sub(r'<span lang="zh-CN">\g<0></span>', str(escaped)))  # noqa: S704

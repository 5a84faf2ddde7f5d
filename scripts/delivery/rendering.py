"""Turn rows into text for a terminal, Markdown, JSON and the services that messages are sent to.

Text from the data is data in every format: each makes inert what it prints.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from bisect import bisect_left
from collections.abc import Callable
from html import escape
from itertools import accumulate
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
COLUMNS = 100


def neutral(text: str) -> str:
    """The text without the letters that steer a terminal or turn the reading direction."""
    joiners = "\u200c\u200d"  # emoji and Persian need them
    return "".join(
        c
        if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") or c in joiners
        else (" " if c.isspace() else "\ufffd")
        for c in text
    )


def markdown_text(text: str) -> str:
    """The text as Markdown that shows it as it is: no markup, no HTML, no bare link."""
    special = r"[\\`*_\[\]|~$:]|(?<=www)\."
    return re.sub(special, r"\\\g<0>", escape(neutral(text), quote=False))


def slack_text(text: str, limit: int) -> str:
    """The text escaped for Slack and cut to a limit, in the UTF-16 units of what is sent."""
    letters = [escape(letter, quote=False) for letter in neutral(text[: limit + 1])]
    ends = list(accumulate(len(letter.encode("utf-16-le")) // 2 for letter in letters))
    if not ends or ends[-1] <= limit:
        return "".join(letters)
    return "".join(letters[: bisect_left(ends, limit)]) + "…"


def thousands(number: int) -> str:
    """A whole number with its thousands set apart, as in the sentences of alerts."""
    return f"{number:,}"


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """The text in lines that fit a terminal, where a wide letter takes two columns."""
    wide = "".join(c + "\0" * (unicodedata.east_asian_width(c) in "WF") for c in str(text))
    # One column stays free: a break may fall between the two columns of a wide letter.
    lines = textwrap.wrap(wide, COLUMNS - 1 - len(rest), break_on_hyphens=False)
    return type(text)(first + ("\n" + rest).join(lines).replace("\0", ""))


def template(name: str, inert: Callable[[str], str]) -> Template:
    """A template in which whatever is printed is first made inert."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=lambda shown: shown if isinstance(shown, Markup) else Markup(inert(str(shown))),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
    environment.filters |= {"thousands": thousands, "wrapped": wrapped, "slack": slack_text}
    return environment.get_template(f"{name}.j2")


def render(message: dict[str, Any], form: str, per_rule: int) -> str:
    """The message in one of the formats; each is a template of that name."""
    inert = markdown_text if form == "markdown" else neutral
    return template(form, inert).render(message=message, per_rule=per_rule) + "\n"

"""Write the message to one destination in the form that its service takes.

What is told, to whom and in which order is decided in SQL; the words and the layout are templates.
Here a message is made to fit: the first level that a service takes is sent, and the last one always
fits. JSON is written as `json.dumps` writes it, so that what is measured is what is sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from typing import Any, NamedTuple

from jinja2 import Template

from delivery.rendering import markdown_text, neutral, template


class Level(NamedTuple):
    """How much of a message is told: alerts one by one, and all changes in a table."""

    alerts: int
    has_table: bool = False


LEVELS = (Level(5, has_table=True), Level(5), Level(3), Level(0))
# Of the last level no value is longer, so that it fits whatever the data holds.
LONGEST_VALUE, LONGEST_LINK = 255, 1000
PLAIN_FORMS = ("text", "markdown")
# In bytes; of Slack in letters. Slack counts about 125 more for each block.
LIMITS = {
    "text": 100_000,
    "markdown": 100_000,
    "json": 100_000,
    "slack": 12_000,
    "teams": 20_000,
    "pagerduty": 100_000,
    "email": 100_000,
}
SLACK_BLOCK = 125
SUBJECT = 200


def render_message(form: str, content: dict[str, Any]) -> str:
    """The message as it is sent, in one of the forms of LIMITS, with as much told as fits."""
    for level in LEVELS[:-1]:
        payload = written(form, content, level)
        if size(form, payload) <= LIMITS[form]:
            return payload
    return written(form, shortened(content), LEVELS[-1])


def written(form: str, content: dict[str, Any], level: Level) -> str:
    """The message at one level, whatever its size."""
    variables = in_view(content, level)
    if form == "email":
        phrases = compiled("digest_phrases", neutral).module
        subject = str(phrases.subject(content, variables["is_quiet"]))
        document = {
            "subject": cut(subject, SUBJECT),
            "text": printed("digest_text", unlinked, {**variables, "is_wrapped": False}),
            "html": printed("digest_email", html_text, variables),
        }
        return json.dumps(document)
    text = printed(f"digest_{form}", INERT[form], {**variables, "is_wrapped": True})
    return text if form in PLAIN_FORMS else json.dumps(json.loads(text))


def in_view(content: dict[str, Any], level: Level) -> dict[str, Any]:
    """What the templates read: the message and how much of it is shown."""
    changes, book = content["changes"], content["book"]
    is_told = any(rule["told"] for rule in book["rules"]) if book else False
    told_above = {change["alert_key"] for change in changes}
    weekly = {
        part: [item for item in items if part != "held" or item["alert_key"] not in told_above]
        for part, items in (content["weekly"] or {}).items()
    }
    is_open = bool(changes or content["unchanged"] or content["silenced"])
    return {
        "content": content,
        "is_quiet": not (is_open or is_told or weekly.get("unjudged")),
        "shown": changes[: level.alerts],
        "is_whole": level.has_table,
        "more": len(changes) - level.alerts,
        "alerts": level.alerts,
        "weekly": {part: items for part, items in weekly.items() if items},
        "cut": cut,
    }


def size(form: str, payload: str) -> int:
    """How much of its limit a message takes."""
    if form == "slack":
        message = json.loads(payload)
        letters = sum(units(text) for text in strings(message))
        return letters + SLACK_BLOCK * len(message["blocks"])
    if form == "email":
        letter = json.loads(payload)
        return max(len(letter[part].encode()) for part in ("text", "html"))
    return len(payload.encode())


def strings(value: Any) -> Iterator[str]:
    """All text of a Slack message that is shown, and its links."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in ("text", "url") and isinstance(part, str):
                yield part
            else:
                yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def units(text: str) -> int:
    """The length of a text as the services count letters: in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, limit: int) -> str:
    """The text in at most so many UTF-16 units, never with half a letter at its end."""
    if units(text) <= limit:
        return text
    return text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"


def shortened(content: dict[str, Any]) -> dict[str, Any]:
    """The message with each of its texts cut; half a link would be none, so it is left out."""

    def short(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: short(part) for name, part in value.items()}
        if isinstance(value, list):
            return [short(part) for part in value]
        return cut(value, LONGEST_VALUE) if isinstance(value, str) else value

    link = content["report_url"]
    is_whole = link is not None and len(link) <= LONGEST_LINK
    return short(content) | {"report_url": link if is_whole else None}


# --- text that shows itself and nothing else -------------------------------------------------


def unlinked(text: str) -> str:
    """The text without steering letters, and with its addresses broken by an invisible joiner.

    Mail and chat programs make links of addresses that they find in plain text.
    """
    inside_an_address = r"(?i)(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)(?!\u200c)"
    return re.sub(inside_an_address, "\u200c", neutral(text))


def html_text(text: str) -> str:
    """The text as HTML that shows it as it is, also inside an attribute."""
    return escape(unlinked(text))


def markdown_line(text: str) -> str:
    """The text as Markdown that shows it as it is, also where it begins a line."""
    begins_a_block = r"^(?:(\d{1,9})(?=[.)](?:\s|$))|(?=[#+=-]))"
    return re.sub(begins_a_block, r"\1\\", markdown_text(text).lstrip())


INERT: dict[str, Callable[[str], str]] = {
    "text": neutral,
    "markdown": markdown_line,
    "json": neutral,
    "slack": unlinked,
    "teams": unlinked,
    "pagerduty": unlinked,
}


@cache
def compiled(name: str, inert: Callable[[str], str]) -> Template:
    """A template, compiled once: that takes most of the time of a message."""
    return template(name, inert)


def printed(name: str, inert: Callable[[str], str], variables: dict[str, Any]) -> str:
    """What a template prints, without blank lines at its ends."""
    return compiled(name, inert).render(variables).strip()

"""What each key of notifications.yml must be, in words and as a check."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

SEVERITIES = ("critical", "warning", "info")
# What each kind can write, the default first.
FORMATS = {
    "stdout": ("text", "markdown", "json"),
    "file": ("json",),
    "webhook": ("json",),
    "slack": ("slack",),
    "teams": ("teams",),
    "pagerduty": ("pagerduty",),
    "email": ("email",),
    "apprise": ("text", "markdown"),
}

Check = Callable[[Any], bool]


def text(pattern: str) -> Check:
    """Whether a value is a text of that pattern."""
    return lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value, re.ASCII))


def one_of(words: Iterable[str]) -> Check:
    """Whether a value is one of the words."""
    return lambda value: isinstance(value, str) and value in words


def list_of(check: Check) -> Check:
    """Whether a value is a list of what passes the check, each once."""
    return lambda value: (
        isinstance(value, list)
        and len(value) > 0
        and all(check(each) for each in value)
        and len(set(value)) == len(value)
    )


def days(minimum: int) -> Check:
    """Whether a value is a whole number of days; true and false are none."""
    return lambda value: type(value) is int and minimum <= value <= 3650


# Narrower than what mail allows: it can neither end a header nor be read as several addresses.
WORD = r"[\w!#$%&'*+/=^`{|}~-]+"
MAILBOX = text(rf"{WORD}(\.{WORD})*@([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+")

# Of each key: what it must be, in words and as a check.
KEYS: dict[str, tuple[str, Check]] = {
    "name": ("a text of lower-case letters, digits, - and _", text(r"[a-z0-9][a-z0-9_-]{0,62}")),
    "kind": (f"one of {', '.join(FORMATS)}", one_of(FORMATS)),
    "format": ("a format of the kind", lambda value: isinstance(value, str)),
    "audience": ("leader or owner", one_of(("leader", "owner"))),
    "minimum_severity": (f"one of {', '.join(SEVERITIES)}", one_of(SEVERITIES)),
    "rules": ("a list of rules, each once", list_of(text(r"[a-z][a-z0-9_]*"))),
    "address_env": (
        "the name of an environment variable, in capitals; the address itself is a secret",
        text(r"[A-Z][A-Z0-9_]*"),
    ),
    "path": (
        "the path of a file",
        lambda value: isinstance(value, str) and value.isprintable() and bool(value.strip()),
    ),
    "sender": ("an e-mail address", MAILBOX),
    "recipients": ("a list of e-mail addresses, each once", list_of(MAILBOX)),
    "weekly_digest": ("true or false", lambda value: isinstance(value, bool)),
    "reminder_days": ("a whole number of days from 1 to 3650", days(1)),
    "keep_firing_days": ("a whole number of days from 0 to 3650", days(0)),
    "worse_amount_ratio": (
        "a number above 1 and up to 1000",
        lambda value: type(value) in (int, float) and 1 < value <= 1000,
    ),
}
TOP_KEYS: dict[str, tuple[str, Check]] = {
    "destinations": (
        "a list of destinations",
        lambda value: isinstance(value, list) and len(value) > 0,
    ),
    "report_url": ("an http or https address", text(r"https?://[!#-&(-;=?-~]+")),
}
# Keys that some kinds need and the others have no use for; kinds not named need an address_env.
SOMETIMES = ("address_env", "path", "sender", "recipients")
NEEDED = {
    "stdout": (),
    "file": ("path",),
    "email": ("address_env", "sender", "recipients"),
}
# The owner is told of all troubles, and of the end of each at once.
OWNER_DEFAULTS = {"minimum_severity": "info", "keep_firing_days": 0}

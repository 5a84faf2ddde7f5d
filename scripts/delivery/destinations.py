"""Read notifications.yml: who is told what, and how. Every error names the line and the key.

No error shows a value, as a secret may have been pasted into the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from common.trouble import Trouble

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


@dataclass(frozen=True)
class Destination:
    """One place that alerts are sent to, and what of them."""

    name: str
    kind: str
    format: str
    audience: str = "leader"
    minimum_severity: str = "warning"
    rules: tuple[str, ...] | None = None
    # Where the file names them, for an error: which rules there are only the warehouse knows.
    rules_line: int | None = field(default=None, compare=False)
    address_env: str | None = None
    path: str | None = None
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    weekly_digest: bool = False
    reminder_days: int = 14
    keep_firing_days: int = 7
    worse_amount_ratio: float = 1.5

    @property
    def tells_one_by_one(self) -> bool:
        """Whether each alert is a message of its own, and not part of a digest."""
        return self.kind == "pagerduty"


@dataclass(frozen=True)
class Notifications:
    """The whole file: the destinations, and where readers find more."""

    destinations: tuple[Destination, ...]
    report_url: str | None = None

    def named(self, name: str) -> Destination:
        """The destination of that name; Trouble where there is none."""
        for destination in self.destinations:
            if destination.name == name:
                return destination
        known = ", ".join(each.name for each in self.destinations)
        raise Trouble(f"no destination is called {name!r}; known are: {known}")


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


class Wrong(Exception):
    """What is wrong with the content of the file, and in which line."""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(f"line {line}: {words}")


def read_notifications(path: Path) -> Notifications:
    """The file as it is meant; Trouble says the line and the key that are wrong."""
    try:
        return notifications_of(path.read_bytes())
    except FileNotFoundError:
        raise Trouble(f"there is no file {path}; name the destinations in it") from None
    except OSError as error:
        raise Trouble(f"{path} cannot be read ({type(error).__name__})") from None
    except Wrong as wrong:
        raise Trouble(f"{path}, {wrong}") from None


def notifications_of(content: bytes) -> Notifications:
    """What the content of the file means."""
    node = composed(content)
    if node is None:
        raise Wrong(1, "key destinations is missing; the file is empty")
    values, _ = checked(node, TOP_KEYS, "")
    if "destinations" not in values:
        raise Wrong(1, "key destinations is missing")
    [items] = [value.value for key, value in node.value if key.value == "destinations"]
    destinations: dict[str, Destination] = {}
    lines: dict[str, int] = {}
    for number, item in enumerate(items):
        where = f"destinations[{number}]."
        destination, line = destination_of(item, where)
        name = destination.name
        if name in destinations:
            raise Wrong(line, f"{where}name is {name!r}, as in line {lines[name]} already")
        destinations[name], lines[name] = destination, line
    return Notifications(tuple(destinations.values()), values.get("report_url"))


def composed(content: bytes) -> yaml.Node | None:
    """The nodes of a YAML file, with their lines; None for an empty one."""
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Wrong(line, "this is not text in UTF-8") from None
    try:
        loader = yaml.SafeLoader(decoded)
    except yaml.reader.ReaderError as error:
        line = decoded.count("\n", 0, error.position) + 1
        raise Wrong(line, "a control character stands here") from None
    try:
        return loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        found = f"{error.context}: {error.problem}" if error.context else str(error.problem)
        # A sign of YAML that was found may be shown, a word of the file may not.
        found = re.sub(r" '[^<\\'][^']+'", "", found)
        hint = "; indent with spaces, not with tabs" if r"'\t'" in found else ""
        line = (error.problem_mark or error.context_mark).line + 1
        raise Wrong(line, f"not YAML: {found}{hint}") from None
    except Exception:  # PyYAML fails by itself on impossible escapes and endless nesting
        raise Wrong(loader.line + 1, "not YAML that can be read") from None


def checked(
    node: yaml.Node, keys: Mapping[str, tuple[str, Check]], where: str
) -> tuple[dict[str, Any], dict[str, int]]:
    """The values of a mapping by key, each known, given once, and of its kind; and their lines."""
    if not isinstance(node, yaml.MappingNode) or node.tag != yaml.SafeLoader.DEFAULT_MAPPING_TAG:
        whole = where.rstrip(".") or "the file"
        raise Wrong(
            node.start_mark.line + 1, f"{whole} must be keys with values: {', '.join(keys)}"
        )
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key, line = key_node.value, key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key not in keys:
            raise Wrong(line, unknown(key, keys, where))
        if key in values:
            raise Wrong(line, f"{where}{key} is given twice")
        words, is_right = keys[key]
        values[key], lines[key] = value_of(value_node), line
        if not is_right(values[key]):
            raise Wrong(line, f"{where}{key} must be {words}")
    return values, lines


def unknown(key: Any, keys: Iterable[str], where: str) -> str:
    """What is said of an unknown key; it is shown if it is a word, as it may be a secret itself."""
    shown = key if text(r"[a-zA-Z_-]{1,30}|<<")(key) else "…"
    words = f"unknown key {where}{shown}; known are: {', '.join(keys)}"
    if where and re.search("…|address|ur[il]|hook|host|user|pass|token|secret|key", shown.lower()):
        words += "; addresses are secrets: address_env names the environment variable with it"
    return words


def value_of(node: yaml.Node) -> Any:
    """A text, number, truth value or list of them; None for all else, which no key can have."""
    if isinstance(node, yaml.SequenceNode) and node.tag == yaml.SafeLoader.DEFAULT_SEQUENCE_TAG:
        return [
            value_of(each) if isinstance(each, yaml.ScalarNode) else None for each in node.value
        ]
    if isinstance(node, yaml.ScalarNode):
        try:
            return yaml.constructor.SafeConstructor().construct_object(node)
        except Exception:  # a tag of Python's, the 31st of June, a number of 10,000 digits
            return None
    return None


def destination_of(node: yaml.Node, where: str) -> tuple[Destination, int]:
    """One destination, and the line of its name."""
    values, lines = checked(node, KEYS, where)
    line = node.start_mark.line + 1
    for key in ("name", "kind"):
        if key not in values:
            raise Wrong(line, f"{where}{key} is missing")
    kind = values["kind"]
    needed = NEEDED.get(kind, ("address_env",))
    for key in needed:
        if key not in values:
            raise Wrong(line, f"{where}{key} is missing; kind {kind} needs it")
    for key in values:
        if key in SOMETIMES and key not in needed:
            raise Wrong(lines[key], f"{where}{key} means nothing for kind {kind}")
    if values.setdefault("format", FORMATS[kind][0]) not in FORMATS[kind]:
        raise Wrong(
            lines["format"], f"{where}format must be {' or '.join(FORMATS[kind])} for kind {kind}"
        )
    if values.get("audience") == "owner":
        for key in ("rules", "weekly_digest"):
            if key in values:
                raise Wrong(lines[key], f"{where}{key} means nothing for the owner")
        values = OWNER_DEFAULTS | values
    for key, value in values.items():
        values[key] = tuple(value) if isinstance(value, list) else value
    return Destination(**values, rules_line=lines.get("rules")), lines["name"]

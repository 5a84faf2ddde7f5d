"""Read notifications.yml: who is told what, and how. Every error names the line and the key.

No error shows a value, as a secret may have been pasted into the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from common.trouble import Trouble

from delivery.keys import FORMATS, KEYS, NEEDED, OWNER_DEFAULTS, SOMETIMES, TOP_KEYS, Check, text


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

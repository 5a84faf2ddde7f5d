"""What the sections of the page are written with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from document import markdown_table


class Section(NamedTuple):
    """A part of the page, and what it comes to in a sentence or a few."""

    claims: list[str]
    text: str


def table(header: str, rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown; the columns are named in one string."""
    return markdown_table(header.split(" | "), [list(row) for row in rows])


def share(flags: Iterable[bool]) -> str:
    """How many of how many."""
    flags = list(flags)
    return f"{sum(flags)} of {len(flags)}"


def points(value: float) -> str:
    """A rate or a difference of rates in points."""
    return f"{100 * value:.1f}"

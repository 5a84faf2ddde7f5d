"""Figures out of the results of a benchmark: medians, and how they grow with the book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

from bench.contenders import ON_BOOKS
from bench.sizes import deals_of

Results = Sequence[Mapping[str, Any]]
NAMES = {"csv": "CSV", "parquet": "Parquet"}


class Costs(NamedTuple):
    """The medians of all rounds, and how many there were."""

    wall: float
    cpu: float
    megabytes: float
    by_hand: float
    tail: float
    rounds: int


Medians = Mapping[tuple[str, str, str], Costs]  # by contender, size and form


def medians(results: Results) -> dict[tuple[str, str, str], Costs]:
    """What each contender cost on each book."""
    rounds: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for line in results:
        if "contender" in line:
            key = (line["contender"], line["size"], line["form"])
            rounds.setdefault(key, []).append(line)
    figures = ("wall", "cpu", "megabytes", "by_hand", "tail")
    return {
        key: Costs(*(median(line.get(name, 0) for line in lines) for name in figures), len(lines))
        for key, lines in rounds.items()
    }


def book_sizes(found: Medians) -> list[str]:
    """The sizes of the books that were measured."""
    return sorted({size for name, size, _ in found if name in ON_BOOKS}, key=deals_of)


def each_more_million(by_size: Mapping[str, float]) -> float:
    """What each million adds to a figure that the largest book has more than the smallest."""
    small, large = (pick(by_size, key=deals_of) for pick in (min, max))
    millions = (deals_of(large) - deals_of(small)) / 1_000_000
    return (by_size[large] - by_size[small]) / millions


def seconds(value: float) -> str:
    """Seconds, as exact as they are of use."""
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"

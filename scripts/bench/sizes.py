"""How large books are, and where they lie."""

from __future__ import annotations

import argparse
import importlib.metadata
from hashlib import md5
from pathlib import Path
from typing import NamedTuple

MAKER = Path(__file__).with_name("book.sql")
SEED = 1
UNITS = {"k": 1_000, "M": 1_000_000}
# From where to where growth is judged, and the book that bounds are given for.
BASE, LARGE, LARGEST = "1M", "10M", "30M"


class Book(NamedTuple):
    """A book of so many deals, in two files that hold the same."""

    size: str
    deals: int
    csv: Path
    parquet: Path


def deals_of(size: str) -> int:
    """How many deals a size is, such as 5k or 10M."""
    number, unit = size[:-1], size[-1:]
    if unit not in UNITS or not number.isdigit() or int(number) < 1:
        raise argparse.ArgumentTypeError(f"'{size}' is no size; give one such as 5k or 10M")
    return int(number) * UNITS[unit]


def size_of(text: str) -> str:
    """A size, of a command line."""
    deals_of(text)
    return text


def sizes_of(text: str) -> list[str]:
    """Sizes with commas between, of a command line; the smallest first, each once."""
    return sorted(set(text.split(",")), key=deals_of)


def book(size: str, folder: Path, seed: int = SEED) -> Book:
    """Where a book is; what it is made by is in its name, so an old one is never taken for it."""
    made_by = f"{importlib.metadata.version('duckdb')} {seed} {MAKER.read_text()}"
    path = folder / f"deals-{size}-{md5(made_by.encode()).hexdigest()[:8]}"
    return Book(size, deals_of(size), path.with_suffix(".csv"), path.with_suffix(".parquet"))

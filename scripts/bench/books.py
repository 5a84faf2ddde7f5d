"""Big books of deals, made once by SQL and kept as CSV and as Parquet."""

from __future__ import annotations

import argparse
import sys
from hashlib import md5
from pathlib import Path
from typing import NamedTuple

import duckdb
from common.arguments import Parser, finish
from common.warehouse import quoted

MAKER = Path(__file__).with_name("book.sql")
SEED = 1
UNITS = {"k": 1_000, "M": 1_000_000}
WHOLE_AMOUNTS = "select * replace (cast(deal_amount as bigint) as deal_amount)"


class Book(NamedTuple):
    """A book of so many deals, in two files that hold the same."""

    deals: int
    csv: Path
    parquet: Path


def deals_of(size: str) -> int:
    """How many deals a size is, such as 5k or 10M."""
    number, unit = size[:-1], size[-1:]
    if unit not in UNITS or not number.isdigit() or int(number) < 1:
        raise argparse.ArgumentTypeError(f"'{size}' is no size; give one such as 5k or 10M")
    return int(number) * UNITS[unit]


def book(size: str, folder: Path, seed: int = SEED) -> Book:
    """Where a book is; what it is made by is in its name, so an old one is never taken for it."""
    made_by = f"{duckdb.__version__} {seed} {MAKER.read_text()}"
    path = folder / f"deals-{size}-{md5(made_by.encode()).hexdigest()[:8]}"
    return Book(deals_of(size), path.with_suffix(".csv"), path.with_suffix(".parquet"))


def make(size: str, folder: Path, seed: int = SEED) -> Book:
    """The book, made if it is not there: beside, then renamed. Older ones of its size go."""
    wanted = book(size, folder, seed)
    if wanted.csv.exists() and wanted.parquet.exists():
        return wanted
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"deals-{size}-*"):
        old.unlink()
    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        connection.execute(f"set variable deals = {wanted.deals}; set variable seed = {seed}")
        connection.execute(MAKER.read_text())
        sources = {
            wanted.parquet: "select * from book",
            wanted.csv: f"{WHOLE_AMOUNTS} from {quoted(wanted.parquet)}",
        }
        for path, source in sources.items():
            draft = path.with_name(f"{path.name}.draft")
            form = path.suffix.removeprefix(".")
            connection.execute(f"copy ({source}) to {quoted(draft)} (format {form})")
            draft.replace(path)
    return wanted


def make_asked() -> str:
    """Make the book that the command line asks for; where it is."""
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument("size", help="how many deals: 5k, 10M")
    parser.add_argument("folder", type=Path, help="where it is kept")
    parser.add_argument("--seed", type=int, default=SEED, help=f"same seed, same book ({SEED})")
    arguments = parser.parse_args()
    try:
        made = make(arguments.size, arguments.folder, arguments.seed)
    except argparse.ArgumentTypeError as error:
        parser.error(str(error))
    return f"{made.deals:,} deals are in {made.csv} and {made.parquet}"


if __name__ == "__main__":
    sys.exit(finish("books", make_asked, "run it again"))

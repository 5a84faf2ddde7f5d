"""Big books of deals, made once by SQL and kept as CSV and as Parquet."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from common.arguments import Parser, finish
from common.warehouse import quoted

from bench.sizes import MAKER, SEED, Book, book, size_of

WHOLE_AMOUNTS = "select * replace (cast(deal_amount as bigint) as deal_amount)"


def make(size: str, folder: Path, seed: int = SEED, threads: int = 2) -> Book:
    """The book, made if it is not there: beside, then renamed. Older ones of its size go."""
    wanted = book(size, folder, seed)
    if wanted.csv.exists() and wanted.parquet.exists():
        return wanted
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"deals-{size}-*"):
        old.unlink()
    with duckdb.connect(config={"memory_limit": "2GB", "threads": threads}) as connection:
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
    parser.add_argument("size", type=size_of, help="how many deals: 5k, 10M")
    parser.add_argument("folder", type=Path, help="where it is kept")
    parser.add_argument("--seed", type=int, default=SEED, help=f"same seed, same book ({SEED})")
    arguments = parser.parse_args()
    made = make(arguments.size, arguments.folder, arguments.seed)
    return f"{made.deals:,} deals are in {made.csv} and {made.parquet}"


if __name__ == "__main__":
    sys.exit(finish("books", make_asked, "run it again"))

"""What the engine itself takes: to read every value of a book once, and to load it into a file."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from common.warehouse import quoted

READERS = {
    ".csv": "read_csv({}, header = true, dateformat = '%Y-%m-%d')",
    ".parquet": "read_parquet({})",
}


def main(task: str, book: Path, database: Path) -> None:
    """Scan or load a book."""
    reader = READERS[book.suffix].format(quoted(book))
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        if task == "scan":
            connection.execute(f"select max(columns(*)) from {reader}").fetchall()
        else:
            connection.execute(f"create table deals as from {reader}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))

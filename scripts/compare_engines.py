"""Builds the same books on DuckDB, Postgres and Spark, compares every public table value by value,
and writes what came out into docs/engines.md. Exits 1 where a value differs.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from common.arguments import Parser, finish
from common.files import written_whole
from common.trouble import Trouble
from common.warehouse import ROOT
from engines import postgres, spark
from engines.books import BOOKS, Book
from engines.building import build
from engines.comparing import Compared, compare_all, summary

PAGE = ROOT / "docs" / "engines.md"
BLOCK = re.compile(r"(?<=<!-- made by make engines -->\n).*?(?=<!-- end -->)", re.DOTALL)
NAMES = {"postgres": "Postgres", "spark": "Spark"}
# By book and engine: the tables compared with DuckDB's, and the seconds that the build took.
Found = dict[tuple[str, str], tuple[Mapping[str, Compared], float]]


class Different(Trouble):
    """Engines do not give the same tables."""

    exit_code = 1


def main() -> int:
    """Compares and writes; the exit code."""
    return finish("compare_engines", work, "docs/engines.md is as it was")


def work() -> str:
    """What was done, in one line."""
    parser = Parser(description=__doc__)
    parser.add_argument("--engines", nargs="+", choices=list(NAMES), default=list(NAMES))
    parser.add_argument("--books", nargs="+", choices=list(BOOKS), default=list(BOOKS))
    arguments = parser.parse_args()
    books = [BOOKS[name] for name in arguments.books]
    with TemporaryDirectory() as folder:
        found = compared(books, arguments.engines, Path(folder))
    if differences := told(found):
        raise Different(f"tables differ:\n{differences}")
    values = sum(table.values for tables, _ in found.values() for table in tables.values())
    # The page is of all books on all engines.
    if len(found) < len(BOOKS) * len(NAMES):
        return f"{values:,} values are equal"
    text = BLOCK.sub(lambda _: report(books, arguments.engines, found), PAGE.read_text(), count=1)
    with written_whole(PAGE) as file:
        file.write(text)
    return f"{values:,} values are equal; docs/engines.md says so by table"


def compared(books: list[Book], engines: list[str], folder: Path) -> Found:
    """Every book built on DuckDB and on each engine, and compared."""
    found: Found = {}
    with ExitStack() as stack:
        settings: dict[str, Mapping[str, str]] = {}
        if "postgres" in engines:
            settings["postgres"] = stack.enter_context(postgres.server())
        if "spark" in engines:
            if reason := spark.lacking():
                raise Trouble(reason)
            settings["spark"] = spark.environment(folder)
        for book in books:
            expected = build("duckdb", book, folder / book.name / "duckdb", {})
            for engine in engines:
                began = time.monotonic()
                actual = build(engine, book, folder / book.name / engine, settings[engine])
                took = time.monotonic() - began
                found[book.name, engine] = (compare_all(expected, actual), took)
                print(f"{book.name} on {engine}: built and read in {took:.0f} s", file=sys.stderr)
    return found


def told(found: Found) -> str:
    """Every difference, by book and engine."""
    return "\n".join(
        f"{book} on {engine}: {line}"
        for (book, engine), (tables, _) in found.items()
        for line in summary(tables).splitlines()
    )


def report(books: list[Book], engines: list[str], found: Found) -> str:
    """The generated part of the page."""
    lines = [
        "| book | engine | tables | rows | values | largest difference |",
        "|---|---|---|---|---|---|",
    ]
    for book in books:
        for engine in engines:
            tables, _ = found[book.name, engine]
            lines.append(
                f"| {book.told_as} | {NAMES[engine]} | {len(tables)}"
                f" | {total(tables, 'rows')} | {total(tables, 'values')} | {largest(tables)} |"
            )
    names = sorted({name for tables, _ in found.values() for name in tables})
    heads = "".join(f" {NAMES[engine]} |" for engine in engines)
    lines += ["", f"| table | rows | values |{heads}", "|---|---|---|" + "---|" * len(engines)]
    for name in names:
        one = [found[book.name, engines[0]][0][name] for book in books]
        cells = "".join(
            f" {largest({book.name: found[book.name, engine][0][name] for book in books})} |"
            for engine in engines
        )
        rows, values = sum(table.rows for table in one), sum(table.values for table in one)
        lines.append(f"| `{name}` | {rows:,} | {values:,} |{cells}")
    return "\n".join([*lines, ""])


def total(tables: Mapping[str, Compared], figure: str) -> str:
    """A figure added up."""
    return f"{sum(getattr(table, figure) for table in tables.values()):,}"


def largest(tables: Mapping[str, Compared]) -> str:
    """The largest relative difference, for people: 0 where there is none."""
    figure = max(table.largest for table in tables.values())
    return f"{figure:.0e}" if figure else "0"


if __name__ == "__main__":
    sys.exit(main())

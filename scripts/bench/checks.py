"""Whether two databases, or a database and files, hold the same tables, value by value."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
from common.warehouse import quoted

from bench.peers import TABLES, typed

TOLERANCE = 1e-9
COLUMNS = """
    select column_name, data_type
    from duckdb_columns()
    where database_name = 'one' and schema_name = 'main' and table_name = ?
    order by column_index
"""
PUBLIC = "select table_name from one.public_tables order by table_name"
MEMORY_LIMIT = {"memory_limit": "4GB"}


def difference(one: str, two: str, exact: Sequence[str], inexact: Sequence[str]) -> str:
    """A query for how many rows of one relation have no equal in the other.

    What is exact must be equal, and pairs the rows; what is not may differ by the tolerance. Where
    all is exact, as in a table as long as the book, sums of hashes are compared: it is 0 or 1.
    """
    if not inexact:
        summed = f"count(*) as n, sum(cast(hash({', '.join(exact)}) as hugeint)) as hashes"
        sums = " union all ".join(f"select {summed} from {side}" for side in (one, two))
        return f"select count(distinct (n, hashes)) - 1 from ({sums})"
    keys = ", ".join(exact) or "true"
    order = ", ".join(f"round({name}, 6)" for name in inexact)
    numbered = f"*, row_number() over (partition by {keys} order by {order}) as twin"
    paired = " and ".join(
        f"one.{name} is not distinct from two.{name}" for name in (*exact, "twin")
    )
    equal = " and ".join(
        f"(one.{name} is not distinct from two.{name} or coalesce("
        f"abs(one.{name} - two.{name}) <= {TOLERANCE} * greatest(1, abs(one.{name})), false))"
        for name in inexact
    )
    return f"""
        select count(*) from (select {numbered} from {one}) as one
        full join (select {numbered} from {two}) as two on {paired}
        where one.twin is null or two.twin is null or not ({equal})
    """


def of_public_tables(one: Path, two: Path) -> dict[str, int]:
    """How many rows of the public tables of one database have no equal in another, by table."""
    found = {}
    with duckdb.connect(config=MEMORY_LIMIT) as connection:
        for name, path in {"one": one, "two": two}.items():
            connection.execute(f"attach {quoted(path)} as {name} (read_only)")
        for (table,) in connection.execute(PUBLIC).fetchall():
            types = dict(connection.execute(COLUMNS, [table]).fetchall())
            cast = ", ".join(
                f'cast("{name}" as {kind}) as "{name}"' for name, kind in types.items()
            )
            sides = [f"(select {cast} from {side}.{table})" for side in ("one", "two")]
            inexact = [f'"{name}"' for name, kind in types.items() if kind in ("DOUBLE", "FLOAT")]
            exact = [f'"{name}"' for name in types if f'"{name}"' not in inexact]
            [(found[table],)] = connection.execute(difference(*sides, exact, inexact)).fetchall()
    return found


def of_peer(db: Path, folder: Path) -> dict[str, int]:
    """How many rows of dbt's tables have no equal in the Parquet files of a peer, by table."""
    found = {}
    with duckdb.connect(config=MEMORY_LIMIT) as connection:
        connection.execute(f"attach {quoted(db)} as warehouse (read_only)")
        for name, table in TABLES.items():
            sides = [
                typed(f"(from warehouse.{name} where {table.rows})", table),
                typed(f"read_parquet({quoted(folder / f'{name}.parquet')})", table),
            ]
            query = difference(*sides, [*table.texts, *table.counts], table.figures)
            [(found[name],)] = connection.execute(query).fetchall()
    return found


def main(words: Iterable[str]) -> None:
    """Print the differences between a database and another, or the files in a folder, as JSON."""
    one, two = map(Path, words)
    print(json.dumps(of_peer(one, two) if two.is_dir() else of_public_tables(one, two)))


if __name__ == "__main__":
    main(sys.argv[1:])

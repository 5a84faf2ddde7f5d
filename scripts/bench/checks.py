"""Whether two databases hold the same tables, value by value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
from common.warehouse import quoted

TOLERANCE = 1e-9
COLUMNS = """
    select column_name, data_type in ('DOUBLE', 'FLOAT') as is_inexact
    from duckdb_columns()
    where database_name = 'one' and schema_name = 'main' and table_name = ?
"""
PUBLIC = "select table_name from one.public_tables order by table_name"


def public_tables(db: Path) -> list[str]:
    """The tables that a warehouse says are public."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(db)} as one (read_only)")
        return [name for (name,) in connection.execute(PUBLIC).fetchall()]


def difference(one: str, two: str, exact: Sequence[str], inexact: Sequence[str]) -> str:
    """A query for how many rows of one relation have no equal in the other.

    What is exact must be equal, and pairs the rows; what is not may differ by the tolerance.
    """
    if not inexact:
        both = ", ".join(exact)
        return f"""
            select count(*) from (
                select {both}, sum(side) as surplus
                from (select 1 as side, {both} from {one} union all select -1, {both} from {two})
                group by all
                having surplus <> 0
            )
        """
    keys = ", ".join(exact) or "true"
    order = ", ".join(f"round({name}, 6)" for name in inexact)
    numbered = f"*, row_number() over (partition by {keys} order by {order}) as twin"
    paired = " and ".join(f"one.{name} is not distinct from two.{name}" for name in (*exact, "twin"))
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


def differences(one: Path, two: Path, tables: Iterable[str]) -> dict[str, int]:
    """How many rows differ, by table, where any does. The columns are those of the first."""
    found = {}
    with duckdb.connect(config={"memory_limit": "4GB"}) as connection:
        for name, path in {"one": one, "two": two}.items():
            connection.execute(f"attach {quoted(path)} as {name} (read_only)")
        for table in tables:
            columns = connection.execute(COLUMNS, [table]).fetchall()
            exact = [f'"{column}"' for column, is_inexact in columns if not is_inexact]
            inexact = [f'"{column}"' for column, is_inexact in columns if is_inexact]
            query = difference(f"one.{table}", f"two.{table}", exact, inexact)
            [(rows,)] = connection.execute(query).fetchall()
            if rows:
                found[table] = rows
    return found

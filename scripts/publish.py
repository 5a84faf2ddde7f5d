#!/usr/bin/env python3
"""Publish the marts and alerts of the last build, for BI tools to read while the next one runs.

A version is a folder with one DuckDB file and one Parquet file a table. It is written beside the
others, compared with the warehouse, and only then does the link `current` point to it, in one step:
a reader sees the old version or the new one, whole, and is never in the way of a build. A kill at
any point leaves the old version in place. The same build is published once.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

try:
    import duckdb
    from common.arguments import Parser, finish
    from common.files import one_at_a_time
    from common.trouble import Busy, Trouble
    from common.warehouse import DEFAULT_DB, ROOT, attached, quoted
except ImportError as missing:
    print(f"publish: {missing}; run it with the Python that runs dbt", file=sys.stderr)
    raise SystemExit(2) from None

DEFAULT_FOLDER = Path(os.environ.get("SALES_INSIGHTS_PUBLISHED") or ROOT / "published")
DATABASE = "sales_insights.duckdb"
DRAFT = ".draft"
VERSION_NAME = re.compile(r"\d{8}T\d{6}\.\d{3}Z")
# Written by notify.py next to the marts, once a message was sent.
DELIVERIES = ("alert_deliveries", "alert_episodes", "alert_feedback")

VERSION = """
    select
        strftime(max(recorded_at), '%Y%m%dT%H%M%S.%gZ'),
        (select as_of_date from warehouse.main.as_of)
    from warehouse.main.build_log
"""
# Tables, and views, of which the copy is a table.
RELATIONS = """
    (
        select database_name, schema_name, table_name, sql, comment from duckdb_tables()
        union all
        select
            database_name,
            schema_name,
            view_name,
            'create table ' || view_name || ' as from warehouse.main.' || view_name || ' limit 0',
            comment
        from duckdb_views()
    ) as tables
"""
TABLES = f"""
    select tables.table_name, tables.sql, tables.comment
    from {RELATIONS}
    where
        tables.database_name = 'warehouse'
        and tables.schema_name = 'main'
        and (
            tables.table_name in (select table_name from warehouse.main.public_tables)
            or list_contains(?, tables.table_name)
        )
    order by tables.table_name
"""
COLUMN_COMMENTS = """
    select column_name, comment
    from duckdb_columns()
    where
        database_name = 'warehouse'
        and schema_name = 'main'
        and table_name = ?
        and comment is not null
"""
# What must be the same in both databases, a row for each column.
COLUMNS = f"""
    select
        tables.table_name,
        tables.comment,
        columns.column_name,
        columns.data_type,
        columns.is_nullable,
        columns.comment
    from {RELATIONS}
    inner join duckdb_columns() as columns
        on columns.database_name = tables.database_name
        and columns.table_name = tables.table_name
        and columns.schema_name = tables.schema_name
    where tables.database_name = $database and list_contains($names, tables.table_name)
    order by tables.table_name, columns.column_index
"""


def publish(db: Path, folder: Path, keep: int) -> str:
    """Publish the last build of a warehouse into a folder; what was done, in one line."""
    folder.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(folder / ".lock", "another publish.py is at work; it publishes the build"):
        with duckdb.connect() as connection:
            with attached(connection, db, {"as_of", "build_log", "public_tables"}):
                [[version, as_of_date]] = connection.execute(VERSION).fetchall()
            if as_of_date is None:
                raise Trouble("the build found no deals; the version before stays")
            is_new = current(folder) != version or not (folder / version / DATABASE).is_file()
            if is_new:
                if not (folder / version).exists():
                    make(connection, folder / DRAFT)
                    (folder / DRAFT).rename(folder / version)
                point_to(folder, version)
        remove_old(folder, keep)
    done = "the tables" if is_new else "nothing is new: the tables"
    return f"{done} as of {as_of_date} are in {folder / 'current'}, as {version}"


def publish_soon(options: Namespace) -> str:
    """Publish; a warehouse that is in use is waited for: notify.py needs it for a second or two."""
    deadline = time.monotonic() + options.wait
    while True:
        try:
            return publish(options.db, options.to, options.keep)
        except Busy:
            if time.monotonic() >= deadline:
                raise
            time.sleep(1)


def make(connection: duckdb.DuckDBPyConnection, draft: Path) -> None:
    """A version of the attached warehouse: written, compared with it, and on the disk."""
    shutil.rmtree(draft, ignore_errors=True)
    (draft / "parquet").mkdir(parents=True)
    names = write(connection, draft)
    check(connection, draft, names)
    keep_on_disk(draft)


def current(folder: Path) -> str | None:
    """The version that readers see."""
    link = folder / "current"
    return str(link.readlink()) if link.is_symlink() else None


def write(connection: duckdb.DuckDBPyConnection, draft: Path) -> list[str]:
    """Copy every public table, with its constraints and comments, into the draft; their names."""
    tables = connection.execute(TABLES, [list(DELIVERIES)]).fetchall()
    public = "select table_name from warehouse.main.public_tables"
    asked = {name for (name,) in connection.execute(public).fetchall()}
    if lacking := asked - {name for name, *_ in tables}:
        raise Trouble(f"public tables are missing ({', '.join(sorted(lacking))}); run `dbt build`")
    # Readable by every DuckDB from 1.4 on, as the warehouse is.
    file = quoted(draft / DATABASE)
    connection.execute(f"attach {file} as published (storage_version 'v1.4.0')")
    connection.execute("use published")
    for name, definition, comment in tables:
        connection.execute(definition)
        connection.execute(f"insert into {name} from warehouse.main.{name}")
        commented = {f"table {name}": comment} if comment else {}
        for column, words in connection.execute(COLUMN_COMMENTS, [name]).fetchall():
            commented[f'column {name}."{column}"'] = words
        for what, words in commented.items():
            connection.execute(f"comment on {what} is {quoted(words)}")
        parquet = quoted(draft / "parquet" / f"{name}.parquet")
        connection.execute(f"copy {name} to {parquet} (format parquet, compression zstd)")
    connection.execute("use memory")
    connection.execute("detach published")
    return [name for name, *_ in tables]


def check(connection: duckdb.DuckDBPyConnection, draft: Path, names: list[str]) -> None:
    """Compare the draft, as it is on disk, with the warehouse."""
    connection.execute(f"attach {quoted(draft / DATABASE)} as published (read_only)")
    found = {
        database: connection.execute(COLUMNS, {"database": database, "names": names}).fetchall()
        for database in ("warehouse", "published")
    }
    if found["warehouse"] != found["published"]:
        raise Trouble("the copy has other columns or comments than the warehouse; try again")
    for name in names:
        parquet = quoted(draft / "parquet" / f"{name}.parquet")
        [counts] = connection.execute(
            f"select (select count(*) from warehouse.main.{name}),"
            f" (select count(*) from published.{name}), (select count(*) from {parquet})"
        ).fetchall()
        if len(set(counts)) > 1:
            raise Trouble(f"the copy of {name} has {counts[1:]} rows, not {counts[0]}; try again")
    as_of = "select as_of_date from {}.as_of"
    if len({connection.execute(as_of.format(d)).fetchone() for d in found}) > 1:
        raise Trouble("the copy is as of another date than the warehouse; try again")
    connection.execute("detach published")


def keep_on_disk(draft: Path) -> None:
    """Make the files read-only, and have them on the disk before anything points to them."""
    for path in [*draft.rglob("*"), draft]:
        if path.is_file():
            path.chmod(0o444)
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def point_to(folder: Path, version: str) -> None:
    """Let `current` be the version, in one step."""
    if (folder / "current").is_dir() and not (folder / "current").is_symlink():
        raise Trouble(f"{folder / 'current'} is a folder, not the link it should be; remove it")
    link = folder / ".current"
    link.unlink(missing_ok=True)
    link.symlink_to(version)
    link.replace(folder / "current")


def remove_old(folder: Path, keep: int) -> None:
    """Remove all but the last versions; who reads one keeps what is open."""
    versions = sorted(path for path in folder.iterdir() if VERSION_NAME.fullmatch(path.name))
    for path in versions[:-keep]:
        if path.name != current(folder):
            shutil.rmtree(path)


def read_arguments(arguments: Sequence[str] | None) -> Namespace:
    """Read and check the command line."""
    parser = Parser(description=(__doc__ or "").splitlines()[0], allow_abbrev=False)
    parser.add_argument("--db", type=Path, default=DEFAULT_DB, help="warehouse (%(default)s)")
    parser.add_argument("--to", type=Path, default=DEFAULT_FOLDER, help="folder (%(default)s)")
    parser.add_argument(
        "--wait",
        type=float,
        default=30,
        metavar="SECONDS",
        help="how long to wait for a warehouse that is in use (%(default)s)",
    )
    parser.add_argument("--keep", type=int, default=3, help="versions to keep (%(default)s)")
    options = parser.parse_args(arguments)
    if options.keep < 1:
        parser.error("--keep must be 1 or more")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Publish; 0 done, 2 something to put right first, 75 a build or a run is at work."""

    def work() -> str:
        try:
            return publish_soon(read_arguments(arguments))
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise Trouble(f"{reason}; the version before is still in place") from None

    return finish("publish", work, "the version before is still in place")


if __name__ == "__main__":
    raise SystemExit(main())

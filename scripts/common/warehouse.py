"""The warehouse that `dbt build` made, and whether it can be trusted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

import duckdb

from common.trouble import Busy, Trouble

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_DB = Path(os.environ.get("SALES_INSIGHTS_DB") or ROOT / "sales_insights.duckdb")
BUILD_TROUBLE = {
    None: "no build is recorded in the warehouse; run `dbt build` first",
    "started": "the last build is still running or was killed; wait, or run `dbt build` again",
    "incomplete": "the warehouse holds parts of builds; run the whole `dbt build`",
    "failed": "the last build failed, so its figures may be wrong; mend it, then run `dbt build`",
}
LAST_BUILD = "from warehouse.main.build_log select status order by recorded_at desc limit 1"
TABLES_FOUND = """
    select table_name from duckdb_tables()
    where database_name = 'warehouse' and schema_name = 'main'
"""


def quoted(text: object) -> str:
    """A path or a text as SQL text."""
    return "'" + str(text).replace("'", "''") + "'"


def is_in_use(reason: str) -> bool:
    """Whether DuckDB says so of a file."""
    return re.search("set lock|another process", reason) is not None


@contextmanager
def reading(db: Path) -> Iterator[None]:
    """What goes wrong inside is told as what to do about the file."""
    try:
        yield
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        if is_in_use(reason):
            raise Busy(f"{db} is in use; wait until the running build has ended") from None
        raise Trouble(f"{db} cannot be read ({reason}); run `dbt build` again") from None


@contextmanager
def attached(connection: duckdb.DuckDBPyConnection, db: Path, needed: Set[str]) -> Iterator[None]:
    """Attach a warehouse as database `warehouse`, to read only, if its last build can be trusted
    and the needed tables are there.

    Inside, what goes wrong in the file is told as what to do; it stays attached afterwards.
    """
    if not db.is_file():
        raise Trouble(f"there is no file {db}; run `dbt build` first, or name it with --db")
    with reading(db):
        connection.execute(f"attach {quoted(db)} as warehouse (read_only)")
        check_build(connection, needed)
        yield


def check_build(connection: duckdb.DuckDBPyConnection, needed: Set[str]) -> None:
    """Refuse an attached warehouse whose last build is not known to have ended well."""
    tables = {name for (name,) in connection.execute(TABLES_FOUND).fetchall()}
    last = connection.execute(LAST_BUILD).fetchone() if "build_log" in tables else None
    status = last[0] if last else None
    if status != "passed":
        raise Trouble(BUILD_TROUBLE.get(status, BUILD_TROUBLE["failed"]))
    if lacking := needed - tables:
        raise Trouble(f"tables are missing ({', '.join(sorted(lacking))}); run `dbt build`")

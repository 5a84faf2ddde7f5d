"""The warehouse that `dbt build` made: whether it can be trusted, and all that it has to tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from delivery.rendering import neutral, template
from delivery.trouble import Busy, Trouble

TABLES = {"alerts", "alert_rule_evaluations", "win_rate_baseline", "as_of"}
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


def quoted(path: Path) -> str:
    """A path as SQL text."""
    return "'" + str(path).replace("'", "''") + "'"


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


def attach(connection: duckdb.DuckDBPyConnection, db: Path) -> dict[str, Any]:
    """Attach a warehouse as database `warehouse`, to read only, if its last build can be trusted.

    Returns all there is to tell of it, in order; Trouble says why it cannot be told.
    """
    if not db.is_file():
        raise Trouble(f"there is no file {db}; run `dbt build` first, or name it with --db")
    with reading(db):
        connection.execute(f"attach {quoted(db)} as warehouse (read_only)")
        check_build(connection)
        found = connection.execute(template("message.sql", neutral).render()).fetchall()
    if len(found) != 1:
        raise Trouble("the tables are empty or of several builds; run the whole `dbt build`")
    return dict(json.loads(found[0][0]))


def check_build(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse an attached warehouse whose last build is not known to have ended well."""
    tables = {name for (name,) in connection.execute(TABLES_FOUND).fetchall()}
    last = connection.execute(LAST_BUILD).fetchone() if "build_log" in tables else None
    status = last[0] if last else None
    if status != "passed":
        raise Trouble(BUILD_TROUBLE.get(status, BUILD_TROUBLE["failed"]))
    if lacking := TABLES - tables:
        raise Trouble(f"tables are missing ({', '.join(sorted(lacking))}); run `dbt build`")

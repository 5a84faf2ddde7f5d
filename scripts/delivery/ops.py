"""The ops file: what has been said to whom. One run at a time writes to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb
from common.files import one_at_a_time
from common.trouble import Busy, Trouble
from common.warehouse import is_in_use, quoted

SQL = Path(__file__).resolve().parent / "sql"
LAYOUT = 1
TABLES = ("told_days", "introductions", "episodes", "outbox", "outbox_alerts", "feedback")


def statement(name: str) -> str:
    """One of the SQL files beside this one."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def run_lock(path: Path) -> AbstractContextManager[None]:
    """One run at a time is inside; Busy for all others."""
    return one_at_a_time(
        path.with_name(f"{path.name}.lock"),
        "another run is under way; it sends what there is to send",
    )


@contextmanager
def opened(path: Path, *, for_writing: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """The ops file as database `ops` of a connection in memory, with all its tables.

    Not for writing it is a copy in memory, so that whatever is tried on it is forgotten.
    """
    # The rows are few: a second thread costs more than it saves.
    with duckdb.connect(config={"threads": 1}) as connection:
        try:
            kept = f"attach {quoted(path)} as"
            if for_writing:
                # Readable by every DuckDB from 1.4 on, as the warehouse is.
                connection.execute(f"{kept} ops (storage_version 'v1.4.0')")
            else:
                connection.execute("attach ':memory:' as ops")
            connection.execute("use ops")
            connection.execute(statement("macros"))
            connection.execute(statement("schema"))
            check_layout(connection, "ops", path)
            if not for_writing and path.exists():
                connection.execute(f"{kept} kept (read_only)")
                check_layout(connection, "kept", path)
                for table in TABLES:
                    connection.execute(f"insert into {table} from kept.main.{table}")
                connection.execute("detach kept")
        except duckdb.Error as error:
            raise what_is_wrong(path, error) from None
        yield connection


def check_layout(connection: duckdb.DuckDBPyConnection, database: str, path: Path) -> None:
    """Refuse a file whose tables are of another version of this code."""
    [[layout]] = connection.execute(f"select max(layout) from {database}.main.layouts").fetchall()
    if layout != LAYOUT:
        raise Trouble(f"{path} was written by another version of notify.py; update this one")


def what_is_wrong(path: Path, error: duckdb.Error) -> Trouble:
    """Why a DuckDB file cannot be opened, and what to do about it."""
    if is_in_use(str(error)):
        return Busy(f"{path} is in use: a run is under way, or another program holds it")
    return Trouble(
        f"{path} cannot be read: it is damaged or not an ops file. Move it away; the next run"
        " begins a new one with one digest of what holds"
    )


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing of what is written inside."""
    connection.execute("begin")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")

"""PostgreSQL: a throw-away server, builds on it, and their tables."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from common.trouble import Trouble

from engines.comparing import STAGED, Table


def programs() -> Path | None:
    """The folder with PostgreSQL's server programs, the newest if there are several."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    versions = sorted(folders, key=lambda path: float(path.parents[1].name))
    return versions[-1].parent if versions else None


def lacking() -> str | None:
    """What is not installed of what a server needs; None where it can run."""
    if programs() is None:
        return "PostgreSQL's server is not installed: apt-get install postgresql"
    return None


def unprivileged() -> dict[str, int]:
    """Whom the server runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid}


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """A server of its own on a free port of this machine, gone afterwards; the environment that
    leads dbt to it. It sorts text as no other engine does, since nothing may depend on that.
    """
    if reason := lacking():
        raise Trouble(reason)
    folder = programs()
    who = unprivileged()
    home = Path(tempfile.mkdtemp(prefix="sales_insights_pg_"))
    if who:
        os.chown(home, who["user"], who["group"])

    def run(*command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, cwd=home, **who)
        if done.returncode:
            raise Trouble(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")

    data = str(home / "data")
    run(
        *(str(folder / "initdb"), "--pgdata", data, "--auth", "trust", "--username", "sales"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8"),
        *("--locale-provider", "icu", "--icu-locale", "en-US"),
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    settings = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home}"
        " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        " -c timezone=America/St_Johns"
    )
    control = str(folder / "pg_ctl")
    log = str(home / "log")
    run(control, "--pgdata", data, "--log", log, "--options", settings, "--wait", "start")
    try:
        yield {
            "SALES_INSIGHTS_PG_HOST": "127.0.0.1",
            "SALES_INSIGHTS_PG_PORT": port,
            "SALES_INSIGHTS_PG_USER": "sales",
            "SALES_INSIGHTS_PG_DATABASE": "postgres",
        }
    finally:
        run(control, "--pgdata", data, "--mode", "immediate", "stop")
        shutil.rmtree(home)


def connect(environment: Mapping[str, str]):
    """A connection to the server that the environment names."""
    import psycopg2

    return psycopg2.connect(
        host=environment["SALES_INSIGHTS_PG_HOST"],
        port=environment["SALES_INSIGHTS_PG_PORT"],
        user=environment["SALES_INSIGHTS_PG_USER"],
        dbname=environment["SALES_INSIGHTS_PG_DATABASE"],
    )


def load(environment: Mapping[str, str], schema: str, parquet: Path) -> None:
    """The deals of a Parquet file as the table `deals` of a schema, as text."""
    import duckdb
    from psycopg2.extras import execute_values

    with duckdb.connect() as reader:
        deals = reader.read_parquet(str(parquet))
        columns, rows = deals.columns, deals.fetchall()
    with connect(environment) as connection, connection.cursor() as cursor:
        cursor.execute(f"drop schema if exists {schema} cascade; create schema {schema}")
        definitions = ", ".join(f"{column} text" for column in columns)
        cursor.execute(f"create table {schema}.deals ({definitions})")
        if rows:
            execute_values(cursor, f"insert into {schema}.deals values %s", rows, page_size=1000)


def tables(environment: Mapping[str, str], schema: str) -> dict[str, Table]:
    """The public tables of a build."""
    found = {}
    with connect(environment) as connection, connection.cursor() as cursor:
        cursor.execute(f"select table_name from {schema}.public_tables")
        for name in [*(name for (name,) in cursor.fetchall()), *STAGED]:
            cursor.execute(f'select * from {schema}."{name}"')
            found[name] = Table([column.name for column in cursor.description], cursor.fetchall())
    return found

"""Builds of a book on an engine, and their public tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import duckdb
from common.trouble import Trouble
from common.warehouse import ROOT

from engines import postgres, spark
from engines.books import Book
from engines.comparing import STAGED, Table

# dbt of this environment, whether or not it is the one on the PATH.
COMMAND = "from dbt.cli.main import cli; cli()"


def dbt(target: str, folder: Path, arguments: list[str], environment: Mapping[str, str]) -> str:
    """Run dbt on a target, with all that it writes in a folder; what it printed."""
    done = subprocess.run(
        [
            *(sys.executable, "-c", COMMAND, *arguments, "--target", target),
            *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            "--no-use-colors",
        ],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Trouble(
            f"dbt {arguments[0]} failed on {target}:\n{done.stdout[-4000:] or done.stderr}"
        )
    return done.stdout


def build(
    target: str,
    book: Book,
    folder: Path,
    environment: Mapping[str, str],
) -> dict[str, Table]:
    """`dbt build` of a book on an engine, without unit tests; its tables."""
    folder.mkdir(parents=True, exist_ok=True)
    dbt_vars = dict(book.vars)
    environment = dict(environment)
    if not book.is_bundled:
        deals = folder / "deals.parquet"
        book.write(deals)
        if target == "postgres":
            postgres.load(environment, f"{book.name}_input", deals)
            dbt_vars["deals_relation"] = f"{book.name}_input.deals"
        else:
            dbt_vars["deals_file"] = str(deals)
    if target == "postgres":
        environment["SALES_INSIGHTS_PG_SCHEMA"] = book.name
    elif target == "duckdb":
        environment["SALES_INSIGHTS_DB"] = str(folder / "warehouse.duckdb")
    else:
        environment["SALES_INSIGHTS_SPARK_SCHEMA"] = book.name
    arguments = ["build", "--exclude-resource-type", "unit_test", "--vars", json.dumps(dbt_vars)]
    dbt(target, folder, arguments, environment)
    if target == "postgres":
        return postgres.tables(environment, book.name)
    if target == "spark":
        return spark.tables(environment, book.name, folder)
    return duckdb_tables(folder / "warehouse.duckdb")


def duckdb_tables(database: Path, public: bool = True) -> dict[str, Table]:
    """The public tables of a build on DuckDB; or only those of the input's rows."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute("select table_name from public_tables").fetchall()
        names = [*(name for (name,) in found if public), *STAGED]
        tables = [(name, connection.table(name)) for name in names]
        return {name: Table(table.columns, table.fetchall()) for name, table in tables}

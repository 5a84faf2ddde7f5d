"""Runs dbt's own command line in a process forked from one that has imported dbt already.

Importing dbt takes two seconds and a suite runs it dozens of times. Each run is still a process of
its own: in one long-lived process dbt would keep the warehouse locked.
"""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb.impl"])


def run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """The exit code of `dbt <arguments>` in a folder, and all that it printed."""
    printed = folder / "dbt_printed.txt"
    process = CONTEXT.Process(
        target=_run, args=(list(arguments), str(folder), dict(environment), str(printed))
    )
    process.start()
    process.join()
    return process.exitcode or 0, printed.read_text(encoding="utf-8", errors="replace")


def _run(arguments: list[str], folder: str, environment: dict[str, str], printed: str) -> None:
    """In the child: become `dbt`, in its folder, with its output in a file. Ends the process."""
    os.chdir(folder)
    os.environ.update(environment)
    output = os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import cli

    try:
        cli(arguments)
    finally:
        # A forked child runs no exit handlers: closed here, so that DuckDB writes its log away.
        DuckDBConnectionManager.close_all_connections()

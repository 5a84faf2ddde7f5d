"""Who computes on the books: each a command of its own, and what must be there before it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from common.warehouse import ROOT

from bench.sizes import LARGE, LARGEST, Book, deals_of

DBT = str(Path(sys.executable).with_name("dbt"))
MEMORY_LIMIT = "2GB"
FORMS = ("csv", "parquet")
QUIET = "--quiet"
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


def nothing() -> None:
    """Nothing has to be made ready."""


class Command(NamedTuple):
    """What is run, and what is made ready before the clock starts."""

    words: Sequence[str]
    environment: Mapping[str, str]
    before: Callable[[], Any] = nothing


class Place(NamedTuple):
    """A book in one of its forms, and the folder of all that is made of it."""

    book: Book
    form: str
    folder: Path

    @property
    def path(self) -> Path:
        return self.book.csv if self.form == "csv" else self.book.parquet

    @property
    def memory_limit(self) -> str | None:
        """The largest books must finish within this; others with what their contender takes."""
        return MEMORY_LIMIT if self.book.deals >= deals_of(LARGEST) else None

    def made(self, name: str) -> Path:
        """A file or folder of what is made of the book."""
        return self.folder / name


def unmeasured(words: Sequence[str], environment: Mapping[str, str]) -> None:
    """A command that makes something ready; it must end well."""
    subprocess.run(words, env=os.environ | environment, stdout=subprocess.DEVNULL, check=True)


def module(name: str, *words: str | Path) -> Command:
    """A module of this package in a fresh Python."""
    command = [sys.executable, "-m", f"bench.{name}", *map(str, words)]
    return Command(command, {"PYTHONPATH": str(ROOT / "scripts")})


def dbt_at(database: Path, target: Path) -> dict[str, str]:
    """Where dbt writes."""
    return {
        "SALES_INSIGHTS_DB": str(database),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
        "DBT_PROJECT_DIR": str(ROOT),
        "DBT_PROFILES_DIR": str(ROOT),
    }


def dbt(place: Place, ruleset: str = "standard") -> Command:
    """`dbt run` on a warehouse that holds the seeds alone, the project parsed before."""
    database, seeded = (place.made(f"{name}-{ruleset}.duckdb") for name in ("dbt", "seeded"))
    dbt_vars = json.dumps({"deals_file": str(place.path), "ruleset": ruleset})
    environment = dbt_at(database, place.made(f"target-{ruleset}"))
    one_by_one = []
    if place.memory_limit:
        environment["SALES_INSIGHTS_MEMORY"] = place.memory_limit
        # Two large queries at once would share it, and one of them may not get what it needs.
        one_by_one = ["--threads", "1"]

    def seeds_alone() -> None:
        database.unlink(missing_ok=True)
        if not seeded.exists():
            unmeasured([DBT, "seed", QUIET, "--vars", dbt_vars], environment)
            database.replace(seeded)
        shutil.copyfile(seeded, database)

    return Command([DBT, "run", QUIET, *one_by_one, "--vars", dbt_vars], environment, seeds_alone)


def by_hand(place: Place) -> Command:
    """The same public tables from a DuckDB script; dbt has compiled the project before."""
    compiled = place.folder.parent / "compiled"
    manifest = compiled / "manifest.json"
    limit = ["--memory-limit", place.memory_limit] if place.memory_limit else []
    words = ["--db", place.made("by_hand.duckdb"), "--manifest", manifest, *limit]

    def compiled_project() -> None:
        if not manifest.exists():
            unmeasured([DBT, "compile", QUIET], dbt_at(compiled / "compiled.duckdb", compiled))

    return module("by_hand", place.path, *words)._replace(before=compiled_project)


# By name, in the order in which they are shown; the first two make all public tables.
ON_BOOKS: dict[str, Callable[[Place], Command]] = {
    "dbt": dbt,
    "by hand": by_hand,
    "Polars": lambda place: module("in_polars", place.path, place.made("Polars")),
    "pandas": lambda place: module("in_pandas", place.path, place.made("pandas")),
    "DuckDB load": lambda place: module("engine", "load", place.path, place.made("load.duckdb")),
    "DuckDB scan": lambda place: module("engine", "scan", place.path, place.made("scan.duckdb")),
}
PEERS = ("Polars", "pandas")


def takes_part(contender: str, deals: int) -> bool:
    """Whether a contender is asked about a book of this size."""
    return contender != "pandas" or deals <= deals_of(LARGE)


def on_bundled(folder: Path) -> dict[str, Command]:
    """What a user waits for with the bundled deals, each the second time at least."""
    environment = dbt_at(folder / "bundled.duckdb", folder / "target-bundled")
    commands = {
        "dbt parse": [DBT, "parse", QUIET],
        "dbt build": [DBT, "build", QUIET],
        "dbt build without unit tests": [DBT, "build", QUIET, *WITHOUT_UNIT_TESTS],
        "make build": ["make", "--silent", "--directory", str(ROOT), "build"],
    }

    def second_time(name: str, words: list[str]) -> Callable[[], None]:
        done = folder / f"{name}.done"

        def first_time() -> None:
            if not done.exists():
                unmeasured(words, environment)
                done.touch()

        return first_time

    return {
        name: Command(words, environment, second_time(name, words))
        for name, words in commands.items()
    }

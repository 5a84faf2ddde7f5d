#!/usr/bin/env python3
"""Measure growth, kept tables and Spark on a cluster of this machine for docs/scaling.md.

Steps are kept as they come, so that a run that was killed goes on where it was; when the project,
this script or a version changes, all is measured anew.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from shutil import rmtree
from typing import Any

import duckdb
from bench import contenders, scaling
from bench.measuring import Record, measured
from bench.sizes import sizes_of
from benchmark import make_ready, place_of, stamp, workshop
from common.arguments import Parser, finish
from common.files import written_whole
from common.trouble import Trouble
from common.warehouse import ROOT, quoted
from engines import building, postgres, spark

PAGE = ROOT / "docs" / "scaling.md"
CACHE = ROOT / "target" / "bench"
# What a step rests on beside what the benchmark does.
SOURCES = ("scripts/measure_scaling.py", "scripts/engines")
PACKAGES = ("dbt-postgres", "dbt-spark", "pyspark")
SIZES = ["1M", "3M", "10M"]
CLUSTER_SIZES = ["1M", "10M"]
# By engine: enough deals for the long tables to be most of a run, or the time that there is.
KEPT = {"duckdb": "10M", "postgres": "300k"}
# A day's work on a book: of the deals of the last month one of ten is corrected, one of thirty new.
NEXT_DAY = """
    copy (
        with
            last as (select max(created_date) as day from {book}),
            deals as (select *, created_date > (select day from last) - 30 as is_recent from {book})
        select * exclude (is_recent) replace (
            deal_amount + case when is_recent and hash(deal_id) % 10 = 0 then 100 else 0 end
            as deal_amount
        )
        from deals
        union all
        select * exclude (is_recent) replace ('N' || deal_id as deal_id)
        from deals
        where is_recent and hash(deal_id) % 30 = 1
    ) to {later} (format parquet)
"""
SPARK_MEMORY, SPARK_PARTITIONS = "4g", "32"


def grown(size: str, cache: Path) -> dict[str, Any]:
    """One `dbt run` on DuckDB: what it costs, and how large the warehouse is."""
    place = place_of(size, "parquet", cache)
    make_ready(place)
    command = contenders.dbt(place)
    command.before()
    cost = measured(command.words, command.environment, cache / "printed.txt")
    database = place.made("dbt-standard.duckdb")
    return cost | {"gigabytes": round(database.stat().st_size / 1e9, 2)}


class Runs:
    """`dbt run` after `dbt run` on one engine, in a folder."""

    def __init__(self, engine: str, folder: Path, settings: Mapping[str, str]) -> None:
        self.engine, self.folder, self.settings = engine, folder, settings
        rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def read(self, deals: Path) -> dict[str, str]:
        """The vars by which a build reads a file."""
        if self.engine == "postgres":
            postgres.load(self.settings, "crm", deals)
            return {"deals_relation": "crm.deals"}
        current = self.folder / "deals.parquet"
        current.unlink(missing_ok=True)
        current.symlink_to(deals)
        return {"deals_file": str(current)}

    def run(self, *words: str, **dbt_vars: Any) -> dict[str, float]:
        """Seconds of all models, and of the two that are kept."""
        given = [*words, "--vars", json.dumps(dbt_vars)]
        building.dbt(self.engine, self.folder, given, self.settings)
        results = json.loads((self.folder / "target" / "run_results.json").read_text())
        took = {
            result["unique_id"].split(".")[-1]: result["execution_time"]
            for result in results["results"]
            if result["unique_id"].startswith("model.")
        }
        return {
            "all": round(results["elapsed_time"], 1),
            "read": round(took.get("stg_deals_read", 0), 1),
            "counted": round(took.get("int_daily_outcomes", 0), 1),
        }


def kept(engine: str, size: str, cache: Path) -> dict[str, Any]:
    """A book and the same a day later: all written anew, and on kept tables."""
    place = place_of(size, "parquet", cache)
    make_ready(place)
    later = place.made("later.parquet")
    duckdb.execute(NEXT_DAY.format(book=quoted(place.book.parquet), later=quoted(later)))
    folder = workshop(cache) / f"kept-{engine}"
    is_server = engine == "postgres"
    server: AbstractContextManager[dict[str, str]] = (
        postgres.server() if is_server else nullcontext({})
    )
    with server as settings:
        settings |= {"SALES_INSIGHTS_DB": str(folder / "warehouse.duckdb")}
        runs = Runs(engine, folder, settings)
        dbt_vars = runs.read(place.book.parquet)
        runs.run("seed", **dbt_vars, incremental=True)
        found = {"first": runs.run("run", **dbt_vars, incremental=True)}
        dbt_vars = runs.read(later)
        found["next"] = runs.run("run", **dbt_vars, incremental=True)
        found["again"] = runs.run("run", **dbt_vars, incremental=True)
        found["whole"] = runs.run("run", "--full-refresh", **dbt_vars)
    rmtree(folder)
    return found


def on_cluster(size: str, cache: Path) -> dict[str, Any]:
    """`dbt run` on a Spark cluster of this machine, and how many rows differ from DuckDB's."""
    place = place_of(size, "parquet", cache)
    make_ready(place)
    command = contenders.dbt(place)
    expected = place.made("dbt-standard.duckdb")
    if not expected.exists():
        command.before()
        contenders.unmeasured(command.words, command.environment)
    folder = workshop(cache) / "cluster"
    dbt_vars = {"deals_file": str(place.path), "ruleset": "standard"}
    with spark.cluster(folder / "daemons", cores=os.cpu_count(), memory=SPARK_MEMORY) as address:
        settings = spark.environment(folder, master=address) | {
            "SALES_INSIGHTS_SPARK_MEMORY": SPARK_MEMORY,
            "SALES_INSIGHTS_SPARK_PARTITIONS": SPARK_PARTITIONS,
        }
        runs = Runs("spark", folder / "runs", settings)
        rmtree(folder / "spark", ignore_errors=True)
        runs.run("seed", **dbt_vars)
        started = time.monotonic()
        took = runs.run("run", **dbt_vars)
        wall = round(time.monotonic() - started, 1)
        exported = spark.exported(settings, "sales_insights", folder)
        made = folder / "of_spark.duckdb"
        made.unlink(missing_ok=True)
        with duckdb.connect(str(made), config={"memory_limit": "4GB"}) as connection:
            for path in exported.iterdir():
                files = quoted(path / "*.parquet")
                connection.execute(f'create table "{path.name}" as from read_parquet({files})')
    command = contenders.module("checks", expected, made)
    measured(command.words, command.environment, cache / "printed.txt")
    differing = json.loads((cache / "printed.txt").read_text())
    rmtree(folder)
    return took | {"wall": wall, "differing": differing}


def parse_args() -> argparse.Namespace:
    """Read and check the command line."""
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=sizes_of, default=SIZES, help="books of the growth")
    parser.add_argument(
        "--cluster-sizes", type=sizes_of, default=CLUSTER_SIZES, help="books of the cluster"
    )
    parser.add_argument("--cache", type=Path, default=CACHE, help="for books and results")
    arguments = parser.parse_args()
    arguments.cache = arguments.cache.resolve()
    for option in ("sizes", "cluster_sizes"):
        if len(getattr(arguments, option)) < 2:
            parser.error(f"--{option.replace('_', '-')} needs two sizes: growth is between them")
    return arguments


def measure() -> str:
    """Every step that is not measured yet, then the page; what became of it."""
    arguments = parse_args()
    if reason := spark.lacking() or postgres.lacking():
        raise Trouble(reason)
    cache = arguments.cache
    cache.mkdir(parents=True, exist_ok=True)
    record = Record(cache / f"scaling-{stamp(SOURCES, PACKAGES)}.jsonl")

    def step(work: Callable[..., dict[str, Any]], *words: str) -> dict[str, Any]:
        name = " ".join((work.__name__, *words))
        if not record.has(step=name):
            print(f"{name} ...", file=sys.stderr)
            record.add(step=name, found=work(*words, cache))
        return next(line["found"] for line in record if line["step"] == name)

    growth = {size: step(grown, size) for size in arguments.sizes}
    by_engine = {engine: step(kept, engine, size) for engine, size in KEPT.items()}
    on_spark = {size: step(on_cluster, size) for size in arguments.cluster_sizes}
    cores = os.cpu_count() or 1
    machine = f"one worker with {cores} cores and {SPARK_MEMORY.removesuffix('g')} GB"
    blocks = {
        "growth": scaling.growth(growth, cores),
        "kept": scaling.kept(by_engine, KEPT),
        "cluster": scaling.cluster(on_spark, growth, machine, cores),
    }
    text = PAGE.read_text()
    for name, block in blocks.items():
        text = scaling.filled(text, name, block)
    with written_whole(PAGE) as file:
        file.write(text)
    return str(PAGE)


if __name__ == "__main__":
    raise SystemExit(finish("measure_scaling", measure, "the next run goes on from here"))

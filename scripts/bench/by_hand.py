"""The public tables by a DuckDB script written by hand, with nothing of dbt between.

All that is at the grain of deals is in by_hand/*.sql. What comes after the counts, a few thousand
rows, is taken from the SQL that dbt compiles: to write it again would change no second.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from common.arguments import Parser, finish
from common.trouble import Trouble
from compiled_project import seed_statement

SCRIPTS = Path(__file__).with_name("by_hand")
MADE = re.compile(r"^create or replace (?:temp )?(?:table|view) (\w+)", re.MULTILINE)
READ = re.compile(r"\b(?:from|join)\s+(\w+)")
# What holds a row for each deal, and what of dbt's may read it: it counts the open ones, once.
AT_DEALS = {"deal_rows", "deals", "deal_risk", "int_deals_as_of"}
ONE_SCAN = {"win_rate_baseline"}
COMMENT = re.compile(r"--.*")


class Step(NamedTuple):
    """Statements, the tables they make, and those they read."""

    name: str
    sql: str
    makes: frozenset[str]
    reads: frozenset[str]
    is_by_hand: bool


def written(path: Path) -> Step:
    """The statements of one file; it says itself what it makes and reads."""
    sql = COMMENT.sub("", path.read_text(encoding="utf-8"))
    makes = frozenset(MADE.findall(sql))
    return Step(path.stem, sql, makes, frozenset(READ.findall(sql)) - makes, True)


def compiled(node: Mapping[str, Any], nodes: Mapping[str, Any]) -> Step:
    """A model or seed of dbt's manifest as a plain statement."""
    name = node["name"]
    parents = [nodes[parent] for parent in node["depends_on"].get("nodes", []) if parent in nodes]
    reads = frozenset(parent["name"] for parent in parents)
    if node["resource_type"] == "seed":
        sql = seed_statement(name, node["original_file_path"])
    else:
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        query = node["compiled_code"].replace(f'"{node["database"]}"."{node["schema"]}".', "")
        sql = f"create {kind} {name} as {query}"
    return Step(name, sql, frozenset([name]), reads, False)


def is_public(node: Mapping[str, Any]) -> bool:
    """Whether it is a table that users read."""
    return node["resource_type"] == "model" and node["config"].get("access") == "public"


def plan(manifest: Mapping[str, Any], form: str) -> list[Step]:
    """All steps in order, for a book in this form: by hand, else what dbt compiled."""
    nodes = {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    by_hand = [
        written(path)
        for path in sorted(SCRIPTS.glob("*.sql"))
        if not path.stem.startswith("read_") or path.stem == f"read_{form}"
    ]
    maker = {node["name"]: compiled(node, nodes) for node in nodes.values()}
    maker |= {table: step for step in by_hand for table in step.makes}
    waiting = [node["name"] for node in nodes.values() if is_public(node)]
    needed: dict[Step, set[Step]] = {}
    while waiting:
        step = maker[waiting.pop()]
        if step not in needed:
            needed[step] = {maker[table] for table in step.reads if table in maker}
            waiting += (table for table in step.reads if table in maker)
    check_deal_grain(needed, nodes.values())
    return list(TopologicalSorter(needed).static_order())


def check_deal_grain(steps: Iterable[Step], nodes: Iterable[Mapping[str, Any]]) -> None:
    """Trouble where a statement of dbt's at the grain of deals would count as written by hand."""
    staging = {node["name"] for node in nodes if node["path"].startswith("staging/")}
    for step in steps:
        is_at_deals = step.makes & staging or step.reads & AT_DEALS
        if not step.is_by_hand and is_at_deals and step.name not in ONE_SCAN:
            raise Trouble(f"{step.name} is not written by hand: add it to {SCRIPTS.name}/")


def run(
    steps: Iterable[Step], book: Path, database: Path, memory_limit: str | None = None
) -> dict[str, float]:
    """Make all tables in a new file; the seconds of what is by hand, and of the tail."""
    database.unlink(missing_ok=True)
    took = {"by_hand": 0.0, "tail": 0.0}
    # As in profiles.yml: readable by every DuckDB from 1.4 on.
    config = {"storage_compatibility_version": "v1.4.0"}
    if memory_limit:
        config["memory_limit"] = memory_limit
    with duckdb.connect(str(database), config=config) as connection:
        connection.execute("set variable file = ?", [str(book)])
        for step in steps:
            started = time.monotonic()
            connection.execute(step.sql)
            took["by_hand" if step.is_by_hand else "tail"] += time.monotonic() - started
    return took


def run_asked() -> str:
    """Make the tables that the command line asks for; how long they took."""
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument("book", type=Path, help="CSV or Parquet file of deals")
    parser.add_argument("--manifest", type=Path, required=True, help="what dbt compiled")
    parser.add_argument("--db", type=Path, required=True, help="file to make")
    parser.add_argument("--memory-limit", help="of DuckDB, such as 2GB (its own default)")
    arguments = parser.parse_args()
    manifest = json.loads(arguments.manifest.read_text())
    steps = plan(manifest, arguments.book.suffix.removeprefix("."))
    took = run(steps, arguments.book, arguments.db, arguments.memory_limit)
    print(json.dumps(took))
    return f"{sum(took.values()):.1f} s"


if __name__ == "__main__":
    sys.exit(finish("by_hand", run_asked, "run it again"))

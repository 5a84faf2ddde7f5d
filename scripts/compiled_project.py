"""Run the project's own SQL on many books in one process.

A `dbt build` takes seconds, most of them dbt's own; judging the rules takes hundreds of books. So
dbt compiles the models once, and each book is a DuckDB in memory on which the compiled SQL runs as
it is, in dbt's order. Nothing here knows a rule.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from common.trouble import Trouble
from common.warehouse import ROOT

INPUT = "skygeni_sales_data"
DATABASE = "warehouse"


@dataclass(frozen=True)
class CompiledProject:
    """Some models of the project and all that they need, as statements in the order to run them."""

    statements: tuple[str, ...]

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any], wanted: Iterable[str]) -> CompiledProject:
        """The wanted models out of the manifest of a `dbt compile`."""
        nodes = {
            name: node
            for name, node in manifest["nodes"].items()
            if node["resource_type"] in ("model", "seed")
        }
        parents: dict[str, list[str]] = {}
        waiting = [f"model.sales_insights.{name}" for name in wanted]
        while waiting:
            if (name := waiting.pop()) not in parents:
                needed = nodes[name]["depends_on"].get("nodes", [])
                parents[name] = [parent for parent in needed if parent in nodes]
                waiting += parents[name]
        order = TopologicalSorter(parents).static_order()
        return cls(tuple(statement(nodes[name]) for name in order))

    def run(self, book: Path, file: str | Path = ":memory:") -> duckdb.DuckDBPyConnection:
        """All tables for a CSV file of deals, in a database in memory or in a new file."""
        warehouse = duckdb.connect(config={"threads": 1})
        # The compiled SQL names its database: the file dbt was told of, without .duckdb.
        warehouse.execute(f"attach '{file}' as {DATABASE}; use {DATABASE}")
        warehouse.execute("set variable book_file = ?", [str(book)])
        for sql in self.statements:
            warehouse.execute(sql)
        return warehouse


def compiled_manifest(dbt_vars: Mapping[str, Any]) -> dict[str, Any]:
    """What `dbt compile` makes of the project with some vars; Trouble with dbt's own words."""
    with TemporaryDirectory() as folder:
        command = [
            *(str(Path(sys.executable).with_name("dbt")), "--quiet", "compile"),
            *("--select", "resource_type:model"),
            *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
            *("--target-path", folder, "--log-path", folder, "--vars", json.dumps(dbt_vars)),
        ]
        file = f"{folder}/{DATABASE}.duckdb"
        # dbt looks the aliases up while it compiles.
        with duckdb.connect(file, config={"storage_compatibility_version": "v1.4.0"}) as warehouse:
            warehouse.execute(seed_statement("segment_aliases", "seeds/segment_aliases.csv"))
        environment = os.environ | {"SALES_INSIGHTS_DB": file}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise Trouble(done.stdout + done.stderr)
        return json.loads((Path(folder) / "manifest.json").read_text())


def statement(node: Mapping[str, Any]) -> str:
    """What makes the table or view of a model or seed; the input is read as text, as dbt does."""
    name = node["name"]
    if name == INPUT:
        source = "read_csv(getvariable('book_file'), header = true, all_varchar = true)"
        return f"create table {name} as from {source}"
    if node["resource_type"] == "seed":
        return seed_statement(name, node["original_file_path"])
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    return f"create {kind} {name} as {node['compiled_code']}"


def seed_statement(name: str, path: str) -> str:
    """What makes the table of a seed, of a file within the project."""
    return f"create table {name} as from read_csv('{ROOT / path}', header = true)"

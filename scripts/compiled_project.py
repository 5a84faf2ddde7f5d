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
from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[1]
INPUT = "skygeni_sales_data"


class CompiledProject:
    """The models of the project as dbt compiled them with some vars."""

    def __init__(self, dbt_vars: Mapping[str, Any], wanted: Iterable[str]) -> None:
        """Compile the wanted models and all that they need; RuntimeError with dbt's words if not."""
        with TemporaryDirectory() as folder:
            command = [
                *(str(Path(sys.executable).with_name("dbt")), "--quiet", "compile"),
                *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
                *("--target-path", folder, "--log-path", folder, "--vars", json.dumps(dbt_vars)),
            ]
            environment = os.environ | {"SALES_INSIGHTS_DB": f"{folder}/book.duckdb"}
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(done.stdout + done.stderr)
            manifest = json.loads((Path(folder) / "manifest.json").read_text())
        nodes = {
            n: node
            for n, node in manifest["nodes"].items()
            if node["resource_type"] in ("model", "seed")
        }
        needed, waiting = set(), [f"model.sales_insights.{name}" for name in wanted]
        while waiting:
            if (name := waiting.pop()) not in needed:
                needed.add(name)
                waiting += [n for n in nodes[name]["depends_on"].get("nodes", []) if n in nodes]
        graph = {
            n: [d for d in nodes[n]["depends_on"].get("nodes", []) if d in needed] for n in needed
        }
        self._steps = [nodes[name] for name in TopologicalSorter(graph).static_order()]

    def run(self, book: Path) -> duckdb.DuckDBPyConnection:
        """All wanted tables for a CSV file of deals, in a database in memory."""
        warehouse = duckdb.connect(config={"threads": 1})
        warehouse.execute("attach ':memory:' as book; use book")
        for step in self._steps:
            name = step["name"]
            if step["resource_type"] == "seed":
                path = book if name == INPUT else ROOT / step["original_file_path"]
                text = "all_varchar = true" if name == INPUT else "nullstr = ''"
                sql = f"create table {name} as from read_csv('{path}', header = true, {text})"
            else:
                kind = "view" if step["config"]["materialized"] == "view" else "table"
                sql = f"create {kind} {name} as {step['compiled_code']}"
            warehouse.execute(sql)
        return warehouse

"""Builds that tests share: dbt as a subprocess, each on a warehouse of its own, each made once."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dbt_process
import duckdb
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLED_FILE = ROOT / "seeds" / "skygeni_sales_data.csv"
REAL_FILE = Path(
    os.environ.get(
        "SALES_INSIGHTS_REAL_FILE", ROOT.parent / "shared" / "data" / "skygeni_sales_data.csv"
    )
)
# What dbt made of the project, by the vars it was read with.
PARSES: dict[str, bytes] = {}
HEADER = (
    "deal_id,created_date,closed_date,sales_rep_id,industry,region,product_type,"
    "lead_source,deal_stage,deal_amount,sales_cycle_days,outcome"
)


@dataclass(frozen=True)
class Build:
    """One run of dbt: where its warehouse is, how it ended and what it printed."""

    database: Path
    target: Path
    exit_code: int
    output: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the warehouse."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def table(self, name: str) -> pd.DataFrame:
        """A table of the warehouse, whole."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.table(name).df()


def dbt(folder: Path, *arguments: str, dbt_vars: Mapping[str, Any] | None = None) -> Build:
    """Runs dbt on the project in `folder`, which also gets the warehouse, the target and the logs.

    A relative deals_file is looked for in `folder`. Runs with the same vars share one parse.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written_vars = json.dumps(dict(dbt_vars or {}), sort_keys=True)
    parsed = folder / "target" / "partial_parse.msgpack"
    if written_vars in PARSES and not parsed.exists():
        parsed.parent.mkdir()
        parsed.write_bytes(PARSES[written_vars])
    exit_code, output = dbt_process.run(
        [
            *arguments,
            *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            *("--vars", written_vars, "--no-use-colors"),
        ],
        folder,
        {"SALES_INSIGHTS_DB": "warehouse.duckdb"},
    )
    if parsed.exists():
        PARSES[written_vars] = parsed.read_bytes()
    return Build(folder / "warehouse.duckdb", folder / "target", exit_code, output)


def build_with(folder: Path, **dbt_vars: Any) -> Build:
    """`dbt build` without dbt's unit tests, which ask nothing of the input."""
    return dbt(folder, "build", "--exclude-resource-type", "unit_test", dbt_vars=dbt_vars)


def stage_with(folder: Path, **dbt_vars: Any) -> Build:
    """The same as far as the mart of deals: enough to see what became of the input."""
    selection = ("--select", "+deals", "+stg_deals_rejected", "rejection_reasons")
    return dbt(
        folder,
        *("build", *selection, "--indirect-selection", "cautious"),
        *("--exclude-resource-type", "unit_test"),
        dbt_vars=dbt_vars,
    )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Build]:
    """A build that must pass, with the given vars; made once for all tests that ask for it."""
    made: dict[str, Build] = {}

    def make(**dbt_vars: Any) -> Build:
        key = json.dumps(dbt_vars, sort_keys=True)
        if key not in made:
            made[key] = build_with(tmp_path_factory.mktemp("build"), **dbt_vars)
        assert made[key].exit_code == 0, made[key].output
        return made[key]

    return make


@pytest.fixture(scope="session")
def real_file() -> Path:
    """The real export; tests that check its figures are skipped where it is not at hand."""
    if not REAL_FILE.exists():
        pytest.skip(
            "the real deals file is not at hand; SALES_INSIGHTS_REAL_FILE may name its path"
        )
    return REAL_FILE

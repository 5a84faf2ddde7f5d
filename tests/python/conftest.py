"""Builds that tests share: dbt as a subprocess, each on a warehouse of its own, each made once."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
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
# A day in the past of the bundled book, for tests that ask what was known on it.
PAST_DAY = "2025-03-31"
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


@pytest.fixture(scope="session", autouse=True)
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what is made once for all workers: builds, and what dbt read by its vars."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    os.environ["SALES_INSIGHTS_PARSES"] = str(folder)
    return folder


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """One worker at a time is inside; the lock on the file ends with its process."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(dbt_vars: Mapping[str, Any]) -> str:
    """A name for files about some vars."""
    return md5(json.dumps(dict(dbt_vars), sort_keys=True).encode()).hexdigest()


def dbt(folder: Path, *arguments: str, dbt_vars: Mapping[str, Any] | None = None) -> Build:
    """Runs dbt on the project in `folder`, which also gets the warehouse, the target and the logs.

    A relative deals_file is looked for in `folder`. dbt reads the project anew for other vars, so
    runs with the same vars share what it made of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dbt_vars = dict(dbt_vars or {})
    parsed = folder / "target" / "partial_parse.msgpack"
    kept = Path(os.environ["SALES_INSIGHTS_PARSES"], f"parse-{digest(dbt_vars)}.msgpack")
    if kept.exists() and not parsed.exists():
        parsed.parent.mkdir()
        parsed.write_bytes(kept.read_bytes())
    exit_code, output = dbt_process.run(
        [
            *arguments,
            *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
            *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
            *("--vars", json.dumps(dbt_vars), "--no-use-colors", "--log-level-file", "none"),
        ],
        folder,
        {"SALES_INSIGHTS_DB": "warehouse.duckdb"},
    )
    if parsed.exists() and not kept.exists():
        draft = kept.with_suffix(f".{os.getpid()}")
        draft.write_bytes(parsed.read_bytes())
        draft.replace(kept)
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
def built(shared: Path) -> Callable[..., Build]:
    """A build that must pass, of a file of deals (else the bundled ones) with the given vars; made
    once for all tests of all workers that ask for it.
    """

    def make(deals: Path | None = None, **dbt_vars: Any) -> Build:
        if deals:
            dbt_vars["deals_file"] = "deals.csv"
        folder = shared / f"build-{digest(dbt_vars | {'deals': str(deals)})}"
        ended = folder / "ended.json"
        with only_one(folder.with_suffix(".lock")):
            if not ended.exists():
                folder.mkdir()
                if deals:
                    (folder / "deals.csv").symlink_to(deals)
                build = build_with(folder, **dbt_vars)
                ended.write_text(json.dumps([build.exit_code, build.output]))
        exit_code, output = json.loads(ended.read_text())
        assert exit_code == 0, output
        return Build(folder / "warehouse.duckdb", folder / "target", exit_code, output)

    return make


@pytest.fixture(scope="session")
def renamed_file(shared: Path) -> Path:
    """The bundled deals with the stages that some CRMs give them at closing."""
    path = shared / "renamed_stages.csv"
    with only_one(path.with_suffix(".lock")):
        if not path.exists():
            deals = pd.read_csv(BUNDLED_FILE, dtype=str, keep_default_na=False)
            is_closed = deals["outcome"] != "Open"
            deals.loc[is_closed, "deal_stage"] = "Closed " + deals["outcome"]
            deals.to_csv(path, index=False)
    return path


@pytest.fixture(scope="session")
def real_file() -> Path:
    """The real export; tests that check its figures are skipped where it is not at hand."""
    if not REAL_FILE.exists():
        pytest.skip(
            "the real deals file is not at hand; SALES_INSIGHTS_REAL_FILE may name its path"
        )
    return REAL_FILE


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, without a window."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("needs chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        window = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield window
        window.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that no worker is left with one at the end."""
    first = [
        *("test_postgres.py", "test_oracle.py", "test_incremental.py", "test_bad_input.py"),
        *("test_report.py", "test_runs.py", "test_deliveries.py", "test_evidence.py"),
    ]
    items.sort(key=lambda item: first.index(item.path.name) if item.path.name in first else 99)

"""Where the time of one `dbt build` goes, out of what dbt logs of itself."""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.contenders import DBT, dbt_at, unmeasured

KINDS = {"seed": "seeds", "model": "models", "test": "data tests", "unit_test": "unit tests"}
LOGGED = [
    *("--log-format-file", "json", "--log-level-file", "debug"),
    # One file, however long.
    *("--log-file-max-bytes", "1000000000"),
]


def parts(events: Iterable[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """By kind of node: how many, the seconds they took on dbt's threads, how many statements they
    had the engine run, and the seconds it took for them.
    """
    found: dict[str, dict[str, float]] = {
        kind: {"nodes": 0, "seconds": 0.0, "statements": 0, "engine": 0.0} for kind in KINDS
    }
    asking: dict[str, str] = defaultdict(str)
    for event in events:
        name, data, thread = event["info"]["name"], event["data"], event["info"]["thread"]
        if name == "NodeStart":
            asking[thread] = data["node_info"]["resource_type"]
        elif name == "NodeFinished":
            kind = asking.pop(thread, "")
            if kind in found:
                found[kind]["nodes"] += 1
                found[kind]["seconds"] += data["run_result"]["execution_time"]
        elif name == "SQLQueryStatus" and asking[thread] in found:
            found[asking[thread]]["statements"] += 1
            found[asking[thread]]["engine"] += data["elapsed"]
    return found


def profile(folder: Path, database: Path, target: Path) -> dict[str, Any]:
    """A whole `dbt build` of the bundled deals, the project parsed before."""
    environment = dbt_at(database, target) | {"DBT_LOG_PATH": str(folder)}
    unmeasured([DBT, *LOGGED, "build", "--quiet"], environment)
    (folder / "dbt.log").unlink()
    started = time.monotonic()
    unmeasured([DBT, *LOGGED, "build", "--quiet"], environment)
    wall = time.monotonic() - started
    results = json.loads((target / "run_results.json").read_text())
    lines = (folder / "dbt.log").read_text().splitlines()
    return {
        "wall": wall,
        "start": wall - results["elapsed_time"],
        "parts": parts(map(json.loads, lines)),
    }


if __name__ == "__main__":
    with TemporaryDirectory() as logs:
        print(json.dumps(profile(Path(logs), *map(Path, sys.argv[1:]))))

"""Starts a Spark cluster that only this machine can reach, for trying the target `spark` against an
address, and keeps it until it is interrupted.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import gettempdir

from common.arguments import Parser, finish
from engines import spark


def main() -> int:
    """Runs the cluster; the exit code."""
    return finish("spark_cluster", work, "the cluster has ended")


def work() -> str:
    """Until interrupted; what was done, in one line."""
    parser = Parser(description=__doc__)
    parser.add_argument("--cores", type=int, default=2, help="what the worker may use (default 2)")
    parser.add_argument("--memory", default="2g", help="likewise (default 2g)")
    arguments = parser.parse_args()
    folder = Path(gettempdir()) / "sales_insights_spark_cluster"
    with spark.cluster(folder, arguments.cores, arguments.memory) as address:
        print(f"export SALES_INSIGHTS_SPARK_MASTER={address}", flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    sys.exit(main())

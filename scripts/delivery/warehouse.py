"""All that the warehouse has to tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
from common.trouble import Trouble
from common.warehouse import attached

from delivery.rendering import neutral, template

TABLES = {"alerts", "alert_rule_evaluations", "win_rate_baseline", "as_of"}


def attach(connection: duckdb.DuckDBPyConnection, db: Path) -> dict[str, Any]:
    """Attach a warehouse whose last build can be trusted; all there is to tell of it, in order."""
    with attached(connection, db, TABLES):
        found = connection.execute(template("message.sql", neutral).render()).fetchall()
    if len(found) != 1:
        raise Trouble("the tables are empty or of several builds; run the whole `dbt build`")
    return dict(json.loads(found[0][0]))

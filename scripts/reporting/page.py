"""The page of the report: rows read by the SQL beside this file, charts, and the template."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
from delivery.rendering import neutral
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reporting import charts

SQL = Path(__file__).resolve().parent / "sql"
TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "report"
Row = dict[str, Any]
ABSENT = "\N{EN DASH}"
ONE_ROW = ("book", "skill")
CHARTS = ("trend", "waterfall", "ages", "calibration", "history")


def read(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """The rows of each SQL file by its name."""
    found = {}
    for path in sorted(SQL.glob("*.sql")):
        if path.stem == "deliveries" and not has_deliveries(connection):
            found[path.stem] = []
            continue
        result = connection.execute(path.read_text(encoding="utf-8"))
        names = [column[0] for column in result.description or []]
        found[path.stem] = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return found


def has_deliveries(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether anything was told yet: notify.py writes that table, not dbt."""
    asked = "select count(*) from duckdb_tables() where table_name = 'alert_deliveries'"
    return connection.execute(asked).fetchone() == (1,)


def page(rows: dict[str, list[Row]]) -> str:
    """The whole page as HTML. It asks for nothing outside of itself and runs one known script."""
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {each.__name__: each for each in (percent, points, money, count, spaced)}
    return environment.get_template("report.html.j2").render(
        **{name: found for name, found in rows.items() if name not in ONE_ROW},
        **{name: rows[name][0] for name in ONE_ROW},
        trends={clock: list(of) for clock, of in groupby(rows["trend"], itemgetter("clock"))},
        waterfalls=[list(of) for _, of in groupby(rows["steps"], itemgetter("grain"))],
        maps=maps(rows["segments"]),
        chart={name: drawn(getattr(charts, name)) for name in CHARTS},
        style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        script=Markup(script),
        script_digest=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def drawn(chart: Callable[..., str]) -> Callable[..., Markup]:
    """A chart whose SVG is put into the page as it is; the library escapes what it writes."""
    return lambda *arguments: Markup(chart(*arguments))


def maps(cells: list[Row]) -> list[Row]:
    """Cells as grids: the columns by name, and of each row its name and its cells by column."""
    found = []
    for name, of_map in groupby(cells, itemgetter("map")):
        members = list(of_map)
        columns = sorted({(cell["column_place"], cell["column_name"]) for cell in members})
        lines = [
            {"name": row, "cells": {cell["column_name"]: cell for cell in of_row}}
            for row, of_row in groupby(members, itemgetter("row_name"))
        ]
        found.append(
            {
                "name": name,
                "columns": [column for _, column in columns],
                "lines": lines,
                "deals": members[0]["map_deals"],
                "is_cut": members[0]["is_cut"],
            }
        )
    return found


def shown(value: Any) -> Any:
    """What is printed, without the letters that turn the reading direction; nothing for NULL."""
    if value is None:
        return ""
    return value if isinstance(value, Markup) else neutral(str(value))


def percent(rate: float | None) -> str:
    """`45.1 %`."""
    return ABSENT if rate is None else f"{100 * rate:.1f} %"


def points(difference: float | None) -> str:
    """`+4.0`, in percentage points."""
    return ABSENT if difference is None else f"{100 * difference:+.1f}"


def count(number: int | float | None) -> str:
    """`4,335`; days may have a half."""
    return ABSENT if number is None else f"{number:,.10g}"


def spaced(name: str | None) -> str:
    """A name of the marts as words: `win rate drop`."""
    return (name or "").replace("_", " ")


def money(amount: float | None) -> str:
    """`$1.2M`, `$43k`, `$950`, as in the sentences of the marts (macros/text/figures.sql)."""
    if amount is None:
        return ABSENT
    for least, unit, digits, sign in (
        (999_950_000, 1e9, 1, "B"),
        (999_500, 1e6, 1, "M"),
        (999.5, 1e3, 0, "k"),
    ):
        if amount >= least:
            return f"${float(amount) / unit:.{digits}f}{sign}"
    return f"${float(amount):.0f}"

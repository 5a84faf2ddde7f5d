"""The chart of docs/performance.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
from reporting import charts

from bench.contenders import ON_BOOKS
from bench.figures import Results, medians
from bench.sizes import deals_of

# The report's colours, for a picture that stands alone.
COLOURS = """<style>
:root { --ink: #1f2328; --muted: #59636e; --line: #d5dae0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eaed; --muted: #a6afb9; --line: #3a4149; }
}
</style>"""
LINES = {
    "dbt": "#2f6fd0",
    "by hand": "#c8651f",
    "Polars": "#8a5fbf",
    "pandas": "#c2407a",
    "DuckDB load": "#4d8f5a",
    "DuckDB scan": "#7c8791",
}


def chart(results: Results) -> str:
    """Seconds and memory by the number of deals as CSV, for every contender."""
    rows = [
        {
            "contender": name,
            "deals": deals_of(size),
            "seconds": costs.wall,
            "megabytes": costs.megabytes,
        }
        for (name, size, form), costs in medians(results).items()
        if name in ON_BOOKS and form == "csv"
    ]
    names = [name for name in ON_BOOKS if any(row["contender"] == name for row in rows)]
    panels = [panel(rows, names, *what) for what in (("seconds", "s"), ("megabytes", "MB"))]
    # Browsers' fonts may be wider than the one that the drawing was measured with.
    margin = {"left": 5, "top": 5, "right": 24, "bottom": 5}
    drawn = charts.svg(alt.vconcat(*panels, spacing=24).properties(padding=margin))
    head, end, rest = drawn.partition(">")
    return f"{head}{end}{COLOURS}{rest}"


def panel(rows: Sequence[Mapping[str, Any]], names: list[str], field: str, unit: str) -> alt.Chart:
    """One figure by the number of deals, both logarithmic."""
    base = alt.Chart(charts.data(rows)).encode(
        x=alt.X(
            "deals:Q",
            title="deals (as CSV)",
            scale=alt.Scale(type="log", nice=False, padding=8),
            axis=alt.Axis(format="~s", values=sorted({row["deals"] for row in rows})),
        ),
        y=alt.Y(
            f"{field}:Q",
            title=f"{field} ({unit})" if unit == "s" else "peak memory (MB)",
            scale=alt.Scale(type="log", nice=False, padding=8),
            axis=alt.Axis(format=",~g", values=[10**power for power in range(-1, 6)]),
        ),
        color=alt.Color(
            "contender:N",
            title=None,
            scale=alt.Scale(domain=names, range=[LINES[name] for name in names]),
            legend=alt.Legend(labelColor=charts.INK, labelFontSize=12, symbolType="stroke"),
        ),
    )
    lines = base.mark_line(strokeWidth=2)
    points = base.mark_point(filled=True, size=50, opacity=1)
    return alt.layer(lines, points).properties(width=charts.WIDTH - 140, height=260)

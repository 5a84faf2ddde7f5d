"""The report's charts as SVG text: Altair says what is drawn, and Vega draws it without a browser.

Colours are the page's CSS variables, so that one picture serves light, dark and print. A function
takes rows as the SQL beside it gives them, and returns an `<svg>` in which all text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import altair as alt
import vl_convert
from delivery.rendering import neutral

Rows = Sequence[Mapping[str, Any]]
WIDTH = 640
INK, MUTED, LINE = "var(--ink)", "var(--muted)", "var(--line)"
ACCENT, UP, DOWN, HATCH = "var(--accent)", "var(--up)", "var(--down)", "url(#hatch)"
SEVERITIES = {"critical": "var(--critical)", "warning": "var(--warning)", "info": "var(--accent)"}
SHAPES = {"critical": "diamond", "warning": "triangle-up", "info": "circle"}
LABEL_PIXELS = 240
LABEL_LETTERS = 100
NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\N{REPLACEMENT CHARACTER}")


def svg(chart: alt.TopLevelMixin) -> str:
    """The chart as SVG in the colours and letters of the page."""
    drawn = (
        chart.configure(font="Arial, Helvetica, sans-serif", background="transparent", padding=4)
        .configure_view(stroke=None)
        .configure_axis(
            domainColor=LINE,
            gridColor=LINE,
            tickColor=LINE,
            labelColor=MUTED,
            titleColor=MUTED,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
            labelLimit=LABEL_PIXELS,
        )
    )
    return str(vl_convert.vegalite_to_svg(drawn.to_dict()))


def data(rows: Iterable[Mapping[str, Any]]) -> alt.Data:
    """Rows as values that a chart can hold: dates as text, decimals as numbers.

    Vega's renderer ends the whole process at a letter that XML does not know.
    """

    def plain(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str):
            return neutral(value[:LABEL_LETTERS]).translate(NO_XML)
        return float(value) if isinstance(value, Decimal) else value

    return alt.Data(values=[{name: plain(row[name]) for name in row} for row in rows])


def percent(field: str, title: str | None, **scale: Any) -> alt.Y:
    """A vertical axis of shares."""
    return alt.Y(
        f"{field}:Q",
        title=title,
        axis=alt.Axis(format=".0%", tickCount=5),
        scale=alt.Scale(zero=False, **scale),
    )


def trend(rows: Rows, of_what: str) -> str:
    """Win rate by quarter with its 95 % interval; what is not complete is hatched and hollow."""
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "quarter:O",
            title=None,
            sort=[row["quarter"] for row in rows],
            axis=alt.Axis(labelAngle=0),
        )
    )
    incomplete = base.transform_filter("!datum.is_complete")
    complete = base.transform_filter("datum.is_complete")
    rate = alt.Y("win_rate:Q")
    layers = [
        incomplete.mark_bar(color=HATCH, width=60).encode(
            y=alt.Y("win_rate_low:Q"), y2="win_rate_high:Q"
        ),
        complete.mark_line(color=ACCENT, strokeWidth=2).encode(y=rate),
        base.mark_rule(color=ACCENT, strokeWidth=2, opacity=0.55).encode(
            y=percent("win_rate_low", of_what), y2="win_rate_high:Q"
        ),
        complete.mark_point(color=ACCENT, filled=True, size=70, opacity=1).encode(y=rate),
        incomplete.mark_point(color=ACCENT, filled=False, size=70, opacity=1).encode(y=rate),
        base.mark_text(color=INK, dx=8, dy=-9, align="left", fontSize=12).encode(
            y=rate, text=alt.Text("win_rate:Q", format=".1%")
        ),
    ]
    return svg(alt.layer(*layers).properties(width=WIDTH, height=220))


def named(base: alt.Chart, names: str) -> alt.Chart:
    """Names left of the rows of a chart; an axis would take two that are alike for one."""
    return base.mark_text(align="right", color=INK, fontSize=12, limit=LABEL_PIXELS).encode(
        x=alt.value(-8), text=f"{names}:N"
    )


def waterfall(rows: Rows) -> str:
    """From the win rate before to the one after: what mix did, and the segments' own win rates."""
    base = alt.Chart(data(rows)).encode(y=alt.Y("step:O", axis=None))
    ends = base.transform_filter("datum.effect === null")
    effects = base.transform_filter("datum.effect !== null")
    axis = alt.X(
        "starts:Q",
        title="win rate",
        axis=alt.Axis(format=".0%", tickCount=6),
        scale=alt.Scale(zero=False, padding=44),
    )
    signs = alt.condition("datum.effect > 0", alt.value(UP), alt.value(DOWN))
    layers = [
        effects.mark_bar(height=16).encode(x=axis, x2="reaches:Q", color=signs),
        ends.mark_tick(color=INK, thickness=3, height=22).encode(x="reaches:Q"),
        base.mark_text(align="left", dx=8, color=INK, fontSize=12).encode(
            x="right:Q", text="written:N"
        ),
        named(base, "label"),
    ]
    written = (
        "datum.effect === null ? format(datum.reaches, '.1%') : format(100 * datum.effect, '+.1f')"
    )
    chart = alt.layer(*layers).transform_calculate(
        starts="datum.reaches - datum.effect",
        right="max(datum.starts, datum.reaches)",
        written=written,
    )
    return svg(chart.properties(width=WIDTH - LABEL_PIXELS, height=26 * len(rows)))


def ages(rows: Rows) -> str:
    """How old the open deals of each stage are, in tenths of their stall limits."""
    base = alt.Chart(data(rows)).transform_calculate(
        starts="datum.tenth / 10", ends="datum.tenth / 10 + 0.1"
    )
    bars = base.mark_bar().encode(
        x=alt.X(
            "starts:Q",
            bin="binned",
            title="age as a share of the stall limit (the last bar: twice the limit and more)",
            axis=alt.Axis(format=".0%", values=[0, 0.5, 1, 1.5, 2]),
            scale=alt.Scale(domain=[0, 2.1]),
        ),
        x2="ends:Q",
        y=alt.Y("deals:Q", title=None, stack="zero", axis=alt.Axis(tickCount=2, tickMinStep=1)),
        color=alt.condition("datum.is_stalled", alt.value(DOWN), alt.value(UP)),
    )
    limit = base.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=alt.datum(1))
    chart = alt.layer(bars, limit).properties(width=WIDTH - 120, height=54)
    stages = alt.Row(
        "deal_stage:N",
        title=None,
        header=alt.Header(
            labelAngle=0, labelAlign="left", labelColor=INK, labelFontSize=12, labelLimit=110
        ),
    )
    return svg(chart.facet(row=stages, spacing=8))


def calibration(rows: Rows) -> str:
    """Promised against actual win rates, with their 95 % intervals; on the line they are equal."""
    base = alt.Chart(data(rows))
    promised = alt.X(
        "mean_win_probability:Q",
        title="promised win probability",
        axis=alt.Axis(format=".0%", tickCount=5),
        scale=alt.Scale(domain=[0, 1]),
    )
    line = (
        alt.Chart(data([{"x": 0, "y": 0}, {"x": 1, "y": 1}]))
        .mark_line(color=MUTED, strokeDash=[4, 3])
        .encode(x="x:Q", y="y:Q")
    )
    actual = percent("win_rate_low", "won", domain=[0, 1])
    layers = [
        line,
        base.mark_rule(color=ACCENT, strokeWidth=2, opacity=0.55).encode(
            x=promised, y=actual, y2="win_rate_high:Q"
        ),
        base.mark_point(color=ACCENT, filled=True, size=70, opacity=1).encode(
            x=promised, y="win_rate:Q"
        ),
    ]
    return svg(alt.layer(*layers).properties(width=320, height=260))


def history(rows: Rows) -> str:
    """When each alert fired, a sign for each month-end, by severity."""
    base = alt.Chart(data(rows)).encode(y=alt.Y("place:O", axis=None))
    signs = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X(
            "evaluation_date:T",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%b %Y", labelAngle=-45, tickCount="month"),
        ),
        color=alt.Color("severity:N", scale=scale(SEVERITIES), legend=None),
        shape=alt.Shape("severity:N", scale=scale(SHAPES), legend=None),
    )
    names = named(base.transform_aggregate(alert="min(alert)", groupby=["place"]), "alert")
    places = len({row["place"] for row in rows})
    chart = alt.layer(signs, names)
    return svg(chart.properties(width=WIDTH - LABEL_PIXELS, height=max(60, 22 * places)))


def scale(of: Mapping[str, str]) -> alt.Scale:
    """A scale of known values."""
    return alt.Scale(domain=list(of), range=list(of.values()))

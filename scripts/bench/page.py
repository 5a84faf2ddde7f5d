"""docs/performance.md and its chart: all figures out of the results of one machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import altair as alt
from document import markdown_table
from reporting import charts

from bench.contenders import FORMS, MEMORY_LIMIT, ON_BOOKS, PEERS
from bench.profiled import KINDS
from bench.sizes import deals_of

Results = Sequence[Mapping[str, Any]]
NAMES = {"csv": "CSV", "parquet": "Parquet"}
LARGE, LARGEST, BASE = "10M", "30M", "1M"
PARSES, EXTRA_SECONDS = 3, 1.5
FIXED_SECONDS, BY_HAND_TIMES = 4, 1.3
MEGABYTES = 1000
GROWTH = 1.1
SHORT, PASS, UNKNOWN = "**short**", "pass", "not measured"
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


class Costs(NamedTuple):
    """The medians of all rounds, and how many there were."""

    wall: float
    cpu: float
    megabytes: float
    by_hand: float
    tail: float
    rounds: int


Medians = Mapping[tuple[str, str, str], Costs]  # by contender, size and form


def medians(results: Results) -> dict[tuple[str, str, str], Costs]:
    """What each contender cost on each book."""
    rounds: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for line in results:
        if "contender" in line:
            key = (line["contender"], line["size"], line["form"])
            rounds.setdefault(key, []).append(line)
    figures = ("wall", "cpu", "megabytes", "by_hand", "tail")
    return {
        key: Costs(*(median(line.get(name, 0) for line in lines) for name in figures), len(lines))
        for key, lines in rounds.items()
    }


def seconds(value: float) -> str:
    """Seconds, as exact as they are of use."""
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def is_within(value: float | None, limit: float | None) -> str:
    """The verdict on a bound, in a word."""
    if value is None or limit is None:
        return UNKNOWN
    return PASS if value <= limit else SHORT


def told(value: float | None, unit: str = "s") -> str:
    """A figure of a bound, or that there is none."""
    if value is None:
        return "-"
    return seconds(value) if unit == "s" else f"{value:,.0f} {unit}"


def bounds(found: Medians) -> list[list[str]]:
    """What was asked for beside what was reached."""

    def wall(contender: str, size: str = "bundled", form: str = "") -> float | None:
        costs = found.get((contender, size, form))
        return costs.wall if costs else None

    def plus(value: float | None, times: float, more: float) -> float | None:
        return None if value is None else value * times + more

    parse, build = plus(wall("dbt parse"), PARSES, 0), wall("dbt build")
    run = plus(wall("dbt build without unit tests"), 1, EXTRA_SECONDS)
    large = wall("dbt", LARGE, "csv")
    script = plus(wall("by hand", LARGE, "csv"), BY_HAND_TIMES, FIXED_SECONDS)
    polars = wall("Polars", LARGE, "csv")
    memory = found.get(("dbt", LARGE, "csv"))
    megabytes = memory.megabytes if memory else None
    largest, per_million = wall("dbt", LARGEST, "csv"), growth(found)
    rows = [
        ("`dbt build`, bundled deals", f"{PARSES} times a warm `dbt parse`", parse, build, "s"),
        (
            "`make build` the second time, bundled deals",
            f"{EXTRA_SECONDS} s more than the `dbt build` in it",
            run,
            wall("make build"),
            "s",
        ),
        (
            f"`dbt run`, {LARGE} deals as CSV",
            f"{FIXED_SECONDS} s and {BY_HAND_TIMES} times the script by hand",
            script,
            large,
            "s",
        ),
        (f"`dbt run`, {LARGE} deals as CSV", "Polars", polars, large, "s"),
        (f"peak memory of it, {LARGE} deals as CSV", "1 GB", MEGABYTES, megabytes, "MB"),
    ]
    table = [
        [what, limit, told(most, unit), told(value, unit), is_within(value, most)]
        for what, limit, most, value, unit in rows
    ]
    finishes = UNKNOWN if largest is None else PASS
    table.append(
        [
            f"`dbt run`, {LARGEST} deals as CSV, DuckDB's `memory_limit` at {MEMORY_LIMIT}",
            "finishes",
            "-",
            told(largest),
            finishes,
        ]
    )
    if per_million:
        first, last = per_million[0], per_million[-1]
        is_whole = last[0] == LARGEST
        table.append(
            [
                f"seconds for a million deals as CSV, {first[0]} to {last[0]}",
                f"{GROWTH} times those of {first[0]}",
                told(first[1] * GROWTH),
                told(last[1]),
                is_within(last[1], first[1] * GROWTH) if is_whole else UNKNOWN,
            ]
        )
    return table


def growth(found: Medians, contender: str = "dbt") -> list[tuple[str, float]]:
    """The seconds for a million deals by size, from a million on."""
    sizes = sorted({size for name, size, _ in found if name == contender}, key=deals_of)
    return [
        (size, found[contender, size, "csv"].wall * 1_000_000 / deals_of(size))
        for size in sizes
        if deals_of(size) >= deals_of(BASE) and (contender, size, "csv") in found
    ]


def book_sizes(found: Medians) -> list[str]:
    """The sizes of the books that were measured."""
    return sorted({size for name, size, _ in found if name in ON_BOOKS}, key=deals_of)


def tables(found: Medians) -> str:
    """A table for each size: clock, all cores, memory, of both forms."""
    parts = []
    for size in book_sizes(found):
        rows = []
        for name in ON_BOOKS:
            costs = [found.get((name, size, form)) for form in FORMS]
            if any(costs):
                cells = [
                    cell
                    for cost in costs
                    for cell in (
                        (f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.megabytes:,.0f}")
                        if cost
                        else ("-", "-", "-")
                    )
                ]
                rows.append([name, *cells])
        header = [
            "",
            *(f"{NAMES[form]}: {unit}" for form in FORMS for unit in ("s", "CPU s", "MB")),
        ]
        parts.append(f"### {deals_of(size):,} deals\n\n{markdown_table(header, rows)}")
    return "\n\n".join(parts)


def reading(found: Medians) -> str:
    """What the figures come to, in sentences."""
    sentences = []
    for size in [size for size in book_sizes(found) if size in (LARGE, LARGEST)] or [
        *book_sizes(found)
    ][-1:]:
        for form in FORMS:
            dbt, script = (found.get((name, size, form)) for name in ("dbt", "by hand"))
            if not (dbt and script):
                continue
            sentences.append(
                f"- {size} deals as {NAMES[form]}: `dbt run` takes {seconds(dbt.wall)}, the script"
                f" by hand {seconds(script.wall)}, of which {seconds(script.tail)} are the"
                f" statements that dbt compiled; dbt takes {dbt.wall / script.wall:.1f} times as"
                " long."
            )
            for peer in PEERS:
                if other := found.get((peer, size, form)):
                    words = "longer" if dbt.wall > other.wall else "less long"
                    times = max(dbt.wall, other.wall) / min(dbt.wall, other.wall)
                    sentences.append(
                        f"- {size} deals as {NAMES[form]}: `dbt run` takes {times:.1f} times"
                        f" {words} than {peer}, with {dbt.megabytes / other.megabytes:.1f} times"
                        " its memory."
                    )
    per_million = growth(found)
    if len(per_million) > 1:
        each = ", ".join(f"{seconds(value)} at {size}" for size, value in per_million)
        sentences.append(f"- A million deals as CSV take `dbt run` {each}.")
    return "\n".join(sentences)


def why(found: Medians) -> str:
    """Where a bound of the large book is missed, what the time goes into."""
    dbt, script, polars, load = (
        found.get((name, LARGE, "csv")) for name in ("dbt", "by hand", "Polars", "DuckDB load")
    )
    smallest = book_sizes(found)[:1]
    fixed = found.get(("dbt", smallest[0], "csv")) if smallest else None
    sentences = []
    if fixed and dbt and script and dbt.wall > FIXED_SECONDS + BY_HAND_TIMES * script.wall:
        rest = dbt.wall - fixed.wall
        sentences.append(
            f"- *Longer than the script allows*: {seconds(fixed.wall)} of the {seconds(dbt.wall)}"
            f" are dbt itself, as with {smallest[0]} deals. The other {seconds(rest)} are"
            f" {rest / script.wall:.1f} times the script: each cell is read as text, cleaned and"
            " parsed, each of nine faults is looked for and deals there twice are found; the"
            " script trusts the file."
        )
    if polars and load and dbt and dbt.wall > polars.wall:
        sentences.append(
            "- *Longer than Polars*: it makes twelve tables of the prototype's rules from a file it"
            f" trusts, in {seconds(polars.wall)}, in memory; DuckDB needs {seconds(load.wall)} to"
            " load the file into a table, which a build must have before it can judge a row."
        )
    return "\n".join(["Where it is short:", "", *sentences]) if sentences else ""


def checks(results: Results) -> str:
    """Whether all made the same numbers."""
    rows = []
    for line in results:
        if "check" in line:
            differing = [name for name, rows_apart in line["differing"].items() if rows_apart]
            with_what = "dbt" if line["check"] == "by hand" else "dbt's prototype ruleset"
            rows.append(
                [
                    f"{line['check']} and {with_what}",
                    f"{line['size']}, {NAMES[line['form']]}",
                    str(len(line["differing"])),
                    ", ".join(f"`{name}`" for name in differing) or "none",
                ]
            )
    return markdown_table(["whose", "book", "tables compared", "tables that differ"], rows)


def profile(results: Results) -> str:
    """Where the time of a build goes."""
    line = next((line for line in results if "profile" in line), None)
    if not line:
        return ""
    rows = [
        [
            KINDS[kind],
            f"{part['nodes']:.0f}",
            f"{part['seconds']:.1f}",
            f"{1000 * part['seconds'] / max(part['nodes'], 1):.0f}",
            f"{part['statements']:.0f}",
            f"{part['engine']:.1f}",
        ]
        for kind, part in line["parts"].items()
    ]
    header = ["", "how many", "s on dbt's threads", "ms each", "statements", "s in DuckDB"]
    return (
        f"Where the {seconds(line['wall'])} of a whole `dbt build`, unit tests too, go:"
        f" {seconds(line['start'])} are dbt's start, its reading of the project and its end; the"
        " rest is shared by two threads:\n\n"
        f"{markdown_table(header, rows)}\n\n"
        "What DuckDB does not take is dbt: it renders each node's SQL, logs, writes files and looks"
        " at tables; all of that is Python, one thread at a time. So the clock goes by the number"
        " of nodes, not by their work, and a build twice as fast would need half the tests."
    )


def cpu_name() -> str:
    """What the system calls its processor."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def machine(versions: Mapping[str, str]) -> str:
    """Cores, memory and versions."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    told_versions = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"{os.cpu_count()} cores ({cpu_name()}), {gigabytes:.0f} GB of memory,"
        f" {platform.system()}; {told_versions}"
    )


def rounds(found: Medians) -> str:
    """How many measurements each figure is the median of, in words."""
    by_size: dict[str, int] = {}
    for (_, size, _), costs in found.items():
        by_size[size] = min(costs.rounds, by_size.get(size, costs.rounds))
    most = max(by_size.values())
    fewer = [f"{number} with {size}" for size, number in by_size.items() if number < most]
    return f"the median of {most}" + (f" ({', '.join(fewer)})" if fewer else "")


def page(results: Results, versions: Mapping[str, str]) -> str:
    """The whole page."""
    found = medians(results)
    header = ["", "at most", "that is", "reached", ""]
    bundled = [
        [name, f"{costs.wall:.1f}", f"{costs.cpu:.1f}", f"{costs.megabytes:,.0f}"]
        for (name, size, _), costs in found.items()
        if size == "bundled"
    ]
    return f"""<!-- Written by scripts/benchmark.py and scripts/bench/: change it there. -->
# Performance

What a run costs, measured by `make bench`: everybody took turns, each time in a fresh process, and
every figure is {rounds(found)}. The machine: {machine(versions)}.

## Bounds

{markdown_table(header, bounds(found))}

{reading(found)}

{why(found)}

![Seconds and peak memory by the number of deals, both axes logarithmic](performance.svg)

## A small book

The bundled deals, a second time, in seconds, CPU seconds of all cores and MB of memory at the peak:

{markdown_table(["", "s", "CPU s", "MB"], bundled)}

{profile(results)}

## Large books

Seconds by the clock, CPU seconds of all cores, and the peak of memory. The books are synthetic, in
the shape of the bundled one, two years long and without faults; CSV and Parquet hold the same.

{tables(found)}

## Are the numbers the same?

Counts, texts and dates must be equal, figures to a billionth:

{checks(results)}

## What each of them does

- *dbt*: `dbt run` of the project as it is, the seeds loaded and the project parsed before.
- *by hand*: every public table of the project from a DuckDB script without dbt. All that works on
  single deals is written by hand (`scripts/bench/by_hand`): one typed read into one table that
  holds the deals, six passes of counting, and a view for `deal_risk`, which dbt makes as a table.
  It trusts that ids have no stray spaces, dates are ISO and amounts plain. What comes
  after the counts, and `win_rate_baseline`, is taken from the SQL that dbt compiles, as plain
  statements; its seconds are told above.
- *Polars*, *pandas*: twelve tables of the rules of the prototype
  ([definitions](definitions.md)), written from the definitions and stored as Parquet. They do less
  than the project: no check of the input, no duplicates, no intervals or tests, no shuffles, no
  replay of past month-ends, no grading of scores.
- *DuckDB load*, *DuckDB scan*: the engine alone, as a floor: the book into a table of a file, and
  the greatest value of each column.

Memory is that of the process at its peak. dbt runs with the project's own limit for DuckDB
(`SALES_INSIGHTS_MEMORY`, 600 MB), the others with as much as they take; all use every core.
From {LARGEST} deals on DuckDB has `memory_limit` {MEMORY_LIMIT}, by hand too, and pandas does not
take part.

`make bench` goes on where it was when it is run again after a kill; `make bench
BENCH='--sizes 5k,100k,1M,10M,30M'` asks for the largest book too.
"""


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

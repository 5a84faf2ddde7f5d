"""docs/performance.md: all figures out of the results of one machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from pathlib import Path

from document import markdown_table

from bench.contenders import FORMS, MEMORY_LIMIT, ON_BOOKS
from bench.figures import NAMES, Medians, Results, book_sizes, medians, seconds
from bench.profiled import KINDS
from bench.sizes import LARGE, LARGEST, deals_of
from bench.verdicts import bounds, reading, why


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

{markdown_table(header, [bound.row() for bound in bounds(found)])}

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
  It looks for the same faults and repeated deals, but trusts that ids have no stray spaces, dates
  are ISO and amounts plain. What comes
  after the counts, and `win_rate_baseline`, is taken from the SQL that dbt compiles, as plain
  statements; its seconds are told above.
- *Polars*, *pandas*: twelve tables of the rules of the prototype
  ([definitions](definitions.md)), written from the definitions and stored as Parquet. They do less
  than the project: no check of the input, no duplicates, no intervals or tests, no shuffles, no
  replay of past month-ends, no grading of scores.
- *DuckDB load*, *DuckDB scan*: the engine alone, as a floor: the book into a table of a file, and
  the greatest value of each column.

Memory is that of the process at its peak. dbt runs with the project's own limits for DuckDB
(`SALES_INSIGHTS_MEMORY`, `SALES_INSIGHTS_THREADS`), the others with as much memory and as many
cores as they take. From {LARGEST} deals on dbt and the script have `memory_limit` {MEMORY_LIMIT},
and dbt runs one model at a time (`--threads 1`); pandas takes no part beyond {LARGE}.

`make bench` goes on where it was when it is run again after a kill; `make bench
BENCH='--sizes 5k,100k,1M,10M,30M'` asks for the largest book too.
"""

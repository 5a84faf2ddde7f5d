"""What docs/scaling.md says of the figures of `make scaling`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from document import markdown_table

from bench.contenders import MEMORY_LIMIT
from bench.figures import each_more_million
from bench.sizes import LARGEST, deals_of

BLOCK = r"(?<=<!-- made by make scaling: {} -->\n).*?(?=<!-- end -->)"
MILLION, BILLION = 1_000_000, 1_000_000_000
ENGINES = {"duckdb": "DuckDB", "postgres": "Postgres"}
BUILDS = {
    "whole": "all written anew",
    "first": "the first build with `incremental`",
    "next": "a day later",
    "again": "once more, nothing new",
}


def of_a_billion(found: Mapping[str, Mapping[str, float]], name: str) -> float:
    """A figure for a billion deals, by what each million more adds to it."""
    each = each_more_million({size: cost[name] for size, cost in found.items()})
    return each * BILLION / MILLION


def growth(found: Mapping[str, Mapping[str, float]], cores: int) -> str:
    """How a build grows, and what that makes of a billion deals."""
    rows = [
        [
            f"{deals_of(size):,}",
            f"{cost['wall']:.0f}",
            f"{cost['cpu']:.0f}",
            f"{cost['megabytes'] / 1000:.2f}",
            f"{cost['gigabytes']:.2f}",
            f"{cost['wall'] / deals_of(size) * MILLION:.1f}",
        ]
        for size, cost in found.items()
    ]
    heads = ["deals", "s", "CPU s", "peak GB", "warehouse GB", "s per million"]
    gigabytes = of_a_billion(found, "gigabytes")
    return (
        f"{markdown_table(heads, rows)}\n\n"
        f"{told_growth(found, 'DuckDB', cores)} and {gigabytes:,.0f} GB of disk. From {LARGEST} on"
        f" DuckDB has `memory_limit` {MEMORY_LIMIT}, and dbt runs one model at a time.\n"
    )


def told_growth(found: Mapping[str, Mapping[str, float]], engine: str, cores: int) -> str:
    """What each million more takes, and how many core hours that makes of a billion."""
    small, *_, large = found
    wall = of_a_billion(found, "wall")
    return (
        f"From {small} to {large} each million more takes {engine}"
        f" {wall * MILLION / BILLION:.1f} s on {cores} cores. By that a billion would take"
        f" {wall / 3600:.1f} hours of them, {wall * cores / 3600:.1f} core hours"
    )


def kept(found: Mapping[str, Mapping[str, Mapping[str, float]]], sizes: Mapping[str, str]) -> str:
    """What kept tables spare, by engine and build."""
    rows = [
        [
            f"{ENGINES[engine]}, {sizes[engine]} deals",
            told,
            *(f"{runs[name][part]:.1f}" for part in ("all", "read", "counted")),
        ]
        for engine, runs in found.items()
        for name, told in BUILDS.items()
    ]
    heads = [
        "",
        "",
        "all models, s",
        "`stg_deals_read`, s",
        "`int_daily_outcomes`, s",
    ]
    verdicts = [
        f"On {ENGINES[engine]} a day later takes {runs['next']['all']:.1f} s, all written anew"
        f" {runs['whole']['all']:.1f} s: {spared(runs['next']['all'], runs['whole']['all'])}."
        for engine, runs in found.items()
    ]
    return f"{markdown_table(heads, rows)}\n\n{' '.join(verdicts)}\n"


def spared(took: float, whole: float) -> str:
    """Whether kept tables were worth it; a tenth more or less is noise."""
    if took <= 0.9 * whole:
        return f"kept tables spare {1 - took / whole:.0%}"
    if took <= 1.1 * whole:
        return "no gain that stands out from noise"
    return f"kept tables cost {took / whole - 1:.0%}"


def cluster(
    found: Mapping[str, Mapping[str, Any]],
    alone: Mapping[str, Mapping[str, float]],
    machine: str,
    cores: int,
) -> str:
    """What the cluster took by size, beside DuckDB, and whether its tables are DuckDB's."""
    rows = [
        [
            f"{deals_of(size):,}",
            f"{cost['wall']:.0f}",
            f"{alone[size]['wall']:.0f}" if size in alone else "-",
            str(len(cost["differing"])),
            ", ".join(f"`{name}` {rows:,}" for name, rows in cost["differing"].items() if rows)
            or "none",
        ]
        for size, cost in found.items()
    ]
    heads = ["deals", "Spark, s", "DuckDB, s", "public tables compared", "rows that differ"]
    text = f"`dbt run` on a cluster of {machine}:\n\n{markdown_table(heads, rows)}\n"
    return f"{text}\n{told_growth(found, 'Spark', cores)}.\n"


def filled(text: str, name: str, block: str) -> str:
    """A page with a block in its place, and nothing else changed."""
    pattern = BLOCK.format(name)
    return re.sub(pattern, lambda _: block, text, count=1, flags=re.DOTALL)

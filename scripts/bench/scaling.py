"""What docs/scaling.md says of the figures of `make scaling`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from document import markdown_table

from bench.sizes import deals_of

BLOCK = r"(?<=<!-- made by make scaling: {} -->\n).*?(?=<!-- end -->)"
MILLION, BILLION = 1_000_000, 1_000_000_000
ENGINES = {"duckdb": "DuckDB", "postgres": "Postgres"}
BUILDS = {
    "whole": "all written anew",
    "first": "the first build with `incremental`",
    "next": "a day later",
    "again": "once more, nothing new",
}


def each_more_million(found: Mapping[str, Mapping[str, float]], name: str) -> float:
    """What each million that the largest book has more than the smallest adds to a figure."""
    small, large = (list(found)[place] for place in (0, -1))
    millions = (deals_of(large) - deals_of(small)) / MILLION
    return (found[large][name] - found[small][name]) / millions


def growth(found: Mapping[str, Mapping[str, float]]) -> str:
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
    wall, cpu, gigabytes = (each_more_million(found, name) for name in ("wall", "cpu", "gigabytes"))
    thousands = BILLION / MILLION
    small, *_, large = found
    return (
        f"{markdown_table(heads, rows)}\n\n"
        f"From {small} to {large} each million more takes {wall:.1f} s, {cpu:.1f} CPU s and"
        f" {gigabytes:.2f} GB of disk. On this machine a billion would by that take"
        f" {wall * thousands / 3600:.1f} hours, {cpu * thousands / 3600:.0f} core hours and"
        f" {gigabytes * thousands:,.0f} GB.\n"
    )


def kept(found: Mapping[str, Mapping[str, Mapping[str, float]]], size: str) -> str:
    """What kept tables spare, by engine and build."""
    rows = [
        [ENGINES[engine], told, *(f"{runs[name][part]:.1f}" for part in ("all", "read", "counted"))]
        for engine, runs in found.items()
        for name, told in BUILDS.items()
    ]
    heads = [
        "engine",
        f"{size} deals",
        "`dbt run`, s",
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
    each = each_more_million(found, "wall")
    hours = each * BILLION / MILLION * cores / 3600
    small, *_, large = found
    return (
        f"{text}\nFrom {small} to {large} each million more takes Spark {each:.1f} s on {cores}"
        f" cores; a billion would by that take {hours:.0f} core hours.\n"
    )


def filled(text: str, name: str, block: str) -> str:
    """A page with a block in its place, and nothing else changed."""
    pattern = BLOCK.format(name)
    return re.sub(pattern, lambda _: block, text, count=1, flags=re.DOTALL)

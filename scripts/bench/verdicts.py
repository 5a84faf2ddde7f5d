"""What the figures of a benchmark come to: bounds beside what was reached, and why where short."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from bench.contenders import FORMS, MEMORY_LIMIT, PEERS
from bench.figures import NAMES, Medians, book_sizes, each_more_million, seconds
from bench.sizes import BASE, LARGE, LARGEST

PARSES, EXTRA_SECONDS = 3, 1.5
FIXED_SECONDS, BY_HAND_TIMES = 4, 1.3
MEGABYTES = 1000
GROWTH = 1.1
SHORT, PASS, UNKNOWN = "**short**", "pass", "not measured"


class Bound(NamedTuple):
    """What was asked for, in words, the most that it allows, and what was reached."""

    what: str
    limit: str
    most: float | None
    reached: float | None
    unit: str = "s"

    def row(self) -> list[str]:
        """The cells of a table, the verdict last."""
        if self.most is None or self.reached is None:
            verdict = UNKNOWN
        else:
            verdict = PASS if self.reached <= self.most else SHORT
        # What only has to finish may take as long as it likes.
        most = None if self.most == inf else self.most
        return [self.what, self.limit, self.told(most), self.told(self.reached), verdict]

    def told(self, value: float | None) -> str:
        """A figure with its unit, or that there is none."""
        if value is None:
            return "-"
        return seconds(value) if self.unit == "s" else f"{value:,.0f} {self.unit}"


def bounds(found: Medians) -> list[Bound]:
    """What was asked for beside what was reached."""

    def wall(
        contender: str, size: str = "bundled", form: str = "", times: float = 1, more: float = 0
    ) -> float | None:
        costs = found.get((contender, size, form))
        return costs.wall * times + more if costs else None

    large = f"`dbt run`, {LARGE} deals as CSV"
    seconds_reached = wall("dbt", LARGE, "csv")
    by_hand = wall("by hand", LARGE, "csv", BY_HAND_TIMES, FIXED_SECONDS)
    costs = found.get(("dbt", LARGE, "csv"))
    first, then = grown(found, BASE, LARGE), grown(found, LARGE, LARGEST)
    return [
        Bound(
            "`dbt build`, bundled deals",
            f"{PARSES} times a warm `dbt parse`",
            wall("dbt parse", times=PARSES),
            wall("dbt build"),
        ),
        Bound(
            "`make build` the second time, bundled deals",
            f"{EXTRA_SECONDS} s more than the `dbt build` in it",
            wall("dbt build without unit tests", more=EXTRA_SECONDS),
            wall("make build"),
        ),
        Bound(
            large,
            f"{FIXED_SECONDS} s and {BY_HAND_TIMES} times the script by hand",
            by_hand,
            seconds_reached,
        ),
        Bound(large, "Polars", wall("Polars", LARGE, "csv"), seconds_reached),
        Bound(
            f"peak memory of it, {LARGE} deals as CSV",
            "1 GB",
            MEGABYTES,
            costs.megabytes if costs else None,
            "MB",
        ),
        Bound(
            f"`dbt run`, {LARGEST} deals as CSV, DuckDB's `memory_limit` at {MEMORY_LIMIT}",
            "finishes",
            inf,
            wall("dbt", LARGEST, "csv"),
        ),
        Bound(
            f"each million more as CSV, {LARGE} to {LARGEST} (that with {MEMORY_LIMIT})",
            f"{GROWTH} times one from {BASE} to {LARGE}",
            None if first is None else first * GROWTH,
            then,
        ),
    ]


def reading(found: Medians) -> str:
    """What the figures come to, in sentences."""
    sizes = book_sizes(found)
    sentences = [
        sentence
        for size in [size for size in sizes if size in (LARGE, LARGEST)] or sizes[-1:]
        for form in FORMS
        for sentence in compared(found, size, form)
    ]
    for small, large in ((BASE, LARGE), (LARGE, LARGEST)):
        each = grown(found, small, large)
        if each is not None:
            sentences.append(f"- From {small} to {large} each million more takes {seconds(each)}.")
    return "\n".join(sentences)


def compared(found: Medians, size: str, form: str) -> Iterator[str]:
    """How `dbt run` compares with all others on one book."""
    dbt, script = (found.get((name, size, form)) for name in ("dbt", "by hand"))
    if not (dbt and script):
        return
    takes = f"- {size} deals as {NAMES[form]}: `dbt run` takes"
    yield (
        f"{takes} {seconds(dbt.wall)}, the script by hand {seconds(script.wall)}, of which"
        f" {seconds(script.tail)} are the statements that dbt compiled; dbt takes"
        f" {dbt.wall / script.wall:.1f} times as long."
    )
    for peer in PEERS:
        if other := found.get((peer, size, form)):
            words = "longer" if dbt.wall > other.wall else "less long"
            times = max(dbt.wall, other.wall) / min(dbt.wall, other.wall)
            yield (
                f"{takes} {times:.1f} times {words} than {peer}, with"
                f" {dbt.megabytes / other.megabytes:.1f} times its memory."
            )


def grown(found: Medians, small: str, large: str) -> float | None:
    """The seconds of `dbt run` for each million that the larger book has more, as CSV."""
    costs = {size: found.get(("dbt", size, "csv")) for size in (small, large)}
    if None in costs.values():
        return None
    return each_more_million({size: cost.wall for size, cost in costs.items()})


def why(found: Medians) -> str:
    """Where a bound is missed, what the time goes into."""
    smallest = (book_sizes(found) or [LARGE])[0]
    dbt, script, polars, load = (
        found.get((name, LARGE, "csv")) for name in ("dbt", "by hand", "Polars", "DuckDB load")
    )
    least, least_script = (found.get((name, smallest, "csv")) for name in ("dbt", "by hand"))
    parse, build, models = (
        found.get((name, "bundled", ""))
        for name in ("dbt parse", "dbt build", "dbt build without unit tests")
    )
    sentences = []
    if parse and build and models and build.wall > PARSES * parse.wall:
        sentences.append(
            f"- *`dbt build` of the bundled deals*: {seconds(build.wall - models.wall)} are unit"
            f" tests; without them it takes {models.wall / parse.wall:.1f} times a parse. What dbt"
            " does with them is told below."
        )
    is_over = dbt and script and dbt.wall > FIXED_SECONDS + BY_HAND_TIMES * script.wall
    if is_over and least and least_script and smallest != LARGE:
        more, more_script = dbt.wall - least.wall, script.wall - least_script.wall
        sentences.append(
            f"- *Longer than the script allows*: with {smallest} deals a run takes"
            f" {seconds(least.wall)} too, the script {seconds(least_script.wall)}. What the larger"
            f" book takes beyond that, {seconds(more)}, is {more / more_script:.1f} times the"
            " script's: each cell is read as text, cleaned, parsed and compared with how it came,"
            " so that a rejected row can be shown; the script reads types and trusts that ids have"
            " no stray spaces, dates are ISO and amounts plain."
        )
    if polars and load and dbt and dbt.wall > polars.wall:
        sentences.append(
            "- *Longer than Polars*: it makes twelve tables of the prototype's rules from a file it"
            f" trusts, in {seconds(polars.wall)}, in memory; DuckDB needs {seconds(load.wall)} to"
            " load the file into a table, which a build must have before it can judge a row."
        )
    return "\n".join(["Where it is short:", "", *sentences]) if sentences else ""

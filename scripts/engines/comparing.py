"""Two engines' tables compared, value by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# The name of the input, which each engine is given in its own way.
LEFT_OUT = {("as_of", "read_from")}
# What became of each row of the input is compared too, though it is not public.
STAGED = ("stg_deals", "stg_deals_rejected")
# Floating point is added up in another order on another engine; all else is equal or it is not.
TOLERANCE = 1e-9
# What is 0 but for rounding is compared with this, not with itself.
NOTHING = 1e-6


@dataclass(frozen=True)
class Table:
    """The columns and rows of a table."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass
class Compared:
    """How many rows and values of a table were compared, and how they differ."""

    rows: int = 0
    values: int = 0
    largest: float = 0.0
    differences: list[str] = field(default_factory=list)


def relative(expected: float, actual: float) -> float:
    """How far two numbers are apart, as a share of the larger one."""
    if expected == actual:
        return 0.0
    return abs(expected - actual) / max(abs(expected), abs(actual), NOTHING)


def compare(name: str, expected: Table, actual: Table) -> Compared:
    """Compare a table of two engines; order of rows is no difference, order of columns is one."""
    found = Compared()
    if list(expected.columns) != list(actual.columns):
        found.differences.append(f"columns {list(expected.columns)} and {list(actual.columns)}")
        return found
    if len(expected.rows) != len(actual.rows):
        found.differences.append(f"{len(expected.rows)} rows and {len(actual.rows)}")
        return found
    kept = [i for i, column in enumerate(expected.columns) if (name, column) not in LEFT_OUT]
    inexact = [
        i for i in kept if any(isinstance(row[i], float) for row in (*expected.rows, *actual.rows))
    ]
    exact = [i for i in kept if i not in inexact]

    def in_order(table: Table) -> list[Sequence[Any]]:
        # Rows alike but for their figures are told apart by these, roughly.
        return sorted(
            table.rows,
            key=lambda row: (
                [str(row[i]) for i in exact],
                [(row[i] is None, round(row[i] or 0, 6)) for i in inexact],
            ),
        )

    for left, right in zip(in_order(expected), in_order(actual), strict=True):
        found.rows += 1
        found.values += len(kept)
        for i in kept:
            is_equal = left[i] == right[i] and type(left[i]) is type(right[i])
            if isinstance(left[i], float) and isinstance(right[i], float):
                apart = relative(left[i], right[i])
                found.largest = max(found.largest, apart)
                is_equal = apart <= TOLERANCE
            if not is_equal:
                where = {expected.columns[j]: left[j] for j in exact[:4]}
                found.differences.append(
                    f"{expected.columns[i]}: {left[i]!r} and {right[i]!r} at {where}"
                )
    return found


def compare_all(expected: Mapping[str, Table], actual: Mapping[str, Table]) -> dict[str, Compared]:
    """Every table of either engine, compared; one that the other lacks is a difference."""
    compared = {}
    for name in sorted({*expected, *actual}):
        if name in expected and name in actual:
            compared[name] = compare(name, expected[name], actual[name])
        else:
            compared[name] = Compared(differences=["only one engine has it"])
    return compared


def summary(compared: Mapping[str, Compared]) -> str:
    """The differences of all tables, the commonest columns first, for people to read."""
    lines = []
    for name, table in compared.items():
        columns = Counter(line.split(":")[0] for line in table.differences)
        for column, times in columns.most_common():
            first = next(line for line in table.differences if line.split(":")[0] == column)
            lines.append(f"{name}.{first} ({times} of {table.rows} rows)")
    return "\n".join(lines)

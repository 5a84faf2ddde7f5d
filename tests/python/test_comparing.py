"""The comparison of engines sees what differs, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest
from engines.comparing import Table, compare, compare_all, summary

COLUMNS = ["name", "rate", "day", "amount"]
ROWS = [
    ("a", 0.5, date(2025, 1, 1), Decimal("1.50")),
    ("b", None, None, None),
    ("b", 0.25, None, Decimal("2.00")),
]


def against(*rows: tuple, columns: list[str] = COLUMNS):
    return compare("table", Table(COLUMNS, ROWS), Table(columns, rows))


def test_order_of_rows_and_the_last_digits_of_a_double_are_no_difference():
    a, b, c = ROWS
    found = against(c, ("a", 0.5 * (1 + 5e-10), *a[2:]), b)
    assert (found.rows, found.values, found.differences) == (3, 12, [])
    assert found.largest == pytest.approx(5e-10, rel=1e-3)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("a", 0.5 * (1 + 2e-9), date(2025, 1, 1), Decimal("1.50")), "rate: 0.5 and 0.500000001"),
        (("a", None, date(2025, 1, 1), Decimal("1.50")), "rate: 0.5 and None"),
        (("a", 0.5, date(2025, 1, 2), Decimal("1.50")), "day: "),
        (("a", 0.5, date(2025, 1, 1), Decimal("1.51")), "amount: "),
        (("a", 0.5, date(2025, 1, 1), 1.5), "amount: "),
        (("A", 0.5, date(2025, 1, 1), Decimal("1.50")), "name: 'a' and 'A'"),
    ],
)
def test_what_differs_is_told_with_where(change, told):
    [first, *_] = against(change, *ROWS[1:]).differences
    assert first.startswith(told)


def test_columns_rows_and_whole_tables_are_missed():
    assert against(*ROWS[1:]).differences == ["3 rows and 2"]
    assert against(*ROWS, columns=COLUMNS[::-1]).differences[0].startswith("columns ")
    compared = compare_all({"one": Table(COLUMNS, ROWS)}, {"two": Table(COLUMNS, ROWS)})
    assert "one.only one engine has it" in summary(compared)
    assert "two.only one engine has it" in summary(compared)

"""The books of deals on which engines are compared."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from common.warehouse import ROOT

BUNDLED_FILE = ROOT / "seeds" / "skygeni_sales_data.csv"
# A deal that nothing is wrong with.
GOOD = {
    "deal_id": "X1",
    "created_date": "2025-01-05",
    "closed_date": "2025-02-04",
    "sales_rep_id": "rep_1",
    "industry": "SaaS",
    "region": "Europe",
    "product_type": "Core",
    "lead_source": "Inbound",
    "deal_stage": "Closed",
    "deal_amount": "1000",
    "sales_cycle_days": "30",
    "outcome": "Won",
}
HEADER = list(GOOD)
# One cell each that staging has to judge: read, repaired, or rejected with its reason.
CELLS = {
    "deal_id": ["", " X2 ", "x1", "X|1", "É1", "_a", "-b", "😀", "D" * 5000],
    "created_date": [
        *("", "2025-02-30", "2024-02-29", "2023-02-29", "05/01/2025", "30/02/2025", "2025-1-5"),
        *("2025-01-05 10:00:00", "2025-01-05T23:59:59.123Z", "2025-01-05T10:00:00+05:30"),
        *("0025-01-05", "3025-01-05", "2025-13-01", "2025-01-05x", "1900-02-29", "2000-02-29"),
    ],
    "closed_date": ["", "TBD", "2024-12-31", "2025-02-04 08:00", "04/02/2025", "2026-01-01"],
    "sales_rep_id": ["", "rép 9", " rep_1 "],
    "industry": ["", "  fin   tech ", "FINTECH", "n/a", "ÉDUCATION", "<b>x</b>", "a\u200bb\ufeff"],
    "region": ["", "eu\u00a0rope", "EUROPE", "Åland", "=1+1", "o'brien"],
    "product_type": ["", "core", "PRO"],
    "lead_source": ["", "in-bound", "INBOUND", "tab\there", "é" * 60],
    "deal_stage": ["", "closed", "NEGOTIATION ", "Closed Won"],
    "deal_amount": [
        *("", "$1,234.50", "1 234", "1.234", "1.234,50", "-5", "-$5", "0", "1e5", "NaN", "ten"),
        *("0.125", "0.135", "999999999999.99", "999999999999.995", "1000000000000", "9" * 300),
        *("1,234,567.8", "$ 99", "€5", "1234.5678"),
    ],
    "sales_cycle_days": ["", "30.5", "29.5", "-1", "1e1", "ten", "99999999999", " 31 ", ".5", "5."],
    "outcome": ["", "won", "Closed Lost", "In Progress", "Maybe", "LOST"],
}


@dataclass(frozen=True)
class Book:
    """An input and the vars that a build of it has."""

    name: str
    told_as: str
    vars: Mapping[str, Any] = field(default_factory=dict)
    is_bundled: bool = True
    is_dirty: bool = False

    def write(self, path: Path) -> None:
        """The deals as a Parquet file of text columns."""
        rows = bundled() + faulty() if self.is_dirty else []
        columns = ", ".join(f"cast(null as varchar) as {name}" for name in HEADER)
        with duckdb.connect() as connection:
            connection.execute(f"create table deals as select {columns} limit 0")
            if rows:
                marks = ", ".join("?" * len(HEADER))
                values = [[row[name] or None for name in HEADER] for row in rows]
                connection.executemany(f"insert into deals values ({marks})", values)
            connection.execute(f"copy deals to '{path}' (format parquet)")


def bundled() -> list[dict[str, str]]:
    """The bundled deals, as text."""
    with BUNDLED_FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faulty() -> list[dict[str, str]]:
    """Deals each with one odd cell, and deals that are there twice, alike or changed."""
    deals = [GOOD | {"deal_id": "X0"}, GOOD | {"deal_id": "X0"}]
    deals += [GOOD | {"deal_id": "X1"}, GOOD | {"deal_id": "X1", "deal_amount": "2000"}]
    for column, cells in CELLS.items():
        for number, cell in enumerate(cells):
            deals.append(GOOD | {"deal_id": f"{column}-{number}"} | {column: cell})
    return deals


BOOKS = {
    book.name: book
    for book in (
        Book("bundled", "the bundled deals"),
        Book("prototype", "the bundled deals, ruleset `prototype`", {"ruleset": "prototype"}),
        Book(
            "dirty",
            "the bundled deals and some hundred faulty rows, with a form of dates, by months",
            {"date_format": "%d/%m/%Y", "change_period": "month"},
            is_bundled=False,
            is_dirty=True,
        ),
        Book("empty", "a header and no deals", is_bundled=False),
    )
}

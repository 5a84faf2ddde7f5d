"""Tables that are kept from build to build are those that are written anew."""

from __future__ import annotations

import importlib.util
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from common.trouble import Trouble
from engines import building, postgres
from engines.books import CELLS, GOOD, HEADER, bundled, faulty
from engines.comparing import Table, compare_all, summary

Rows = list[dict[str, str]]
DATABASE = "SALES_INSIGHTS_DB"
SCHEMA = "SALES_INSIGHTS_PG_SCHEMA"
# What is kept, and what rests on it alone; all other tables are made of these by each build.
RELATIONS = ("stg_deals", "stg_deals_rejected", "deals", "int_daily_outcomes")
SELECTED = ("--select", *(f"+{name}" for name in RELATIONS), "public_tables")


def some_days_later(rows: Rows) -> Rows:
    """New deals at the end, the as-of date with them; corrections of old deals and new outcomes."""
    open_deals = [row for row in rows if row["outcome"] == "Open"]
    for row in open_deals[:40]:
        row.update(outcome="Won", closed_date="2025-07-10")
    rows[10]["deal_amount"] = "123456"
    rows[11].update(outcome="Won" if rows[11]["outcome"] == "Lost" else "Lost")
    rows[12]["industry"] = "fin tech"
    rows[13]["created_date"] = "2024-02-30"
    return [*rows, *(GOOD | {"deal_id": f"N{i}", "closed_date": "2025-07-15"} for i in range(60))]


def reopened_and_deleted(rows: Rows) -> Rows:
    """Closed deals that are open again, and deals gone: in the midst, at the end, all of a day."""
    closed = [row for row in rows if row["outcome"] == "Won"]
    for row in closed[:30]:
        row.update(outcome="Open", closed_date="")
    day = closed[100]["closed_date"]
    kept = [row for row in rows if row["closed_date"] != day]
    return [*kept[:2000], *kept[2003:-20], rows[5] | {"deal_amount": "77"}]


def shaken(rows: Rows) -> Rows:
    """Odd cells, rows twice, rows gone and rows moved, at random."""
    chance = random.Random(6)
    for row in chance.sample(rows, 200):
        column = chance.choice(HEADER)
        row[column] = chance.choice(CELLS[column])
    rows = [row for row in rows if chance.random() > 0.01]
    for row in chance.sample(rows, 50):
        rows.insert(chance.randrange(len(rows)), dict(row))
    return rows


@dataclass
class Warehouse:
    """A project's tables on an engine, kept and whole, and the input that both are built of."""

    engine: str
    folder: Path
    server: Mapping[str, str]

    def read(self, rows: Rows) -> None:
        deals = self.folder / "deals.parquet"
        names = ", ".join(f"{name} varchar" for name in HEADER)
        marks = ", ".join("?" * len(HEADER))
        with duckdb.connect() as connection:
            connection.execute(f"create table deals ({names})")
            values = [[row[name] or None for name in HEADER] for row in rows]
            connection.executemany(f"insert into deals values ({marks})", values)
            connection.execute(f"copy deals to '{deals}' (format parquet)")
        if self.engine == "postgres":
            postgres.load(self.server, "crm", deals)

    def build(self, kind: str, *arguments: str) -> None:
        if self.engine == "postgres":
            dbt_vars = {"deals_relation": "crm.deals"}
        else:
            dbt_vars = {"deals_file": str(self.folder / "deals.parquet")}
        if kind == "kept":
            dbt_vars["incremental"] = True
        folder = self.folder / kind
        folder.mkdir(exist_ok=True)
        settings = {**self.server, DATABASE: str(self.folder / f"{kind}.duckdb"), SCHEMA: kind}
        untested = ("--exclude-resource-types", "test", "unit_test")
        arguments = ("build", *untested, *arguments, "--vars", json.dumps(dbt_vars))
        building.dbt(self.engine, folder, list(arguments), settings)

    def ask(self, kind: str, query: str, *names: str) -> list:
        """Rows of a query, whose tables are those of one kind."""
        if self.engine == "postgres":
            with postgres.connect(self.server) as connection, connection.cursor() as cursor:
                cursor.execute(query.format(*(f"{kind}.{name}" for name in names)))
                return cursor.fetchall() if cursor.description else []
        with duckdb.connect(str(self.folder / f"{kind}.duckdb")) as connection:
            return connection.execute(query.format(*names)).fetchall()

    def tables(self, kind: str) -> dict[str, Table]:
        public = [name for (name,) in self.ask(kind, "select table_name from {}", "public_tables")]
        there = {
            name for (name,) in self.ask(kind, "select table_name from information_schema.tables")
        }
        found = {}
        for name in {*RELATIONS, *public} & there:
            columns = self.columns(name)
            query = f"select {', '.join(columns)} from {{}}"
            found[name] = Table(columns, self.ask(kind, query, name))
        return found

    def columns(self, name: str) -> list[str]:
        """The columns of a table, as the whole one has them: without the hashes of a kept one."""
        query = (
            "select column_name from information_schema.columns"
            f" where table_name = '{name}' and table_schema in ('main', 'whole')"
            " order by ordinal_position"
        )
        return [column for (column,) in self.ask("whole", query)]


@pytest.fixture(params=["duckdb", "postgres"])
def warehouse(request, tmp_path) -> Iterator[Warehouse]:
    if request.param == "duckdb":
        yield Warehouse("duckdb", tmp_path, {})
        return
    if importlib.util.find_spec("dbt.adapters.postgres") is None:
        pytest.skip("needs requirements-postgres.txt")
    if postgres.programs() is None:
        pytest.skip("needs PostgreSQL's server: apt-get install postgresql")
    with postgres.server() as server:
        yield Warehouse("postgres", tmp_path, server)


def test_kept_tables_are_those_that_are_written_anew(warehouse):
    rows = bundled() + faulty()
    warehouse.read(rows)
    warehouse.build("kept", *SELECTED)
    for change in (some_days_later, reopened_and_deleted, shaken):
        rows = change(rows)
        warehouse.read(rows)
        selected = () if change is shaken else SELECTED
        warehouse.build("kept", *selected)
        warehouse.build("whole", *selected)
        compared = compare_all(warehouse.tables("whole"), warehouse.tables("kept"))
        assert summary(compared) == "", change.__name__
        assert compared["int_daily_outcomes"].rows > 20_000
    assert len(compared) > 30

    # What did not differ was not written: it would be right again.
    for table, tampered in (
        ("stg_deals_read", "sales_rep_id = 'tampered' where place = 7"),
        ("int_daily_outcomes", "deals = -1 where grain = 'overall' and deals = 3"),
    ):
        warehouse.ask("kept", f"update {{}} set {tampered}", table)
    warehouse.build("kept", "--select", "stg_deals_read", "int_daily_outcomes")
    assert warehouse.ask(
        "kept", "select place from {} where sales_rep_id = 'tampered'", "stg_deals_read"
    ) == [(7,)]
    assert warehouse.ask("kept", "select min(deals) from {}", "int_daily_outcomes") == [(-1,)]


def test_a_table_that_was_not_kept_is_not_taken_for_one(tmp_path):
    warehouse = Warehouse("duckdb", tmp_path, {})
    warehouse.read(faulty())
    warehouse.build("whole", "--select", "+stg_deals_read")
    (tmp_path / "whole.duckdb").rename(tmp_path / "kept.duckdb")
    with pytest.raises(
        Trouble, match="without the var incremental; build once with --full-refresh"
    ):
        warehouse.build("kept", "--select", "+stg_deals_read")
    warehouse.build("kept", "--full-refresh", "--select", "+stg_deals_read")
    warehouse.build("kept", "--select", "+stg_deals_read")
    (rows,) = warehouse.ask("kept", "select count(*), count(row_hash) from {}", "stg_deals_read")
    assert rows == (len(faulty()), len(faulty()))

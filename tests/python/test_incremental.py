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
from conftest import dbt
from engines import building, postgres
from engines.books import CELLS, GOOD, HEADER, bundled, faulty
from engines.comparing import Table, compare_all, summary

pytestmark = pytest.mark.slow
Rows = list[dict[str, str]]
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
    """Two warehouses of an engine, `kept` and `whole`, and the input that both are built of."""

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

    def build(self, kind: str, *arguments: str) -> str:
        """Models and seeds of one of them; what dbt printed, where it failed."""
        folder = self.folder / kind
        folder.mkdir(exist_ok=True)
        arguments = ("build", "--exclude-resource-types", "test", "unit_test", *arguments)
        dbt_vars = {"incremental": True} if kind == "kept" else {}
        if self.engine == "postgres":
            words = [*arguments, "--vars", json.dumps(dbt_vars | {"deals_relation": "crm.deals"})]
            building.dbt(
                "postgres", folder, words, self.server | {"SALES_INSIGHTS_PG_SCHEMA": kind}
            )
            return ""
        (folder / "deals.parquet").unlink(missing_ok=True)
        (folder / "deals.parquet").symlink_to(self.folder / "deals.parquet")
        done = dbt(folder, *arguments, dbt_vars=dbt_vars | {"deals_file": "deals.parquet"})
        return done.output if done.exit_code else ""

    def ask(self, kind: str, query: str, *names: str) -> list:
        """Rows of a query, whose tables are those of one of them."""
        if self.engine == "postgres":
            with postgres.connect(self.server) as connection, connection.cursor() as cursor:
                cursor.execute(query.format(*(f"{kind}.{name}" for name in names)))
                return cursor.fetchall() if cursor.description else []
        with duckdb.connect(str(self.folder / kind / "warehouse.duckdb")) as connection:
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
    if reason := postgres.lacking():
        pytest.skip(reason)
    with postgres.server() as server:
        yield Warehouse("postgres", tmp_path, server)


def test_kept_tables_are_those_that_are_written_anew(warehouse):
    rows = bundled() + faulty()
    warehouse.read(rows)
    assert not warehouse.build("kept", *SELECTED)
    for changes in ((some_days_later, reopened_and_deleted), (shaken,)):
        for change in changes:
            rows = change(rows)
        warehouse.read(rows)
        # All other tables are written by each build; on one engine, once, they are looked at too.
        selected = () if changes == (shaken,) and warehouse.engine == "duckdb" else SELECTED
        for kind in ("kept", "whole"):
            assert not warehouse.build(kind, *selected)
        compared = compare_all(warehouse.tables("whole"), warehouse.tables("kept"))
        assert summary(compared) == "", changes
        assert compared["int_daily_outcomes"].rows > 20_000
    assert len(compared) > (30 if warehouse.engine == "duckdb" else 4)

    # What did not differ was not written: what is wrong by hand would be right again.
    for table, tampered in (
        ("stg_deals_read", "sales_rep_id = 'tampered' where place = 7"),
        ("int_daily_outcomes", "deals = -1 where grain = 'industry' and deals = 3"),
    ):
        warehouse.ask("kept", f"update {{}} set {tampered}", table)
    assert not warehouse.build("kept", "--select", "stg_deals_read", "int_daily_outcomes")
    query = "select count(*) from {} where sales_rep_id = 'tampered'"
    assert warehouse.ask("kept", query, "stg_deals_read") == [(1,)]
    assert warehouse.ask("kept", "select min(deals) from {}", "int_daily_outcomes") == [(-1,)]


def test_a_table_that_was_not_kept_is_not_taken_for_one(tmp_path):
    warehouse = Warehouse("duckdb", tmp_path, {})
    warehouse.read(faulty())
    selected = ("--select", "+stg_deals_read")
    assert not warehouse.build("whole", *selected)
    (tmp_path / "kept").mkdir()
    (tmp_path / "whole" / "warehouse.duckdb").rename(tmp_path / "kept" / "warehouse.duckdb")
    refused = warehouse.build("kept", *selected)
    assert "built without the var incremental; build once with --full-refresh" in refused
    assert not warehouse.build("kept", "--full-refresh", *selected)
    assert not warehouse.build("kept", *selected)
    query = "select count(*), count(row_hash) from {}"
    assert warehouse.ask("kept", query, "stg_deals_read") == [(len(faulty()), len(faulty()))]

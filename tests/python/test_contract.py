"""The columns that BI tools build on: a change is seen here, before it breaks a dashboard."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import publish
from conftest import ROOT
from delivery.ops import statement

SNAPSHOT = Path(__file__).parent / "golden" / "public_columns.csv"
COLUMNS = """
    select table_name || ',' || column_name || ',' || data_type
        || case when is_nullable then '' else ' not null' end
    from duckdb_columns()
    where list_contains($names, table_name)
    order by table_name, column_index
"""
UNDESCRIBED = f"""
    select table_name, column_name
    from duckdb_columns() as columns
    inner join {publish.RELATIONS} using (database_name, schema_name, table_name)
    where
        list_contains($names, table_name)
        and (columns.comment is null or not coalesce(tables.comment like 'One row%', false))
"""


def asked(query: str, built) -> list[tuple]:
    """The rows of a query on the tables that dbt makes, and on those that notify.py makes."""
    [[names]] = built().rows("select list(table_name) from public_tables")
    with duckdb.connect(str(built().database), read_only=True) as warehouse:
        rows = warehouse.execute(query, {"names": names}).fetchall()
    with duckdb.connect() as told:
        told.execute("attach ':memory:' as warehouse; attach ':memory:' as ops; use ops")
        told.execute("create table warehouse.main.alert_rule_evaluations (rule varchar)")
        for name in ("macros", "schema", "export"):
            told.execute(statement(name))
        return rows + told.execute(query, {"names": list(publish.DELIVERIES)}).fetchall()


def test_public_columns_are_those_of_the_snapshot(built):
    found = [line for (line,) in asked(COLUMNS, built)]
    if os.environ.get("UPDATE_GOLDEN"):
        SNAPSHOT.write_text("\n".join(["table,column,type", *found, ""]), encoding="utf-8")
    known = SNAPSHOT.read_text(encoding="utf-8").splitlines()[1:]
    gone, new = sorted(set(known) - set(found)), sorted(set(found) - set(known))
    assert (gone, new) == ([], []), (
        "public columns changed: add a row to CHANGELOG.md (breaking where something is gone), then"
        " UPDATE_GOLDEN=1 pytest tests/python/test_contract.py"
    )
    assert known == found


def test_every_public_column_is_described_and_its_table_says_its_grain(built):
    assert asked(UNDESCRIBED, built) == []


def test_the_changelog_names_the_version_of_the_project():
    [version] = [
        line.split('"')[1]
        for line in (ROOT / "dbt_project.yml").read_text().splitlines()
        if line.startswith("version:")
    ]
    assert f"\n## {version}\n" in (ROOT / "CHANGELOG.md").read_text()

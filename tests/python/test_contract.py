"""The columns that BI tools build on: a change is seen here, before it breaks a dashboard."""

from __future__ import annotations

import os
from pathlib import Path

from conftest import ROOT

SNAPSHOT = Path(__file__).parent / "golden" / "public_columns.csv"
COLUMNS = """
    select table_name || ',' || column_name || ',' || data_type
        || case when is_nullable then '' else ' not null' end
    from duckdb_columns()
    where table_name in (select table_name from public_tables)
    order by table_name, column_index
"""


def test_public_columns_are_those_of_the_snapshot(built):
    found = [line for (line,) in built().rows(COLUMNS)]
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
    [[tables, columns]] = built().rows(
        """
        select
            count(distinct table_name) filter (where tables.comment not like 'One row%'),
            count(*) filter (where columns.comment is null)
        from duckdb_columns() as columns
        inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
        where table_name in (select table_name from public_tables)
        """
    )
    assert (tables, columns) == (0, 0)


def test_the_changelog_names_the_version_of_the_project():
    [version] = [
        line.split('"')[1]
        for line in (ROOT / "dbt_project.yml").read_text().splitlines()
        if line.startswith("version:")
    ]
    assert f"\n## {version}\n" in (ROOT / "CHANGELOG.md").read_text()

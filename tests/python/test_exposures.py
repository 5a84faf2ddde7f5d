"""The exposures name the columns that the report and the notification read: all, and no other."""

from __future__ import annotations

import re
from datetime import date

import duckdb
import pytest
import yaml
from conftest import ROOT
from delivery.ops import statement
from delivery.rendering import TEMPLATES, neutral, template

# The tables of the warehouse, empty.
TABLES = """
    select table_name, list(column_name order by column_index),
        string_agg('"' || column_name || '" ' || data_type, ', ' order by column_index)
    from duckdb_columns()
    where table_name in (select table_name from public_tables)
        or table_name in ('rule_results', 'alert_silences', 'build_log')
    group by table_name
    order by table_name
"""
# What the statements of notify.py build on, of their own file.
BEFORE = ("macros", "schema", "facts")
AFTER_EACH_OTHER = ("data_troubles", "leader_facts", "export")
# The message, the deliveries and their history; what the report asks of the published marts.
QUERIES = {
    "notification": [
        template("message.sql", neutral).render(),
        *map(statement, AFTER_EACH_OTHER),
    ],
    "report": [
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "scripts" / "reporting" / "sql").glob("*.sql"))
        if path.stem != "deliveries"
    ],
}


def empty(tables: list[tuple[str, list[str], str]]) -> duckdb.DuckDBPyConnection:
    """A warehouse of those tables without a row, and an empty ops file, in memory."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("attach ':memory:' as warehouse; attach ':memory:' as ops")
    connection.execute("use warehouse")
    for name, _, definition in tables:
        connection.execute(f"create table {name} ({definition})")
    connection.execute("use ops")
    connection.execute("set variable today = ?", [date(2025, 6, 30)])
    for name in BEFORE:
        connection.execute(statement(name))
    return connection


def reads(connection: duckdb.DuckDBPyConnection, queries: list[str], column: str) -> bool:
    """Whether one of the queries fails now that the column has another name."""
    for query in queries:
        try:
            connection.execute(query)
        except duckdb.BinderException as error:
            assert column in str(error)
            return True
    return False


def shown(columns: list[str]) -> set[str]:
    """Columns of an alert that the templates of the notification show: they get the whole row."""
    templates = "".join(path.read_text() for path in TEMPLATES.glob("*.j2"))
    return set(re.findall(r"\balert\.(\w+)", templates)) & set(columns)


@pytest.mark.parametrize("name", QUERIES)
def test_an_exposure_names_each_column_that_is_read(built, name):
    tables = built().rows(TABLES)
    public = {table for (table,) in built().rows("select table_name from public_tables")}
    found: dict[str, list[str]] = {}
    with empty(tables) as connection:
        connection.execute("use warehouse" if name == "report" else "use ops")
        assert not reads(connection, QUERIES[name], "all are there")
        for table, columns, _ in tables:
            asking = [each for each in QUERIES[name] if re.search(rf"\b{table}\b", each)]
            for column in sorted(columns) if table in public and asking else ():
                change = f'alter table warehouse.main.{table} rename "{{}}" to "{{}}"'
                connection.execute(change.format(column, "elsewhere"))
                is_shown = (name, table) == ("notification", "alerts") and column in shown(columns)
                if reads(connection, asking, column) or is_shown:
                    found.setdefault(table, []).append(column)
                connection.execute(change.format("elsewhere", column))
    exposures = yaml.safe_load((ROOT / "models" / "exposures.yml").read_text())["exposures"]
    [exposure] = [each for each in exposures if each["name"] == name]
    named = exposure["config"]["meta"]["columns"]
    assert named == found, yaml.safe_dump(found, default_flow_style=None, width=100)
    assert exposure["depends_on"] == [f"ref('{table}')" for table in sorted(found)]

"""Warehouses on which nothing is run here: their dialects read the SQL of every model."""

from __future__ import annotations

import json
import re

import pytest
import sqlglot

DIALECTS = ["snowflake", "bigquery", "databricks", "redshift", "trino"]


def trouble(sql: str, dialect: str) -> str | None:
    """Why a dialect does not read a query as one SELECT; None where it does."""
    # dbt writes an apostrophe within a text in the way of the adapter, which here is DuckDB's.
    sql = re.sub(r"(?<=[a-z])''(?=[a-z ])", " ", sql)
    try:
        [statement] = sqlglot.parse(sql, read=dialect)
    except sqlglot.errors.SqlglotError as error:
        return str(error).splitlines()[0]
    return None if isinstance(statement, sqlglot.exp.Query) else type(statement).__name__


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_model_is_read(built, dialect):
    manifest = json.loads((built().target / "manifest.json").read_text())
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert len(models) > 80
    troubles = {node["name"]: trouble(node["compiled_code"], dialect) for node in models}
    assert {name: reason for name, reason in troubles.items() if reason} == {}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("snowflake", "select sum(a) over w as b from t window w as (partition by c)"),
        ("bigquery", "select 1 as a union select 2 as a"),
        ("redshift", "select ( from t"),
        ("trino", "create table t as select 1"),
        ("databricks", "select 1 as a; select 2 as a"),
    ],
)
def test_what_a_dialect_does_not_read_is_told(dialect, sql):
    with pytest.raises((AssertionError, ValueError)):
        assert trouble(sql, dialect) is None

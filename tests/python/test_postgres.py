"""Postgres: a real server, on which every model and test passes and every table is DuckDB's."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from common.trouble import Trouble
from conftest import ROOT
from engines import building, postgres
from engines.books import BOOKS
from engines.comparing import compare_all, summary

pytestmark = pytest.mark.slow
if importlib.util.find_spec("dbt.adapters.postgres") is None:
    pytest.skip("needs requirements-postgres.txt", allow_module_level=True)
if reason := postgres.lacking():
    pytest.skip(reason, allow_module_level=True)


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with postgres.server() as environment:
        yield environment


def dbt(server: dict[str, str], folder: Path, *arguments: str, schema: str = "main") -> str:
    folder.mkdir(exist_ok=True)
    environment = server | {"SALES_INSIGHTS_PG_SCHEMA": schema}
    return building.dbt("postgres", folder, list(arguments), environment)


@pytest.fixture(scope="module")
def whole(server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `dbt build` printed: every model, data test and unit test, in the schema `main`."""
    return dbt(server, tmp_path_factory.mktemp("whole"), "build")


def asked(server: dict[str, str], query: str) -> list[tuple]:
    with postgres.connect(server) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_every_model_and_every_test_passes(server, whole):
    assert " ERROR=0 SKIP=0 " in whole
    assert " WARN=0 " in whole
    assert asked(server, "select status from main.build_log order by recorded_at") == [
        ("started",),
        ("passed",),
    ]


@pytest.mark.parametrize("book", BOOKS.values(), ids=lambda book: book.name)
def test_every_value_is_that_of_duckdb(server, whole, tmp_path, built, book):
    if book.is_bundled:
        of_duckdb = building.duckdb_tables(built(**book.vars).database)
    else:
        of_duckdb = building.build("duckdb", book, tmp_path / "duckdb", {})
    if book.is_bundled and not book.vars:
        of_postgres = postgres.tables(server, "main")
    else:
        of_postgres = building.build("postgres", book, tmp_path / "postgres", server)
    compared = compare_all(of_duckdb, of_postgres)
    assert summary(compared) == ""
    assert len(compared) > 30
    if book.name != "empty":
        assert sum(table.values for table in compared.values()) > 500_000


def test_the_server_itself_enforces_the_contracts(server, whole):
    types = asked(
        server,
        "select distinct data_type, collation_name from information_schema.columns"
        " where table_schema = 'main' and table_name in ('alerts', 'deal_risk', 'win_rate_trend')",
    )
    assert set(types) == {
        ("text", "C"),
        *((name, None) for name in ("bigint", "boolean", "date", "double precision", "numeric")),
    }
    with pytest.raises(Exception, match="violates check constraint"):
        asked(server, "update main.win_rate_by_segment set win_rate = 2 returning 1")
    with pytest.raises(Exception, match="violates not-null constraint"):
        asked(server, "update main.deal_risk set industry = null returning 1")


def test_a_model_that_breaks_its_contract_is_refused(server, whole, tmp_path, monkeypatch):
    project = tmp_path / "project"
    copytree(ROOT, project, symlinks=True, ignore=ignore_patterns(".git", ".venv*", "target"))
    contract = project / "models" / "alerts" / "alert_thresholds.yml"
    text = contract.read_text()
    assert "data_type: double" in text
    contract.write_text(text.replace("data_type: double", "data_type: bigint", 1))
    monkeypatch.setattr(building, "ROOT", project)
    with pytest.raises(Trouble, match="data type mismatch"):
        dbt(server, tmp_path, "run", "--select", "alert_thresholds")


def test_a_file_is_refused_with_what_to_do_instead(server, tmp_path):
    arguments = ("run", "--select", "stg_deals_raw", "--vars", "deals_file: deals.csv")
    with pytest.raises(Trouble, match="deals_file cannot be read by Postgres"):
        dbt(server, tmp_path, *arguments, schema="refused")


@pytest.mark.parametrize(
    ("date_format", "told"),
    [
        ("%d/%m", "it names no year"),
        ("%d %Y", "or no month"),
        ("%j/%Y", "postgres does not read %j"),
    ],
)
def test_a_form_of_dates_that_is_not_read_here_is_refused(server, tmp_path, date_format, told):
    dbt_vars = f"date_format: '{date_format}'"
    with pytest.raises(Trouble, match=told):
        dbt(server, tmp_path, "seed", "--vars", dbt_vars, schema="dates")
        dbt(server, tmp_path, "run", "-s", "+stg_deals_typed", "--vars", dbt_vars, schema="dates")


def test_a_failed_test_shows_its_first_rows(server, tmp_path):
    book = BOOKS["dirty"]
    deals = tmp_path / "deals.parquet"
    book.write(deals)
    postgres.load(server, "crm", deals)
    dbt_vars = "{deals_relation: crm.deals, thresholds: {max_rejected_share: 0.001}}"
    selected = ("--select", "+few_rows_are_rejected", "--exclude-resource-type", "unit_test")
    with pytest.raises(Trouble) as failed:
        dbt(server, tmp_path, "build", *selected, "--vars", dbt_vars, schema="failed")
    assert "fail: few_rows_are_rejected\n    rejection_reason = " in str(failed.value)
    statuses = asked(server, "select status from failed.build_log order by recorded_at")
    assert statuses == [("started",), ("failed",)]

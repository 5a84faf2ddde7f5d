"""Spark: on which every model and test passes and every table is DuckDB's.

Most of it takes minutes each: `make test-spark` runs all, `make test-spark-quick` the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from common.trouble import Trouble
from conftest import ROOT
from engines import building, spark
from engines.books import BOOKS
from engines.comparing import Table, compare_all, summary

if reason := spark.lacking():
    pytest.skip(f"{reason}; `make test-spark` has it", allow_module_level=True)
slow = pytest.mark.slow
STAGED = ("--select", "+stg_deals", "+stg_deals_rejected", "public_tables")
CAUTIOUS = ("--indirect-selection", "cautious", "--exclude-resource-type", "unit_test")


def dbt(
    folder: Path, *arguments: str, settings: Mapping[str, str] | None = None, **dbt_vars
) -> str:
    folder.mkdir(exist_ok=True)
    found = spark.environment(folder) | (settings or {})
    return building.dbt("spark", folder, [*arguments, "--vars", json.dumps(dbt_vars)], found)


def staged(folder: Path) -> dict[str, Table]:
    """The staged rows, as Spark has them."""
    return {
        name: table
        for name, table in spark.tables(spark.environment(folder), "sales_insights", folder).items()
        if name.startswith("stg_")
    }


def test_a_folder_of_parquet_is_staged_as_on_duckdb(tmp_path):
    book = BOOKS["dirty"]
    deals = tmp_path / "deals"
    deals.mkdir()
    book.write(deals / "part.parquet")
    dbt(tmp_path, "build", *STAGED, *CAUTIOUS, deals_file=str(deals), **book.vars)
    of_duckdb = tmp_path / "duckdb"
    of_duckdb.mkdir()
    dbt_vars = {"deals_file": f"{deals}/*.parquet", **book.vars}
    building.dbt(
        "duckdb",
        of_duckdb,
        ["build", *STAGED, *CAUTIOUS, "--vars", json.dumps(dbt_vars)],
        {"SALES_INSIGHTS_DB": str(of_duckdb / "warehouse.duckdb")},
    )
    expected = building.duckdb_tables(of_duckdb / "warehouse.duckdb", public=False)
    compared = compare_all(expected, staged(tmp_path))
    assert summary(compared) == ""
    assert compared["stg_deals_rejected"].rows > 20


def test_a_deep_query_has_stack_enough(tmp_path):
    """As deep as no model is, and too deep for the stack that Spark has by itself."""
    deep = " + ".join(["a"] * 1000)
    said = dbt(tmp_path, "show", "--inline", f"select {deep} as total from (select 1 as a)")
    assert "1000" in said


@slow
def test_a_table_is_staged_like_the_seed(tmp_path):
    """The seed as the table that the var names, by which every value is read twice the same."""
    dbt(tmp_path, "build", *STAGED, *CAUTIOUS)
    of_seed = staged(tmp_path)
    relation = "sales_insights.skygeni_sales_data"
    dbt(tmp_path, "run", *STAGED, deals_relation=relation)
    assert summary(compare_all(of_seed, staged(tmp_path))) == ""
    assert len(of_seed["stg_deals"].rows) > 4000


def test_a_csv_file_is_refused_with_what_to_do_instead(tmp_path):
    with pytest.raises(Trouble, match="Spark reads a Parquet file, a folder of them or a pattern"):
        dbt(tmp_path, "run", "--select", "stg_deals_raw", deals_file="deals.csv")


@pytest.mark.parametrize(
    "book",
    [
        pytest.param(book, id=book.name, marks=[] if book.name == "bundled" else [slow])
        for book in BOOKS.values()
    ],
)
def test_every_value_is_that_of_duckdb(tmp_path, book):
    of_duckdb = building.build("duckdb", book, tmp_path / "duckdb", {})
    of_spark = building.build("spark", book, tmp_path / "spark", spark.environment(tmp_path))
    compared = compare_all(of_duckdb, of_spark)
    assert summary(compared) == ""
    assert len(compared) > 30


@slow
def test_every_test_passes(tmp_path):
    printed = dbt(tmp_path, "build")
    assert " WARN=0 ERROR=0 SKIP=0 " in printed


@slow
def test_a_cluster_builds_what_one_process_does(tmp_path, built):
    with spark.cluster(tmp_path / "cluster") as address:
        settings = spark.environment(tmp_path, master=address)
        tables = building.build("spark", BOOKS["bundled"], tmp_path / "spark", settings)
    assert summary(compare_all(building.duckdb_tables(built().database), tables)) == ""


@slow
def test_a_model_that_breaks_its_contract_is_refused(tmp_path, monkeypatch):
    """Parquet has no constraints, so dbt looks for rows that break one."""
    project = tmp_path / "project"
    copytree(ROOT, project, symlinks=True, ignore=ignore_patterns(".git", ".venv*", "target"))
    monkeypatch.setattr(building, "ROOT", project)
    contract = project / "models" / "alerts" / "alert_thresholds.yml"
    text = contract.read_text()
    for old, new, message in (
        ("data_type: double", "data_type: bigint", "data type mismatch"),
        ("type: not_null", 'type: check\n            expression: "name is null"', "break a const"),
    ):
        assert old in text
        contract.write_text(text.replace(old, new, 1))
        with pytest.raises(Trouble, match=message):
            dbt(tmp_path, "run", "--select", "alert_thresholds")

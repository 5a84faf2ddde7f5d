"""What docs/bi.md promises: tools find every public table with its comments in the published file,
each recipe works on it, and the bundle for Superset reads columns that are there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import publish
import pytest
import sqlalchemy
import yaml
from conftest import ROOT
from sqlalchemy.pool import NullPool
from test_publish import NEW, OLD, run, write

BUNDLE = ROOT / "docs" / "superset"
PAGE = (ROOT / "docs" / "bi.md").read_text(encoding="utf-8")
# Where the page's recipes, and where the bundle, look for the published file.
PAGE_FOLDER, BUNDLE_FOLDER = "/srv/sales_insights/published", "/path/to/published"
# What SQLAlchemy makes of each type of a public column.
TYPES = {
    "VARCHAR": "VARCHAR",
    "BIGINT": "BIGINT",
    "INTEGER": "INTEGER",
    "DOUBLE": "FLOAT",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "DECIMAL(18,2)": "NUMERIC(18, 2)",
    "DECIMAL(14,2)": "NUMERIC(14, 2)",
}


def parsed(kind: str) -> dict[str, dict[str, Any]]:
    """The bundle's files of one kind, by name."""
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((BUNDLE / kind).rglob("*.yaml"))
    }


DATABASE = parsed("databases")["sales_insights"]
DATASETS, CHARTS = parsed("datasets"), parsed("charts")
DASHBOARD = parsed("dashboards")["sales_insights"]
DATASET_OF = {
    name: next(found for found in DATASETS.values() if found["uuid"] == chart["dataset_uuid"])
    for name, chart in CHARTS.items()
}


def blocks(language: str) -> list[str]:
    """The page's blocks of code in one language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def columns_of(dataset: Mapping[str, Any]) -> list[str]:
    """The columns that a dataset lists."""
    return [column["column_name"] for column in dataset["columns"]]


def columns_read(params: Mapping[str, Any]) -> set[str]:
    """The columns that a chart names itself."""
    filters = params.get("adhoc_filters", []) + params.get("adhoc_filters_b", [])
    return {
        *params.get("all_columns", []),
        *(json.loads(order)[0] for order in params.get("order_by_cols", [])),
        *(each["subject"] for each in filters),
        *params.get("groupby", []),
        *([params["x_axis"]] if "x_axis" in params else []),
    }


def metrics_read(params: Mapping[str, Any]) -> set[str]:
    """The metrics of its dataset that a chart shows."""
    one = [params["metric"]] if "metric" in params else []
    return {*one, *params.get("metrics", []), *params.get("metrics_b", [])}


@pytest.fixture(scope="module")
def published(built, tmp_path_factory) -> Path:
    """The folder into which a build of the bundled deals was published."""
    folder = tmp_path_factory.mktemp("published")
    assert publish.main(["--db", str(built().database), "--to", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def engine(published) -> sqlalchemy.engine.Engine:
    """The published file as Superset opens it."""
    return sqlalchemy.create_engine(
        DATABASE["sqlalchemy_uri"].replace(BUNDLE_FOLDER, str(published)),
        connect_args=DATABASE["extra"]["engine_params"]["connect_args"],
        poolclass=NullPool,
    )


def test_sqlalchemy_finds_the_public_tables_their_columns_types_and_comments(built, engine):
    inspector = sqlalchemy.inspect(engine)
    tables = dict(
        built().rows(
            f"select table_name, comment from {publish.RELATIONS}"
            " where table_name in (select table_name from public_tables)"
        )
    )
    assert set(inspector.get_table_names("main")) == tables.keys()
    for name, comment in tables.items():
        assert inspector.get_table_comment(name, schema="main")["text"] == comment
        assert comment.startswith("One row")
        found = [
            (each["name"], str(each["type"].compile(engine.dialect)), each["comment"])
            for each in inspector.get_columns(name, schema="main")
        ]
        promised = built().rows(
            "select column_name, data_type, comment from duckdb_columns()"
            f" where table_name = '{name}' order by column_index"
        )
        assert found == [(column, TYPES[of], words) for column, of, words in promised], name
        assert all(words for _, _, words in promised), name


@pytest.mark.slow
def test_sqlalchemy_reflects_all_of_it_at_once(engine):
    everything = sqlalchemy.MetaData()
    with pytest.warns(match="reflection on indices"):
        everything.reflect(engine, schema="main")
    alerts = everything.tables["main.alerts"]
    with engine.connect() as connection:
        severities = connection.execute(sqlalchemy.select(alerts.c.severity).distinct())
        assert {severity for [severity] in severities} == {"critical", "warning", "info"}


def test_nobody_writes_to_the_published_file_or_reads_another(engine, published):
    parquet = published / "current" / "parquet" / "alerts.parquet"
    for query, reason in {
        "create table t (i integer)": "read-only",
        "delete from alerts": "read-only",
        f"select * from '{parquet}'": "disabled",
        "set enable_external_access = true": "Cannot enable",
    }.items():
        with (
            engine.connect() as connection,
            pytest.raises(sqlalchemy.exc.DBAPIError, match=reason),
        ):
            connection.execute(sqlalchemy.text(query))


def test_the_page_opens_the_file_in_python_and_sees_the_next_version(tmp_path):
    [opened] = [block for block in blocks("python") if "sqlalchemy" in block]
    folder, db, found = tmp_path / "published", tmp_path / "warehouse.duckdb", {}
    write(db, 0, OLD)
    run(db, folder)
    exec(opened.replace(PAGE_FOLDER, str(folder)), found)
    assert found["comments"]["alerts"] == "One row per alert, 'told' or not."
    assert {"rule", "reason"} <= {column["name"] for column in found["columns"]}

    def alerts() -> int:
        with found["engine"].connect() as connection:
            return connection.execute(sqlalchemy.text("select count(*) from alerts")).scalar()

    assert alerts() == len(OLD.alerts)
    write(db, 1, NEW)
    run(db, folder)
    assert alerts() == len(NEW.alerts)


def test_the_queries_of_the_page_find_rows(engine):
    assert len(blocks("sql")) == 2
    for query in blocks("sql"):
        with engine.connect() as connection:
            assert connection.execute(sqlalchemy.text(query)).fetchall(), query


def test_the_page_makes_csv_files_for_excel(engine, published, tmp_path, monkeypatch):
    [copied] = [block for block in blocks("python") if ".csv" in block]
    monkeypatch.chdir(tmp_path)
    exec(copied.replace(PAGE_FOLDER, str(published)))
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["alerts.csv", "deal_risk.csv", "win_rate_trend.csv"]
    for file in files:
        counted = f"select (select count(*) from '{file}'), (select count(*) from {file.stem})"
        with duckdb.connect(str(published / "current" / publish.DATABASE)) as reader:
            [[copies, rows]] = reader.execute(counted).fetchall()
        assert copies == rows > 0


def test_parquet_files_that_the_page_names_are_there_and_of_plain_types(published):
    folder = published / "current" / "parquet"
    named = re.findall(r"current\\parquet\\(\w+\.parquet)", PAGE)
    assert named
    assert all((folder / name).exists() for name in named)
    types = duckdb.execute(f"select distinct type from parquet_schema('{folder}/*')").fetchall()
    plain = {"BYTE_ARRAY", "INT32", "INT64", "DOUBLE", "BOOLEAN"}
    assert {of for [of] in types if of} <= plain


def test_datasets_are_public_tables_with_the_columns_they_list(engine):
    inspector = sqlalchemy.inspect(engine)
    for name, dataset in DATASETS.items():
        assert dataset["table_name"] == name
        assert dataset["database_uuid"] == DATABASE["uuid"]
        found = {
            column["name"]: str(column["type"].compile(engine.dialect))
            for column in inspector.get_columns(name, schema=dataset["schema"])
        }
        for column in dataset["columns"]:
            assert found[column["column_name"]] == column["type"], (name, column)
            assert column.get("is_dttm", False) == (column["type"] == "DATE"), (name, column)


def test_datasets_list_what_their_charts_read_and_no_more():
    for name, dataset in DATASETS.items():
        charts = [CHARTS[chart]["params"] for chart in CHARTS if DATASET_OF[chart] is dataset]
        metrics = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}
        assert metrics.keys() == set().union(*map(metrics_read, charts)), name
        words = set(re.findall(r"\w+", " ".join(metrics.values())))
        in_metrics = words & set(columns_of(dataset))
        assert set(columns_of(dataset)) == set().union(in_metrics, *map(columns_read, charts)), name


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_finds_rows_in_the_columns_of_its_dataset(name, engine):
    params, dataset = CHARTS[name]["params"], DATASET_OF[name]
    assert params["viz_type"] == CHARTS[name]["viz_type"]
    assert params.get("column_config", {}).keys() <= set(params.get("all_columns", []))
    assert params.get("adhoc_filters_b", params["adhoc_filters"]) == params["adhoc_filters"]
    metrics = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}
    filters = [
        f"{each['subject']} {each['operator']} '{each['comparator']}'"
        for each in params["adhoc_filters"]
    ]
    by = [params["x_axis"]] if "x_axis" in params else []
    shown = [*params.get("all_columns", []), *by, *(metrics[each] for each in metrics_read(params))]
    order = [json.loads(each)[0] for each in params.get("order_by_cols", [])]
    query = (
        f"select {', '.join(shown)}"
        f" from (select {', '.join(columns_of(dataset))} from {dataset['table_name']})"
        f" where {' and '.join(filters) or 'true'}"
        + (f" group by {by[0]}" if by else "")
        + (f" order by {', '.join(order)}" if order else "")
    )
    with engine.connect() as connection:
        rows = connection.execute(sqlalchemy.text(query)).fetchall()
    assert rows
    assert all(any(value is not None for value in column) for column in zip(*rows, strict=True))


def test_one_segment_and_clock_is_left_of_the_trend(engine):
    # Its metrics take the largest of the rows of a quarter, which is right only of one row.
    filters = CHARTS["win_rate_trend"]["params"]["adhoc_filters"]
    rows = " and ".join(f"{each['subject']} = '{each['comparator']}'" for each in filters)
    with engine.connect() as connection:
        [[quarters, counted]] = connection.execute(
            sqlalchemy.text(
                f"select count(distinct period_start), count(*) from win_rate_trend where {rows}"
            )
        ).fetchall()
    assert quarters == counted == 6


def test_text_of_the_crm_stays_text():
    tables = [chart for chart in CHARTS.values() if chart["viz_type"] == "table"]
    assert tables
    assert all(chart["params"]["allow_render_html"] is False for chart in tables)


def test_the_dashboard_shows_each_chart_once_in_rows_that_fit():
    position = {
        name: part for name, part in DASHBOARD["position"].items() if isinstance(part, dict)
    }
    assert all(part["id"] == name for name, part in position.items())
    shown = [part for part in position.values() if part["type"] == "CHART"]
    assert sorted(part["meta"]["uuid"] for part in shown) == sorted(
        chart["uuid"] for chart in CHARTS.values()
    )
    assert len({part["meta"]["chartId"] for part in shown}) == len(CHARTS)
    children = [child for part in position.values() for child in part.get("children", [])]
    assert sorted([*children, "ROOT_ID", "HEADER_ID"]) == sorted(position)
    for row in (part for part in position.values() if part["type"] == "ROW"):
        assert sum(position[child]["meta"]["width"] for child in row["children"]) == 12


def test_the_exposure_lists_the_columns_that_the_dashboard_reads():
    exposures = yaml.safe_load((ROOT / "models" / "exposures.yml").read_text())["exposures"]
    [exposure] = [each for each in exposures if each["name"] == "superset_dashboard"]
    assert exposure["config"]["meta"]["columns"] == {
        name: sorted(columns_of(dataset)) for name, dataset in DATASETS.items()
    }
    assert exposure["depends_on"] == [f"ref('{name}')" for name in DATASETS]


def test_the_page_packs_a_bundle_that_knows_the_published_file(tmp_path):
    [commands] = [block for block in blocks("bash") if "import-dashboards" in block]
    *packed, imported = commands.strip().splitlines()
    assert imported.startswith("superset import-dashboards")
    subprocess.run(
        ["bash", "-euc", "\n".join(packed)],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path), "SALES_INSIGHTS_PUBLISHED": "/some where/else"},
        check=True,
    )
    [packet] = tmp_path.glob("*/sales_insights.zip")
    with zipfile.ZipFile(packet) as bundle:
        names = {name for name in bundle.namelist() if name.endswith(".yaml")}
        assert names == {
            f"sales_insights/{path.relative_to(BUNDLE)}" for path in BUNDLE.rglob("*.yaml")
        }
        database = yaml.safe_load(bundle.read("sales_insights/databases/sales_insights.yaml"))
    file = database["sqlalchemy_uri"].removeprefix("duckdb:///")
    assert file == f"/some where/else/current/{publish.DATABASE}"
    assert database | {"sqlalchemy_uri": DATABASE["sqlalchemy_uri"]} == DATABASE

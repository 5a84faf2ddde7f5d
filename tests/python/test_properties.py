"""Whatever is thrown at staging: it does not crash, and every row is kept or rejected once.

The compiled SQL of staging runs as it is, on one warehouse, for each generated file.
"""

import csv
import re
from datetime import date
from pathlib import Path

import duckdb
import pytest
from conftest import HEADER, dbt
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

COLUMNS = HEADER.split(",")
# Of any planet, but for what a CSV file in UTF-8 cannot hold.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
DATES = st.one_of(
    st.dates(date(1, 1, 1), date(9999, 12, 31)).map(str),
    st.dates(date(2023, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day}T10:00:00Z"),
    st.from_regex(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}", fullmatch=True),
)
AMOUNTS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.from_regex(r"[-$ ]{0,3}[0-9]{1,3}([,. ][0-9]{1,3}){0,3}", fullmatch=True),
)
WORDS = st.sampled_from(
    ["", " ", "SaaS", "saas ", "EU", "Won", "won", "Lost", "Open", "In Progress", "NULL", "nan"]
)
FIELDS = {
    "deal_id": st.one_of(st.sampled_from(["a", "b", "A ", ""]), ANY_TEXT),
    "created_date": DATES,
    "closed_date": DATES,
    "deal_amount": AMOUNTS,
    "sales_cycle_days": st.integers(-(10**30), 10**30).map(str),
}
WILD_ROW = st.fixed_dictionaries({c: st.one_of(FIELDS.get(c, WORDS), ANY_TEXT) for c in COLUMNS})
# Readable rows of few deals, so that duplicates and corrections happen too.
TAME_ROW = st.fixed_dictionaries(
    {c: WORDS for c in COLUMNS}
    | {
        "deal_id": st.sampled_from(["a", "b"]),
        "created_date": st.just("2024-01-01"),
        "closed_date": st.sampled_from(["2024-01-01", "2024-02-01"]),
        "deal_amount": st.sampled_from(["", "1", "$1,000"]),
        "outcome": st.sampled_from(["Won", "lost", ""]),
    }
)
ROWS = st.lists(st.one_of(TAME_ROW, WILD_ROW), max_size=12)


@pytest.fixture(scope="module")
def staging(tmp_path_factory):
    """A connection to a built warehouse, its input file, and the staging statements in order."""
    folder = tmp_path_factory.mktemp("staging")
    path = folder / "deals.csv"
    path.write_text(HEADER + "\n")
    build = dbt(
        folder,
        *("build", "--select", "+stg_deals", "+stg_deals_rejected", "rejection_reasons"),
        *("--exclude-resource-type", "unit_test"),
        dbt_vars={"deals_file": str(path)},
    )
    assert build.exit_code == 0, build.output
    compiled = build.target / "compiled" / "sales_insights" / "models" / "staging"
    statements = []
    for model in [
        *("stg_deals_raw", "stg_deals_cleaned", "stg_deals_typed", "stg_deals_read"),
        *("stg_deals_numbered", "stg_deals_repeated", "stg_deals_checked"),
        *("stg_deals", "stg_deals_rejected"),
    ]:
        kind = "table" if model in ("stg_deals_read", "stg_deals_repeated") else "view"
        statements.append(
            f"create or replace {kind} {model} as {(compiled / f'{model}.sql').read_text()}"
        )
    with duckdb.connect(str(build.database)) as connection:
        yield connection, path, statements


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=ROWS)
@example(rows=[])
@example(rows=[{**dict.fromkeys(COLUMNS, ""), "deal_id": "a", "created_date": "0000-01-01"}])
@example(rows=[{**dict.fromkeys(COLUMNS, ""), "deal_id": "a\nb", "industry": '"";--'}] * 2)
def test_nothing_crashes_and_nothing_is_lost(staging, rows):
    connection, path, statements = staging
    write(path, rows)
    for statement in statements:
        connection.execute(statement)

    numbers = connection.execute(
        "select source_row_number from stg_deals"
        " union all select source_row_number from stg_deals_rejected order by 1"
    ).fetchall()
    assert [number for [number] in numbers] == list(range(1, len(rows) + 1))

    listed = connection.execute("select rejection_reason from rejection_reasons").fetchall()
    reasons = {reason for [reason] in listed}
    for [told] in connection.execute("select rejection_reason from stg_deals_rejected").fetchall():
        assert set(told.split("; ")) <= reasons

    kept = connection.execute("select * from stg_deals")
    names = [column[0] for column in kept.description]
    ids = []
    for values in kept.fetchall():
        deal = dict(zip(names, values, strict=True))
        assert_acceptable(deal)
        ids.append(deal["deal_id"])
    assert len(ids) == len(set(ids))


def assert_acceptable(deal: dict) -> None:
    """What every accepted deal promises to the models behind it."""
    assert deal["deal_id"].strip()
    assert deal["created_date"] is not None
    assert deal["outcome"] in ("Won", "Lost", "Open")
    assert deal["deal_amount"] is None or 0 <= deal["deal_amount"] < 10**12
    assert (deal["closed_date"] is None) == (deal["outcome"] == "Open")
    assert deal["sales_cycle_days"] is None or deal["sales_cycle_days"] >= 0
    for name in ["industry", "region", "product_type", "lead_source", "deal_stage"]:
        assert deal[name] and deal[name] == deal[name].strip()
        assert not re.search(r"[\x00-\x1f\x7f]", deal[name])


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(dict(zip(COLUMNS, COLUMNS, strict=True)))
        writer.writerows(rows)

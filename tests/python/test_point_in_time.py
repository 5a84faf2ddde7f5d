"""Nothing after the as-of date is used: a file that ends there gives the same figures."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from conftest import BUNDLED_FILE, HEADER, PAST_DAY, stage_with

# Tables about the input as a file, and the ones that hold the raw rows.
ABOUT_THE_FILE = {"build_log", "stg_deals_read", "stg_deals_repeated"}


@pytest.fixture(scope="module")
def forgetful_file(tmp_path_factory) -> Path:
    """The bundled book as it could have been exported on the as-of date."""
    path = tmp_path_factory.mktemp("past") / "deals.csv"
    with BUNDLED_FILE.open(newline="") as whole, path.open("w", newline="") as known:
        writer = csv.DictWriter(known, HEADER.split(","), lineterminator="\n")
        writer.writeheader()
        for deal in csv.DictReader(whole):
            if deal["created_date"] > PAST_DAY:
                continue
            if deal["outcome"] == "Open" or deal["closed_date"] > PAST_DAY:
                deal.update(outcome="Open", closed_date="", sales_cycle_days="")
            writer.writerow(deal)
    return path


@pytest.mark.slow
def test_a_file_without_the_future_changes_no_figure(built, forgetful_file):
    whole, past = (built(path, as_of_date=PAST_DAY) for path in (BUNDLED_FILE, forgetful_file))
    seeds = {path.stem for path in (BUNDLED_FILE.parent).glob("*.csv")}
    tables = {name for [name] in past.rows("select table_name from duckdb_tables()")}
    compared = tables - seeds - ABOUT_THE_FILE | {"deals"}
    assert {"deals", "win_rate_trend", "deal_risk", "alerts", "data_quality"} <= compared
    for name in sorted(compared):
        # Which file it was is not a figure.
        first, second = (
            in_order(build.table(name).drop(columns="read_from", errors="ignore"))
            for build in (whole, past)
        )
        pd.testing.assert_frame_equal(first, second, obj=name)


def test_the_file_of_the_past_is_a_live_extract_of_that_day(tmp_path, forgetful_file):
    """Without the var the date comes out of the data: open deals, so the latest date in it."""
    (tmp_path / "deals.csv").symlink_to(forgetful_file)
    build = stage_with(tmp_path, deals_file="deals.csv")
    assert build.rows("select cast(as_of_date as varchar), decided_by from as_of") == [
        (PAST_DAY, "live_extract")
    ]


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(list(table.columns), kind="stable").reset_index(drop=True)

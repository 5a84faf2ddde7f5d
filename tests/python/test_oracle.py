"""Every mart against an oracle in pandas, written from the definitions and not from the SQL."""

from datetime import date
from pathlib import Path

import oracle
import pandas as pd
import pytest
from conftest import BUNDLED_FILE

TABLES = [
    "as_of",
    "deals",
    "win_rate_baseline",
    "win_rate_by_segment",
    "win_rate_drivers",
    "win_rate_trend",
    "segment_stage_win_rates",
    "deal_risk",
    "pipeline_by_risk_band",
    "pipeline_by_segment",
    "stage_pace",
    "pipeline_quality",
    "insight_cards",
    "rule_win_rate_drop",
    "rule_emerging_driver",
    "rule_low_fit_pipeline",
    "rule_stage_stalling",
]
RENAMED = {
    "pipeline_by_segment": {"pipeline_deals_without_amount": "deals_without_amount"},
    "rule_win_rate_drop": {"drop": "win_rate_drop"},
}


@pytest.fixture(
    scope="module",
    params=[
        ("bundled", "standard", None),
        ("bundled", "prototype", None),
        ("bundled", "standard", "2025-03-15"),
        ("real", "standard", None),
        ("real", "prototype", None),
    ],
    ids=lambda case: "-".join(filter(None, case)),
)
def compared(request, built):
    """A build and what the oracle makes of the same file, ruleset and date."""
    book, ruleset, as_of_date = request.param
    dbt_vars = {"ruleset": ruleset} if ruleset != "standard" else {}
    path: Path = BUNDLED_FILE
    if book == "real":
        path = request.getfixturevalue("real_file")
        dbt_vars["deals_file"] = str(path)
    if as_of_date:
        dbt_vars["as_of_date"] = as_of_date
    build = built(**dbt_vars)
    thresholds = dict(build.rows("select name, value from alert_thresholds"))
    settings = oracle.Settings(
        ruleset=ruleset,
        as_of_date=date.fromisoformat(as_of_date) if as_of_date else None,
        thresholds=thresholds,
    )
    return build, oracle.compute(oracle.read_deals(path), settings)


@pytest.mark.parametrize("name", TABLES)
def test_table_equals_the_oracles(compared, name):
    build, expected_tables = compared
    expected = expected_tables[name].rename(columns=RENAMED.get(name, {}))
    actual = build.table(name)
    assert set(expected.columns) <= set(actual.columns)
    assert_same_rows(actual[list(expected.columns)], expected)


def assert_same_rows(actual: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Both hold the same rows in any order, numbers within 1e-9 (relative above 1)."""
    assert len(actual) == len(expected)
    actual, expected = comparable(actual), comparable(expected)
    pd.testing.assert_frame_equal(actual, expected, check_dtype=False, rtol=1e-9, atol=1e-9)


def comparable(table: pd.DataFrame) -> pd.DataFrame:
    """Plain types, one kind of missing value, and rows ordered by what names them."""
    plain = pd.DataFrame(index=table.index)
    for column in table.columns:
        values = table[column]
        if pd.api.types.is_datetime64_any_dtype(values):
            plain[column] = values.dt.strftime("%Y-%m-%d").fillna("")
        elif pd.api.types.is_bool_dtype(values):
            plain[column] = values.astype(int)
        elif pd.api.types.is_numeric_dtype(values):
            plain[column] = values.astype(float)
        else:
            plain[column] = values.map(lambda value: "" if pd.isna(value) else str(value))
    names = [column for column in plain.columns if plain[column].dtype == object]
    return plain.sort_values(names or list(plain.columns), kind="stable").reset_index(drop=True)


def test_real_file_gives_the_documented_figures(built, real_file):
    """The figures that the definitions give for the real file, prototype's rules."""
    build = built(ruleset="prototype", deals_file=str(real_file))
    [baseline] = build.rows(
        "select cast(as_of_date as varchar), closed_deals, won_deals, open_deals"
        " from win_rate_baseline"
    )
    assert baseline == ("2024-07-20", 5000, 2263, 0)
    assert dict(build.rows("select risk_band, deals from pipeline_by_risk_band")) == {
        "low_risk_high_fit": 1614,
        "medium_risk": 1554,
        "high_risk_low_fit": 1832,
    }
    assert build.rows("select count(*) from win_rate_drivers") == [(80,)]
    assert build.rows("select count(*) from segment_stage_win_rates") == [(400,)]
    assert build.rows(
        "select industry, region, lead_source, closed_deals, round(100 * win_rate, 1),"
        " round(avg_deal_amount), round(100 * lift, 1) from win_rate_drivers where driver_rank = 1"
    ) == [("FinTech", "North America", "Inbound", 59, 61.0, 30933.0, 15.8)]
    assert build.rows(
        "select sum(stalled_deals), sum(stalled_amount), count(*) from alert_stage_stalling"
        " inner join stage_pace using (industry, region, deal_stage)"
    ) == [(1744, 46868602, 100)]
    assert build.rows("select round(100 * low_fit_amount_share, 1) from rule_low_fit_pipeline") == [
        (36.0,)
    ]
    assert dict(build.rows("select rule, fired from alert_rule_evaluations")) == {
        "win_rate_drop": 0,
        "emerging_driver": 5,
        "low_fit_pipeline": 0,
        "stage_stalling": 100,
    }


def test_real_file_is_rebuilt_as_of_its_last_created_day(built, real_file):
    build = built(deals_file=str(real_file))
    assert build.rows("select cast(as_of_date as varchar), decided_by from as_of") == [
        ("2024-03-26", "historical_extract")
    ]
    assert build.rows("select open_deals, open_amount from win_rate_baseline") == [(724, 19515155)]

"""Every mart and rule against an oracle in pandas, written from the definitions and not from the
SQL. The rules are compared on every evaluation date: the oracle starts each from the raw deals, as
known then, and so proves the replay.
"""

from datetime import date

import oracle
import pandas as pd
import pytest
from conftest import BUNDLED_FILE, dbt
from oracle_scores import auc

TABLES = [
    "as_of",
    "deals",
    "win_rate_baseline",
    "win_rate_by_segment",
    "win_rate_drivers",
    "win_rate_dispersion",
    "win_rate_trend",
    "win_rate_change",
    "win_rate_change_summary",
    "win_rate_explanation",
    "segment_stage_win_rates",
    "deal_risk",
    "pipeline_by_risk_band",
    "pipeline_by_segment",
    "stage_pace",
    "score_backtest",
    "score_skill",
    "score_calibration",
    "pipeline_quality",
    "insight_cards",
    "rule_win_rate_drop",
    "rule_emerging_driver",
    "rule_low_fit_pipeline",
    "rule_stage_stalling",
    "alert_history",
    "alert_noise_floor",
]
# The default cases prove all shuffles; in the others two are enough, and much quicker.
FEW_SHUFFLES = {"noise_floor_shuffles": 2}
EARLIER = {
    "as_of_date": "2025-03-15",
    "change_period": "month",
    "thresholds": FEW_SHUFFLES
    | {
        # Fewer than the file has, so that a replayed date has books that the last date has not.
        "backtest_month_ends": 6,
        "low_fit_share": 0.01,
        "stalled_deals": 3,
    },
}
# As tests of the deciding stage build it.
RENAMED = {"thresholds": FEW_SHUFFLES}
CASES = {
    "bundled-standard": ("bundled", {}),
    "bundled-prototype": ("bundled", {"ruleset": "prototype"}),
    "bundled-earlier": ("bundled", EARLIER),
    # Long after the last deal was created: the extract is truncated.
    "bundled-stale": ("bundled", {"as_of_date": "2025-09-30", "thresholds": FEW_SHUFFLES}),
    # A stage decides, but not yet in the first book, which later dates grade.
    "renamed-standard": ("renamed", RENAMED),
    "real-standard": ("real", {}),
    "real-prototype": ("real", {"ruleset": "prototype"}),
}
# Numbers that name a row, beside its texts and dates.
NAMING_NUMBERS = ["shuffle", "segment_rank", "card_rank", "bin"]
# The SQL has no error function: its p-values are off by 1.5e-7 at most, and a q-value is a p-value
# times up to as many tests as a family has, here 400.
TOLERANCES = {"p_value": 2e-7, "q_value": 1e-4, "smallest_q_value": 1e-4}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(case, id=name, marks=[] if case == ("bundled", {}) else [pytest.mark.slow])
        for name, case in CASES.items()
    ],
)
def compared(request, built):
    """A build and what the oracle makes of the same file with the same vars."""
    book, dbt_vars = request.param
    path = BUNDLED_FILE if book == "bundled" else request.getfixturevalue(f"{book}_file")
    build = built(None if dbt_vars == {} and book == "bundled" else path, **dbt_vars)
    as_of_date = dbt_vars.get("as_of_date")
    settings = oracle.Settings(
        ruleset=dbt_vars.get("ruleset", "standard"),
        as_of_date=date.fromisoformat(as_of_date) if as_of_date else None,
        change_period=dbt_vars.get("change_period", "quarter"),
        thresholds=dict(build.rows("select name, value from alert_thresholds")),
    )
    return build, oracle.compute(oracle.read_deals(path), settings)


@pytest.mark.parametrize("name", TABLES)
def test_table_equals_the_oracles(compared, name):
    build, expected_tables = compared
    expected = expected_tables[name]
    actual = build.table(name)
    assert set(expected.columns) <= set(actual.columns)
    assert_same_rows(actual[list(expected.columns)], expected)


def assert_same_rows(actual: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Both hold the same rows in any order, numbers within 1e-9 (relative above 1) or what
    TOLERANCES allows.
    """
    assert len(actual) == len(expected)
    actual, expected = comparable(actual), comparable(expected)
    for column in expected.columns:
        pd.testing.assert_series_equal(
            actual[column],
            expected[column],
            check_dtype=False,
            rtol=1e-9,
            atol=TOLERANCES.get(column, 1e-9),
        )


def comparable(table: pd.DataFrame) -> pd.DataFrame:
    """Plain types, one kind of missing value, and rows ordered by what names them."""
    plain = pd.DataFrame(index=table.index)
    for column in table.columns:
        values = table[column]
        if pd.api.types.is_datetime64_any_dtype(values):
            plain[column] = values.dt.strftime("%Y-%m-%d").fillna("")
        elif pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
            plain[column] = values.astype(float)
        else:
            plain[column] = values.map(lambda value: "" if pd.isna(value) else str(value))
    names = [
        column
        for column in plain.columns
        if plain[column].dtype == object or column in NAMING_NUMBERS
    ]
    return plain.sort_values(names or list(plain.columns), kind="stable").reset_index(drop=True)


@pytest.mark.slow
def test_real_file_gives_the_figures_of_the_prototype(built, real_file):
    """What the prototype found in the real file, and still finds."""
    build = built(real_file, ruleset="prototype")
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
    assert build.rows(
        "select round(100 * metric_value, 1) from rule_low_fit_pipeline where is_as_of"
    ) == [(36.0,)]
    assert dict(build.rows("select rule, fired from alert_rule_evaluations")) == {
        "win_rate_drop": 0,
        "emerging_driver": 5,
        "low_fit_pipeline": 0,
        "stage_stalling": 100,
    }


@pytest.mark.slow
def test_real_file_is_rebuilt_as_of_its_last_created_day(built, real_file):
    build = built(real_file)
    assert build.rows("select cast(as_of_date as varchar), decided_by from as_of") == [
        ("2024-03-26", "historical_extract")
    ]
    assert build.rows("select open_deals, open_amount from win_rate_baseline") == [(724, 19515155)]


@pytest.mark.slow
def test_real_file_gives_the_documented_figures(built, real_file):
    """The figures published for the real file with all its deals closed."""
    build = built(real_file, ruleset="prototype")
    [drivers, cells] = build.rows(
        "select segments, round(overdispersion, 4), round(prior_deals), round(smallest_q_value, 3)"
        " from win_rate_dispersion where grain like 'industry_region_lead_source%' order by grain"
    )
    assert drivers == (80, -0.0009, None, 0.161)
    assert cells[:3] == (400, 0.0022, 451)
    assert build.rows(
        "select count(*) from win_rate_drivers"
        " where abs(shrunk_win_rate - (select win_rate from win_rate_baseline)) > 1e-12"
    ) == [(0,)]
    assert build.rows(
        "select cast(period_start as varchar), period_status from win_rate_trend"
        " where clock = 'closed' and period_type = 'quarter' and grain = 'overall'"
        " and period_start >= '2024-01-01' order by 1"
    ) == [
        ("2024-01-01", "complete"),
        ("2024-04-01", "truncated"),
        ("2024-07-01", "truncated"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("thresholds", "change"),
    [
        # Of the complete quarters the last and that before the one before it.
        ({"change_periods_apart": 2}, ("2023-07-01", "2024-01-01", 3.8517, 3.8624, -0.0107)),
        # A truncated quarter is compared only when truncation is ignored.
        ({"truncated_share": 1}, ("2024-01-01", "2024-04-01", -2.8676, -2.9146, 0.0470)),
    ],
)
def test_real_file_changes_as_documented(tmp_path, real_file, thresholds, change):
    (tmp_path / "deals.csv").symlink_to(real_file)
    build = dbt(
        tmp_path,
        *("build", "--select", "+win_rate_change_summary", "--exclude-resource-type", "test"),
        *("--exclude-resource-type", "unit_test"),
        dbt_vars={
            "deals_file": "deals.csv",
            "as_of_date": "2024-07-20",
            "thresholds": thresholds,
        },
    )
    assert build.exit_code == 0, build.output
    assert build.rows(
        "select cast(before_starts_on as varchar), cast(after_starts_on as varchar),"
        " round(100 * win_rate_change, 4), round(100 * rate_effect, 4), round(100 * mix_effect, 4)"
        " from win_rate_change_summary"
        " where clock = 'closed' and weight = 'count' and grain = 'industry'"
    ) == [change]


@pytest.mark.slow
def test_real_file_proves_nothing(built, real_file):
    """Chance alone explains every win rate in it, and the build says so."""
    build = built(real_file)
    for table in ("win_rate_by_segment", "win_rate_change", "alerts"):
        assert build.rows(f"select count(*) from {table} where verdict = 'proven'") == [(0,)]
    assert build.rows("select is_informative, skill < 0 from score_skill") == [(False, True)]
    assert build.rows("select bool_or(is_informative) from deal_risk") == [(False,)]


@pytest.mark.slow
def test_real_file_has_the_documented_pace_as_known_at_the_end_of_2023(built, real_file):
    build = built(real_file)
    assert build.rows(
        "select median_days, p75_days, p90_days from int_pace"
        " where evaluation_date = '2023-12-31' and pace_grain = 'overall'"
    ) == [(63, 92, 109)]


@pytest.mark.slow
def test_raw_cell_rates_of_the_real_file_are_worse_than_the_baseline(built, real_file):
    """Learned from the deals created in 2023, graded on those created in 2024: why scores are
    shrunk and graded.
    """
    deals = built(real_file, ruleset="prototype").table("deals")
    is_learned = deals["created_date"] < "2024-01-01"
    learned, graded = deals[is_learned], deals[~is_learned]
    baseline = learned["is_won"].mean()
    cell = ["industry", "region", "lead_source", "deal_stage"]
    rates = learned.groupby(cell)["is_won"].mean().rename("rate").reset_index()
    scores = graded.merge(rates, on=cell, how="left")
    probability, is_won = scores["rate"].fillna(baseline), scores["is_won"]
    assert round(((probability - is_won) ** 2).mean(), 3) == 0.271
    assert round(((baseline - is_won) ** 2).mean(), 3) == 0.246
    assert round(auc(probability, is_won), 3) == 0.508

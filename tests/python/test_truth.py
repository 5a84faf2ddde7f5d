"""What was planted in the bundled book is found, and what was not planted is not told."""

import csv

import pytest
from conftest import BUNDLED_FILE


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    path = BUNDLED_FILE.with_name("skygeni_sales_data_truth.csv")
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle))


def effects(truth, name):
    return [row for row in truth if row["effect"] == name]


def test_the_planted_drop_is_the_only_drop_told(built, truth):
    [drop] = effects(truth, "win_rate_drop")
    assert built().rows(
        "select grain, industry, region, lead_source, severity from alert_win_rate_drop"
    ) == [("industry", drop["industry"], None, None, "critical")]


def test_the_shift_to_weak_segments_is_told(built, truth):
    [shift] = effects(truth, "mix_shift")
    assert built().rows("select count(*) from alert_low_fit_pipeline") == [(1,)]
    [[share]] = built().rows(
        "select avg(cast(lead_source = 'Outbound' as integer)) from deals"
        f" where created_date >= '{shift['from_date']}'"
    )
    assert share == pytest.approx(float(shift["value_after"]), abs=0.05)


def test_the_stalled_pocket_is_the_only_one_told(built, truth):
    [pocket] = effects(truth, "stalled_pocket")
    [[industry, region, stage, deals]] = built().rows(
        "select industry, region, deal_stage, deals from alert_stage_stalling"
    )
    assert (industry, region, stage) == (pocket["industry"], pocket["region"], pocket["deal_stage"])
    assert deals >= int(pocket["value_after"])


def test_the_planted_segments_are_on_their_side_of_the_baseline(built, truth):
    for effect, sign in [("better_segment", 1), ("worse_segment", -1)]:
        for row in effects(truth, effect):
            [[lift]] = built().rows(
                f"select lift from win_rate_drivers where industry = '{row['industry']}'"
                f" and region = '{row['region']}' and lead_source = '{row['lead_source']}'"
            )
            assert lift * sign > 0.1


def test_the_best_segment_is_among_the_emerging_drivers(built, truth):
    best = max(effects(truth, "better_segment"), key=lambda row: float(row["value_after"]))
    told = built().rows("select industry, region, lead_source from alert_emerging_driver")
    assert (best["industry"], best["region"], best["lead_source"]) in told

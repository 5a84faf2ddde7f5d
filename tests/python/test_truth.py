"""What was planted in the bundled book is found, and what was not planted is not told."""

import csv
from datetime import date

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
        "select grain, industry, region, lead_source, severity, verdict from alert_win_rate_drop"
    ) == [("industry", drop["industry"], None, None, "critical", "proven")]


def test_the_planted_drop_explains_the_change_of_the_quarter(built, truth):
    """Against one quarter, not three, it is suggestive; so no headline says it sits there."""
    [drop] = effects(truth, "win_rate_drop")
    assert built().rows(
        "select after_starts_on, grain, industry, verdict from win_rate_explanation"
        " inner join win_rate_change using (clock, weight, grain, industry, verdict)"
        " where clock = 'closed' and weight = 'count' and segment_rank = 1"
    ) == [(date.fromisoformat(drop["from_date"]), "industry", drop["industry"], "suggestive")]
    assert built().rows("select count(*) from headlines where topic = 'explanation'") == [(0,)]


def test_the_planted_shift_is_told_as_mix(built, truth):
    [shift] = effects(truth, "mix_shift")
    [[rate_effect, mix_effect]] = built().rows(
        "select rate_effect, mix_effect from win_rate_change_summary"
        " where clock = 'closed' and weight = 'count' and grain = 'lead_source'"
    )
    assert mix_effect < -0.02 < rate_effect
    [[told]] = built().rows("select sentence from headlines where topic = 'mix'")
    assert shift["lead_source"] in told
    [[largest]] = built().rows(
        "select min_by(lead_source, mix_effect) from win_rate_change"
        " where clock = 'closed' and weight = 'count' and grain = 'lead_source'"
    )
    assert largest == shift["lead_source"]


def test_the_shift_to_weak_segments_is_told(built, truth):
    [shift] = effects(truth, "mix_shift")
    assert built().rows(
        "select severity, verdict, metric_value > threshold_value from alert_low_fit_pipeline"
    ) == [("warning", "proven", True)]
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


def test_the_planted_segments_are_seen(built, truth):
    """Each is at least suggestive, on its side."""
    for effect, sign in [("better_segment", 1), ("worse_segment", -1)]:
        for row in effects(truth, effect):
            [[lift, verdict]] = built().rows(
                "select lift, verdict from win_rate_drivers"
                f" where industry = '{row['industry']}' and region = '{row['region']}'"
                f" and lead_source = '{row['lead_source']}'"
            )
            assert lift * sign > 0.1
            assert verdict in ("proven", "suggestive")


def test_the_best_segment_is_the_only_proven_driver_told(built, truth):
    best = max(effects(truth, "better_segment"), key=lambda row: float(row["value_after"]))
    assert built().rows(
        "select industry, region, lead_source from alert_emerging_driver where verdict = 'proven'"
    ) == [(best["industry"], best["region"], best["lead_source"])]


def test_what_has_no_effect_is_not_proven(built, truth):
    grains = {row["metric"].removeprefix("win_rate_by_") for row in effects(truth, "no_effect")}
    grains = {"deal_size_band" if grain == "deal_amount" else grain for grain in grains}
    proven = built().rows("select distinct grain from win_rate_by_segment where verdict = 'proven'")
    assert not grains & {grain for (grain,) in proven}


def test_the_scores_predict_where_segments_differ(built):
    """They come closer than the baseline, by so little that it is not called more than luck."""
    assert built().rows("select is_informative, skill > 0, verdict from score_skill") == [
        (True, True, "noise")
    ]

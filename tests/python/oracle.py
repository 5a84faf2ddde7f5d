"""Independent oracle in pandas: the tables of the project, computed from the definitions.

Nothing here is derived from the SQL; tests compare the two. Each oracle_*.py holds one part of the
definitions, this file puts them together. Conventions of every table:

* dates are datetime64[ns] at midnight, missing = NaT;
* counts and `age_days` are int64; days, amounts and rates that may be missing are float64, NaN;
* rates, shares and lifts are fractions (0.05 = 5 points); amounts are in the unit of the input;
* texts are object columns; in the dimension columns of a table with grains None means "all";
* flags are bool; the one that may be missing (is_informative of a shuffle) is a nullable boolean;
* "D" is the as-of date; when no date can be decided (no rows, or the prototype ruleset with
  nothing closed) D is missing and no deal is known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from oracle_alerts import alert_history, alert_noise_floor, all_rules, book_dates, shuffles_of
from oracle_base import (
    DIMENSIONS,
    GRAINS,
    Settings,
    as_of_table,
    known_deals,
    ratio,
    read_deals,
    sum_by,
    sum_by_grain,
    tally,
)
from oracle_change import (
    win_rate_change,
    win_rate_change_summary,
    win_rate_explanation,
    win_rate_trend,
)
from oracle_evidence import (
    insight_cards,
    segment_evidence,
    segment_stage_win_rates,
    win_rate_baseline,
    win_rate_by_segment,
    win_rate_dispersion,
    win_rate_drivers,
)
from oracle_pace import stage_pace
from oracle_scores import (
    deal_risk,
    deciding_stages,
    graded_books,
    pipeline_by_risk_band,
    score,
    score_backtest,
    score_calibration,
    score_skill,
    scored_books,
)
from pandas import DataFrame, Series

__all__ = ["Settings", "compute", "read_deals"]


def compute(raw: DataFrame, settings: Settings) -> dict[str, DataFrame]:
    """Every table of the oracle by name, from the typed deals of `read_deals`."""
    limits = settings.thresholds
    as_of = as_of_table(raw, settings)
    day = as_of["as_of_date"].iloc[0]
    deals = known_deals(raw, day, settings)
    closed = deals[deals["is_closed"]]
    pipeline = deals[deals["is_pipeline"]]

    baseline = win_rate_baseline(deals, day)
    evidence = segment_evidence(closed, GRAINS, limits)
    drivers = win_rate_drivers(evidence, baseline["win_rate"].iloc[0])
    trend = win_rate_trend(deals, day, limits)
    change = win_rate_change(trend, settings)
    pace = stage_pace(deals, settings)
    scores = score(pipeline, closed, settings)
    books = scored_books(raw, book_dates(raw, day, settings), settings)
    graded = graded_books(books, deals, day, settings)
    skill = score_skill(graded, day, limits, deciding_stages(evidence, limits))
    is_informative = bool(skill["is_informative"].iloc[0])
    rules = all_rules(raw, day, books, settings)
    return {
        "as_of": as_of,
        "deals": deals,
        "win_rate_baseline": baseline,
        "win_rate_by_segment": win_rate_by_segment(evidence),
        "win_rate_drivers": drivers,
        "win_rate_dispersion": win_rate_dispersion(evidence),
        "win_rate_trend": trend,
        "win_rate_change": change,
        "win_rate_change_summary": win_rate_change_summary(change),
        "win_rate_explanation": win_rate_explanation(change, limits),
        "segment_stage_win_rates": segment_stage_win_rates(evidence),
        "deal_risk": deal_risk(pipeline, scores, pace, is_informative),
        "pipeline_by_risk_band": pipeline_by_risk_band(pipeline, scores),
        "pipeline_by_segment": pipeline_by_segment(pipeline),
        "stage_pace": pace,
        "score_backtest": score_backtest(graded),
        "score_skill": skill.drop(columns=["low_fit_won", "other_won"]),
        "score_calibration": score_calibration(graded),
        "pipeline_quality": pipeline_quality(deals),
        "insight_cards": insight_cards(drivers, limits),
        **rules,
        "alert_history": alert_history(rules),
        "alert_noise_floor": alert_noise_floor(rules, day, shuffles_of(deals, settings)),
    }


# --- the pipeline ----------------------------------------------------------------------------


def pipeline_by_segment(pipeline: DataFrame) -> DataFrame:
    """Size of the pipeline per grain and segment (definitions: segment)."""
    figures = ["deals", "amount", "deals_without_amount"]
    table = sum_by_grain(tally(pipeline), GRAINS, DIMENSIONS, figures)
    table["amount_share"] = table["amount"] / (pipeline["deal_amount"].sum() or np.nan)
    return table.rename(columns={"deals": "pipeline_deals", "amount": "pipeline_amount"})


def scaled(values: Series) -> Series:
    """Values from 0 (lowest) to 1 (highest); missing where all are equal (definitions: index)."""
    spread = values.max() - values.min()
    return (values - values.min()) / (spread if spread > 0 else np.nan)


def pipeline_quality(deals: DataFrame) -> DataFrame:
    """Quality index and late-stage drop-off per segment (definitions: Pipeline quality index)."""
    in_pipeline = deals["is_pipeline"]
    late = deals["is_closed"] & deals["is_late_stage"]
    flags = {
        "closed_deals": deals["is_closed"],
        "won_deals": deals["is_won"],
        "pipeline_deals": in_pipeline,
        "priced_deals": in_pipeline & deals["deal_amount"].notna(),
        "high_intent_deals": in_pipeline & deals["is_high_intent_source"],
        "late_stage_deals": late,
        "late_stage_lost": late & ~deals["is_won"],
    }
    counted = deals.assign(
        **{name: flag.astype("int64") for name, flag in flags.items()},
        pipeline_amount=deals["deal_amount"].fillna(0.0).where(in_pipeline, 0.0),
        overall="All",
    )
    parts = []
    for dimension in ("overall", "industry", "region", "sales_rep_id"):
        part = sum_by(counted, [dimension], [*flags, "pipeline_amount"])
        part = part.rename(columns={dimension: "segment"}).assign(dimension=dimension)
        part["win_rate"] = ratio(part["won_deals"], part["closed_deals"])
        part["avg_pipeline_amount"] = ratio(part["pipeline_amount"], part["priced_deals"])
        part["high_intent_share"] = ratio(part["high_intent_deals"], part["pipeline_deals"])
        part["win_rate_score"] = scaled(part["win_rate"])
        part["deal_amount_score"] = scaled(part["avg_pipeline_amount"])
        part["high_intent_score"] = scaled(part["high_intent_share"])
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    scores = ["win_rate_score", "deal_amount_score", "high_intent_score"]
    table["pipeline_quality_index"] = table[scores].mean(axis=1, skipna=False)
    table["late_stage_drop_off_rate"] = ratio(table["late_stage_lost"], table["late_stage_deals"])
    return table[
        [
            "dimension",
            "segment",
            "closed_deals",
            "pipeline_deals",
            "win_rate",
            "avg_pipeline_amount",
            "high_intent_share",
            *scores,
            "pipeline_quality_index",
            "late_stage_deals",
            "late_stage_drop_off_rate",
        ]
    ]

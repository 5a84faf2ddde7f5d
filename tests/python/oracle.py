"""Independent oracle in pandas: the tables of the project, computed from the definitions.

Nothing here is derived from the SQL; tests compare the two. Conventions of every table:

* dates are datetime64[ns] at midnight, missing = NaT;
* counts and `age_days` are int64; days, amounts and rates that may be missing are float64, NaN;
* rates, shares and lifts are fractions (0.05 = 5 points); amounts are in the unit of the input;
* texts are object columns; in the dimension columns of a table with grains None means "all";
* flags are plain bool, never missing;
* "D" is the as-of date; when no date can be decided (no rows, or the prototype ruleset with
  nothing closed) D is missing and no deal is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from pandas import DataFrame, Series, Timestamp

TOLERANCE = 1e-9  # floating point must not decide an exact tie with a threshold

DIMENSIONS = [
    "industry",
    "region",
    "lead_source",
    "deal_stage",
    "product_type",
    "sales_rep_id",
    "deal_size_band",
]
DRIVER = ["industry", "region", "lead_source"]
RISK_CELL = [*DRIVER, "deal_stage"]
STALL_CELL = ["industry", "region", "deal_stage"]

DROP_GRAINS: dict[str, list[str]] = {
    "overall": [],
    "industry": ["industry"],
    "region": ["region"],
    "lead_source": ["lead_source"],
    "industry_region": ["industry", "region"],
    "industry_lead_source": ["industry", "lead_source"],
    "region_lead_source": ["region", "lead_source"],
    "industry_region_lead_source": DRIVER,
}
GRAINS: dict[str, list[str]] = {
    **DROP_GRAINS,
    **{name: [name] for name in DIMENSIONS},
    "industry_region_lead_source_deal_stage": RISK_CELL,
}

LATE_STAGES = ["Proposal", "Negotiation", "Closed"]
HIGH_INTENT_SOURCES = ["Inbound", "Referral"]
LOW_RISK, MEDIUM_RISK, HIGH_RISK = "low_risk_high_fit", "medium_risk", "high_risk_low_fit"

DEAL_COLUMNS = [
    "deal_id",
    "sales_rep_id",
    "industry",
    "region",
    "product_type",
    "lead_source",
    "deal_stage",
    "outcome",
    "deal_amount",
    "created_date",
    "closed_date",
    "sales_cycle_days",
    "status",
    "deal_size_band",
    "age_days",
    "is_open",
    "is_closed",
    "is_won",
    "is_pipeline",
    "is_late_stage",
    "is_high_intent_source",
]


@dataclass(frozen=True)
class Settings:
    """What a run is told: the ruleset, an explicit as-of date if any, every threshold by name."""

    ruleset: str = "standard"
    as_of_date: date | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.ruleset not in ("standard", "prototype"):
            raise ValueError(f"unknown ruleset: {self.ruleset!r}")


def read_deals(csv_path) -> DataFrame:
    """Read a clean CSV of deals: all as text first, then dates to datetime64, amounts to float.

    An empty cell of a date or number becomes missing; texts stay as written (a region "NA" too).
    """
    raw = pd.read_csv(csv_path, dtype=str, keep_default_na=False, na_filter=False)
    for column in ("created_date", "closed_date"):
        raw[column] = pd.to_datetime(raw[column].replace("", None), format="%Y-%m-%d")
        raw[column] = raw[column].astype("datetime64[ns]")
    for column in ("deal_amount", "sales_cycle_days"):
        raw[column] = pd.to_numeric(raw[column].replace("", None)).astype("float64")
    return raw


def compute(raw: DataFrame, settings: Settings) -> dict[str, DataFrame]:
    """Every table of the oracle by name, from the typed deals of `read_deals`."""
    limits = settings.thresholds
    as_of = as_of_table(raw, settings)
    day = as_of["as_of_date"].iloc[0]
    deals = known_deals(raw, day, settings)
    closed = deals[deals["is_closed"]]
    pipeline = deals[deals["is_pipeline"]]

    baseline = win_rate_baseline(deals, day)
    baseline_rate = baseline["win_rate"].iloc[0]
    drivers = win_rate_drivers(closed, baseline_rate)
    cells = segment_stage_win_rates(closed)
    pace = stage_pace(deals, limits)
    risk = deal_risk(pipeline, cells, pace, baseline_rate, limits)
    drop_grains = DROP_GRAINS
    if settings.ruleset == "prototype":
        drop_grains = {"industry_region_lead_source": DRIVER}
    return {
        "as_of": as_of,
        "deals": deals,
        "win_rate_baseline": baseline,
        "win_rate_by_segment": win_rate_by_segment(closed),
        "win_rate_drivers": drivers,
        "win_rate_trend": win_rate_trend(deals, day, limits),
        "segment_stage_win_rates": cells,
        "deal_risk": risk,
        "pipeline_by_risk_band": pipeline_by_risk_band(pipeline, risk),
        "pipeline_by_segment": pipeline_by_segment(pipeline),
        "stage_pace": pace,
        "pipeline_quality": pipeline_quality(deals),
        "insight_cards": insight_cards(drivers, limits),
        "rule_win_rate_drop": rule_win_rate_drop(closed, day, drop_grains, limits),
        "rule_emerging_driver": rule_emerging_driver(drivers, limits),
        "rule_low_fit_pipeline": rule_low_fit_pipeline(pipeline, risk, baseline_rate, limits),
        "rule_stage_stalling": rule_stage_stalling(pace, limits),
    }


# --- small tools -----------------------------------------------------------------------------


def ratio(part: Series, whole: Series) -> Series:
    """part / whole row by row as float, missing where the whole is 0 (method: Words, win rate)."""
    return part.astype("float64") / whole.astype("float64").where(whole != 0)


def tally(deals: DataFrame, won: Series | None = None) -> DataFrame:
    """The deals with addable figures per deal: deals, won_deals (0/1), amount, won_amount,
    deals_without_amount. `won` says which count as won (default: won on D). A deal without amount
    adds 0 to amounts.
    """
    won = deals["is_won"] if won is None else won
    amount = deals["deal_amount"].fillna(0.0)
    return deals.assign(
        deals=1,
        won_deals=won.astype("int64"),
        amount=amount,
        won_amount=amount.where(won, 0.0),
        deals_without_amount=deals["deal_amount"].isna().astype("int64"),
    )


def sum_by(frame: DataFrame, keys: Sequence[str], figures: Sequence[str]) -> DataFrame:
    """Sums of the figures, one row per combination of keys that occurs."""
    groups = frame.groupby(list(keys), as_index=False, sort=False, dropna=False)
    return groups[list(figures)].sum()


def sum_by_grain(
    frame: DataFrame,
    grains: Mapping[str, list[str]],
    dimensions: Sequence[str],
    figures: Sequence[str],
    keys: Sequence[str] = (),
) -> DataFrame:
    """`sum_by` for each grain, stacked: keys, grain, dimensions (None = all), figures."""
    parts = []
    for grain, used in grains.items():
        part = sum_by(frame.assign(grain=grain), [*keys, "grain", *used], figures)
        for name in dimensions:
            if name not in used:
                part[name] = Series([None] * len(part), index=part.index, dtype=object)
        parts.append(part[[*keys, "grain", *dimensions, *figures]])
    return pd.concat(parts, ignore_index=True)


# --- what is known on D ----------------------------------------------------------------------


def as_of_table(raw: DataFrame, settings: Settings) -> DataFrame:
    """One row: D, what decided it, first known created date (method: Words, default as-of date)."""
    was_closed = raw["outcome"].isin(["Won", "Lost"])
    last_created = raw["created_date"].max()
    last_closed = raw.loc[was_closed, "closed_date"].max()
    if settings.as_of_date is not None:
        day, decided_by = Timestamp(settings.as_of_date), "var"
    elif settings.ruleset == "prototype":
        day, decided_by = last_closed, "prototype"
    elif (~was_closed).any():
        day, decided_by = Series([last_created, last_closed]).max(), "live_extract"
    else:
        day, decided_by = last_created, "historical_extract"
    known = raw["created_date"] <= day
    table = DataFrame(
        {
            "as_of_date": [day],
            "decided_by": [decided_by],
            "history_starts_on": [raw.loc[known, "created_date"].min()],
        }
    )
    return table.astype({"as_of_date": "datetime64[ns]", "history_starts_on": "datetime64[ns]"})


def deal_size_band(amount: Series, limits: Mapping[str, float]) -> Series:
    """Band name per deal; bounds belong to the upper band (method: prototype rule 9)."""
    bands = np.select(
        [
            amount.isna(),
            amount < limits["mid_deal_amount"],
            amount < limits["upper_mid_deal_amount"],
            amount < limits["enterprise_deal_amount"],
        ],
        ["Unknown", "small", "mid", "upper_mid"],
        default="enterprise",
    )
    return Series(bands, index=amount.index, dtype=object)


def known_deals(raw: DataFrame, day: Timestamp, settings: Settings) -> DataFrame:
    """The deals known on D as they looked on D, one row each (method: Words). Ages in days."""
    deals = raw[raw["created_date"] <= day].reset_index(drop=True)
    is_closed = deals["outcome"].isin(["Won", "Lost"]) & (deals["closed_date"] <= day)
    outcome = deals["outcome"].where(is_closed, "Open")
    closed_date = deals["closed_date"].where(is_closed)
    last_seen = deals["closed_date"].where(is_closed, day)
    deals = deals.assign(
        outcome=outcome,
        closed_date=closed_date,
        sales_cycle_days=(closed_date - deals["created_date"]).dt.days.astype("float64"),
        status=outcome.str.lower(),
        deal_size_band=deal_size_band(deals["deal_amount"], settings.thresholds),
        age_days=(last_seen - deals["created_date"]).dt.days.astype("int64"),
        is_open=~is_closed,
        is_closed=is_closed,
        is_won=outcome == "Won",
        is_pipeline=~is_closed | (settings.ruleset == "prototype"),
        is_late_stage=deals["deal_stage"].isin(LATE_STAGES),
        is_high_intent_source=deals["lead_source"].isin(HIGH_INTENT_SOURCES),
    )
    return deals[DEAL_COLUMNS]


# --- win rates -------------------------------------------------------------------------------


def win_rate_baseline(deals: DataFrame, day: Timestamp) -> DataFrame:
    """One row over every deal closed on D, with the open book beside it (method: Words)."""
    closed = tally(deals[deals["is_closed"]])
    opened = tally(deals[deals["is_open"]])
    table = DataFrame(
        {
            "as_of_date": Series([day], dtype="datetime64[ns]"),
            "closed_deals": [len(closed)],
            "won_deals": [int(closed["won_deals"].sum())],
            "closed_amount": [float(closed["amount"].sum())],
            "won_amount": [float(closed["won_amount"].sum())],
            "open_deals": [len(opened)],
            "open_amount": [float(opened["amount"].sum())],
            "closed_deals_without_amount": [int(closed["deals_without_amount"].sum())],
            "open_deals_without_amount": [int(opened["deals_without_amount"].sum())],
        }
    )
    table.insert(3, "win_rate", ratio(table["won_deals"], table["closed_deals"]))
    table.insert(6, "value_win_rate", ratio(table["won_amount"], table["closed_amount"]))
    return table


def win_rate_by_segment(closed: DataFrame) -> DataFrame:
    """Win rates by count and by value, one row per grain and segment (method: Words)."""
    figures = ["deals", "won_deals", "amount", "won_amount", "deals_without_amount"]
    table = sum_by_grain(tally(closed), GRAINS, DIMENSIONS, figures)
    table = table.rename(columns={"deals": "closed_deals", "amount": "closed_amount"})
    table["win_rate"] = ratio(table["won_deals"], table["closed_deals"])
    table["value_win_rate"] = ratio(table["won_amount"], table["closed_amount"])
    with_amount = table["closed_deals"] - table["deals_without_amount"]
    table["avg_deal_amount"] = ratio(table["closed_amount"], with_amount)
    return table[
        [
            "grain",
            *DIMENSIONS,
            "closed_deals",
            "won_deals",
            "win_rate",
            "closed_amount",
            "won_amount",
            "value_win_rate",
            "avg_deal_amount",
            "deals_without_amount",
        ]
    ]


def win_rate_drivers(closed: DataFrame, baseline_rate: float) -> DataFrame:
    """One row per driver segment, best score first (method: Words; prototype rule 2)."""
    figures = ["deals", "won_deals", "amount", "deals_without_amount"]
    table = sum_by(tally(closed), DRIVER, figures).rename(columns={"deals": "closed_deals"})
    table["win_rate"] = ratio(table["won_deals"], table["closed_deals"])
    with_amount = table["closed_deals"] - table["deals_without_amount"]
    table["avg_deal_amount"] = ratio(table["amount"], with_amount)
    table["lift"] = table["win_rate"] - baseline_rate
    table["driver_score"] = table["win_rate"] * table["avg_deal_amount"]
    table = table.sort_values(
        ["driver_score", *DRIVER],
        ascending=[False, True, True, True],
        na_position="last",
        ignore_index=True,
    )
    table["driver_rank"] = np.arange(1, len(table) + 1, dtype="int64")
    return table[
        [
            *DRIVER,
            "closed_deals",
            "won_deals",
            "win_rate",
            "avg_deal_amount",
            "lift",
            "driver_score",
            "driver_rank",
        ]
    ]


def win_rate_trend(deals: DataFrame, day: Timestamp, limits: Mapping[str, float]) -> DataFrame:
    """Win rates per period, clock, grain and segment (method: Two clocks, two weights)."""
    cohort_age = limits["cohort_age_days"]
    won_in_time = deals["is_won"] & (deals["sales_cycle_days"] <= cohort_age)
    clocks = [  # name, deals with their figures, their date, days to wait after the period's end
        ("closed", tally(deals[deals["is_closed"]]), "closed_date", 0),
        ("created", tally(deals, won_in_time), "created_date", cohort_age),
    ]
    keys = ["period_type", "period_start", "period_end", "clock", "is_complete"]
    figures = ["deals", "won_deals", "amount", "won_amount", "deals_without_amount"]
    parts = []
    for clock, counted, date_column, wait in clocks:
        for period_type, frequency in (("month", "M"), ("quarter", "Q")):
            period = counted[date_column].dt.to_period(frequency)
            period_end = period.dt.end_time.dt.normalize()
            counted = counted.assign(
                period_type=period_type,
                period_start=period.dt.start_time,
                period_end=period_end,
                clock=clock,
                is_complete=(day - period_end).dt.days >= wait,
            )
            parts.append(sum_by_grain(counted, GRAINS, DIMENSIONS, figures, keys))
    table = pd.concat(parts, ignore_index=True)
    table["win_rate"] = ratio(table["won_deals"], table["deals"])
    table["value_win_rate"] = ratio(table["won_amount"], table["amount"])
    return table[
        [
            *keys,
            "grain",
            *DIMENSIONS,
            "deals",
            "won_deals",
            "win_rate",
            "amount",
            "won_amount",
            "value_win_rate",
            "deals_without_amount",
        ]
    ]


def segment_stage_win_rates(closed: DataFrame) -> DataFrame:
    """Raw win rate of each risk cell with history (method: prototype rule 3)."""
    table = sum_by(tally(closed), RISK_CELL, ["deals", "won_deals"])
    table = table.rename(columns={"deals": "closed_deals"})
    table["win_rate"] = ratio(table["won_deals"], table["closed_deals"])
    return table


# --- the pipeline ----------------------------------------------------------------------------


def stage_pace(deals: DataFrame, limits: Mapping[str, float]) -> DataFrame:
    """Median cycle and stalled pipeline per stall segment, in days (method: prototype rule 7)."""
    cycles = deals.groupby(STALL_CELL, sort=False, dropna=False)["sales_cycle_days"]
    median_of_cell = cycles.transform("median")  # an open deal has no cycle and is left out
    stalled = deals["is_pipeline"] & (
        deals["age_days"] > median_of_cell + limits["stall_margin_days"]
    )
    counted = deals.assign(
        closed_deals=deals["is_closed"].astype("int64"),
        pipeline_deals=deals["is_pipeline"].astype("int64"),
        stalled_deals=stalled.astype("int64"),
        stalled_amount=deals["deal_amount"].fillna(0.0).where(stalled, 0.0),
    )
    figures = ["closed_deals", "pipeline_deals", "stalled_deals", "stalled_amount"]
    table = sum_by(counted, STALL_CELL, figures)
    medians = cycles.median().rename("median_cycle_days").reset_index()
    table = table.merge(medians, on=STALL_CELL, how="left", validate="1:1")
    table["stall_limit_days"] = table["median_cycle_days"] + limits["stall_margin_days"]
    return table[
        [
            *STALL_CELL,
            "closed_deals",
            "median_cycle_days",
            "stall_limit_days",
            "pipeline_deals",
            "stalled_deals",
            "stalled_amount",
        ]
    ]


def risk_band(probability: Series, baseline_rate: float, margin: float) -> Series:
    """Band name per deal; an exact tie with a bound is in the outer band (prototype rule 3)."""
    bands = np.select(
        [
            probability.isna(),
            probability >= baseline_rate + margin - TOLERANCE,
            probability <= baseline_rate - margin + TOLERANCE,
        ],
        ["unknown", LOW_RISK, HIGH_RISK],
        default=MEDIUM_RISK,
    )
    return Series(bands, index=probability.index, dtype=object)


def deal_risk(
    pipeline: DataFrame,
    cells: DataFrame,
    pace: DataFrame,
    baseline_rate: float,
    limits: Mapping[str, float],
) -> DataFrame:
    """One row per pipeline deal: probability, band, stalling (method: prototype rules 3 and 7)."""
    table = pipeline.merge(cells, on=RISK_CELL, how="left", validate="m:1")
    table = table.merge(
        pace[[*STALL_CELL, "stall_limit_days"]], on=STALL_CELL, how="left", validate="m:1"
    )
    probability = table["win_rate"].fillna(baseline_rate)
    return DataFrame(
        {
            "deal_id": table["deal_id"],
            "segment_closed_deals": table["closed_deals"].fillna(0).astype("int64"),
            "segment_win_probability": probability,
            "risk_band": risk_band(probability, baseline_rate, limits["risk_band_margin"]),
            "expected_amount": probability * table["deal_amount"],
            "stall_limit_days": table["stall_limit_days"],
            "is_stalled": table["age_days"] > table["stall_limit_days"],
        }
    )


def with_risk_band(pipeline: DataFrame, risk: DataFrame) -> DataFrame:
    """The tallied pipeline deals with the risk_band of each."""
    bands = risk[["deal_id", "risk_band"]]
    return tally(pipeline).merge(bands, on="deal_id", validate="1:1")


def pipeline_by_risk_band(pipeline: DataFrame, risk: DataFrame) -> DataFrame:
    """Deals and amount per band that occurs; share of all pipeline amount (prototype rule 3)."""
    counted = with_risk_band(pipeline, risk)
    table = sum_by(counted, ["risk_band"], ["deals", "amount", "deals_without_amount"])
    total = Series(counted["amount"].sum(), index=table.index, dtype="float64")
    table["amount_share"] = ratio(table["amount"], total)
    return table[["risk_band", "deals", "amount", "amount_share", "deals_without_amount"]]


def pipeline_by_segment(pipeline: DataFrame) -> DataFrame:
    """Size of the pipeline per grain and segment (method: Words, segment)."""
    figures = ["deals", "amount", "deals_without_amount"]
    table = sum_by_grain(tally(pipeline), GRAINS, DIMENSIONS, figures)
    return table.rename(columns={name: f"pipeline_{name}" for name in figures})


def scaled(values: Series) -> Series:
    """Values from 0 (lowest) to 1 (highest); missing where all are equal (prototype rule 10)."""
    spread = values.max() - values.min()
    return (values - values.min()) / (spread if spread > 0 else np.nan)


def pipeline_quality(deals: DataFrame) -> DataFrame:
    """Quality index and late-stage drop-off per segment (method: prototype rules 10 and 11)."""
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


# --- cards and alert rules -------------------------------------------------------------------


def insight_cards(drivers: DataFrame, limits: Mapping[str, float]) -> DataFrame:
    """Highest and lowest driver scores, no segment in both (method: prototype rule 8)."""
    scored = drivers[drivers["driver_score"].notna()].sort_values("driver_rank", ignore_index=True)
    from_top = Series(np.arange(1, len(scored) + 1, dtype="int64"), index=scored.index)
    from_bottom = len(scored) + 1 - from_top
    is_uplift = from_top <= from_bottom
    cards = scored.assign(
        card_type=Series(np.where(is_uplift, "uplift", "risk"), index=scored.index, dtype=object),
        card_rank=from_top.where(is_uplift, from_bottom),
    )
    cards = cards[cards["card_rank"] <= limits["insight_cards_per_type"]]
    return cards[
        [
            "card_type",
            "card_rank",
            *DRIVER,
            "closed_deals",
            "won_deals",
            "win_rate",
            "avg_deal_amount",
            "lift",
            "driver_score",
        ]
    ].reset_index(drop=True)


def rule_win_rate_drop(
    closed: DataFrame, day: Timestamp, grains: Mapping[str, list[str]], limits: Mapping[str, float]
) -> DataFrame:
    """Recent against history, one row per segment seen in either (method: prototype rule 4)."""
    recent_from = day - pd.Timedelta(days=limits["recent_window_days"])
    history_from = recent_from - pd.Timedelta(days=limits["history_window_days"])
    seen = closed[(closed["closed_date"] >= history_from) & (closed["closed_date"] <= day)]
    is_recent = seen["closed_date"] >= recent_from
    flags = {
        "recent_deals": is_recent,
        "recent_won_deals": is_recent & seen["is_won"],
        "history_deals": ~is_recent,
        "history_won_deals": ~is_recent & seen["is_won"],
    }
    counted = seen.assign(**{name: flag.astype("int64") for name, flag in flags.items()})
    table = sum_by_grain(counted, grains, DRIVER, list(flags))
    table["recent_win_rate"] = ratio(table["recent_won_deals"], table["recent_deals"])
    table["history_win_rate"] = ratio(table["history_won_deals"], table["history_deals"])
    table["drop"] = table["history_win_rate"] - table["recent_win_rate"]
    fewest = table[["recent_deals", "history_deals"]].min(axis=1)
    table["is_evaluated"] = fewest >= limits["win_rate_drop_min_deals"]
    large = table["drop"] >= limits["win_rate_drop"] - TOLERANCE
    table["is_fired"] = table["is_evaluated"] & large
    return table[
        [
            "grain",
            *DRIVER,
            "recent_deals",
            "recent_won_deals",
            "recent_win_rate",
            "history_deals",
            "history_won_deals",
            "history_win_rate",
            "drop",
            "is_evaluated",
            "is_fired",
        ]
    ]


def rule_emerging_driver(drivers: DataFrame, limits: Mapping[str, float]) -> DataFrame:
    """The best-scored segments with enough deals and lift (method: prototype rule 5)."""
    table = drivers.sort_values("driver_rank", ignore_index=True)
    is_evaluated = table["closed_deals"] >= limits["emerging_driver_min_deals"]
    eligible = is_evaluated & (table["lift"] >= limits["emerging_driver_min_lift"] - TOLERANCE)
    position = eligible.astype("int64").cumsum()
    is_fired = eligible & (position <= limits["emerging_driver_max_alerts"])
    return table[DRIVER].assign(is_evaluated=is_evaluated, is_fired=is_fired)


def rule_low_fit_pipeline(
    pipeline: DataFrame, risk: DataFrame, baseline_rate: float, limits: Mapping[str, float]
) -> DataFrame:
    """One row when there is a pipeline: share of low-fit amount (method: prototype rule 6)."""
    counted = with_risk_band(pipeline, risk).assign(all="All")
    is_low_fit = counted["risk_band"] == HIGH_RISK
    counted["low_fit_deals"] = is_low_fit.astype("int64")
    counted["low_fit_amount"] = counted["amount"].where(is_low_fit, 0.0)
    table = sum_by(counted, ["all"], ["low_fit_deals", "low_fit_amount", "amount"])
    table["low_fit_amount_share"] = ratio(table["low_fit_amount"], table["amount"])
    table["is_evaluated"] = (table["amount"] > 0) & bool(pd.notna(baseline_rate))
    large = table["low_fit_amount_share"] >= limits["low_fit_share"] - TOLERANCE
    table["is_fired"] = table["is_evaluated"] & large
    return table[
        ["low_fit_deals", "low_fit_amount", "low_fit_amount_share", "is_evaluated", "is_fired"]
    ]


def rule_stage_stalling(pace: DataFrame, limits: Mapping[str, float]) -> DataFrame:
    """Stall segments with a pipeline and whether too much of it is stalled (prototype rule 7)."""
    table = pace[pace["pipeline_deals"] > 0].reset_index(drop=True)
    is_evaluated = table["stall_limit_days"].notna()
    is_fired = is_evaluated & (table["stalled_deals"] >= limits["stalled_deals"])
    return table[STALL_CELL].assign(is_evaluated=is_evaluated, is_fired=is_fired)

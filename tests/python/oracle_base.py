"""What every part of the oracle needs: settings, input, the deals as known on a day, sums."""

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

DRIVER_GRAIN = "industry_region_lead_source"
CELL_GRAIN = "industry_region_lead_source_deal_stage"
DROP_GRAINS: dict[str, list[str]] = {
    "overall": [],
    "industry": ["industry"],
    "region": ["region"],
    "lead_source": ["lead_source"],
    "industry_region": ["industry", "region"],
    "industry_lead_source": ["industry", "lead_source"],
    "region_lead_source": ["region", "lead_source"],
    DRIVER_GRAIN: DRIVER,
}
GRAINS: dict[str, list[str]] = {
    **DROP_GRAINS,
    **{name: [name] for name in DIMENSIONS},
    CELL_GRAIN: RISK_CELL,
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
    """What a run is told: ruleset, as-of date if any, what changes compare, thresholds by name."""

    ruleset: str = "standard"
    as_of_date: date | None = None
    change_period: str = "quarter"
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.ruleset not in ("standard", "prototype"):
            raise ValueError(f"unknown ruleset: {self.ruleset!r}")

    @property
    def is_prototype(self) -> bool:
        return self.ruleset == "prototype"


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


# --- small tools -----------------------------------------------------------------------------


def ratio(part: Series, whole: Series) -> Series:
    """part / whole row by row as float, missing where the whole is 0 (definitions: Words)."""
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
    """Sums of the figures, one row per combination of keys that occurs; without keys one row of
    everything, if there is anything.
    """
    if not keys:
        return frame[list(figures)].sum().to_frame().T.head(len(frame))
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
        part = sum_by(frame, [*keys, *used], figures)
        all_of = {name: None for name in dimensions if name not in used}
        part = part.assign(grain=grain, **all_of).astype(dict.fromkeys(all_of, object))
        parts.append(part[[*keys, "grain", *dimensions, *figures]])
    return pd.concat(parts, ignore_index=True)


def stack(parts: Sequence[DataFrame]) -> DataFrame:
    """The rows of all parts under one another; of the first part's columns where none has rows."""
    filled = [part for part in parts if len(part)]
    return pd.concat(filled or list(parts)[:1], ignore_index=True)


# --- what is known on D ----------------------------------------------------------------------


def as_of_table(raw: DataFrame, settings: Settings) -> DataFrame:
    """One row: D, what decided it, first known created date (method: Words, default as-of date)."""
    was_closed = raw["outcome"].isin(["Won", "Lost"])
    last_created = raw["created_date"].max()
    last_closed = raw.loc[was_closed, "closed_date"].max()
    if settings.as_of_date is not None:
        day, decided_by = Timestamp(settings.as_of_date), "var"
    elif settings.is_prototype:
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
    """Band name per deal; bounds belong to the upper band (definitions: size band)."""
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
    """The deals known on a day as they looked on it, one row each (definitions: Words)."""
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
        is_pipeline=~is_closed | settings.is_prototype,
        is_late_stage=deals["deal_stage"].isin(LATE_STAGES),
        is_high_intent_source=deals["lead_source"].isin(HIGH_INTENT_SOURCES),
    )
    return deals[DEAL_COLUMNS]


# --- the dates on which rules and scores are asked -------------------------------------------


def evaluation_dates(deals: DataFrame, day: Timestamp, past: float) -> list[Timestamp]:
    """The last `past` month-ends before a day on which deals are known, the earliest first.

    Month-ends are those of months in which one of these deals was created or closed
    (definitions: Evaluations).
    """
    active = pd.concat([deals["created_date"], deals["closed_date"].dropna()])
    month_ends = active.dt.to_period("M").dt.end_time.dt.normalize().drop_duplicates()
    earlier = sorted(month_ends[month_ends < day])
    return earlier[max(len(earlier) - int(past), 0) :]

"""The oracle's pace: Kaplan-Meier, stall limits, how far the extract covers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from oracle_base import STALL_CELL, TOLERANCE, Settings, sum_by
from pandas import DataFrame, Series, Timestamp

PACE_GRAINS = {  # the finest first
    "industry_region_deal_stage": STALL_CELL,
    "industry_region": ["industry", "region"],
    "overall": [],
}
LIMITS = {"median_days": 0.5, "p75_days": 0.25, "p90_days": 0.1}


def survival(deals: DataFrame) -> Series:
    """Kaplan-Meier: S(t) by age (definitions: Pace)."""
    ages = deals["age_days"].to_numpy()
    leaving = np.bincount(ages)
    closing = np.bincount(ages, weights=deals["is_closed"])
    at_risk = leaving[::-1].cumsum()[::-1]
    seen = np.flatnonzero(leaving)
    return Series((1 - closing[seen] / at_risk[seen]).cumprod(), index=seen)


def first_age(curve: Series, level: float) -> float:
    """The first t with S(t) <= level, missing while too many deals are open."""
    reached = curve.index[curve <= level + TOLERANCE]
    return float(reached[0]) if len(reached) else np.nan


def pace(deals: DataFrame, grain: list[str]) -> DataFrame:
    """Deals closed, median, p75 and p90 of each segment of a grain."""
    groups = deals.groupby(grain, sort=False) if grain else [((), deals)]
    rows = []
    for segment, members in groups:
        curve = survival(members)
        ages = {name: first_age(curve, level) for name, level in LIMITS.items()}
        rows.append([*segment, int(members["is_closed"].sum()), *ages.values()])
    return DataFrame(rows, columns=[*grain, "closed_deals", *LIMITS])


def covered_until(deals: DataFrame, limits: Mapping[str, float]) -> Timestamp:
    """Last created date + the age by which a share of deals has closed (definitions: Period
    status). Missing while so many have not closed.
    """
    age = first_age(survival(deals), 1 - limits["truncated_share"])
    return deals["created_date"].max() + pd.to_timedelta(age, unit="D")


def is_truncated(deals: DataFrame, day: Timestamp, settings: Settings) -> bool:
    """Whether a day lies beyond what the extract covers (definitions: Period status); the
    prototype knows no truncation.
    """
    return not settings.is_prototype and bool(day > covered_until(deals, settings.thresholds))


def stall_limits(deals: DataFrame, limits: Mapping[str, float]) -> DataFrame:
    """Pace of each stall segment, from the finest of itself, its industry x region and all deals
    that has enough closings and a p75 (definitions: Pace).
    """
    segments = deals[STALL_CELL].drop_duplicates(ignore_index=True)
    segments = segments.assign(
        limit_basis=Series(dtype=object), **{name: np.nan for name in LIMITS}
    )
    for basis, grain in PACE_GRAINS.items():
        own = pace(deals, grain)
        if grain:
            enough = own["closed_deals"] >= limits["pace_min_closings"]
            own = own[enough & own["p75_days"].notna()]
            found = segments[STALL_CELL].merge(own, on=grain, how="left", validate="m:1")
        else:
            found = segments[STALL_CELL].merge(own, how="cross")
        takes = segments["limit_basis"].isna() & found["closed_deals"].notna()
        segments["limit_basis"] = segments["limit_basis"].where(~takes, basis)
        for name in LIMITS:
            segments[name] = segments[name].where(~takes, found[name])
    return segments


def stage_pace(deals: DataFrame, settings: Settings) -> DataFrame:
    """Stall limits and stalled pipeline per stall segment (definitions: Pace).

    The prototype's limit is the median cycle of the closed deals + a margin (prototype rule 7).
    """
    limits = settings.thresholds
    table = stall_limits(deals, limits)
    cycles = deals.groupby(STALL_CELL, sort=False)["sales_cycle_days"].median()
    cycles = cycles.rename("median_cycle_days").reset_index()  # open deals have no cycle
    table = table.merge(cycles, on=STALL_CELL, how="left", validate="1:1")
    table["stall_limit_days"] = table["p75_days"]
    if settings.is_prototype:
        table["stall_limit_days"] = table["median_cycle_days"] + limits["stall_margin_days"]
    table["critical_stall_limit_days"] = table["p90_days"]

    known = deals.merge(
        table[[*STALL_CELL, "stall_limit_days"]], on=STALL_CELL, how="left", validate="m:1"
    )
    stalled = known["is_pipeline"] & (known["age_days"] > known["stall_limit_days"])
    counted = known.assign(
        closed_deals=known["is_closed"].astype("int64"),
        pipeline_deals=known["is_pipeline"].astype("int64"),
        stalled_deals=stalled.astype("int64"),
        stalled_amount=known["deal_amount"].fillna(0.0).where(stalled, 0.0),
        stalled_deals_without_amount=(stalled & known["deal_amount"].isna()).astype("int64"),
    )
    figures = [
        "closed_deals",
        "pipeline_deals",
        "stalled_deals",
        "stalled_amount",
        "stalled_deals_without_amount",
    ]
    table = table.merge(sum_by(counted, STALL_CELL, figures), on=STALL_CELL, validate="1:1")
    return table[
        [
            *STALL_CELL,
            *figures,
            "median_cycle_days",
            *LIMITS,
            "limit_basis",
            "stall_limit_days",
            "critical_stall_limit_days",
        ]
    ].assign(age_basis="deal")

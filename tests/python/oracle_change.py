"""The oracle's periods: the trend on both clocks, and why the win rate changed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from oracle_base import (
    CELL_GRAIN,
    DIMENSIONS,
    GRAINS,
    TOLERANCE,
    Settings,
    ratio,
    stack,
    sum_by_grain,
    tally,
)
from oracle_evidence import difference, difference_z, q_values, two_sided, verdict, wilson
from oracle_pace import covered_until
from pandas import DataFrame, Series, Timestamp

SEGMENT = ["clock", "weight", "grain", *DIMENSIONS]


# --- trend -----------------------------------------------------------------------------------


def win_rate_trend(deals: DataFrame, day: Timestamp, limits: Mapping[str, float]) -> DataFrame:
    """Win rates per period, clock, grain and segment (definitions: Two clocks)."""
    cohort_age = limits["cohort_age_days"]
    won_in_time = deals["is_won"] & (deals["sales_cycle_days"] <= cohort_age)
    last_covered = covered_until(deals, limits)
    clocks = [  # name, deals with their figures, their date, days to wait after the period's end
        ("closed", tally(deals[deals["is_closed"]]), "closed_date", 0),
        ("created", tally(deals, won_in_time), "created_date", cohort_age),
    ]
    keys = ["period_type", "period_start", "period_end", "clock", "period_status", "is_complete"]
    figures = ["deals", "won_deals", "amount", "won_amount", "deals_without_amount"]
    parts = []
    for clock, counted, date_column, wait in clocks:
        for period_type, frequency in (("month", "M"), ("quarter", "Q")):
            period = counted[date_column].dt.to_period(frequency)
            period_end = period.dt.end_time.dt.normalize()
            is_over = (day - period_end).dt.days >= wait
            status = Series(np.where(is_over, "complete", "partial"), index=counted.index)
            if clock == "closed":
                status = status.mask(period_end.clip(upper=day) > last_covered, "truncated")
            counted = counted.assign(
                period_type=period_type,
                period_start=period.dt.start_time,
                period_end=period_end,
                clock=clock,
                period_status=status,
                is_complete=status == "complete",
            )
            parts.append(sum_by_grain(counted, GRAINS, DIMENSIONS, figures, keys))
    table = stack(parts)
    low, high = wilson(table["won_deals"], table["deals"])
    table["win_rate"] = ratio(table["won_deals"], table["deals"])
    table["win_rate_low"] = low
    table["win_rate_high"] = high
    table["value_win_rate"] = ratio(table["won_amount"], table["amount"])
    return table[
        [
            *keys,
            "grain",
            *DIMENSIONS,
            "deals",
            "won_deals",
            "win_rate",
            "win_rate_low",
            "win_rate_high",
            "amount",
            "won_amount",
            "value_win_rate",
            "deals_without_amount",
        ]
    ]


# --- change ----------------------------------------------------------------------------------


def compared_periods(trend: DataFrame, clock: str, settings: Settings) -> list[Timestamp]:
    """First days of the last complete period and of the one compared with it, or nothing
    (definitions: Why the win rate changed).
    """
    periods = trend[
        (trend["clock"] == clock)
        & (trend["period_type"] == settings.change_period)
        & trend["is_complete"]
    ]
    starts = sorted(periods["period_start"].unique())
    apart = int(settings.thresholds["change_periods_apart"])
    return [starts[-1 - apart], starts[-1]] if len(starts) > apart else []


def both_periods(trend: DataFrame, clock: str, settings: Settings) -> DataFrame:
    """Outcomes of each segment and of all others before and after, 0 where it is absent; the cells
    are left out.
    """
    periods = compared_periods(trend, clock, settings)
    figures = ["deals", "won_deals", "amount", "won_amount"]
    of_clock = trend[
        (trend["clock"] == clock)
        & (trend["period_type"] == settings.change_period)
        & (trend["grain"] != CELL_GRAIN)
    ]
    sides = []
    for side, start in zip(("before", "after"), periods or [pd.NaT, pd.NaT], strict=True):
        part = of_clock[of_clock["period_start"] == start].set_index(["grain", *DIMENSIONS])
        sides.append(part[figures].add_suffix(f"_{side}"))
    both = sides[0].join(sides[1], how="outer").fillna(0).reset_index()
    overall = both[both["grain"] == "overall"]
    for figure in ("won_deals_before", "deals_before", "won_deals_after", "deals_after"):
        both[f"other_{figure}"] = overall[figure].sum() - both[figure]
    before, after = periods or [pd.NaT, pd.NaT]
    return both.assign(clock=clock, before_starts_on=before, after_starts_on=after)


def weighed(both: DataFrame, weight: str) -> DataFrame:
    """Share, own rate and everyone's rate per segment, by deals or by their amount."""
    volume, won = {"count": ("deals", "won_deals"), "value": ("amount", "won_amount")}[weight]
    is_all = both["grain"] == "overall"
    table = both.assign(weight=weight)
    for side in ("before", "after"):
        total = both.loc[is_all, f"{volume}_{side}"].sum()
        overall = both.loc[is_all, f"{won}_{side}"].sum() / total if total > 0 else np.nan
        table[f"volume_{side}"] = both[f"{volume}_{side}"]
        table[f"share_{side}"] = both[f"{volume}_{side}"] / (total if total > 0 else np.nan)
        table[f"own_rate_{side}"] = ratio(both[f"{won}_{side}"], both[f"{volume}_{side}"])
        table[f"overall_{side}"] = overall
    return table


def change_z(table: DataFrame, limits: Mapping[str, float]) -> Series:
    """The change of a segment against that of all other deals in standard errors; of all deals
    after against before; by value there is none (definitions: Why the win rate changed).
    """
    outcomes = ["won_deals_after", "deals_after", "won_deals_before", "deals_before"]
    own = [table[name] for name in outcomes]
    others = [table[f"other_{name}"] for name in outcomes]
    change, variance = difference(*own, limits)
    others_change, others_variance = difference(*others, limits)
    z = ratio(change - others_change, (variance + others_variance) ** 0.5)
    z = z.mask(table["grain"] == "overall", difference_z(*own, limits))
    return z.mask(table["weight"] == "value")


def win_rate_change(trend: DataFrame, settings: Settings) -> DataFrame:
    """Rate and mix effect of each segment of each grain, per clock and weight (definitions: Why
    the win rate changed; method: Kitagawa).
    """
    limits = settings.thresholds
    parts = []
    for clock in ("closed", "created"):
        both = both_periods(trend, clock, settings)
        parts += [weighed(both, weight) for weight in ("count", "value")]
    table = stack(parts)
    is_before, is_after = table["volume_before"] > 0, table["volume_after"] > 0
    table["presence"] = np.select(
        [is_before & is_after, is_after, is_before], ["both", "new", "gone"], default="unpriced"
    )
    error = Series(0.0, index=table.index)
    for side in ("before", "after"):
        own = table[f"own_rate_{side}"]
        rate = own.fillna(table[f"overall_{side}"])
        table[f"rate_{side}"] = rate
        table[f"win_rate_{side}"] = own
        error += ratio(rate * (1 - rate), table[f"deals_{side}"]).fillna(0.0)
    s_0, s_1 = table["share_before"], table["share_after"]
    r_0, r_1 = table["rate_before"], table["rate_after"]
    overall = (table["overall_before"] + table["overall_after"]) / 2
    by_value = table["weight"] == "value"
    z = change_z(table, limits)
    p = two_sided(z)
    q = q_values(p, [table["clock"], table["weight"], table["grain"]])
    table = table.assign(
        rate_effect=(r_1 - r_0) * (s_0 + s_1) / 2,
        mix_effect=(s_1 - s_0) * ((r_0 + r_1) / 2 - overall),
        rate_effect_error=((s_0 + s_1) / 2 * error**0.5).mask(by_value),
        z_score=z,
        p_value=p,
        q_value=q,
        verdict=verdict(p, q, limits).mask(by_value, None),
    )
    table["contribution"] = table["rate_effect"] + table["mix_effect"]
    went = table["overall_after"] - table["overall_before"]
    table["is_proven_leader"] = (table["verdict"] == "proven") & (z * went > 0)
    return table[
        [
            *SEGMENT,
            "before_starts_on",
            "after_starts_on",
            "presence",
            "deals_before",
            "won_deals_before",
            "deals_after",
            "won_deals_after",
            "share_before",
            "share_after",
            "win_rate_before",
            "win_rate_after",
            "rate_effect",
            "mix_effect",
            "contribution",
            "rate_effect_error",
            "z_score",
            "p_value",
            "q_value",
            "verdict",
            "is_proven_leader",
        ]
    ]


def overall_change(change: DataFrame) -> DataFrame:
    """The change of the win rate of all deals, per clock and weight."""
    overall = change[change["grain"] == "overall"]
    return overall.assign(win_rate_change=overall["win_rate_after"] - overall["win_rate_before"])


def win_rate_change_summary(change: DataFrame) -> DataFrame:
    """The change and its parts, one row per clock, weight and grain."""
    figures = change.assign(
        segments=1,
        new_segments=(change["presence"] == "new").astype("int64"),
        gone_segments=(change["presence"] == "gone").astype("int64"),
        proven_segments=(change["verdict"] == "proven").astype("int64"),
        squared_error=change["rate_effect_error"] ** 2,
    )
    summed = [
        "segments",
        "new_segments",
        "gone_segments",
        "proven_segments",
        "rate_effect",
        "mix_effect",
        "squared_error",
    ]
    table = figures.groupby(["clock", "weight", "grain"], as_index=False)[summed].sum(min_count=1)
    table["rate_effect_error"] = table["squared_error"] ** 0.5
    overall = overall_change(change)[
        [
            "clock",
            "weight",
            "before_starts_on",
            "after_starts_on",
            "deals_before",
            "deals_after",
            "win_rate_before",
            "win_rate_after",
            "win_rate_change",
            "p_value",
            "verdict",
        ]
    ]
    told = overall[overall["verdict"].isin(["proven", "suggestive"])]
    closed, created = (
        of_clock[of_clock["clock"] == clock].set_index("weight")["win_rate_change"]
        for of_clock, clock in ((told, "closed"), (overall, "created"))
    )
    disagree = closed * created < 0
    overall = overall.assign(clocks_disagree=overall["weight"].isin(disagree.index[disagree]))
    return table.drop(columns="squared_error").merge(overall, on=["clock", "weight"])


def explaining_segments(segments: DataFrame, change: float, share: float) -> DataFrame:
    """The segments with the largest contributions towards the change, as many as it takes."""
    ordered = segments.assign(explained_share=segments["contribution"] / change)
    ordered = ordered.sort_values("explained_share", ascending=False, ignore_index=True)
    so_far = ordered["explained_share"].cumsum()
    length = int((so_far < share - TOLERANCE).sum() + 1)
    return ordered.assign(
        explained_share_so_far=so_far,
        segment_rank=np.arange(1, len(ordered) + 1),
        win_rate_change=change,
    ).head(length)


def win_rate_explanation(change: DataFrame, limits: Mapping[str, float]) -> DataFrame:
    """A list of segments of one grain that makes up most of the change, per clock and weight: the
    one that begins with the surest proven leader; without any the shortest, of equally short
    ones that whose first segment is surest. Stages and reps do not explain (definitions: Why the
    win rate changed).
    """
    columns = [
        "clock",
        "weight",
        "segment_rank",
        "grain",
        *DIMENSIONS,
        "presence",
        "deals_before",
        "deals_after",
        "win_rate_before",
        "win_rate_after",
        "rate_effect",
        "mix_effect",
        "contribution",
        "win_rate_change",
        "explained_share",
        "explained_share_so_far",
        "p_value",
        "q_value",
        "verdict",
        "is_proven_leader",
    ]
    parts = []
    for _, whole in overall_change(change).iterrows():
        if pd.isna(whole["win_rate_change"]) or whole["win_rate_change"] == 0:
            continue
        of_change = change[
            (change["clock"] == whole["clock"])
            & (change["weight"] == whole["weight"])
            & ~change["grain"].isin(["overall", "deal_stage", "sales_rep_id"])
        ]
        lists = [
            explaining_segments(
                segments, whole["win_rate_change"], limits["explained_change_share"]
            )
            for _, segments in of_change.groupby("grain")
        ]
        parts.append(min(lists, key=preference))
    return stack(parts)[columns] if parts else DataFrame(columns=columns)


def preference(found: DataFrame) -> tuple[float, int, float]:
    """What makes a list explain before another: a sure proven leader, then short, then sure."""
    first = found.iloc[0]
    sureness = np.inf if pd.isna(first["q_value"]) else first["q_value"]
    return (sureness if first["is_proven_leader"] else np.inf, len(found), sureness)

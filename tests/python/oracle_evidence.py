"""The oracle's statistics, and the win rates of all segments with their evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
from oracle_base import (
    CELL_GRAIN,
    DIMENSIONS,
    DRIVER,
    DRIVER_GRAIN,
    RISK_CELL,
    TOLERANCE,
    ratio,
    stack,
    sum_by_grain,
    tally,
)
from pandas import DataFrame, Series, Timestamp

Z_95 = NormalDist().inv_cdf(0.975)
Z_ONE_SIDED = NormalDist().inv_cdf(0.95)
Z_POWER = NormalDist().inv_cdf(0.80)
EVIDENCE = ["win_rate_low", "win_rate_high", "shrunk_win_rate", "p_value", "q_value", "verdict"]


# --- statistics ------------------------------------------------------------------------------


def upper_tail(z: Series) -> Series:
    """P(Z >= z) of the normal distribution, exact (method: Normal tail)."""
    return z.map(lambda value: math.erfc(value / math.sqrt(2)) / 2, na_action="ignore")


def two_sided(z: Series) -> Series:
    """P(|Z| >= |z|) of the normal distribution."""
    return 2 * upper_tail(z.abs())


def wilson(won: Series, deals: Series) -> tuple[Series, Series]:
    """95 % interval of a win rate, missing without deals (definitions: interval)."""
    n = deals.astype("float64").where(deals > 0)
    p = won / n
    centre = (p + Z_95**2 / (2 * n)) / (1 + Z_95**2 / n)
    spread = p * (1 - p) / n + Z_95**2 / (4 * n**2)
    half_width = Z_95 / (1 + Z_95**2 / n) * spread.map(math.sqrt, na_action="ignore")
    return centre - half_width, centre + half_width


def pooled_variance(won_1: Series, n_1: Series, won_0: Series, n_0: Series) -> Series:
    """P(1 - P)(1/n1 + 1/n0), missing where a side has no deals (definitions: difference)."""
    n_1, n_0 = n_1.astype("float64").where(n_1 > 0), n_0.astype("float64").where(n_0 > 0)
    pooled = (won_1 + won_0) / (n_1 + n_0)
    return pooled * (1 - pooled) * (1 / n_1 + 1 / n_0)


def difference(
    won_1: Series, n_1: Series, won_0: Series, n_0: Series, limits: Mapping[str, float]
) -> tuple[Series, Series]:
    """p1 - p0 and its variance, missing where too few deals are expected (definitions:
    difference).
    """
    won, n = won_1 + won_0, n_1 + n_0
    expected = ratio(np.minimum(n_1, n_0) * np.minimum(won, n - won), n)
    is_enough = expected >= limits["min_expected_deals"] - TOLERANCE
    variance = pooled_variance(won_1, n_1, won_0, n_0).where(is_enough)
    return ratio(won_1, n_1) - ratio(won_0, n_0), variance


def difference_z(
    won_1: Series, n_1: Series, won_0: Series, n_0: Series, limits: Mapping[str, float]
) -> Series:
    """z of p1 - p0, missing where too few deals are expected (definitions: difference)."""
    change, variance = difference(won_1, n_1, won_0, n_0, limits)
    return ratio(change, variance**0.5)


def detectable_effect(
    won_1: Series, n_1: Series, won_0: Series, n_0: Series, z: float, threshold: float
) -> Series:
    """The true difference that a rule with this threshold, and a test that asks for this z, tells
    four times in five (definitions: smallest detectable effect).
    """
    error = pooled_variance(won_1, n_1, won_0, n_0) ** 0.5
    return (z * error).clip(lower=threshold) + Z_POWER * error


def q_values(p: Series, families: Sequence[Series]) -> Series:
    """Benjamini-Hochberg within each family; m = its p-values (definitions: q-value)."""

    def of_family(family: Series) -> Series:
        falling = family.dropna().sort_values(ascending=False)
        position = np.arange(len(falling), 0, -1)
        stepped = (falling * len(falling) / position).cummin().clip(upper=1.0)
        return stepped.reindex(family.index)

    if p.empty:
        return p.astype("float64")
    return p.astype("float64").groupby(list(families), group_keys=False).transform(of_family)


def verdict(p: Series, q: Series, limits: Mapping[str, float]) -> Series:
    """too_few, proven, suggestive or noise, the first that holds (definitions: verdict)."""
    verdicts = np.select(
        [p.isna(), q <= limits["proven_q_value"], p <= limits["suggestive_p_value"]],
        ["too_few", "proven", "suggestive"],
        default="noise",
    )
    return Series(verdicts, index=p.index, dtype=object)


def overdispersion(table: DataFrame, centre: Series, own_share: Series) -> float:
    """rho of the segments of one grain, missing where undefined; own_share is u, the part of its
    centre that a segment makes itself (definitions: shrunk win rate).
    """
    deals = table["closed_deals"]
    free_variance = centre * (1 - centre) * (1 - own_share)
    seen = (deals * (table["win_rate"] - centre) ** 2 - free_variance).sum()
    possible = ((deals - 1) * free_variance).sum()
    return seen / possible if possible > TOLERANCE else math.nan


def shrink(table: DataFrame, centre: Series, own_share: Series) -> DataFrame:
    """The rows of one grain with overdispersion, prior_deals (M) and shrunk_win_rate.

    M is 0 where rho is above 1, as a few deals may have it: each segment keeps its own win rate.
    """
    rho = overdispersion(table, centre, own_share)
    prior = max(1 / rho - 1, 0.0) if rho > 0 else math.nan
    shrunk = centre
    if rho > 0:
        shrunk = (table["won_deals"] + centre * prior) / (table["closed_deals"] + prior)
    return table.assign(overdispersion=rho, prior_deals=prior, shrunk_win_rate=shrunk)


# --- win rates -------------------------------------------------------------------------------


def win_rate_baseline(deals: DataFrame, day: Timestamp) -> DataFrame:
    """One row over every deal closed on D, with the open book beside it (definitions: Words)."""
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
    low, high = wilson(table["won_deals"], table["closed_deals"])
    return table.assign(
        win_rate=ratio(table["won_deals"], table["closed_deals"]),
        win_rate_low=low,
        win_rate_high=high,
        value_win_rate=ratio(table["won_amount"], table["closed_amount"]),
    )


def segment_evidence(
    closed: DataFrame, grains: Mapping[str, list[str]], limits: Mapping[str, float]
) -> DataFrame:
    """Win rate, interval, test against the rest and shrunk win rate per grain and segment
    (definitions: Evidence). The cells need their driver segments among the grains. All deals
    have no rest and no centre: they have neither verdict nor shrunk win rate.
    """
    figures = ["deals", "won_deals", "amount", "won_amount", "deals_without_amount"]
    table = sum_by_grain(tally(closed), grains, DIMENSIONS, figures)
    table = table.rename(columns={"deals": "closed_deals", "amount": "closed_amount"})
    deals, won = table["closed_deals"], table["won_deals"]
    baseline = closed["is_won"].mean() if len(closed) else math.nan

    with_amount = deals - table["deals_without_amount"]
    low, high = wilson(won, deals)
    z = difference_z(won, deals, closed["is_won"].sum() - won, len(closed) - deals, limits)
    p = two_sided(z)
    q = q_values(p, [table["grain"]])
    table = table.assign(
        win_rate=ratio(won, deals),
        win_rate_low=low,
        win_rate_high=high,
        p_value=p,
        q_value=q,
        verdict=verdict(p, q, limits),
        value_win_rate=ratio(table["won_amount"], table["closed_amount"]),
        avg_deal_amount=ratio(table["closed_amount"], with_amount),
    )

    parts = {}
    for grain in grains:
        part = table[table["grain"] == grain]
        centre = Series(baseline, index=part.index, dtype="float64")
        own_share = part["closed_deals"] / len(closed)
        if grain == CELL_GRAIN:
            learned = [*DRIVER, "closed_deals", "prior_deals", "shrunk_win_rate"]
            drivers = part[DRIVER].merge(
                parts[DRIVER_GRAIN][learned], on=DRIVER, how="left", validate="m:1"
            )
            drivers = drivers.set_axis(part.index).astype({"shrunk_win_rate": "float64"})
            centre, of_driver = drivers["shrunk_win_rate"], drivers["closed_deals"]
            believed = (of_driver / (of_driver + drivers["prior_deals"])).fillna(0.0)
            own_share = own_share * (1 - believed) + part["closed_deals"] / of_driver * believed
        parts[grain] = shrink(part, centre, own_share)
    table = stack(list(parts.values()))
    no_segment = table["grain"] == "overall"
    return table.assign(
        verdict=table["verdict"].mask(no_segment, None),
        shrunk_win_rate=table["shrunk_win_rate"].mask(no_segment),
    )


def win_rate_by_segment(evidence: DataFrame) -> DataFrame:
    """Win rates by count and by value with their evidence, one row per grain and segment."""
    return evidence[
        [
            "grain",
            *DIMENSIONS,
            "closed_deals",
            "won_deals",
            "win_rate",
            *EVIDENCE,
            "closed_amount",
            "won_amount",
            "value_win_rate",
            "avg_deal_amount",
            "deals_without_amount",
        ]
    ]


def win_rate_drivers(evidence: DataFrame, baseline_rate: float) -> DataFrame:
    """One row per driver segment, best score first (definitions: lift, driver score)."""
    table = evidence[evidence["grain"] == DRIVER_GRAIN]
    table = table.assign(
        lift=table["win_rate"] - baseline_rate,
        driver_score=table["win_rate"] * table["avg_deal_amount"],
    )
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
            *EVIDENCE,
            "avg_deal_amount",
            "deals_without_amount",
            "lift",
            "driver_score",
            "driver_rank",
        ]
    ]


def segment_stage_win_rates(evidence: DataFrame) -> DataFrame:
    """Win rate of each cell with history and its evidence (definitions: cell)."""
    table = evidence[evidence["grain"] == CELL_GRAIN].reset_index(drop=True)
    return table[[*RISK_CELL, "closed_deals", "won_deals", "win_rate", *EVIDENCE]]


def win_rate_dispersion(evidence: DataFrame) -> DataFrame:
    """How far the segments of each grain differ beyond chance (definitions: shrunk win rate)."""
    table = evidence[evidence["grain"] != "overall"].assign(
        tests=evidence["p_value"].notna().astype("int64"),
        proven_segments=(evidence["verdict"] == "proven").astype("int64"),
    )
    return table.groupby("grain", as_index=False).agg(
        segments=("closed_deals", "size"),
        closed_deals=("closed_deals", "sum"),
        overdispersion=("overdispersion", "first"),
        prior_deals=("prior_deals", "first"),
        tests=("tests", "sum"),
        smallest_q_value=("q_value", "min"),
        proven_segments=("proven_segments", "sum"),
    )


def insight_cards(drivers: DataFrame, limits: Mapping[str, float]) -> DataFrame:
    """Highest and lowest driver scores, no segment in both (definitions: insight cards)."""
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
            "deals_without_amount",
            "lift",
            "driver_score",
        ]
    ].reset_index(drop=True)

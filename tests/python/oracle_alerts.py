"""The oracle's alert rules on every evaluation date, their history and their noise floor."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from oracle_base import (
    CELL_GRAIN,
    DRIVER,
    DRIVER_GRAIN,
    DROP_GRAINS,
    HIGH_RISK,
    LOW_RISK,
    RISK_CELL,
    TOLERANCE,
    Settings,
    evaluation_dates,
    known_deals,
    ratio,
    stack,
    sum_by,
    sum_by_grain,
    tally,
)
from oracle_evidence import (
    Z_95,
    Z_ONE_SIDED,
    Z_POWER,
    detectable_effect,
    difference_z,
    q_values,
    segment_evidence,
    upper_tail,
    verdict,
    wilson,
    win_rate_drivers,
)
from oracle_pace import is_truncated, stage_pace
from oracle_scores import graded_books, score, score_skill, with_risk_band
from pandas import DataFrame, Series, Timestamp
from pandas.api.typing import DataFrameGroupBy

JUDGED = [
    "severity",
    "metric_value",
    "comparison_value",
    "deals",
    "amount_at_stake",
    "deals_without_amount",
    "p_value",
    "q_value",
    "tests",
    "verdict",
    "is_truncated",
    "is_evaluated",
    "is_breached",
    "is_fired",
]
ALERT = ["rule", "grain", *RISK_CELL]
RULE_KEYS = ["evaluation_date", "is_as_of", "shuffle", *ALERT]


def severity(table: DataFrame, critical: Series, pipeline: DataFrame, settings: Settings) -> Series:
    """info unless proven; critical when also beyond the critical threshold with enough of the
    pipeline amount at stake; else warning. The prototype asks for the critical threshold only
    (definitions: severity).
    """
    if settings.is_prototype:
        is_critical, is_info = critical, critical & False
    else:
        share = table["amount_at_stake"] / (pipeline["deal_amount"].sum() or np.nan)
        enough = share >= settings.thresholds["critical_pipeline_share"] - TOLERANCE
        is_critical, is_info = critical & enough, table["verdict"] != "proven"
    levels = np.select([is_info, is_critical], ["info", "critical"], default="warning")
    return Series(levels, index=table.index, dtype=object)


def amount_in_pipeline(
    table: DataFrame, pipeline: DataFrame, grains: Mapping[str, list[str]]
) -> DataFrame:
    """The table with the pipeline amount of each of its segments as amount at stake."""
    figures = ["amount", "deals_without_amount"]
    held = sum_by_grain(tally(pipeline), grains, DRIVER, figures)
    held = held.rename(columns={"amount": "amount_at_stake"})
    table = table.drop(columns="deals_without_amount", errors="ignore")
    table = table.merge(held, on=["grain", *DRIVER], how="left", validate="1:1")
    return table.fillna({"amount_at_stake": 0.0, "deals_without_amount": 0})


def tests_of(table: DataFrame) -> Series:
    """How many tests the family of each row has."""
    return table.groupby("grain")["p_value"].transform("count")


# --- rules on one date -----------------------------------------------------------------------


def rule_win_rate_drop(
    closed: DataFrame, pipeline: DataFrame, day: Timestamp, truncated: bool, settings: Settings
) -> DataFrame:
    """The recent window against the one before, one row per segment seen in either (definitions:
    p-value and range of a drop; prototype rule 4).
    """
    limits = settings.thresholds
    grains = {DRIVER_GRAIN: DRIVER} if settings.is_prototype else DROP_GRAINS
    recent_from = day - pd.Timedelta(days=limits["recent_window_days"])
    history_from = recent_from - pd.Timedelta(days=limits["history_window_days"])
    seen = closed[closed["closed_date"] >= history_from]
    is_recent = seen["closed_date"] >= recent_from
    flags = {
        "recent_deals": is_recent,
        "recent_won_deals": is_recent & seen["is_won"],
        "history_deals": ~is_recent,
        "history_won_deals": ~is_recent & seen["is_won"],
    }
    counted = seen.assign(**{name: flag.astype("int64") for name, flag in flags.items()})
    table = sum_by_grain(counted, grains, DRIVER, list(flags))
    recent = table["recent_won_deals"], table["recent_deals"]
    history = table["history_won_deals"], table["history_deals"]
    (recent_low, recent_high), (history_low, history_high) = wilson(*recent), wilson(*history)
    recent_rate, history_rate = ratio(*recent), ratio(*history)
    drop = history_rate - recent_rate
    fewest = table[["recent_deals", "history_deals"]].min(axis=1)
    is_evaluated = (fewest >= limits["win_rate_drop_min_deals"]) & (not truncated)
    p = upper_tail(difference_z(*history, *recent, limits)).where(is_evaluated)
    q = q_values(p, [table["grain"]])
    is_breached = is_evaluated & (drop >= limits["win_rate_drop"] - TOLERANCE)
    detectable = detectable_effect(*recent, *history, Z_ONE_SIDED, limits["win_rate_drop"])
    table = amount_in_pipeline(table, pipeline, grains).assign(
        rule="win_rate_drop",
        recent_win_rate=recent_rate,
        history_win_rate=history_rate,
        win_rate_drop=drop,
        win_rate_drop_low=drop
        - ((history_rate - history_low) ** 2 + (recent_high - recent_rate) ** 2) ** 0.5,
        win_rate_drop_high=drop
        + ((history_high - history_rate) ** 2 + (recent_rate - recent_low) ** 2) ** 0.5,
        metric_value=recent_rate,
        comparison_value=history_rate,
        deals=table["recent_deals"],
        p_value=p,
        q_value=q,
        verdict=verdict(p, q, limits),
        detectable_effect=detectable.where(is_evaluated),
        is_truncated=truncated,
        is_evaluated=is_evaluated,
        is_breached=is_breached,
        is_fired=is_breached,
    )
    table["tests"] = tests_of(table)
    critical = drop >= limits["win_rate_drop_critical"] - TOLERANCE
    table["severity"] = severity(table, critical, pipeline, settings)
    return table


def rule_emerging_driver(
    drivers: DataFrame, pipeline: DataFrame, baseline_rate: float, settings: Settings
) -> DataFrame:
    """Driver segments with enough deals and lift (definitions: p-value of a segment; prototype
    rule 5). Those with the smallest q-value are told first, then those with the best driver
    score; with the prototype only the score counts, and each is info.
    """
    limits = settings.thresholds
    told_first = ["driver_rank"] if settings.is_prototype else ["q_value", "driver_rank"]
    table = drivers.sort_values(told_first, ignore_index=True).assign(grain=DRIVER_GRAIN)
    is_evaluated = table["closed_deals"] >= limits["emerging_driver_min_deals"]
    least_lift = limits["emerging_driver_min_lift"]
    is_breached = is_evaluated & (table["lift"] >= least_lift - TOLERANCE)
    deals, won = table["closed_deals"], table["won_deals"]
    rest = won.sum() - won, deals.sum() - deals
    detectable = detectable_effect(won, deals, *rest, Z_95, least_lift)
    position = is_breached.astype("int64").cumsum()
    table = amount_in_pipeline(table, pipeline, {DRIVER_GRAIN: DRIVER}).assign(
        rule="emerging_driver",
        metric_value=table["win_rate"],
        comparison_value=baseline_rate,
        deals=deals,
        detectable_effect=detectable.where(is_evaluated),
        is_truncated=False,
        is_evaluated=is_evaluated,
        is_breached=is_breached,
        is_fired=is_breached & (position <= limits["emerging_driver_max_alerts"]),
    )
    table["tests"] = tests_of(table)
    never = table["is_fired"] & False
    table["severity"] = "info"
    if not settings.is_prototype:
        table["severity"] = severity(table, never, pipeline, settings)
    return table


def rule_low_fit_pipeline(
    pipeline: DataFrame,
    scores: DataFrame,
    skill: DataFrame | None,
    baseline_rate: float,
    truncated: bool,
    settings: Settings,
) -> DataFrame:
    """One row when there is a pipeline: the share of low-fit amount, and whether low scores have
    told losers before, without which nothing is proven (definitions: How good the scores are).
    """
    limits = settings.thresholds
    counted = with_risk_band(pipeline, scores).assign(grain="overall")
    for name, band in (("low_fit", HIGH_RISK), ("high_fit", LOW_RISK)):
        counted[f"{name}_amount"] = counted["amount"].where(counted["risk_band"] == band, 0.0)
    is_low_fit = counted["risk_band"] == HIGH_RISK
    counted["low_fit_deals"] = is_low_fit.astype("int64")
    counted["low_fit_without_amount"] = counted["deals_without_amount"].where(is_low_fit, 0)
    figures = [
        "deals",
        "amount",
        "low_fit_deals",
        "low_fit_amount",
        "low_fit_without_amount",
        "high_fit_amount",
    ]
    table = sum_by(counted, ["grain"], figures)
    share = ratio(table["low_fit_amount"], table["amount"])
    graded = {
        name: np.nan if skill is None else skill[name].iloc[0]
        for name in (
            "graded_low_fit_deals",
            "graded_low_fit_win_rate",
            "graded_other_deals",
            "graded_other_win_rate",
        )
    }
    p = Series(np.nan, index=table.index)
    is_informative = bool(skill is not None and skill["is_informative"].iloc[0])
    if skill is not None and len(table):
        other = skill["other_won"], skill["graded_other_deals"]
        low = skill["low_fit_won"], skill["graded_low_fit_deals"]
        p = upper_tail(difference_z(*other, *low, limits))
    q = p if is_informative else p * np.nan
    is_known = bool(pd.notna(baseline_rate))
    is_evaluated = (table["amount"] > 0) & is_known & (not truncated)
    table = table.assign(
        rule="low_fit_pipeline",
        **graded,
        is_informative=Series(
            is_informative if skill is not None else None, index=table.index, dtype="boolean"
        ),
        pipeline_deals=table["deals"],
        pipeline_amount=table["amount"],
        metric_value=share,
        comparison_value=ratio(table["high_fit_amount"], table["amount"]),
        deals=table["low_fit_deals"],
        amount_at_stake=table["low_fit_amount"],
        deals_without_amount=table["low_fit_without_amount"],
        p_value=p,
        q_value=q,
        tests=p.notna().astype("int64"),
        verdict=verdict(p, q, limits),
        detectable_effect=Series(limits["low_fit_share"], index=table.index).where(is_evaluated),
        is_truncated=truncated,
        is_evaluated=is_evaluated,
        is_breached=is_evaluated & (share >= limits["low_fit_share"] - TOLERANCE),
    )
    table["is_fired"] = table["is_breached"]
    critical = share >= limits["low_fit_share_critical"] - TOLERANCE
    table["severity"] = severity(table, critical, pipeline, settings)
    return table


def stalling_z(stalled: Series, deals: Series, other_stalled: Series, others: Series) -> Series:
    """Arcsine of the stalled of a segment against those of its stage (definitions: Pace)."""
    of_stage = (stalled + other_stalled).where(others > 0)
    seen = ratio((stalled - 0.5).clip(lower=0), of_stage) ** 0.5
    expected = (deals / (deals + others)) ** 0.5
    return 2 * of_stage**0.5 * (np.arcsin(seen) - np.arcsin(expected))


def rule_stage_stalling(
    pace: DataFrame, pipeline: DataFrame, truncated: bool, settings: Settings
) -> DataFrame:
    """Stall segments with a pipeline, whether too much of it is stalled, and whether more of it
    than in the other segments of the stage (definitions: Pace; prototype rule 7).
    """
    limits = settings.thresholds
    table = pace[pace["pipeline_deals"] > 0].reset_index(drop=True)
    table = table.assign(rule="stage_stalling", grain="industry_region_deal_stage")
    deals, stalled = table["pipeline_deals"], table["stalled_deals"]
    by_stage = table.groupby("deal_stage")
    others = by_stage["pipeline_deals"].transform("sum") - deals
    other_stalled = by_stage["stalled_deals"].transform("sum") - stalled
    p = upper_tail(stalling_z(stalled, deals, other_stalled, others))
    q = q_values(p, [table["grain"]])
    least = limits["stalled_deals"]
    is_evaluated = table["stall_limit_days"].notna() & (deals >= least) & (not truncated)
    is_breached = is_evaluated & (stalled >= least)
    usual = deals * ratio(other_stalled, others)
    detectable = (usual**0.5 + (Z_ONE_SIDED + Z_POWER) / 2) ** 2
    detectable = detectable.clip(lower=(least**0.5 + Z_POWER / 2) ** 2)
    table = table.assign(
        other_pipeline_deals=others,
        other_stalled_deals=other_stalled,
        metric_value=stalled,
        comparison_value=deals,
        deals=stalled,
        amount_at_stake=table["stalled_amount"],
        deals_without_amount=table["stalled_deals_without_amount"],
        p_value=p,
        q_value=q,
        verdict=verdict(p, q, limits),
        detectable_effect=detectable.where(is_evaluated),
        is_truncated=truncated,
        is_evaluated=is_evaluated,
        is_breached=is_breached,
        is_fired=is_breached,
    )
    table["tests"] = tests_of(table)
    critical = stalled >= limits["stalled_deals_critical"]
    table["severity"] = severity(table, critical, pipeline, settings)
    return table


# --- rules on every date and shuffle ---------------------------------------------------------


def shuffled(closed: DataFrame, number: int) -> DataFrame:
    """The closed deals, ordered by md5, with the outcomes of the closed deals ordered by id
    (definitions: Alerts over time).
    """
    by_id = closed.sort_values("deal_id")
    spelled = closed["deal_id"] + f"|{number}"
    by_hash = spelled.map(lambda text: hashlib.md5(text.encode()).hexdigest()).sort_values()
    outcomes = Series(by_id["is_won"].to_numpy(), index=by_hash.index)
    return closed.assign(is_won=outcomes)


def shuffles_of(deals: DataFrame, settings: Settings) -> int:
    """How often the outcomes of these deals are shuffled; never on too large a book."""
    limits = settings.thresholds
    is_small = deals["is_closed"].sum() <= limits["noise_floor_max_deals"]
    return int(limits["noise_floor_shuffles"]) if is_small else 0


def rules_on(
    deals: DataFrame, day: Timestamp, number: int, skill: DataFrame | None, settings: Settings
) -> dict[str, DataFrame]:
    """What each rule finds among the deals known on a day; number 0 is the real outcomes, of a
    shuffle there is no stalling, which asks for no outcome.
    """
    closed, pipeline = deals[deals["is_closed"]], deals[deals["is_pipeline"]]
    if number:
        closed = shuffled(closed, number)
    baseline_rate = closed["is_won"].mean() if len(closed) else np.nan
    truncated = is_truncated(deals, day, settings)
    grains = {DRIVER_GRAIN: DRIVER, CELL_GRAIN: RISK_CELL}
    drivers = win_rate_drivers(segment_evidence(closed, grains, settings.thresholds), baseline_rate)
    scores = score(pipeline, closed, settings)
    found = {
        "rule_win_rate_drop": rule_win_rate_drop(closed, pipeline, day, truncated, settings),
        "rule_emerging_driver": rule_emerging_driver(drivers, pipeline, baseline_rate, settings),
        "rule_low_fit_pipeline": rule_low_fit_pipeline(
            pipeline, scores, skill, baseline_rate, truncated, settings
        ),
    }
    if not number:
        pace = stage_pace(deals, settings)
        found["rule_stage_stalling"] = rule_stage_stalling(pace, pipeline, truncated, settings)
    return found


def all_rules(
    raw: DataFrame, day: Timestamp, books: DataFrame, settings: Settings
) -> dict[str, DataFrame]:
    """Every rule on the as-of date, on past month-ends with what was known then, and on the as-of
    date with shuffled outcomes (definitions: Evaluations).
    """
    today = known_deals(raw, day, settings)
    past_dates = evaluation_dates(today, day, settings.thresholds["replay_month_ends"])
    asked = [(past, 0) for past in past_dates]
    asked += [(day, number) for number in range(shuffles_of(today, settings) + 1)]
    parts: dict[str, list[DataFrame]] = {}
    for asked_on, number in asked:
        deals = known_deals(raw, asked_on, settings)
        skill = None
        if not number:
            graded = graded_books(books, deals, asked_on, settings)
            skill = score_skill(graded, asked_on, settings.thresholds)
        for name, table in rules_on(deals, asked_on, number, skill, settings).items():
            table = table.assign(
                evaluation_date=asked_on,
                is_as_of=asked_on == day and number == 0,
                shuffle=number,
            )
            parts.setdefault(name, []).append(table)
    return {name: rule_table(name, stack(tables)) for name, tables in parts.items()}


OWN_COLUMNS = {
    "rule_win_rate_drop": [
        "recent_deals",
        "recent_won_deals",
        "recent_win_rate",
        "history_deals",
        "history_won_deals",
        "history_win_rate",
        "win_rate_drop",
        "win_rate_drop_low",
        "win_rate_drop_high",
        "detectable_effect",
    ],
    "rule_emerging_driver": [
        "closed_deals",
        "won_deals",
        "win_rate",
        "win_rate_low",
        "win_rate_high",
        "avg_deal_amount",
        "lift",
        "driver_score",
        "driver_rank",
        "detectable_effect",
    ],
    "rule_low_fit_pipeline": [
        "pipeline_deals",
        "pipeline_amount",
        "high_fit_amount",
        "graded_low_fit_deals",
        "graded_low_fit_win_rate",
        "graded_other_deals",
        "graded_other_win_rate",
        "is_informative",
        "detectable_effect",
    ],
    "rule_stage_stalling": [
        "closed_deals",
        "median_cycle_days",
        "p75_days",
        "stall_limit_days",
        "limit_basis",
        "pipeline_deals",
        "other_pipeline_deals",
        "other_stalled_deals",
        "detectable_effect",
    ],
}


def rule_table(name: str, found: DataFrame) -> DataFrame:
    """A rule's rows with the columns they are compared by; None in a dimension means all."""
    columns = [*RULE_KEYS, *OWN_COLUMNS[name], *JUDGED]
    missing = [column for column in RULE_KEYS if column not in found]
    return found.assign(**{column: None for column in missing})[columns]


# --- over time and by chance -----------------------------------------------------------------


def unbroken_runs(found: DataFrame) -> DataFrameGroupBy:
    """The rows of each alert in their unbroken runs of evaluation dates."""
    alert = found.groupby(ALERT, dropna=False)
    starts_run = (alert["position"].diff() != 1).astype("int64")
    run = starts_run.groupby(alert.ngroup()).cumsum()
    return found.groupby([alert.ngroup(), run])


def alert_history(rules: Mapping[str, DataFrame]) -> DataFrame:
    """What each rule found on each date, since when without a break, since when proven, how often
    it was told (definitions: Alerts over time).
    """
    real = [table[table["shuffle"] == 0] for table in rules.values()]
    columns = [column for column in RULE_KEYS if column != "shuffle"]
    found = pd.concat([table[[*columns, *JUDGED]] for table in real], ignore_index=True)
    dates = sorted(found["evaluation_date"].unique())
    position = found["evaluation_date"].map({date: number for number, date in enumerate(dates)})
    found = found.assign(position=position)[found["is_breached"]].sort_values("position")
    in_run = unbroken_runs(found)
    in_proven_run = unbroken_runs(found[found["verdict"] == "proven"])
    alert = found.groupby(ALERT, dropna=False)
    found["first_breached_on"] = in_run["evaluation_date"].transform("min")
    found["first_proven_on"] = in_proven_run["evaluation_date"].transform("min")
    found["consecutive_periods"] = in_run.cumcount() + 1
    found["times_fired"] = found["is_fired"].astype("int64").groupby(alert.ngroup()).cumsum()
    dropped = ["position", "tests", "is_truncated", "is_evaluated", "is_breached"]
    return found.drop(columns=[*dropped, "deals_without_amount"])


def alert_noise_floor(rules: Mapping[str, DataFrame], day: Timestamp, shuffles: int) -> DataFrame:
    """What each rule finds on the as-of date, and what it finds by chance: mean and most of the
    shuffles, and the share of them that find as many (definitions: Alerts over time). Stalling
    asks for no outcome and is not shuffled.
    """
    rows = []
    for name, table in rules.items():
        of_day = table[table["evaluation_date"] == day].assign(
            proven=table["is_breached"] & (table["verdict"] == "proven")
        )
        counts = of_day.groupby("shuffle")[["is_breached", "is_fired", "proven"]].sum()
        asked = range(0 if name == "rule_stage_stalling" else shuffles)
        real = counts.reindex([0], fill_value=0).iloc[0]
        by_chance = counts.reindex([number + 1 for number in asked], fill_value=0)
        as_many = (by_chance["is_breached"] >= real["is_breached"]).mean()
        rows.append(
            {
                "rule": name.removeprefix("rule_"),
                "as_of_date": day,
                "shuffles": len(by_chance),
                "breached": real["is_breached"],
                "fired": real["is_fired"],
                "proven": real["proven"],
                "breached_by_chance": by_chance["is_breached"].mean(),
                "most_breached_by_chance": by_chance["is_breached"].max(),
                "fired_by_chance": by_chance["is_fired"].mean(),
                "proven_by_chance": by_chance["proven"].mean(),
                "share_of_shuffles_as_many": as_many,
            }
        )
    return DataFrame(rows)


def book_dates(raw: DataFrame, day: Timestamp, settings: Settings) -> Sequence[Timestamp]:
    """Every month-end that one of the evaluations grades a book of."""
    limits = settings.thresholds
    today = known_deals(raw, day, settings)
    past = limits["replay_month_ends"] + limits["backtest_month_ends"]
    return evaluation_dates(today, day, past)

"""The oracle's scores of open deals, and how good they have been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
import pandas as pd
from oracle_base import (
    CELL_GRAIN,
    DRIVER,
    DRIVER_GRAIN,
    HIGH_RISK,
    LOW_RISK,
    MEDIUM_RISK,
    RISK_CELL,
    STALL_CELL,
    TOLERANCE,
    Settings,
    evaluation_dates,
    known_deals,
    ratio,
    sum_by,
    tally,
)
from oracle_evidence import segment_evidence, upper_tail, verdict, wilson
from oracle_pace import first_age, is_truncated, survival
from pandas import DataFrame, Series, Timestamp

SCORE_GRAINS = {DRIVER_GRAIN: DRIVER, CELL_GRAIN: RISK_CELL}
Z_80 = NormalDist().inv_cdf(0.90)


# --- scores ----------------------------------------------------------------------------------


def risk_band(probability: Series, baseline_rate: float, margin: float) -> Series:
    """Band name per deal; an exact tie with a bound is in the outer band (definitions: bands)."""
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


def deciding_stages(evidence: DataFrame, limits: Mapping[str, float]) -> list[str]:
    """Stages that decide the outcome: interval above a bound or below its complement, where the
    baseline is not (definitions: What a score rests on).
    """
    stages = evidence[evidence["grain"] == "deal_stage"]
    baseline_rate = stages["won_deals"].sum() / max(stages["closed_deals"].sum(), 1)
    bound = limits["deciding_stage_win_rate"]
    decides = (stages["win_rate_low"] > bound) & (baseline_rate <= bound)
    decides |= (stages["win_rate_high"] < 1 - bound) & (baseline_rate >= 1 - bound)
    return sorted(stages.loc[decides, "deal_stage"])


def does_a_stage_decide(closed: DataFrame, settings: Settings) -> bool:
    """Whether any stage decides the outcome of the closed deals; in the prototype none does."""
    stages = segment_evidence(closed, {"deal_stage": ["deal_stage"]}, settings.thresholds)
    return not settings.is_prototype and bool(deciding_stages(stages, settings.thresholds))


def score(
    deals: DataFrame, closed: DataFrame, settings: Settings, without_stage: bool | None = None
) -> DataFrame:
    """Win probability, its basis and band of deals, learned from closed ones, without the stage
    if asked or where one decides (definitions: win probability, What a score rests on).
    """
    if without_stage is None:
        without_stage = does_a_stage_decide(closed, settings)
    limits = settings.thresholds
    evidence = segment_evidence(closed, SCORE_GRAINS, limits)
    baseline_rate = closed["is_won"].mean() if len(closed) else np.nan
    learned = ["closed_deals", "win_rate", "shrunk_win_rate", "overdispersion"]
    cells = evidence.loc[evidence["grain"] == CELL_GRAIN, [*RISK_CELL, *learned]]
    segments = evidence.loc[evidence["grain"] == DRIVER_GRAIN, [*DRIVER, *learned]]
    table = deals[["deal_id", *RISK_CELL]].merge(cells, on=RISK_CELL, how="left", validate="m:1")
    table = table.merge(
        segments, on=DRIVER, how="left", validate="m:1", suffixes=("", "_of_segment")
    )
    has_cell = table["closed_deals"].notna()
    has_segment = table["closed_deals_of_segment"].notna()
    if settings.is_prototype:
        uses_cell, uses_segment = has_cell, has_segment & False
        cell_rate = table["win_rate"]
    else:
        may_use_cells = (cells["overdispersion"] > 0).any() and not without_stage
        uses_cell = has_cell & may_use_cells
        uses_segment = has_segment & (segments["overdispersion"] > 0).any() & ~uses_cell
        cell_rate = table["shrunk_win_rate"]
    probability = Series(baseline_rate, index=table.index, dtype="float64")
    probability = probability.mask(uses_segment, table["shrunk_win_rate_of_segment"])
    probability = probability.mask(uses_cell, cell_rate)
    basis = np.select([uses_cell, uses_segment], ["cell", "segment"], default="baseline")
    return DataFrame(
        {
            "deal_id": table["deal_id"],
            "segment_closed_deals": table["closed_deals_of_segment"].fillna(0).astype("int64"),
            "cell_closed_deals": table["closed_deals"].fillna(0).astype("int64"),
            "segment_win_probability": probability,
            "score_basis": Series(basis, index=table.index, dtype=object),
            "risk_band": risk_band(probability, baseline_rate, limits["risk_band_margin"]),
        }
    )


def deal_risk(
    pipeline: DataFrame, scores: DataFrame, pace: DataFrame, is_informative: bool
) -> DataFrame:
    """One row per pipeline deal: its score, its stall limits (definitions: Figures)."""
    basis = [*STALL_CELL, "stall_limit_days", "critical_stall_limit_days", "limit_basis"]
    table = pipeline.merge(scores, on="deal_id", validate="1:1")
    table = table.merge(pace[basis], on=STALL_CELL, how="left", validate="m:1")
    return table[[*scores.columns]].assign(
        is_informative=is_informative,
        expected_amount=table["segment_win_probability"] * table["deal_amount"],
        amount_at_risk=table["deal_amount"]
        - table["segment_win_probability"] * table["deal_amount"],
        stall_limit_days=table["stall_limit_days"],
        critical_stall_limit_days=table["critical_stall_limit_days"],
        stall_limit_basis=table["limit_basis"],
        is_stalled=table["age_days"] > table["stall_limit_days"],
        is_critically_stalled=table["age_days"] > table["critical_stall_limit_days"],
    )


def with_risk_band(pipeline: DataFrame, scores: DataFrame) -> DataFrame:
    """The tallied pipeline deals with the risk_band of each."""
    bands = scores[["deal_id", "risk_band"]]
    return tally(pipeline).merge(bands, on="deal_id", validate="1:1")


def pipeline_by_risk_band(pipeline: DataFrame, scores: DataFrame) -> DataFrame:
    """Deals and amount per band that occurs; share of all pipeline amount (definitions: bands)."""
    counted = with_risk_band(pipeline, scores)
    table = sum_by(counted, ["risk_band"], ["deals", "amount", "deals_without_amount"])
    total = Series(counted["amount"].sum(), index=table.index, dtype="float64")
    table["amount_share"] = ratio(table["amount"], total)
    return table[["risk_band", "deals", "amount", "amount_share", "deals_without_amount"]]


# --- how good they were ----------------------------------------------------------------------


def scored_books(raw: DataFrame, dates: Sequence[Timestamp], settings: Settings) -> DataFrame:
    """The deals open on each date with the score they had then, and, for a later day that knows
    better, with the one they would have had without the stage; later news is not used.
    """
    parts = []
    for book_date in dates:
        known = known_deals(raw, book_date, settings)
        closed = known[known["is_closed"]]
        baseline_rate = closed["is_won"].mean() if len(closed) else np.nan
        for without_stage in {does_a_stage_decide(closed, settings), True}:
            book = score(known[known["is_open"]], closed, settings, without_stage)
            book["is_without_stage"] = without_stage
            parts.append(book.assign(book_date=book_date, baseline=baseline_rate))
    columns = ["book_date", "is_without_stage", "deal_id"]
    columns += ["segment_win_probability", "risk_band", "baseline"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else DataFrame(columns=columns)


def graded_books(
    books: DataFrame, deals: DataFrame, day: Timestamp, settings: Settings
) -> DataFrame:
    """The last books before a day, with what has become of each deal on that day:
    closed (graded), stuck (older than the p90 of all deals, which none is while the extract is
    truncated) or waiting (definitions: How good the scores are).
    """
    dates = evaluation_dates(deals, day, settings.thresholds["backtest_month_ends"])
    table = books[books["book_date"].isin(dates)]
    if does_a_stage_decide(deals[deals["is_closed"]], settings):
        table = table[table["is_without_stage"]]
    else:
        # As on the day of the book itself.
        own = table.groupby("book_date")["is_without_stage"].transform("min")
        table = table[table["is_without_stage"] == own]
    now = deals[["deal_id", "is_closed", "is_won", "age_days"]]
    table = table.merge(now, on="deal_id", validate="m:1").sort_values("book_date", kind="stable")
    oldest = np.inf if is_truncated(deals, day, settings) else first_age(survival(deals), 0.1)
    is_stuck = ~table["is_closed"] & (table["age_days"] > oldest)
    is_waiting = ~table["is_closed"] & ~is_stuck
    waiting_deals = is_waiting.groupby(table["book_date"]).transform("sum")
    return table.assign(
        is_stuck=is_stuck,
        is_waiting=is_waiting,
        is_resolved=waiting_deals == 0,
        squared_error=(table["segment_win_probability"] - table["is_won"]) ** 2,
        baseline_squared_error=(table["baseline"] - table["is_won"]) ** 2,
    )


def auc(probability: Series, is_won: Series) -> float:
    """Area under the ROC curve by mean ranks (definitions: AUC)."""
    won, lost = int(is_won.sum()), int((~is_won).sum())
    if not won or not lost:
        return np.nan
    ranks = probability.rank(method="average")
    return (ranks[is_won].sum() - won * (won + 1) / 2) / (won * lost)


def score_backtest(graded: DataFrame) -> DataFrame:
    """One row per book: its deals, expected wins, and its grades once it is resolved."""
    rows = []
    for book_date, book in graded.groupby("book_date"):
        closed, p = book[book["is_closed"]], book["segment_win_probability"]
        is_resolved = bool(book["is_resolved"].all())
        expected, spread = p.sum(min_count=1), Z_80 * (p * (1 - p)).sum(min_count=1) ** 0.5
        row = {
            "book_date": book_date,
            "open_deals": len(book),
            "graded_deals": len(closed),
            "waiting_deals": int(book["is_waiting"].sum()),
            "stuck_deals": int(book["is_stuck"].sum()),
            "is_resolved": is_resolved,
            "expected_wins": expected,
            "expected_wins_low": expected - spread,
            "expected_wins_high": expected + spread,
            "actual_wins": np.nan,
            "auc": np.nan,
            "brier": np.nan,
            "baseline_brier": np.nan,
        }
        if is_resolved:
            row["actual_wins"] = int(closed["is_won"].sum())
            row["auc"] = auc(closed["segment_win_probability"], closed["is_won"])
            row["brier"] = closed["squared_error"].mean()
            row["baseline_brier"] = closed["baseline_squared_error"].mean()
        rows.append({**row, "skill": 1 - row["brier"] / row["baseline_brier"]})
    return DataFrame(rows)


def resolved_deals(graded: DataFrame) -> DataFrame:
    """The graded deals of all resolved books, the earliest book first."""
    return graded[graded["is_resolved"] & graded["is_closed"]]


def counted_once(graded: DataFrame) -> DataFrame:
    """Each graded deal in the last resolved book that held it (definitions: How good the scores
    are).
    """
    return resolved_deals(graded).drop_duplicates("deal_id", keep="last")


def low_fit_evidence(graded: DataFrame) -> DataFrame:
    """Deals and wins of those scored low and of the others, each deal once (definitions: How good
    the scores are). One row.
    """
    counted = counted_once(graded)
    is_low = counted["risk_band"] == HIGH_RISK
    low, other = counted.loc[is_low, "is_won"], counted.loc[~is_low, "is_won"]
    table = DataFrame(
        {
            "graded_low_fit_deals": [len(low)],
            "low_fit_won": [int(low.sum())],
            "graded_other_deals": [len(other)],
            "other_won": [int(other.sum())],
        }
    )
    return table.assign(
        graded_low_fit_win_rate=ratio(table["low_fit_won"], table["graded_low_fit_deals"]),
        graded_other_win_rate=ratio(table["other_won"], table["graded_other_deals"]),
    )


def skill_error(counted: DataFrame, skill: float) -> float:
    """Error of the skill, from the squared errors of each deal in all its books together; missing
    where there is none (definitions: How good the scores are).
    """
    errors = sum_by(counted, ["deal_id"], ["squared_error", "baseline_squared_error"])
    ours, baseline = errors["squared_error"], errors["baseline_squared_error"]
    if not baseline.sum() > 0:
        return np.nan
    error = ((ours - (1 - skill) * baseline) ** 2).sum() ** 0.5 / baseline.sum()
    return error if error > TOLERANCE else np.nan


def score_skill(
    graded: DataFrame, day: Timestamp, limits: Mapping[str, float], stages: Sequence[str] = ()
) -> DataFrame:
    """The grades of all resolved books together, one row, with the stages that decide today
    (definitions: How good the scores are).
    """
    counted = resolved_deals(graded)
    brier, baseline = counted["squared_error"].mean(), counted["baseline_squared_error"].mean()
    skill = 1 - brier / baseline if len(counted) and baseline > 0 else np.nan
    error = skill_error(counted, skill)
    p = upper_tail(Series([skill / error]))
    return low_fit_evidence(graded).assign(
        as_of_date=day,
        graded_books=graded.loc[graded["is_resolved"], "book_date"].nunique(),
        graded_deals=len(counted),
        brier=brier,
        baseline_brier=baseline,
        skill=skill,
        skill_error=error,
        p_value=p,
        verdict=verdict(p, p, limits),
        is_informative=bool(skill > 0),
        deciding_stages=", ".join(stages) or None,
    )


def score_calibration(graded: DataFrame) -> DataFrame:
    """Ten bins of the scores of resolved books, each deal once, against what came of them
    (definitions: How good the scores are).
    """
    counted = counted_once(graded)
    p = counted["segment_win_probability"]
    bins = (np.floor(p * 10 + TOLERANCE) + 1).clip(upper=10)
    groups = counted.assign(bin=bins).groupby("bin")
    table = DataFrame({"bin": range(1, 11)}).set_index("bin")
    table["from_probability"] = (table.index - 1) / 10
    table["to_probability"] = table.index / 10
    table["deals"] = groups.size().reindex(table.index, fill_value=0)
    table["won_deals"] = groups["is_won"].sum().reindex(table.index, fill_value=0).astype("int64")
    table["mean_win_probability"] = groups["segment_win_probability"].mean()
    low, high = wilson(table["won_deals"], table["deals"])
    return table.assign(
        win_rate=ratio(table["won_deals"], table["deals"]), win_rate_low=low, win_rate_high=high
    ).reset_index()

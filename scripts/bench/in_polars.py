"""The prototype's rules in Polars: one streamed read, and cells counted once for all tables."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import polars as pl

TEXTS = (
    "sales_rep_id",
    "industry",
    "region",
    "product_type",
    "lead_source",
    "deal_stage",
    "outcome",
)
DRIVER = ["industry", "region", "lead_source"]
CELL = [*DRIVER, "deal_stage"]
PACE = ["industry", "region", "deal_stage"]
LATE = ["Proposal", "Negotiation", "Closed"]
HIGH_INTENT = ["Inbound", "Referral"]
GRAINS = [
    [],
    *([name] for name in (*CELL, "product_type", "sales_rep_id", "deal_size_band")),
    ["industry", "region"],
    ["industry", "lead_source"],
    ["region", "lead_source"],
    DRIVER,
    CELL,
]
LOW, MEDIUM, HIGH = "low_risk_high_fit", "medium_risk", "high_risk_low_fit"


def read(path: Path) -> pl.DataFrame:
    """The deals as known on the day of the last closing, with what every table asks of them."""
    texts = {name: pl.Categorical for name in TEXTS}
    if path.suffix == ".csv":
        rows = pl.scan_csv(
            path,
            schema_overrides={
                "created_date": pl.Date,
                "closed_date": pl.Date,
                "deal_amount": pl.Float64,
                **texts,
            },
        )
    else:
        rows = pl.scan_parquet(path).cast(texts)
    is_closed = pl.col("outcome") != "Open"
    deals = rows.select(
        "deal_id",
        "created_date",
        pl.when(is_closed).then("closed_date").alias("closed_date"),
        *TEXTS,
        "deal_amount",
    ).collect(engine="streaming")
    day = deals["closed_date"].max()
    amount = pl.col("deal_amount")
    is_closed = (pl.col("closed_date") <= day).fill_null(False)
    closed = pl.when(is_closed).then("closed_date")
    bands = pl.Enum(["Unknown", "small", "mid", "upper_mid", "enterprise"])
    return (
        deals.lazy()
        .filter(pl.col("created_date") <= day)
        .with_columns(
            is_closed=is_closed,
            is_won=is_closed & (pl.col("outcome") == "Won"),
            closed_date=closed,
            age_days=(pl.coalesce(closed, day) - pl.col("created_date"))
            .dt.total_days()
            .cast(pl.Int32),
            deal_size_band=pl.when(amount.is_null())
            .then(pl.lit("Unknown", bands))
            .when(amount < 10_000)
            .then(pl.lit("small", bands))
            .when(amount < 25_000)
            .then(pl.lit("mid", bands))
            .when(amount < 50_000)
            .then(pl.lit("upper_mid", bands))
            .otherwise(pl.lit("enterprise", bands)),
        )
        .collect()
    )


def outcomes() -> list[pl.Expr]:
    """What is counted of closed and of all deals."""
    amount, is_closed, is_won = pl.col("deal_amount"), pl.col("is_closed"), pl.col("is_won")
    return [
        pl.len().cast(pl.Int64).alias("pipeline_deals"),
        amount.sum().alias("pipeline_amount"),
        amount.count().cast(pl.Int64).alias("priced_deals"),
        is_closed.sum().cast(pl.Int64).alias("closed_deals"),
        is_won.sum().cast(pl.Int64).alias("won_deals"),
        (is_closed & amount.is_not_null()).sum().cast(pl.Int64).alias("priced_closed_deals"),
        amount.filter(is_closed).sum().alias("closed_amount"),
        amount.filter(is_won).sum().alias("won_amount"),
    ]


def rate(won: str = "won_deals", closed: str = "closed_deals") -> pl.Expr:
    """A rate, missing where nothing is counted."""
    return pl.when(pl.col(closed) > 0).then(pl.col(won) / pl.col(closed))


def sums(cells: pl.DataFrame, grain: list[str]) -> pl.DataFrame:
    """The counts of cells at a wider grain; none is all."""
    counts = pl.col(pl.Int64, pl.Float64).exclude(grain).sum()
    table = cells.group_by(grain).agg(counts) if grain else cells.select(counts)
    name = "_".join(grain) or "overall"
    return table.with_columns(pl.col(grain).cast(pl.String), pl.lit(name).alias("grain"))


def segments(deals: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Counts at every grain."""
    parts = []
    for grain in GRAINS:
        one = grain[0] if len(grain) == 1 and grain[0] not in CELL else None
        source = deals.group_by(one).agg(outcomes()) if one else cells
        parts.append(sums(source, grain))
    table = pl.concat(parts, how="diagonal")
    return table.with_columns(
        win_rate=rate(),
        amount_share=pl.col("pipeline_amount") / cells["pipeline_amount"].sum(),
    )


def trend(deals: pl.DataFrame) -> pl.DataFrame:
    """Outcomes by the month and quarter of closing, overall and by each driver dimension."""
    closed = deals.lazy().filter("is_closed")
    months = (
        closed.group_by(*DRIVER, pl.col("closed_date").dt.truncate("1mo").alias("period_start"))
        .agg(
            pl.len().cast(pl.Int64).alias("deals"),
            pl.col("is_won").sum().cast(pl.Int64).alias("won_deals"),
            pl.col("deal_amount").sum().alias("amount"),
        )
        .collect()
    )
    parts = []
    for period, every in {"month": "1mo", "quarter": "1q"}.items():
        dated = months.with_columns(pl.col("period_start").dt.truncate(every))
        for grain in ([], *([name] for name in DRIVER)):
            part = dated.group_by("period_start", *grain).agg(
                pl.col("deals", "won_deals", "amount").sum()
            )
            parts.append(
                part.with_columns(
                    pl.col(grain).cast(pl.String),
                    pl.lit(period).alias("period_type"),
                    pl.lit("_".join(grain) or "overall").alias("grain"),
                )
            )
    return pl.concat(parts, how="diagonal").with_columns(win_rate=rate(closed="deals"))


def drivers(table: pl.DataFrame, baseline: float) -> pl.DataFrame:
    """The driver segments, best score first."""
    scored = (
        table.filter((pl.col("grain") == "_".join(DRIVER)) & (pl.col("closed_deals") > 0))
        .with_columns(
            avg_deal_amount=rate("closed_amount", "priced_closed_deals"),
            lift=pl.col("win_rate") - baseline,
        )
        .with_columns(driver_score=pl.col("win_rate") * pl.col("avg_deal_amount"))
        .sort(["driver_score", *DRIVER], descending=[True, False, False, False], nulls_last=True)
    )
    return scored.with_columns(driver_rank=pl.int_range(1, pl.len() + 1))


def insight_cards(ranked: pl.DataFrame) -> pl.DataFrame:
    """The five best and the five worst drivers."""
    scored = ranked.filter(pl.col("driver_score").is_not_null())
    worst = pl.len() + 1 - pl.col("driver_rank")
    is_better = pl.col("driver_rank") <= worst
    return scored.with_columns(
        card_type=pl.when(is_better).then(pl.lit("uplift")).otherwise(pl.lit("risk")),
        card_rank=pl.min_horizontal("driver_rank", worst),
    ).filter(pl.col("card_rank") <= 5)


def scores(cells: pl.DataFrame, baseline: float) -> pl.DataFrame:
    """The win probability and risk band of each cell."""
    probability = pl.coalesce(rate(), baseline)
    return cells.select(
        *CELL,
        "pipeline_deals",
        "pipeline_amount",
        segment_win_probability=probability,
        risk_band=pl.when(probability >= baseline + 0.05 - 1e-9)
        .then(pl.lit(LOW))
        .when(probability <= baseline - 0.05 + 1e-9)
        .then(pl.lit(HIGH))
        .otherwise(pl.lit(MEDIUM)),
    )


def stage_pace(deals: pl.DataFrame) -> pl.DataFrame:
    """Median cycles, and how many deals are older by more than the margin."""
    lean = deals.lazy().select(*PACE, "is_closed", "age_days", "deal_amount")
    medians = (
        lean.filter("is_closed")
        .group_by(PACE)
        .agg(
            pl.len().cast(pl.Int64).alias("closed_deals"),
            pl.col("age_days").median().alias("median_cycle_days"),
        )
        .with_columns(stall_limit_days=pl.col("median_cycle_days") + 15)
    )
    is_stalled = (pl.col("age_days") > pl.col("stall_limit_days")).fill_null(False)
    return (
        lean.join(medians, on=PACE, how="left")
        .group_by(PACE)
        .agg(
            pl.col("closed_deals", "median_cycle_days", "stall_limit_days").first(),
            pl.len().cast(pl.Int64).alias("pipeline_deals"),
            is_stalled.sum().cast(pl.Int64).alias("stalled_deals"),
            pl.col("deal_amount").filter(is_stalled).sum().alias("stalled_amount"),
        )
        .with_columns(pl.col("closed_deals").fill_null(0), pl.col(PACE).cast(pl.String))
        .collect()
    )


def pipeline_quality(deals: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """The index and the late-stage drop-off of every industry, region and rep."""
    by_rep = deals.group_by("sales_rep_id", "lead_source", "deal_stage").agg(outcomes())
    is_late = pl.col("deal_stage").cast(pl.String).is_in(LATE)
    is_high = pl.col("lead_source").cast(pl.String).is_in(HIGH_INTENT)
    parts = []
    for dimension in ("overall", "industry", "region", "sales_rep_id"):
        source = by_rep if dimension == "sales_rep_id" else cells
        segment = pl.lit("All") if dimension == "overall" else pl.col(dimension).cast(pl.String)
        closed, won = pl.col("closed_deals"), pl.col("won_deals")
        part = source.group_by(segment.alias("segment")).agg(
            pl.col("closed_deals", "won_deals", "pipeline_deals", "priced_deals").sum(),
            pl.col("pipeline_amount").sum(),
            pl.col("pipeline_deals").filter(is_high).sum().alias("high_intent_deals"),
            closed.filter(is_late).sum().alias("late_stage_deals"),
            (closed - won).filter(is_late).sum().alias("late_stage_lost_deals"),
        )
        parts.append(part.with_columns(pl.lit(dimension).alias("dimension")))
    table = pl.concat(parts).with_columns(
        win_rate=rate(),
        avg_pipeline_amount=rate("pipeline_amount", "priced_deals"),
        high_intent_share=rate("high_intent_deals", "pipeline_deals"),
        late_stage_drop_off_rate=rate("late_stage_lost_deals", "late_stage_deals"),
    )

    def scaled(name: str) -> pl.Expr:
        least, most = (end.over("dimension") for end in (pl.col(name).min(), pl.col(name).max()))
        return pl.when(most > least).then((pl.col(name) - least) / (most - least))

    parts_of_index = [
        scaled(f"{n}") for n in ("win_rate", "avg_pipeline_amount", "high_intent_share")
    ]
    return table.with_columns(
        pipeline_quality_index=(parts_of_index[0] + parts_of_index[1] + parts_of_index[2]) / 3
    )


def win_rate_drops(deals: pl.DataFrame) -> pl.DataFrame:
    """The last 30 days against the 60 before, by driver segment, where the rate fell."""
    day = deals["closed_date"].max()
    recent_from, history_from = day - timedelta(days=30), day - timedelta(days=90)
    seen = deals.filter(pl.col("closed_date") >= history_from)
    is_recent = pl.col("closed_date") >= recent_from
    table = (
        seen.group_by(DRIVER)
        .agg(
            is_recent.sum().cast(pl.Int64).alias("recent_deals"),
            (is_recent & pl.col("is_won")).sum().cast(pl.Int64).alias("recent_won"),
            (~is_recent).sum().cast(pl.Int64).alias("history_deals"),
            (~is_recent & pl.col("is_won")).sum().cast(pl.Int64).alias("history_won"),
        )
        .with_columns(
            metric_value=rate("recent_won", "recent_deals"),
            comparison_value=rate("history_won", "history_deals"),
        )
    )
    return table.filter(
        (pl.col("recent_deals") >= 30)
        & (pl.col("history_deals") >= 30)
        & (pl.col("comparison_value") - pl.col("metric_value") >= 0.08 - 1e-9)
    ).with_columns(pl.col(DRIVER).cast(pl.String), deals=pl.col("recent_deals"))


def alerts(
    drops: pl.DataFrame,
    ranked: pl.DataFrame,
    bands: pl.DataFrame,
    pace: pl.DataFrame,
    baseline: float,
) -> pl.DataFrame:
    """What each rule tells."""
    at_stake = ranked.select(*DRIVER, amount_at_stake="pipeline_amount")
    fallen = drops.join(at_stake, on=DRIVER, how="left").with_columns(rule=pl.lit("win_rate_drop"))
    emerging = (
        ranked.filter((pl.col("closed_deals") >= 40) & (pl.col("lift") >= 0.05 - 1e-9))
        .head(5)
        .with_columns(
            rule=pl.lit("emerging_driver"),
            metric_value="win_rate",
            comparison_value=pl.lit(baseline),
            deals="closed_deals",
            amount_at_stake="pipeline_amount",
        )
    )
    high = bands.filter(pl.col("risk_band") == LOW)["amount_share"].sum()
    low_fit = bands.filter(
        (pl.col("risk_band") == HIGH) & (pl.col("amount_share") >= 0.40 - 1e-9)
    ).with_columns(
        rule=pl.lit("low_fit_pipeline"),
        metric_value="amount_share",
        comparison_value=pl.lit(high),
        amount_at_stake="amount",
    )
    stalling = pace.filter(pl.col("stalled_deals") >= 10).with_columns(
        rule=pl.lit("stage_stalling"),
        metric_value=pl.col("stalled_deals").cast(pl.Float64),
        comparison_value=pl.col("pipeline_deals").cast(pl.Float64),
        deals="stalled_deals",
        amount_at_stake="stalled_amount",
    )
    told = ["rule", *CELL, "metric_value", "comparison_value", "deals", "amount_at_stake"]
    parts = (fallen, emerging, low_fit, stalling)
    return pl.concat(
        [part.select(name for name in told if name in part.columns) for part in parts],
        how="diagonal_relaxed",
    )


def tables(path: Path) -> dict[str, pl.DataFrame | pl.LazyFrame]:
    """The twelve tables of the prototype's rules, by name."""
    deals = read(path)
    cells = deals.group_by(CELL).agg(outcomes())
    by_segment = segments(deals, cells)
    overall = by_segment.filter(pl.col("grain") == "overall")
    baseline = overall["win_rate"].item()
    ranked = drivers(by_segment, baseline)
    scored = scores(cells, baseline)
    bands = (
        scored.group_by("risk_band")
        .agg(pl.col("pipeline_deals").sum().alias("deals"), amount=pl.col("pipeline_amount").sum())
        .with_columns(amount_share=pl.col("amount") / pl.col("amount").sum())
    )
    pace = stage_pace(deals)
    risk = (
        deals.lazy()
        .select("deal_id", *CELL, "deal_amount", "age_days")
        .join(scored.lazy().select(*CELL, "segment_win_probability", "risk_band"), on=CELL)
        .with_columns(expected_amount=pl.col("segment_win_probability") * pl.col("deal_amount"))
    )
    closed = by_segment.filter(pl.col("closed_deals") > 0)
    return {
        "win_rate_baseline": overall.with_columns(
            value_win_rate=rate("won_amount", "closed_amount"),
            open_deals=pl.col("pipeline_deals") - pl.col("closed_deals"),
            open_amount=pl.col("pipeline_amount") - pl.col("closed_amount"),
        ),
        "win_rate_by_segment": closed,
        "win_rate_drivers": ranked,
        "segment_stage_win_rates": closed.filter(pl.col("grain") == "_".join(CELL)),
        "win_rate_trend": trend(deals),
        "deal_risk": risk,
        "pipeline_by_risk_band": bands,
        "pipeline_by_segment": by_segment,
        "stage_pace": pace,
        "pipeline_quality": pipeline_quality(deals, cells),
        "insight_cards": insight_cards(ranked),
        "alerts": alerts(win_rate_drops(deals), ranked, bands, pace, baseline),
    }


def main(path: Path, folder: Path) -> None:
    """Write each table to a Parquet file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables(path).items():
        table.lazy().sink_parquet(folder / f"{name}.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

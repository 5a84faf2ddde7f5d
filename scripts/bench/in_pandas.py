"""The prototype's rules in pandas: texts as categories, and cells counted once for all tables."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas import DataFrame, Series
from pyarrow import csv, parquet

TEXTS = [
    "sales_rep_id",
    "industry",
    "region",
    "product_type",
    "lead_source",
    "deal_stage",
    "outcome",
]
READ = ["deal_id", "created_date", "closed_date", *TEXTS, "deal_amount"]
DRIVER = ["industry", "region", "lead_source"]
CELL = [*DRIVER, "deal_stage"]
PACE = ["industry", "region", "deal_stage"]
LATE = ["Proposal", "Negotiation", "Closed"]
HIGH_INTENT = ["Inbound", "Referral"]
BANDS = ["small", "mid", "upper_mid", "enterprise"]
GRAINS = [
    [],
    *([name] for name in (*CELL, "product_type", "sales_rep_id", "deal_size_band")),
    ["industry", "region"],
    ["industry", "lead_source"],
    ["region", "lead_source"],
    DRIVER,
    CELL,
]
COUNTS = [
    "pipeline_deals",
    "pipeline_amount",
    "priced_deals",
    "closed_deals",
    "won_deals",
    "priced_closed_deals",
    "closed_amount",
    "won_amount",
]


def read(path: Path) -> DataFrame:
    """The deals as known on the day of the last closing, with what every table asks of them."""
    if path.suffix == ".csv":
        dates = {name: pa.timestamp("ns") for name in ("created_date", "closed_date")}
        texts = {name: pa.dictionary(pa.int32(), pa.string()) for name in TEXTS}
        types = {**dates, **texts, "deal_amount": pa.float64()}
        rows = csv.read_csv(
            path,
            convert_options=csv.ConvertOptions(
                column_types=types, include_columns=READ, strings_can_be_null=True
            ),
        )
    else:
        rows = parquet.read_table(path, columns=READ, read_dictionary=TEXTS)
    deals = rows.to_pandas(date_as_object=False, split_blocks=True, self_destruct=True)
    closed = deals["closed_date"].where(deals["outcome"] != "Open")
    day = closed.max()
    deals["is_closed"] = closed <= day
    deals["is_won"] = deals["is_closed"] & (deals["outcome"] == "Won")
    deals["closed_date"] = closed.where(deals["is_closed"])
    deals["age_days"] = (deals["closed_date"].fillna(day) - deals["created_date"]).dt.days
    deals["deal_size_band"] = (
        pd.cut(deals["deal_amount"], [-np.inf, 10_000, 25_000, 50_000, np.inf], False, BANDS)
        .cat.add_categories("Unknown")
        .fillna("Unknown")
    )
    return deals[deals["created_date"] <= day]


def counted(deals: DataFrame, by: str | list[str]) -> DataFrame:
    """What is counted of closed and of all deals."""
    amount, is_closed, is_won = deals["deal_amount"], deals["is_closed"], deals["is_won"]
    flags = DataFrame(
        {
            "pipeline_deals": 1,
            "pipeline_amount": amount,
            "priced_deals": amount.notna(),
            "closed_deals": is_closed,
            "won_deals": is_won,
            "priced_closed_deals": is_closed & amount.notna(),
            "closed_amount": amount.where(is_closed),
            "won_amount": amount.where(is_won),
        },
        index=deals.index,
    )
    keys = [deals[name] for name in ([by] if isinstance(by, str) else by)]
    return flags.groupby(keys, observed=True, sort=False).sum().reset_index()


def ratio(part: Series, whole: Series) -> Series:
    """A ratio, missing where the whole is 0."""
    return part / whole.where(whole != 0)


def segments(deals: DataFrame, cells: DataFrame) -> DataFrame:
    """Counts at every grain."""
    parts = []
    for grain in GRAINS:
        if not grain:
            part = cells[COUNTS].sum().to_frame().T.astype(cells[COUNTS].dtypes)
        elif len(grain) == 1 and grain[0] not in CELL:
            part = counted(deals, grain[0])
        else:
            part = cells.groupby(grain, observed=True, sort=False)[COUNTS].sum().reset_index()
        part[grain] = part[grain].astype(object)
        parts.append(part.assign(grain="_".join(grain) or "overall"))
    table = pd.concat(parts, ignore_index=True)
    table["win_rate"] = ratio(table["won_deals"], table["closed_deals"])
    table["amount_share"] = table["pipeline_amount"] / cells["pipeline_amount"].sum()
    return table


def trend(deals: DataFrame) -> DataFrame:
    """Outcomes by the month and quarter of closing, overall and by each driver dimension."""
    closed = deals.loc[deals["is_closed"], [*DRIVER, "closed_date", "is_won", "deal_amount"]]
    month = closed["closed_date"].to_numpy().astype("datetime64[M]")
    keys = [Series(month, closed.index, name="month").astype("datetime64[s]")]
    keys += [closed[name] for name in DRIVER]
    figures = {"deals": ("is_won", "size"), "won_deals": ("is_won", "sum")}
    months = (
        closed.groupby(keys, observed=True, sort=False)
        .agg(**figures, amount=("deal_amount", "sum"))
        .reset_index()
    )
    parts = []
    for period, code in {"month": "M", "quarter": "Q"}.items():
        months["period_start"] = months["month"].dt.to_period(code).dt.start_time
        for grain in ([], *([name] for name in DRIVER)):
            part = months.groupby(["period_start", *grain], observed=True)
            part = part[["deals", "won_deals", "amount"]].sum().reset_index()
            part[grain] = part[grain].astype(object)
            name = "_".join(grain) or "overall"
            parts.append(part.assign(period_type=period, grain=name))
    table = pd.concat(parts, ignore_index=True)
    return table.assign(win_rate=ratio(table["won_deals"], table["deals"]))


def drivers(table: DataFrame, baseline: float) -> DataFrame:
    """The driver segments, best score first."""
    found = table[(table["grain"] == "_".join(DRIVER)) & (table["closed_deals"] > 0)].copy()
    found["avg_deal_amount"] = ratio(found["closed_amount"], found["priced_closed_deals"])
    found["lift"] = found["win_rate"] - baseline
    found["driver_score"] = found["win_rate"] * found["avg_deal_amount"]
    order = ["driver_score", *DRIVER]
    found = found.sort_values(order, ascending=[False, True, True, True], na_position="last")
    return found.assign(driver_rank=np.arange(1, len(found) + 1))


def insight_cards(ranked: DataFrame) -> DataFrame:
    """The five best and the five worst drivers."""
    scored = ranked[ranked["driver_score"].notna()]
    worst = len(scored) + 1 - scored["driver_rank"]
    is_better = scored["driver_rank"] <= worst
    cards = scored.assign(
        card_type=np.where(is_better, "uplift", "risk"),
        card_rank=np.minimum(scored["driver_rank"], worst),
    )
    return cards[cards["card_rank"] <= 5]


def scores(cells: DataFrame, baseline: float) -> DataFrame:
    """The win probability and risk band of each cell."""
    probability = ratio(cells["won_deals"], cells["closed_deals"]).fillna(baseline)
    bands = ["low_risk_high_fit", "high_risk_low_fit"]
    lies = [probability >= baseline + 0.05 - 1e-9, probability <= baseline - 0.05 + 1e-9]
    return cells[[*CELL, "pipeline_deals", "pipeline_amount"]].assign(
        segment_win_probability=probability, risk_band=np.select(lies, bands, "medium_risk")
    )


def stage_pace(deals: DataFrame) -> DataFrame:
    """Median cycles, and how many deals are older by more than the margin."""
    closed = deals.loc[deals["is_closed"], [*PACE, "age_days"]]
    table = (
        closed.groupby(PACE, observed=True, sort=False)["age_days"]
        .agg(closed_deals="size", median_cycle_days="median")
        .reset_index()
    )
    table["stall_limit_days"] = table["median_cycle_days"] + 15
    lean = deals[[*PACE, "age_days", "deal_amount"]].merge(table, on=PACE, how="left")
    is_stalled = lean["age_days"] > lean["stall_limit_days"]
    figures = DataFrame(
        {
            "pipeline_deals": 1,
            "stalled_deals": is_stalled,
            "stalled_amount": lean["deal_amount"].where(is_stalled),
        }
    )
    keys = [lean[name] for name in PACE]
    sizes = figures.groupby(keys, observed=True, sort=False).sum().reset_index()
    table = sizes.merge(table, on=PACE, how="left").fillna({"closed_deals": 0})
    return table.astype({name: object for name in PACE} | {"closed_deals": "int64"})


def pipeline_quality(deals: DataFrame, cells: DataFrame) -> DataFrame:
    """The index and the late-stage drop-off of every industry, region and rep."""
    by_rep = counted(deals, ["sales_rep_id", "lead_source", "deal_stage"])
    parts = []
    for dimension in ("overall", "industry", "region", "sales_rep_id"):
        source = by_rep if dimension == "sales_rep_id" else cells.assign(overall="All")
        is_late, is_high = source["deal_stage"].isin(LATE), source["lead_source"].isin(HIGH_INTENT)
        lost = source["closed_deals"] - source["won_deals"]
        source = source.assign(
            high_intent_deals=source["pipeline_deals"].where(is_high, 0),
            late_stage_deals=source["closed_deals"].where(is_late, 0),
            late_stage_lost_deals=lost.where(is_late, 0),
        )
        part = source.groupby(dimension, observed=True).sum(numeric_only=True).reset_index()
        part["segment"] = part.pop(dimension).astype(object)
        parts.append(part.assign(dimension=dimension))
    table = pd.concat(parts, ignore_index=True)
    for name, part, whole in (
        ("win_rate", "won_deals", "closed_deals"),
        ("avg_pipeline_amount", "pipeline_amount", "priced_deals"),
        ("high_intent_share", "high_intent_deals", "pipeline_deals"),
        ("late_stage_drop_off_rate", "late_stage_lost_deals", "late_stage_deals"),
    ):
        table[name] = ratio(table[part], table[whole])
    figures = table[["win_rate", "avg_pipeline_amount", "high_intent_share"]]
    ends = figures.groupby(table["dimension"])
    least, spread = ends.transform("min"), ends.transform("max") - ends.transform("min")
    scaled = (figures - least) / spread.where(spread > 0)
    return table.assign(pipeline_quality_index=scaled.mean(axis=1, skipna=False))


def win_rate_drops(deals: DataFrame) -> DataFrame:
    """The last 30 days against the 60 before, by driver segment, where the rate fell."""
    day = deals["closed_date"].max()
    recent_from, history_from = day - pd.Timedelta(days=30), day - pd.Timedelta(days=90)
    seen = deals[deals["closed_date"] >= history_from]
    is_recent = seen["closed_date"] >= recent_from
    flags = DataFrame(
        {
            "deals": is_recent,
            "recent_won": is_recent & seen["is_won"],
            "history_deals": ~is_recent,
            "history_won": ~is_recent & seen["is_won"],
        }
    )
    keys = [seen[name] for name in DRIVER]
    table = flags.groupby(keys, observed=True, sort=False).sum().reset_index()
    table["metric_value"] = ratio(table["recent_won"], table["deals"])
    table["comparison_value"] = ratio(table["history_won"], table["history_deals"])
    is_judged = (table["deals"] >= 30) & (table["history_deals"] >= 30)
    drop = table["comparison_value"] - table["metric_value"]
    return table[is_judged & (drop >= 0.08 - 1e-9)].astype({name: object for name in DRIVER})


def alerts(
    drops: DataFrame, ranked: DataFrame, bands: DataFrame, pace: DataFrame, baseline: float
) -> DataFrame:
    """What each rule tells."""
    at_stake = ranked[[*DRIVER, "pipeline_amount"]]
    fallen = drops.merge(at_stake, on=DRIVER, how="left").assign(rule="win_rate_drop")
    is_emerging = (ranked["closed_deals"] >= 40) & (ranked["lift"] >= 0.05 - 1e-9)
    emerging = ranked[is_emerging].head(5)
    emerging = emerging.assign(
        rule="emerging_driver",
        metric_value=emerging["win_rate"],
        comparison_value=baseline,
        deals=emerging["closed_deals"],
    )
    high = bands.loc[bands["risk_band"] == "low_risk_high_fit", "amount_share"].sum()
    is_low_fit = bands["risk_band"] == "high_risk_low_fit"
    low_fit = bands[is_low_fit & (bands["amount_share"] >= 0.40 - 1e-9)]
    low_fit = low_fit.assign(
        rule="low_fit_pipeline",
        metric_value=low_fit["amount_share"],
        comparison_value=high,
        pipeline_amount=low_fit["amount"],
    )
    stalling = pace[pace["stalled_deals"] >= 10]
    stalling = stalling.assign(
        rule="stage_stalling",
        metric_value=stalling["stalled_deals"].astype(float),
        comparison_value=stalling["pipeline_deals"].astype(float),
        deals=stalling["stalled_deals"],
        pipeline_amount=stalling["stalled_amount"],
    )
    told = ["rule", *CELL, "metric_value", "comparison_value", "deals", "pipeline_amount"]
    parts = [part for part in (fallen, emerging, low_fit, stalling) if len(part)]
    table = pd.concat(parts, ignore_index=True).reindex(columns=told)
    return table.rename(columns={"pipeline_amount": "amount_at_stake"})


def tables(path: Path) -> dict[str, DataFrame]:
    """The twelve tables of the prototype's rules, by name."""
    deals = read(path)
    cells = counted(deals, CELL)
    by_segment = segments(deals, cells)
    overall = by_segment[by_segment["grain"] == "overall"]
    baseline = overall["win_rate"].item()
    ranked = drivers(by_segment, baseline)
    scored = scores(cells, baseline)
    bands = scored.groupby("risk_band")[["pipeline_deals", "pipeline_amount"]].sum().reset_index()
    bands = bands.rename(columns={"pipeline_deals": "deals", "pipeline_amount": "amount"})
    bands["amount_share"] = bands["amount"] / bands["amount"].sum()
    pace = stage_pace(deals)
    score = scored[[*CELL, "segment_win_probability", "risk_band"]]
    score = score.astype({"risk_band": "category"})
    risk = deals[["deal_id", *CELL, "deal_amount", "age_days"]].merge(score, on=CELL)
    risk["expected_amount"] = risk["segment_win_probability"] * risk["deal_amount"]
    closed = by_segment[by_segment["closed_deals"] > 0]
    return {
        "win_rate_baseline": overall.assign(
            value_win_rate=ratio(overall["won_amount"], overall["closed_amount"]),
            open_deals=overall["pipeline_deals"] - overall["closed_deals"],
            open_amount=overall["pipeline_amount"] - overall["closed_amount"],
        ),
        "win_rate_by_segment": closed,
        "win_rate_drivers": ranked,
        "segment_stage_win_rates": closed[closed["grain"] == "_".join(CELL)],
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
        table.to_parquet(folder / f"{name}.parquet", index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""What Polars and pandas make, and which columns of it must be those of dbt's prototype ruleset."""

from __future__ import annotations

from typing import NamedTuple

SEGMENT = "grain industry region lead_source deal_stage product_type sales_rep_id deal_size_band"
TREND = """
    clock = 'closed' and grain in ('overall', 'industry', 'region', 'lead_source')
"""


class Compared(NamedTuple):
    """Columns of a table that must agree: texts and dates, counts, figures; and of which rows."""

    texts: list[str]
    counts: list[str]
    figures: list[str]
    rows: str = "true"


def compared(texts: str, counts: str = "", figures: str = "", rows: str = "true") -> Compared:
    """The same, with the columns of a kind in one string."""
    return Compared(texts.split(), counts.split(), figures.split(), rows)


RATES = "closed_deals won_deals"
TABLES = {
    "win_rate_baseline": compared("", f"{RATES} open_deals", "win_rate value_win_rate open_amount"),
    "win_rate_by_segment": compared(SEGMENT, RATES, "win_rate closed_amount won_amount"),
    "win_rate_drivers": compared(
        "industry region lead_source",
        f"{RATES} driver_rank",
        "win_rate avg_deal_amount lift driver_score",
    ),
    "segment_stage_win_rates": compared(
        "industry region lead_source deal_stage", RATES, "win_rate"
    ),
    "win_rate_trend": compared(
        "period_type period_start grain industry region lead_source",
        "deals won_deals",
        "win_rate amount",
        TREND,
    ),
    "deal_risk": compared(
        "deal_id industry region lead_source deal_stage risk_band",
        "age_days",
        "deal_amount segment_win_probability expected_amount",
    ),
    "pipeline_by_risk_band": compared("risk_band", "deals", "amount amount_share"),
    "pipeline_by_segment": compared(SEGMENT, "pipeline_deals", "pipeline_amount amount_share"),
    "stage_pace": compared(
        "industry region deal_stage",
        "closed_deals pipeline_deals stalled_deals",
        "median_cycle_days stall_limit_days stalled_amount",
    ),
    "pipeline_quality": compared(
        "dimension segment",
        "closed_deals pipeline_deals late_stage_deals",
        "win_rate avg_pipeline_amount high_intent_share pipeline_quality_index"
        " late_stage_drop_off_rate",
    ),
    "insight_cards": compared(
        "card_type industry region lead_source",
        f"card_rank {RATES}",
        "win_rate avg_deal_amount lift driver_score",
    ),
    "alerts": compared(
        "rule industry region lead_source deal_stage",
        "deals",
        "metric_value comparison_value amount_at_stake",
    ),
}


def typed(relation: str, table: Compared) -> str:
    """The compared columns of a relation, in types that all who make it agree on."""
    columns = [
        *(f"left(cast({name} as varchar), 10) as {name}" for name in dates(table)),
        *(f"cast({name} as varchar) as {name}" for name in table.texts if name not in dates(table)),
        *(f"cast({name} as bigint) as {name}" for name in table.counts),
        *(f"cast({name} as double) as {name}" for name in table.figures),
    ]
    return f"(select {', '.join(columns)} from {relation})"


def dates(table: Compared) -> list[str]:
    """The texts that are days."""
    return [name for name in table.texts if name == "period_start"]

"""A warehouse of a few rows, as `dbt build` leaves it, whose alerts a test decides day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

START = date(2025, 1, 1)
RULES = ("win_rate_drop", "emerging_driver", "low_fit_pipeline", "stage_stalling")
SEVERITIES = ("critical", "warning", "info")
TABLES = """
create or replace table as_of (
    as_of_date date, decided_by varchar, history_starts_on date, read_from varchar
);
create or replace table build_log (invocation_id varchar, status varchar, recorded_at timestamp);
create or replace table win_rate_baseline (as_of_date date, headline varchar);
create or replace table headlines (
    position integer, topic varchar, sentence varchar, is_told_when_quiet boolean
);
create or replace table alert_noise_floor (rule varchar, headline varchar);
create or replace table alert_rule_evaluations (
    rule varchar, rule_order integer, as_of_date date, status varchar, segments bigint,
    candidates bigint, fired bigint, detectable_in_words varchar
);
create or replace table alerts (
    alert_key varchar, rule varchar, severity varchar, reason varchar, evidence varchar,
    goes_with varchar, action varchar, look_at varchar, since varchar, verdict varchar,
    threshold_value double, amount_at_stake decimal(18, 2), deals bigint, explained_by varchar,
    muted_by varchar, is_within_luck boolean, severity_rank bigint, rank_in_rule bigint,
    as_of_date date
);
create or replace table alert_history (
    alert_key varchar, rule varchar, severity varchar, amount_at_stake decimal(18, 2),
    is_as_of boolean
);
create or replace table rule_results (alert_key varchar, is_as_of boolean, is_evaluated boolean);
create or replace table alert_silences (
    alert_key varchar, rule varchar, silenced_until date, comment varchar
);
create or replace table alert_thresholds (name varchar, value double);
create or replace table data_quality (
    check_name varchar, category varchar, rows bigint, out_of bigint
);
"""
THRESHOLDS = {
    "stale_data_days": 7,
    "told_rejected_share": 0.02,
    "noisy_rule_opinions": 5,
    "noisy_rule_useful_share": 0.5,
}


@dataclass(frozen=True)
class Alert:
    """What a rule finds of a segment on a day."""

    key: str  # rule-segment
    severity: str = "warning"
    amount: float = 1000
    muted_by: str | None = None
    is_within_luck: bool = False
    is_fired: bool = True  # else beyond its threshold, with others told before it

    @property
    def rule(self) -> str:
        return self.key.partition("-")[0]


@dataclass(frozen=True)
class Day:
    """What a build says as of a day."""

    alerts: Sequence[Alert] = ()
    statuses: Mapping[str, str] = field(default_factory=dict)  # of rules that are not ok
    judged: Iterable[str] = ()  # keys that were looked at and are not beyond the threshold
    too_few: Iterable[str] = ()  # keys of which too few deals are left to judge
    silences: Sequence[tuple[str | None, str | None, date]] = ()  # alert, rule, until
    build: str = "passed"
    rejected: int = 0  # of 1,000 rows


def nth(number: int) -> date:
    """The day of the tests by its number."""
    return START + timedelta(days=number)


def write(db: Path, day: date, told: Day) -> None:
    """The warehouse of that day, in place of the one before."""
    with duckdb.connect(str(db)) as warehouse:
        warehouse.execute("begin")
        warehouse.execute(TABLES)

        def insert(table: str, **columns: Any) -> None:
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            warehouse.execute(
                f"insert into {table} ({names}) values ({marks})", list(columns.values())
            )

        insert("as_of", as_of_date=day, decided_by="live_extract", read_from="deals.csv")
        insert("build_log", status=told.build, recorded_at=day)
        insert("win_rate_baseline", as_of_date=day, headline="Win rate 45 % of 900 deals.")
        insert(
            "headlines",
            position=1,
            topic="baseline",
            sentence="Win rate 45 % of 900 deals.",
            is_told_when_quiet=False,
        )
        insert(
            "data_quality",
            check_name="rejected_duplicate",
            category="rejected",
            rows=told.rejected,
            out_of=1000,
        )
        insert("data_quality", check_name="repaired", category="repaired", rows=900, out_of=1000)
        for name, value in THRESHOLDS.items():
            insert("alert_thresholds", name=name, value=value)
        fired = [each for each in told.alerts if each.is_fired]
        for order, rule in enumerate(RULES, 1):
            insert("alert_noise_floor", rule=rule)
            insert(
                "alert_rule_evaluations",
                rule=rule,
                rule_order=order,
                as_of_date=day,
                status=told.statuses.get(rule, "ok"),
                segments=80,
                candidates=75,
                fired=sum(each.rule == rule for each in fired),
                detectable_in_words="a fall of 9.0 points would probably have shown",
            )
        for rank, each in enumerate(fired, 1):
            insert(
                "alerts",
                alert_key=each.key,
                rule=each.rule,
                severity=each.severity,
                reason=f"{each.key} is {each.severity}.",
                evidence="q = 0.002: proven.",
                action="Act.",
                look_at="deal_risk",
                since="New",
                verdict="proven",
                threshold_value=0.08,
                amount_at_stake=each.amount,
                deals=120,
                muted_by=each.muted_by,
                is_within_luck=each.is_within_luck,
                severity_rank=SEVERITIES.index(each.severity) + 1,
                rank_in_rule=rank,
                as_of_date=day,
            )
        for each in told.alerts:
            insert(
                "alert_history",
                alert_key=each.key,
                rule=each.rule,
                severity=each.severity,
                amount_at_stake=each.amount,
                is_as_of=True,
            )
            insert("rule_results", alert_key=each.key, is_as_of=True, is_evaluated=True)
        for key in told.judged:
            insert("rule_results", alert_key=key, is_as_of=True, is_evaluated=True)
        for key in told.too_few:
            insert("rule_results", alert_key=key, is_as_of=True, is_evaluated=False)
        for key, rule, until in told.silences:
            insert("alert_silences", alert_key=key, rule=rule, silenced_until=until)
        warehouse.execute("commit")

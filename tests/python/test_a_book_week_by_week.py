"""A generated book whose export is looked at week after week, by the project's own SQL: a planted
fall is told when it shows, again while it holds, and when it is over, and each message is the one
that the table of docs/delivery.md asks for. `make reliability` looks every week, the suite at some.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import date, timedelta

import generate_deals as made
import pytest
from compiled_project import CompiledProject, compiled_manifest
from generate_deals import Drop, Effects
from small_warehouse import START, Alert, Day
from test_a_year_of_deliveries import Reader
from test_deliveries import World

FALL_FROM = date(2024, 9, 1)
FALL = Effects(drop=Drop({"industry": "HealthTech"}, 0.35, FALL_FROM))
FIRST, LAST = date(2024, 8, 4), date(2025, 6, 29)
WEEKS = (LAST - FIRST).days // 7
# When it shows first, while it holds, and when the months before it are as bad.
LOOKED_AT = range(WEEKS + 1) if "EVERY_DAY" in os.environ else (0, 9, 11, 46, 47)
TABLES = (
    *("as_of", "win_rate_baseline", "headlines", "data_quality", "rule_results"),
    *("alerts", "alert_history", "alert_rule_evaluations", "alert_noise_floor"),
    "alert_thresholds",
)
BESIDE = """
    create table build_log as select 'passed' as status, current_timestamp as recorded_at;
    create table alert_silences (
        alert_key varchar, rule varchar, silenced_until date, comment varchar
    );
"""
FACTS = """
    select
        history.alert_key, history.severity, history.amount_at_stake, alerts.muted_by,
        coalesce(alerts.is_within_luck, true), alerts.alert_key is not null
    from alert_history as history
    left join alerts using (alert_key)
    where history.is_as_of
"""


def exported(deals: list[tuple], day: date) -> Iterator[tuple]:
    """The book as an export of that day has it: deals that close later are open."""
    created, closed, cycle, outcome = (
        made.HEADER.split(",").index(name)
        for name in ("created_date", "closed_date", "sales_cycle_days", "outcome")
    )
    for deal in deals:
        if deal[created] <= str(day):
            is_open = deal[outcome] == "Open" or deal[closed] > str(day)
            changed = {closed: "", cycle: "", outcome: "Open"} if is_open else {}
            yield tuple(changed.get(place, value) for place, value in enumerate(deal))


@pytest.fixture(scope="module")
def project() -> CompiledProject:
    """The tables that a run reads; chance is not counted, which is quicker."""
    manifest = compiled_manifest({"thresholds": {"noise_floor_shuffles": 0}})
    return CompiledProject.from_manifest(manifest, TABLES)


def built(project: CompiledProject, world: World, deals: list[tuple], day: date) -> Day:
    """The warehouse of that day, and what it holds."""
    book = world.folder / "deals.csv"
    with book.open("w", newline="") as file:
        csv.writer(file).writerows([made.HEADER.split(","), *exported(deals, day)])
    world.db.unlink(missing_ok=True)
    with project.run(book, world.db) as warehouse:
        warehouse.execute(BESIDE)
        found = warehouse.execute(FACTS).fetchall()
        statuses = warehouse.execute("select rule, status from alert_rule_evaluations").fetchall()
    return Day(
        [
            Alert(key, severity, float(amount), muted_by, is_luck, is_fired)
            for key, severity, amount, muted_by, is_luck, is_fired in found
        ],
        {rule: status for rule, status in statuses if status != "ok"},
    )


@pytest.mark.slow
def test_a_planted_fall_is_told_when_it_shows_while_it_holds_and_when_it_is_over(tmp_path, project):
    world = World(tmp_path, "  - {name: leader, kind: file, path: leader.jsonl}\n")
    rules = ["win_rate_drop", "emerging_driver", "low_fit_pipeline", "stage_stalling"]
    reader = Reader(minimum="warning", rules=rules, reminder=14, keep=7)
    deals = list(made.deals(8_000, 1, FALL))
    told: dict[str, list[date]] = {}
    for week in LOOKED_AT:
        day = FIRST + timedelta(days=7 * week)
        holds = built(project, world, deals, day)
        before = len(world.messages())
        assert world.run("send", "--wait", "0") == 0
        news = world.messages()[before:]
        said = [sorted((c["change"], c["alert_key"]) for c in m["changes"]) for m in news]
        expected = reader.hear((day - START).days, holds)
        assert said == ([] if expected is None else [expected]), day
        for change in [change for message in news for change in message["changes"]]:
            if change["sentence"].startswith("Win rate in HealthTech fell"):
                told.setdefault(change["change"], []).append(day)
    [first] = told["first"]
    assert timedelta(days=20) < first - FALL_FROM < timedelta(days=100)
    assert told["reminder"][0] - first >= timedelta(days=14)
    [over] = told["resolved"]
    assert over > told["reminder"][-1]


def test_an_export_of_a_day_holds_what_was_known_on_it():
    deals = list(made.deals(300, 1, FALL))
    book = [dict(zip(made.HEADER.split(","), deal, strict=True)) for deal in exported(deals, FIRST)]
    assert 0 < len(book) < 300
    assert all(deal["created_date"] <= str(FIRST) for deal in book)
    assert all(
        deal["closed_date"] <= str(FIRST) for deal in book if deal["outcome"] in ("Won", "Lost")
    )
    assert any(deal["outcome"] == "Open" for deal in book)

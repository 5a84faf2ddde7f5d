"""Daily runs over planned episodes: each destination is told of first, worse, reminder and resolved
exactly where the table of docs/delivery.md says. The table stands here once more, in Python and
without sight of the SQL. `make reliability` runs a whole year, `make test-all` six weeks.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

import pytest
from small_warehouse import RULES, SEVERITIES, Alert, Day, nth
from test_deliveries import World

DAYS = 365 if "EVERY_DAY" in os.environ else 42
KEYS = [f"{rule}-{segment}" for rule in RULES for segment in ("a", "b", "a-part")]
DESTINATIONS = {
    "leader": {"minimum": "warning", "rules": RULES, "reminder": 14, "keep": 7},
    "all": {"minimum": "info", "rules": RULES, "reminder": 9, "keep": 0},
    "stalls": {"minimum": "critical", "rules": ["stage_stalling"], "reminder": 3, "keep": 2},
}
CONFIG = "".join(
    f"  - {{name: {name}, kind: file, path: {name}.jsonl, minimum_severity: {wish['minimum']},"
    f" rules: [{', '.join(wish['rules'])}], reminder_days: {wish['reminder']},"
    f" keep_firing_days: {wish['keep']}}}\n"
    for name, wish in DESTINATIONS.items()
)


def planned_days(random: Random) -> Iterator[Day]:
    """Days on which alerts come, change and go, rules fall silent, builds fail, silences end."""
    running: dict[str, Alert] = {}
    silences: list[tuple[str | None, str | None, date]] = []
    for number in range(DAYS):
        for key in KEYS:
            if key not in running:
                if random.random() < 0.04:
                    running[key] = Alert(key, random.choice(SEVERITIES), random.randint(1, 20))
            elif random.random() < 0.06:
                del running[key]
            elif random.random() < 0.10:
                wider = key.removesuffix("-part") if key.endswith("-part") else None
                running[key] = Alert(
                    key,
                    random.choice(SEVERITIES),
                    random.randint(1, 20),
                    muted_by=wider if random.random() < 0.7 else None,
                    is_within_luck=random.random() < 0.1,
                    is_fired=random.random() < 0.9,
                )
        if random.random() < 0.05:
            key = random.choice(KEYS)
            silence = (None, key.partition("-")[0]) if random.random() < 0.3 else (key, None)
            silences.append((*silence, nth(number + random.randint(0, 12))))
        # An alert names what explains it only where that is told too.
        told = {each.key for each in running.values() if each.is_fired}
        yield Day(
            [
                each if each.muted_by in told else Alert(**vars(each) | {"muted_by": None})
                for each in running.values()
            ],
            {rule: "insufficient_data" for rule in RULES if random.random() < 0.06},
            build="failed" if random.random() < 0.05 else "passed",
            silences=tuple(silences),
        )


@dataclass
class Known:
    """What a destination knows of an alert that fires."""

    seen: int
    told: int
    rank: int
    amount: float


@dataclass
class Reader:
    """A destination as the table describes it."""

    minimum: str
    rules: Sequence[str]
    reminder: int
    keep: int
    is_new: bool = True
    knows: dict[str, Known] = field(default_factory=dict)

    def hear(self, number: int, day: Day) -> list[tuple[str, str]] | None:
        """What it is told on a day; None where nothing is sent."""
        if day.build != "passed" or len(day.statuses) == len(RULES):
            return None
        asked = [rule for rule in self.rules if rule not in day.statuses]
        wanted = SEVERITIES.index(self.minimum)
        firing = {
            each.key: each
            for each in day.alerts
            if each.rule in asked and SEVERITIES.index(each.severity) <= wanted
        }
        before = Counter(key.partition("-")[0] for key in self.knows)
        told = []
        for key in sorted({*firing, *self.knows}):
            rule = key.partition("-")[0]
            if rule in asked:
                is_silenced = any(
                    until >= nth(number) and (key == of_key or rule == of_rule)
                    for of_key, of_rule, until in day.silences
                )
                change = self.change(number, key, firing, is_silenced, before[rule])
                if change and not is_silenced:
                    told.append((change, key))
        was_new, self.is_new = self.is_new, False
        return sorted(told) if told or was_new else None

    def change(
        self, number: int, key: str, firing: dict[str, Alert], is_silenced: bool, members: int
    ) -> str | None:
        """What happened to an alert since it was told."""
        known, alert = self.knows.get(key), firing.get(key)
        if alert is None:
            if known and number - known.seen >= self.keep:
                del self.knows[key]
                return "resolved"
            return None
        wider = firing.get(alert.muted_by or "")
        is_muted = wider is not None and wider.is_fired and not wider.is_within_luck
        can_be_told = (
            alert.is_fired and not alert.is_within_luck and not is_muted and not is_silenced
        )
        rank = SEVERITIES.index(alert.severity)
        if known:
            known.seen = number
        if not can_be_told:
            return None
        if known is None:
            self.knows[key] = Known(number, number, rank, alert.amount)
            return "baseline" if self.is_new else "new_member" if members else "first"
        if rank < known.rank or alert.amount >= known.amount * 1.5:
            change = "worse"
        elif number - known.told >= self.reminder:
            change = "reminder"
        else:
            return None
        self.knows[key] = Known(number, number, rank, alert.amount)
        return change


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2] if DAYS == 365 else [1])
def test_each_destination_is_told_what_the_table_says(tmp_path, seed):
    world = World(tmp_path, CONFIG)
    readers = {name: Reader(**wish) for name, wish in DESTINATIONS.items()}
    sent = {name: 0 for name in readers}
    changes: Counter[str] = Counter()
    for number, day in enumerate(planned_days(Random(seed))):
        world.send(nth(number), day)
        for name, reader in readers.items():
            news = [sorted(message) for message in world.told(name)[sent[name] :]]
            sent[name] += len(news)
            expected = reader.hear(number, day)
            assert news == ([] if expected is None else [expected]), (number, name)
            changes.update(change for change, _ in expected or [])
    # The plan leaves no line of the table out.
    assert {"baseline", "first", "new_member", "worse", "reminder", "resolved"} - {
        "baseline"
    } <= changes.keys(), changes

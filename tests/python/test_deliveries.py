"""Who is told what, and when: each destination hears of an alert exactly as the table of
docs/delivery.md says, over builds of which every day is planned.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import notify
import pytest
import small_warehouse
from small_warehouse import Alert, Day, nth

DROP, OTHER_DROP, PART = "win_rate_drop-a", "win_rate_drop-b", "win_rate_drop-a-part"
STALL = "stage_stalling-a"
QUIET = Day()
LEADER = "  - {name: leader, kind: file, path: leader.jsonl}\n"


class World:
    """A warehouse, an ops file, and destinations that are files of messages."""

    def __init__(self, folder: Path, destinations: str = LEADER) -> None:
        self.folder = folder
        self.db, self.ops = folder / "warehouse.duckdb", folder / "ops.duckdb"
        self.config = folder / "notifications.yml"
        self.aim(destinations)

    def aim(self, destinations: str) -> None:
        """Write the file of destinations, with their paths in the folder."""
        text = destinations.replace("path: ", f"path: {self.folder}/")
        self.config.write_text(f"destinations:\n{text}")

    def run(self, *arguments: str) -> int:
        """A command of notify.py."""
        files = ["--db", self.db, "--ops", self.ops, "--config", self.config]
        return notify.main([*arguments, *map(str, files)])

    def send(self, day: date, told: Day = QUIET) -> int:
        """A build as of the day, then a run."""
        small_warehouse.write(self.db, day, told)
        return self.run("send", "--wait", "0")

    def messages(self, name: str = "leader") -> list[dict[str, Any]]:
        """All that a destination was sent, the oldest first."""
        path = self.folder / f"{name}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def told(self, name: str = "leader") -> list[list[tuple[str, str]]]:
        """The same, as what each message says of which alert."""
        return [
            [(change["change"], change["alert_key"]) for change in message["changes"]]
            for message in self.messages(name)
        ]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the ops file."""
        with duckdb.connect(str(self.ops), read_only=True) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., World]:
    def make(destinations: str = LEADER) -> World:
        return World(tmp_path, destinations)

    return make


def days_told(world: World, days: Mapping[int, Day], run_on: Iterable[int]) -> dict:
    """What was told on which day, where each day is like the one before unless planned."""
    told, seen = {}, 0
    for number in sorted(run_on):
        planned = days[max(day for day in days if day <= number)]
        assert world.send(nth(number), planned) == 0
        messages = world.told()
        assert len(messages) <= seen + 1, "one digest a run"
        if len(messages) > seen:
            told[number] = messages[-1]
        seen = len(messages)
    return told


def test_the_first_run_sends_one_digest_of_what_holds(world):
    one = world()
    assert one.send(nth(0), Day([Alert(DROP), Alert(STALL, "critical")])) == 0
    assert one.told() == [[("baseline", STALL), ("baseline", DROP)]]
    assert one.messages()[0]["is_new"]


def test_the_first_run_speaks_also_when_all_is_quiet_and_later_runs_do_not(world):
    one = world()
    one.send(nth(0))
    one.send(nth(1))
    assert one.told() == [[]]


def test_an_alert_is_told_first_worse_again_and_when_it_is_over(world):
    days = {
        0: Day(),
        3: Day([Alert(DROP)]),
        5: Day([Alert(DROP, "critical")]),
        # 14 days after it was told last, and again
        36: Day(judged=[DROP]),
        60: Day([Alert(DROP)]),
    }
    # On the days in between nothing changes: `make reliability` runs on each of them.
    told_on = {0, 3, 4, 5, 18, 19, 20, 32, 33, 34, 35, 36, 41, 42, 43, 60, 61}
    run_on = range(62) if "EVERY_DAY" in os.environ else told_on
    assert days_told(world(), days, run_on) == {
        0: [],
        3: [("first", DROP)],
        5: [("worse", DROP)],
        19: [("reminder", DROP)],
        33: [("reminder", DROP)],
        # last seen on day 35, and seven days gone
        42: [("resolved", DROP)],
        60: [("first", DROP)],
    }


def test_episodes_are_counted(world):
    one = world()
    for number, told in enumerate(
        [Day(), Day([Alert(DROP)]), Day(judged=[DROP]), Day([Alert(DROP)])]
    ):
        one.send(nth(10 * number), told)
    assert one.rows("select episode, started_on, ended_on from episodes order by 1") == [
        (1, nth(10), nth(20)),
        (2, nth(30), None),
    ]


@pytest.mark.parametrize(("gone", "ends"), [(6, False), (7, True)])
def test_an_alert_ends_when_it_is_gone_for_seven_days(world, gone, ends):
    one = world()
    one.send(nth(0), Day([Alert(DROP)]))
    one.send(nth(gone))
    assert [("resolved", DROP)] in one.told() or not ends
    one.send(nth(gone + 1), Day([Alert(DROP)]))
    assert (("first", DROP) in one.told()[-1]) == ends


@pytest.mark.parametrize(("days", "told"), [(13, 1), (14, 2)])
def test_a_reminder_comes_after_fourteen_days(world, days, told):
    one = world()
    one.send(nth(0), Day([Alert(DROP)]))
    one.send(nth(days), Day([Alert(DROP)]))
    assert len(one.told()) == told


@pytest.mark.parametrize(("amount", "change"), [(1499.99, []), (1500, [("worse", DROP)])])
def test_an_alert_is_worse_when_half_as_much_money_again_is_at_stake(world, amount, change):
    one = world()
    one.send(nth(0), Day([Alert(DROP, amount=1000)]))
    one.send(nth(1), Day([Alert(DROP, amount=amount)]))
    assert one.told()[1:] == ([change] if change else [])


def test_a_smaller_figure_is_no_news(world):
    one = world()
    one.send(nth(0), Day([Alert(DROP, "critical", 9000)]))
    one.send(nth(1), Day([Alert(DROP, "warning", 100)]))
    one.send(nth(2), Day([Alert(DROP, "critical", 9000)]))
    assert len(one.told()) == 1


def test_a_second_alert_of_a_rule_that_fires_is_a_new_member(world):
    one = world()
    one.send(nth(0))
    one.send(nth(1), Day([Alert(DROP)]))
    one.send(nth(2), Day([Alert(DROP), Alert(OTHER_DROP), Alert(STALL)]))
    assert one.told()[2] == [("first", STALL), ("new_member", OTHER_DROP)]


def test_an_alert_below_the_severity_asked_for_is_not_told_and_ends_when_it_eases(world):
    one = world()
    one.send(nth(0), Day([Alert(DROP, "info")]))
    one.send(nth(1), Day([Alert(DROP, "warning")]))
    one.send(nth(2), Day([Alert(DROP, "info")]))
    one.send(nth(8), Day([Alert(DROP, "info")]))
    assert one.told() == [[], [("first", DROP)], [("resolved", DROP)]]
    assert one.messages()[-1]["changes"][0]["ended_as"] == "eased"


def test_what_luck_gives_is_not_told_and_ends_nothing(world):
    one = world("  - {name: leader, kind: file, path: leader.jsonl, minimum_severity: info}\n")
    luck = Alert(DROP, "info", is_within_luck=True)
    one.send(nth(0), Day([luck]))
    one.send(nth(1), Day([Alert(DROP, "info")]))
    one.send(nth(20), Day([luck]))
    # Others of the rule are told before it, but it is beyond its threshold as before.
    one.send(nth(40), Day([Alert(DROP, "info", is_fired=False)]))
    assert one.told() == [[], [("first", DROP)]]


@pytest.mark.parametrize(
    ("day", "ended_as"),
    [
        (Day(judged=[DROP]), "recovered"),
        (Day(too_few=[DROP]), "not_judged"),
        (Day(), "not_judged"),
    ],
)
def test_the_end_says_whether_it_was_looked_at(world, day, ended_as):
    one = world()
    one.send(nth(0), Day([Alert(DROP)]))
    one.send(nth(9), day)
    assert one.messages()[-1]["changes"][0]["ended_as"] == ended_as


@pytest.mark.parametrize("status", ["no_data", "insufficient_data", "truncated"])
def test_a_rule_that_was_not_judged_changes_nothing(world, status):
    one = world()
    one.send(nth(0), Day([Alert(DROP), Alert(STALL)]))
    silent = {"win_rate_drop": status}
    one.send(nth(10), Day([Alert(OTHER_DROP), Alert(STALL)], silent))
    assert one.told()[1:] == []
    one.send(nth(11), Day([Alert(STALL)]))
    assert one.told()[1:] == [[("resolved", DROP)]]


def test_a_build_that_failed_changes_nothing_and_the_owner_is_told(world, capsys):
    owner = "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n"
    one = world(LEADER + owner)
    one.send(nth(0), Day([Alert(DROP)]))
    assert one.send(nth(20), Day(build="failed")) == 2
    assert "the last build failed" in capsys.readouterr().err
    assert len(one.told()) == 1
    assert one.told("owner")[-1] == [("first", "build")]
    assert one.send(nth(21), Day(build="failed")) == 2
    assert one.send(nth(21), Day([Alert(DROP)])) == 0
    assert ("resolved", "build") in one.told("owner")[-1]
    assert {each["ended_as"] for each in one.messages("owner")[-1]["changes"]} == {"recovered"}
    assert one.told()[1:] == [[("reminder", DROP)]]


def test_a_wider_alert_mutes_its_part_where_both_would_be_told(world):
    critical = "  - {name: leader, kind: file, path: leader.jsonl, minimum_severity: critical}\n"
    both = Day([Alert(DROP, "warning"), Alert(PART, "critical", muted_by=DROP)])
    one = world()
    one.send(nth(0), both)
    assert one.told() == [[("baseline", DROP)]]
    # The wider one ends, and the part stands for itself.
    one.send(nth(8), Day([Alert(PART, "critical")]))
    assert sorted(one.told()[1]) == [("new_member", PART), ("resolved", DROP)]

    (one.folder / "leader.jsonl").unlink()
    one.ops.unlink()
    one.aim(critical)
    one.send(nth(0), both)
    assert one.told() == [[("baseline", PART)]]


def test_a_wider_alert_that_is_not_told_itself_mutes_nothing(world):
    one = world("  - {name: leader, kind: file, path: leader.jsonl, minimum_severity: info}\n")
    wider = Alert(DROP, "info", is_within_luck=True)
    one.send(nth(0), Day([wider, Alert(PART, muted_by=DROP)]))
    assert one.told() == [[("baseline", PART)]]


def test_a_silence_holds_back_until_its_last_day(world):
    one = world()
    silences = [(DROP, None, nth(5))]
    one.send(nth(0))
    one.send(nth(1), Day([Alert(DROP), Alert(STALL)], silences=silences))
    assert one.told()[1:] == [[("first", STALL)]]
    one.send(nth(5), Day([Alert(DROP), Alert(STALL)], silences=silences))
    assert one.told()[2:] == []
    one.send(nth(6), Day([Alert(DROP), Alert(STALL)], silences=silences))
    assert one.told()[2:] == [[("first", DROP)]]


def test_a_silence_of_an_alert_silences_no_other_of_its_rule(world):
    one = world()
    one.send(nth(0))
    silences = [(DROP, "win_rate_drop", nth(5))]
    one.send(nth(1), Day([Alert(DROP), Alert(OTHER_DROP)], silences=silences))
    assert one.told()[1:] == [[("first", OTHER_DROP)]]


def test_a_silenced_rule_is_not_told_nor_that_it_is_over(world):
    one = world()
    one.send(nth(0), Day([Alert(DROP)]))
    silences = [(None, "win_rate_drop", nth(30))]
    one.send(nth(15), Day([Alert(DROP), Alert(OTHER_DROP)], silences=silences))
    one.send(nth(25), Day(silences=silences))
    assert one.told()[1:] == []
    assert one.rows("select count(*) from episodes where ended_on is null") == [(0,)]


def test_each_destination_is_told_its_own(world):
    one = world(
        LEADER
        + "  - {name: stalls, kind: file, path: stalls.jsonl, rules: [stage_stalling]}\n"
        + "  - {name: all, kind: file, path: all.jsonl, minimum_severity: info, reminder_days: 2}\n"
    )
    day = Day([Alert(DROP), Alert(STALL), Alert(OTHER_DROP, "info")])
    one.send(nth(0))
    one.send(nth(1), day)
    one.send(nth(3), day)
    assert one.told() == [[], [("first", STALL), ("first", DROP)]]
    assert one.told("stalls") == [[], [("first", STALL)]]
    assert one.told("all") == [
        [],
        [("first", STALL), ("first", DROP), ("first", OTHER_DROP)],
        [("reminder", STALL), ("reminder", DROP), ("reminder", OTHER_DROP)],
    ]


def test_a_destination_that_is_new_gets_what_holds_though_others_know_it(world):
    one = world()
    one.send(nth(0), Day([Alert(DROP)]))
    one.aim(LEADER + "  - {name: late, kind: file, path: late.jsonl}\n")
    one.send(nth(1), Day([Alert(DROP)]))
    assert one.told("late") == [[("baseline", DROP)]]
    assert len(one.told()) == 1


def test_the_same_build_twice_tells_nothing_twice(world):
    one = world()
    one.send(nth(0), Day([Alert(DROP)]))
    for _ in range(3):
        assert one.run("send") == 0
    assert len(one.told()) == 1


def test_a_build_of_an_earlier_day_is_no_news(world, capsys):
    one = world()
    one.send(nth(30), Day([Alert(DROP)]))
    one.send(nth(10), Day([Alert(STALL)]))
    assert "were told of already" in capsys.readouterr().err
    assert one.told() == [[("baseline", DROP)]]
    one.send(nth(31), Day([Alert(DROP)]))
    assert len(one.told()) == 1


@pytest.mark.parametrize("then", [Day([Alert(DROP)]), Day(judged=[DROP])])
def test_a_rule_that_the_file_asks_for_no_more_ends_without_a_word(world, then):
    one = world()
    one.send(nth(0), Day([Alert(DROP)]))
    one.aim(LEADER.replace("}", ", rules: [stage_stalling]}"))
    one.send(nth(1), then)
    assert len(one.told()) == 1
    assert one.rows("select ended_on from episodes") == [(nth(1),)]


def test_a_severity_that_the_file_asks_for_no_more_ends_without_a_word(world):
    one = world()
    one.send(nth(0), Day([Alert(DROP)]))
    one.aim(LEADER.replace("}", ", minimum_severity: critical}"))
    one.send(nth(8), Day([Alert(DROP)]))
    assert len(one.told()) == 1
    assert one.rows("select ended_on from episodes") == [(nth(8),)]


def test_a_rule_that_there_is_not_is_refused(world, capsys):
    one = world(LEADER.replace("}", ", rules: [win_rate_dropp]}"))
    assert one.send(nth(0)) == 2
    told = capsys.readouterr().err
    assert "line 2 of the destinations: leader asks for rule 'win_rate_dropp'" in told
    assert "known are: emerging_driver" in told
    assert one.rows("select count(*) from outbox") == [(0,)]


def test_a_build_of_a_day_yet_to_come_is_told_to_the_owner_alone_and_silences_no_other(world):
    owner = "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n"
    one = world(LEADER + owner)
    one.send(nth(0))
    one.send(date.today() + timedelta(days=30), Day([Alert(DROP)]))
    assert "data-of-the-future" in {key for _, key in one.told("owner")[-1]}
    assert one.told() == [[]]
    one.send(nth(1), Day([Alert(DROP)]))
    assert one.told()[1:] == [[("first", DROP)]]


def test_where_no_rule_could_judge_the_owner_is_told_and_a_new_destination_too(world):
    owner = "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n"
    one = world(LEADER + owner)
    one.send(nth(0), Day(statuses=dict.fromkeys(small_warehouse.RULES, "no_data")))
    assert one.told() == [[]]
    assert "nothing could be checked" in one.messages()[0]["subject"]
    assert ("first", "data-unjudged") in one.told("owner")[0]


def test_a_build_that_did_not_begin_is_told_though_the_one_before_passed(world):
    owner = "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n"
    one = world(LEADER + owner)
    one.send(nth(0), Day([Alert(DROP)]))
    assert one.run("send", "--build-failed") == 2
    assert one.told("owner")[-1] == [("first", "build")]
    assert len(one.told()) == 1


def test_a_weekly_digest_says_nothing_of_what_is_silenced(world):
    one = world("  - {name: leader, kind: file, path: leader.jsonl, weekly_digest: true}\n")
    one.send(nth(0), Day([Alert(DROP), Alert(STALL)]))
    one.send(nth(7), Day([Alert(DROP), Alert(STALL)], silences=[(DROP, None, nth(30))]))
    [weekly] = [each for each in one.messages() if each["is_weekly"]]
    assert [each["alert_key"] for each in weekly["weekly"]["held"]] == [STALL]
    assert (weekly["unchanged"], weekly["silenced"]) == (1, 1)


def test_what_ended_is_neither_told_nor_counted_during_a_silence(world):
    one = world("  - {name: leader, kind: file, path: leader.jsonl, weekly_digest: true}\n")
    silences = [(STALL, None, nth(30))]
    one.send(nth(0), Day([Alert(DROP), Alert(STALL)]))
    one.send(nth(7), Day([Alert(DROP)], silences=silences))
    assert one.messages()[-1]["silenced"] == 0
    one.send(nth(14), Day([Alert(DROP)], silences=silences))
    assert one.rows("select alert_key from episodes where ended_on is not null") == [(STALL,)]
    assert one.messages()[-1]["weekly"]["ended"] == []


def test_a_digest_begins_with_the_worst_then_what_is_new_then_the_money(world):
    one = world(LEADER.replace("}", ", keep_firing_days: 2}"))
    over, known = Alert("stage_stalling-z", "critical"), Alert("stage_stalling-y", amount=9_000)
    one.send(nth(0), Day([over, known]))
    one.send(nth(11), Day([over, known]))
    new = [Alert(DROP, amount=1_000), Alert(OTHER_DROP, amount=2_000), Alert(STALL, "critical")]
    one.send(nth(14), Day([known, *new]))
    assert one.told()[-1] == [
        ("new_member", STALL),
        ("first", OTHER_DROP),
        ("first", DROP),
        ("reminder", known.key),
        ("resolved", over.key),
    ]
    assert one.messages()[-1]["unchanged"] == 0


def test_a_weekly_digest_says_what_was_not_judged_and_leaves_out_what_luck_gives(world):
    one = world(
        "  - {name: leader, kind: file, path: leader.jsonl, minimum_severity: info,"
        " weekly_digest: true}\n"
    )
    one.send(nth(0), Day([Alert(DROP), Alert(OTHER_DROP), Alert(STALL)]))
    luck, silences = Alert(STALL, "info", is_within_luck=True), [(OTHER_DROP, None, nth(30))]
    one.send(nth(7), Day([luck], {"win_rate_drop": "insufficient_data"}, silences=silences))
    weekly = one.messages()[-1]["weekly"]
    assert [(each["alert_key"], each["seen_on"]) for each in weekly["unjudged"]] == [
        (DROP, str(nth(0)))
    ]
    assert weekly["held"] == weekly["kept_firing"] == weekly["ended"] == []
    assert "nothing new" in one.messages()[-1]["subject"]


def test_a_silence_that_silences_nothing_is_told_to_the_owner(world):
    owner = "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n"
    one = world(LEADER + owner)
    silences = [("win_rate_drop-typo", None, nth(9)), (DROP, None, nth(9))]
    told = [("first", "data-stale")]
    one.send(nth(0), Day([Alert(DROP)], silences=silences))
    assert one.told("owner") == [[*told, ("first", "silence-win_rate_drop-typo")]]
    # A silence of old is no trouble, nor one of what was told and is no segment any more.
    one.send(nth(10), Day(silences=silences))
    assert one.told("owner")[1:] == [[("resolved", "silence-win_rate_drop-typo")]]


def test_the_owner_is_told_of_stale_data_and_rejected_rows_and_the_leader_is_not(world):
    owner = "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n"
    one = world(LEADER + owner)
    one.send(nth(0), Day(rejected=21))
    assert one.told("owner") == [[("first", "data-rejected"), ("first", "data-stale")]]
    assert one.told() == [[]]
    one.send(date.today(), Day(rejected=20))
    assert sorted(one.told("owner")[1]) == [
        ("resolved", "data-rejected"),
        ("resolved", "data-stale"),
    ]


@pytest.mark.parametrize(("age", "told"), [(7, []), (8, [[("first", "data-stale")]])])
def test_data_are_stale_after_a_week(world, age, told):
    one = world(LEADER + "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n")
    one.send(date.today() - timedelta(days=age))
    assert one.told("owner") == told


def test_an_owner_without_troubles_is_told_nothing(world):
    one = world(LEADER + "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n")
    one.send(date.today())
    assert (one.told(), one.told("owner")) == ([[]], [])


def test_without_an_owner_the_terminal_is_told_of_troubles_but_not_of_alerts(world, capsys):
    one = world()
    one.send(nth(0), Day([Alert(DROP)], rejected=21))
    said = capsys.readouterr().err
    assert "for the owner: 21 of 1000 rows of the export were rejected" in said
    assert DROP not in said


def test_a_weekly_digest_says_what_holds_what_ended_and_what_kept_firing(world):
    one = world("  - {name: leader, kind: file, path: leader.jsonl, weekly_digest: true}\n")
    one.send(nth(0), Day([Alert(DROP), Alert(STALL)]))
    one.send(nth(2), Day([Alert(DROP), Alert(STALL)]))
    one.send(nth(7), Day([Alert(DROP)]))
    assert [m["is_weekly"] for m in one.messages()] == [False, True]
    one.send(nth(9), Day([Alert(DROP)]))
    one.send(nth(14), Day([Alert(DROP)]))
    weekly = one.messages()[-1]["weekly"]
    assert [each["alert_key"] for each in weekly["held"]] == [DROP]
    assert [each["alert_key"] for each in weekly["ended"]] == [STALL]
    assert weekly["kept_firing"] == []
    one.send(nth(27), Day([Alert(DROP)]))
    assert one.messages()[-1]["weekly"]["kept_firing"] == []
    one.send(nth(34), Day([Alert(DROP)]))
    weekly = one.messages()[-1]["weekly"]
    assert [(each["alert_key"], each["weeks"]) for each in weekly["kept_firing"]] == [(DROP, 4)]


def test_a_rule_that_readers_call_noise_is_named_in_the_weekly_digest(world):
    one = world("  - {name: leader, kind: file, path: leader.jsonl, weekly_digest: true}\n")
    one.send(nth(0), Day([Alert(DROP), Alert(STALL)]))
    for verdict in ["useful", "useful", "noise", "noise"]:
        assert one.run("feedback", DROP, verdict) == 0
    one.send(nth(7), Day([Alert(DROP), Alert(STALL)]))
    assert one.messages()[-1]["weekly"]["noisy_rules"] == []
    assert one.run("feedback", DROP, "noise", "--note", "seen before") == 0
    one.send(nth(14), Day([Alert(DROP), Alert(STALL)]))
    assert one.messages()[-1]["weekly"]["noisy_rules"] == [
        {"rule": "win_rate_drop", "useful": 2, "noise": 3}
    ]
    with duckdb.connect(str(one.db), read_only=True) as warehouse:
        assert warehouse.execute(
            "select rule, opinions, useful, noise, useful_share from alert_feedback"
            " where opinions > 0"
        ).fetchall() == [("win_rate_drop", 5, 2, 3, 0.4)]


def test_a_rule_that_half_its_readers_find_useful_is_no_noise(world):
    one = world("  - {name: leader, kind: file, path: leader.jsonl, weekly_digest: true}\n")
    one.send(nth(0), Day([Alert(DROP)]))
    for verdict in ["useful", "noise"] * 3:
        assert one.run("feedback", DROP, verdict) == 0
    one.send(nth(7), Day([Alert(DROP)]))
    assert one.messages()[-1]["weekly"]["noisy_rules"] == []


def test_feedback_on_what_was_never_told_or_is_no_alert_is_refused(world, capsys):
    one = world(LEADER + "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n")
    one.send(nth(0))
    for told in ("win_rate_drop-x", "data-stale"):
        assert one.run("feedback", told, "noise") == 2
        assert f"no message told of an alert {told}" in capsys.readouterr().err


def test_history_stands_next_to_the_marts(world):
    one = world()
    one.send(nth(0), Day([Alert(DROP)]))
    with duckdb.connect(str(one.db), read_only=True) as warehouse:
        assert warehouse.execute(
            "select destination, alert_key, change, status, attempts from alert_deliveries"
        ).fetchall() == [("leader", DROP, "baseline", "sent", 1)]
        assert warehouse.execute(
            "select destination, alert_key, episode, is_firing from alert_episodes"
        ).fetchall() == [("leader", DROP, 1, True)]


def test_a_dry_run_prints_and_keeps_nothing(world, capsys):
    one = world()
    small_warehouse.write(one.db, nth(0), Day([Alert(DROP)]))
    before = sorted(one.folder.iterdir())
    assert one.run("send", "--dry-run") == 0
    assert DROP in capsys.readouterr().out
    assert sorted(one.folder.iterdir()) == before
    one.send(nth(0), Day([Alert(DROP)]))
    kept = one.ops.read_bytes()
    small_warehouse.write(one.db, nth(1), Day([Alert(DROP), Alert(STALL)]))
    assert one.run("send", "--dry-run") == 0
    assert STALL in capsys.readouterr().out
    assert one.ops.read_bytes() == kept

"""Runs against servers that fail, ops files that are gone or damaged, and other runs: nothing is
lost, nothing is told twice, and no secret is written anywhere.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import notify
import pytest
import reliability
import small_warehouse
from delivery import channels, outbox
from small_warehouse import Alert, Day, nth
from test_channels import Mail
from test_deliveries import DROP, STALL, World

SCRIPT = Path(reliability.ROOT, "scripts", "notify.py")
SECRET = "T0pS3cretPath/9f8e7d6c"
HOOK = "  - {name: leader, kind: webhook, address_env: HOOK}\n"
OWNER = "  - {name: owner, kind: file, path: owner.jsonl, audience: owner}\n"


class Server:
    """An HTTP server that answers with the given statuses, the last one for ever."""

    def __init__(self, *answers: int | tuple[int, dict[str, str]]) -> None:
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []

    def answer(self) -> tuple[int, dict[str, str]]:
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return found if isinstance(found, tuple) else (found, {})


@contextmanager
def serving(*answers: int | tuple[int, dict[str, str]]) -> Iterator[Server]:
    """A real server on this machine; the variable HOOK holds its address."""
    server = Server(*answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.requests.append({"id": self.headers["X-Notification-Id"], **json.loads(body)})
            status, headers = server.answer()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    os.environ["HOOK"] = f"http://127.0.0.1:{http.server_port}/{SECRET}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        del os.environ["HOOK"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world of one webhook, and an owner."""
    small_warehouse.write(tmp_path / "warehouse.duckdb", nth(0), Day([Alert(DROP)]))
    return World(tmp_path, HOOK + OWNER)


def test_what_a_server_refuses_for_now_is_sent_later_with_the_same_id(world):
    with serving(500, (429, {"Retry-After": "0"}), 503, 200) as server:
        for code in (1, 1, 1, 0, 0):
            assert world.run("send", "--wait", "0") == code
            make_due(world)
    assert len(server.requests) == 4
    assert len({request["id"] for request in server.requests}) == 1
    assert world.rows(
        "select status, attempts, result from outbox where destination = 'leader'"
    ) == [("sent", 4, "HTTP 200")]


def test_a_server_that_asks_to_wait_is_asked_no_sooner(world):
    with serving((429, {"Retry-After": "900"}), 200) as server:
        assert world.run("send", "--wait", "0") == 1
        assert world.run("send", "--wait", "0") == 1
        assert len(server.requests) == 1
        [[wait]] = world.rows(
            "select next_attempt_at - created_at from outbox where destination = 'leader'"
        )
    assert timedelta(seconds=899) < wait < timedelta(seconds=930)


def test_waits_double_up_to_an_hour():
    waits = [outbox.pause_after(attempts, None) for attempts in (1, 2, 3, 10, 11, 99)]
    assert waits == [5, 10, 20, 2560, 3600, 3600]
    # What a server asks for counts, but not to be asked at once or in a week.
    assert [outbox.pause_after(9, asked) for asked in (0.0, 30.0, 7200.0, 99999.0)] == [
        5,
        30,
        7200,
        86400,
    ]


def test_a_message_that_cannot_be_delivered_is_reported_to_the_owner_and_can_be_retried(world):
    with serving(404) as server:
        assert world.run("send", "--wait", "0") == 3
        assert "delivery-leader" in {key for _, key in world.told("owner")[0]}
        assert world.run("send", "--wait", "0") == 3
        assert len(server.requests) == 1
        server.answers = [200]
        assert world.run("retry", "--wait", "0") == 0
    assert server.requests[0]["id"] == server.requests[1]["id"]
    assert ("resolved", "delivery-leader") in world.told("owner")[-1]


def test_the_end_of_an_alert_is_not_told_where_its_beginning_never_arrived(world):
    with serving(404) as server:
        world.run("send", "--wait", "0")
        server.answers = [200]
        small_warehouse.write(world.db, nth(8), Day(judged=[DROP]))
        world.run("send", "--wait", "0")
        assert [request["changes"] for request in server.requests[1:]] == []
    assert world.rows("select ended_on from episodes where alert_key = '" + DROP + "'") == [
        (nth(8),)
    ]


def test_a_destination_that_does_not_answer_keeps_its_news_in_order_and_no_other_waits(world):
    world.aim(HOOK + "  - {name: other, kind: file, path: other.jsonl}\n")
    with serving(500) as server:
        world.run("send", "--wait", "0")
        small_warehouse.write(world.db, nth(1), Day([Alert(DROP), Alert(STALL, "critical")]))
        world.run("send", "--wait", "0")
        assert len(server.requests) == 1
        server.answers = [200]
        make_due(world)
        assert world.run("send", "--wait", "0") == 0
    assert [[c["change"] for c in r["changes"]] for r in server.requests[1:]] == [
        ["baseline"],
        ["first"],
    ]
    assert world.told("other") == [[("baseline", DROP)], [("first", STALL)]]


@pytest.mark.parametrize(("hours", "is_delayed"), [(47.9, False), (48, True)])
def test_a_message_that_comes_late_says_so(world, hours, is_delayed):
    with serving(500, 200) as server:
        world.run("send", "--wait", "0")
        make_due(world, hours=hours)
        world.run("send", "--wait", "0")
    assert (server.requests[1]["delayed_since"] is not None) == is_delayed
    assert server.requests[0]["id"] == server.requests[1]["id"]


def test_a_message_is_given_up_after_two_weeks(world):
    with serving(500):
        world.run("send", "--wait", "0")
        make_due(world, hours=24 * 14 + 1)
        assert world.run("send", "--wait", "0") == 3


@pytest.mark.parametrize(("days", "is_kept"), [(90, True), (92, False)])
def test_the_words_of_a_message_are_kept_for_ninety_days(world, days, is_kept):
    with serving(200):
        world.run("send", "--wait", "0")
        with duckdb.connect(str(world.ops)) as ops:
            ops.execute("update outbox set ended_at = ended_at - ?", [timedelta(days=days)])
        world.run("send", "--wait", "0")
    [[payload]] = world.rows("select payload from outbox where destination = 'leader'")
    assert (payload != "") == is_kept


def test_a_destination_that_left_the_file_gets_what_waits_if_it_comes_back_in_two_weeks(world):
    with serving(500, 200) as server:
        world.run("send", "--wait", "0")
        world.aim(OWNER)
        make_due(world, hours=24 * 13)
        assert world.run("send", "--wait", "0") == 0
        assert len(server.requests) == 1
        world.aim(HOOK + OWNER)
        assert world.run("send", "--wait", "0") == 0
        assert len(server.requests) == 2


def test_a_destination_that_left_the_file_for_good_gets_nothing_more(world):
    with serving(500) as server:
        world.run("send", "--wait", "0")
        world.aim(OWNER)
        make_due(world, hours=24 * 14 + 1)
        assert world.run("send", "--wait", "0") == 0
        assert len(server.requests) == 1
    assert world.rows("select status from outbox where destination = 'leader'") == [("dropped",)]
    assert world.told("owner") == [[("first", "data-stale")]]


def test_the_end_of_what_may_still_arrive_is_told_and_of_what_never_will_is_not(world):
    with serving(500) as server:
        world.send(nth(0), Day([Alert(DROP), Alert(STALL)]))
        world.send(nth(8), Day([Alert(STALL)], judged=[DROP]))
        queued = "select change from outbox_alerts where change = 'resolved'"
        assert world.rows(queued) == [("resolved",)]
        world.aim(OWNER)
        make_due(world, hours=24 * 14 + 1)
        world.run("send", "--wait", "0")
        world.aim(HOOK + OWNER)
        server.answers = [200]
        world.send(nth(16), Day(judged=[STALL]))
    assert world.rows("select distinct status from outbox where destination = 'leader'") == [
        ("dropped",)
    ]
    assert len(world.rows(queued)) == 1


def make_due(world: World, hours: float = 0) -> None:
    """As if the time to try again had come, or the message had been queued so long ago."""
    with duckdb.connect(str(world.ops)) as ops:
        ops.execute(
            "update outbox set next_attempt_at = created_at, created_at = created_at - $ago,"
            " tried_since = tried_since - $ago",
            {"ago": timedelta(hours=hours)},
        )


def test_tables_of_another_version_stop_the_run_in_one_line_and_change_nothing(world, capsys):
    with duckdb.connect(str(world.db)) as warehouse:
        warehouse.execute("drop table alert_silences")
    assert world.run("send", "--wait", "0") == 2
    error = capsys.readouterr().err
    assert "the tables are of another version" in error and len(error.splitlines()) == 1
    assert world.rows("select count(*) from outbox") == [(0,)]


PAGER = "  - {name: pager, kind: pagerduty, address_env: PAGER}\n"


@pytest.fixture
def pager(world, monkeypatch) -> World:
    """A world of one PagerDuty service, whose address follows the server."""
    world.aim(PAGER)

    def run_at(*arguments: str) -> int:
        monkeypatch.setenv("PAGER", f"{os.environ['HOOK']}#routing-key")
        return World.run(world, *arguments)

    world.run = run_at  # type: ignore[method-assign]
    return world


def events(server: Server) -> list[tuple[str, str]]:
    """What was asked of the service: to open or close which incident."""
    return [(request["event_action"], request["dedup_key"]) for request in server.requests]


def test_an_incident_is_closed_also_during_a_silence_and_when_its_rule_is_asked_for_no_more(pager):
    with serving(202) as server:
        pager.send(nth(0), Day([Alert(DROP), Alert(STALL)]))
        silences = [(STALL, None, nth(90))]
        pager.send(nth(8), Day([Alert(DROP)], judged=[STALL], silences=silences))
        pager.aim(PAGER.replace("}", ", rules: [stage_stalling]}"))
        pager.send(nth(9), Day([Alert(DROP)]))
    assert sorted(events(server)[:2]) == [
        ("trigger", f"pager/{STALL}"),
        ("trigger", f"pager/{DROP}"),
    ]
    assert events(server)[2:] == [("resolve", f"pager/{STALL}"), ("resolve", f"pager/{DROP}")]


def test_a_service_of_incidents_gets_none_for_a_quiet_day(pager):
    with serving(202):
        assert pager.send(nth(0)) == 0
    assert pager.rows("select count(*) from outbox") == [(0,)]


def test_a_service_that_was_quiet_at_first_is_told_what_is_new_as_new(pager):
    with serving(202):
        pager.send(nth(0))
        pager.send(nth(1), Day([Alert(DROP)]))
    assert pager.rows("select change from outbox_alerts") == [("first",)]


def test_an_incident_that_is_open_gets_no_reminder(pager):
    with serving(202) as server:
        for day in (0, 14, 30):
            pager.send(nth(day), Day([Alert(DROP)]))
    assert events(server) == [("trigger", f"pager/{DROP}")]


def test_a_retry_leaves_out_what_later_news_has_overtaken(pager):
    with serving(400) as server:
        pager.send(nth(0), Day([Alert(DROP)]))
        pager.send(nth(8), Day(judged=[DROP]))
        server.answers = [202]
        assert pager.run("retry", "--wait", "0") == 0
    assert events(server) == [("trigger", f"pager/{DROP}")]
    assert pager.rows("select status, result from outbox") == [
        ("dropped", "overtaken by later news")
    ]


def test_news_of_another_alert_overtakes_nothing(pager):
    with serving(400) as server:
        pager.send(nth(0), Day([Alert(DROP)]))
        server.answers = [202]
        pager.send(nth(1), Day([Alert(DROP), Alert(STALL)]))
        assert pager.run("retry", "--wait", "0") == 0
    assert [key for _, key in events(server)] == [f"pager/{each}" for each in (DROP, STALL, DROP)]


def test_a_retry_begins_anew_what_was_given_up(world):
    asked = "select status, attempts from outbox where destination = 'leader'"
    with serving(500):
        world.send(nth(0), Day([Alert(DROP)]))
        make_due(world, hours=24 * 14 + 1)
        assert world.run("send", "--wait", "0") == 3
        assert world.rows(asked) == [("dead", 2)]
        assert world.run("retry", "--wait", "0") == 1
    assert world.rows(asked) == [("pending", 1)]


def test_news_for_another_destination_overtakes_nothing(pager):
    pager.aim(PAGER + "  - {name: leader, kind: file, path: leader.jsonl}\n")
    with serving(400) as server:
        pager.send(nth(0), Day([Alert(DROP)]))
        pager.send(nth(14), Day([Alert(DROP)]))
        assert pager.told()[-1] == [("reminder", DROP)]
        server.answers = [202]
        pager.run("retry", "--wait", "0")
    assert [action for action, _ in events(server)] == ["trigger", "trigger"]


def test_a_digest_of_which_a_part_is_overtaken_is_sent_by_a_retry(world):
    with serving(400) as server:
        world.send(nth(0), Day([Alert(DROP), Alert(STALL)]))
        server.answers = [200]
        world.send(nth(1), Day([Alert(DROP, "critical"), Alert(STALL)]))
        assert world.run("retry", "--wait", "0") == 0
    told = [{each["alert_key"] for each in request["changes"]} for request in server.requests]
    assert told == [{DROP, STALL}, {DROP}, {DROP, STALL}]


def test_an_end_that_was_refused_is_told_by_a_retry_and_by_nothing_else(pager):
    with serving(202) as server:
        pager.send(nth(0), Day([Alert(DROP)]))
        server.answers = [400]
        pager.send(nth(8), Day(judged=[DROP]))
        server.answers = [202]
        make_due(pager)
        assert pager.run("send", "--wait", "0") == 3
        assert [action for action, _ in events(server)] == ["trigger", "resolve"]
        assert pager.run("retry", "--wait", "0") == 0
    assert [action for action, _ in events(server)] == ["trigger", "resolve", "resolve"]


def test_an_old_end_does_not_close_a_new_incident(pager):
    with serving(202) as server:
        pager.send(nth(0), Day([Alert(DROP)]))
        server.answers = [400]
        pager.send(nth(8), Day(judged=[DROP]))
        server.answers = [202]
        pager.send(nth(9), Day([Alert(DROP)]))
        pager.run("retry", "--wait", "0")
    assert [action for action, _ in events(server)] == ["trigger", "resolve", "trigger"]


def test_a_recipient_who_is_refused_for_now_keeps_back_no_other(world, monkeypatch):
    with Mail() as server:
        monkeypatch.setenv("MAIL", f"smtp://{server.here}")
        world.aim(
            "  - {name: team, kind: email, address_env: MAIL, sender: us@x.example,"
            " recipients: [later@x.example, well@x.example]}\n"
        )
        assert world.run("send", "--wait", "0") == 1
        small_warehouse.write(world.db, nth(1), Day([Alert(DROP), Alert(STALL)]))
        assert world.run("send", "--wait", "0") == 1
    assert [to for to, _ in server.post.got] == [["well@x.example"]] * 2


def test_a_test_leaves_no_incident_open(pager):
    with serving(202) as server:
        assert pager.run("test-destination", "pager") == 0
    assert events(server) == [("trigger", "pager/test"), ("resolve", "pager/test")]


@pytest.mark.slow
def test_a_run_that_waits_asks_only_when_it_is_time(world):
    """And lets go of the warehouse meanwhile, for a build."""
    small_warehouse.write(world.db, nth(0), Day([Alert(DROP)]))
    with serving(500) as server:
        world.run("send", "--wait", "0")
        small_warehouse.write(world.db, nth(1), Day([Alert(DROP), Alert(STALL)]))
        started = time.process_time()
        assert world.run("send", "--wait", "6") == 1
        assert len(server.requests) == 2
        assert time.process_time() - started < 2


def test_more_that_cannot_be_delivered_is_told_to_the_owner_again(world):
    with serving(404):
        world.run("send", "--wait", "0")
        small_warehouse.write(world.db, nth(1), Day([Alert(DROP), Alert(STALL)]))
        world.run("send", "--wait", "0")
    assert world.told("owner")[-1] == [("worse", "delivery-leader")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["send", "--wait", "nan"], "--wait"),
        (["send", "--wait", "-1"], "--wait"),
        (["history", "--last", "-1"], "--last"),
        (["--per-rule", "3", "send"], "the command comes first"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_one_line(world, capsys, arguments, words):
    assert notify.main(arguments) == 2
    error = capsys.readouterr().err
    assert words in error and len(error.splitlines()) == 1


def test_the_warehouse_is_no_ops_file(world, capsys):
    assert notify.main(["send", "--db", str(world.db), "--ops", str(world.db)]) == 2
    assert "--ops would overwrite the warehouse" in capsys.readouterr().err


# --- the ops file, and other runs ------------------------------------------------------------


def test_without_its_ops_file_a_run_sends_one_digest_of_what_holds(world):
    with serving(200) as server:
        world.run("send")
        world.ops.unlink()
        assert world.run("send") == 0
    assert [[c["change"] for c in r["changes"]] for r in server.requests] == [["baseline"]] * 2


@pytest.mark.parametrize("content", [b"no database", b"\0" * 5000])
def test_a_damaged_ops_file_stops_the_run_in_one_line_and_is_left_alone(world, capsys, content):
    world.ops.write_bytes(content)
    assert world.run("send") == 2
    error = capsys.readouterr().err
    assert "Move it away" in error and len(error.splitlines()) == 1
    assert world.ops.read_bytes() == content


def test_an_ops_file_of_another_layout_is_refused(world, capsys):
    with serving(200):
        world.run("send", "--wait", "0")
    with duckdb.connect(str(world.ops)) as ops:
        ops.execute("update layouts set layout = 2")
    for arguments in (["send", "--wait", "0"], ["send", "--dry-run"], ["status"]):
        assert world.run(*arguments) == 2
        assert "written by another version of notify.py" in capsys.readouterr().err


def test_an_ops_file_that_another_program_holds_stops_the_run(world, capsys):
    with serving(200):
        world.run("send")
        hold = (
            "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True);"
            " sys.stdin.read()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", hold, str(world.ops)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as other:
            assert other.stdout and other.stdout.readline() == b"held\n"
            assert world.run("send") == 75
            assert "another program holds it" in capsys.readouterr().err
            other.communicate()
        assert world.run("send") == 0


def test_of_six_runs_at_once_one_sends_and_the_others_say_so(world):
    with serving(200) as server:
        runs = [
            subprocess.Popen(
                [sys.executable, str(SCRIPT), *command(world)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(6)
        ]
        ended = [(each.communicate()[1], each.returncode) for each in runs]
    assert len(server.requests) == 1
    assert {code for _, code in ended} <= {0, 75}
    assert all("another run is under way" in error for error, code in ended if code == 75)


def command(world: World, *arguments: str) -> list[str]:
    """The arguments of a run in a process of its own."""
    files = ["--db", world.db, "--ops", world.ops, "--config", world.config]
    return ["send", "--wait", "0", *arguments, *map(str, files)]


@pytest.mark.slow
def test_a_run_that_is_killed_loses_nothing(world):
    """A few of the kills of docs/reliability.md: before and after each commit and message."""
    with reliability.folder_with(world.db) as folder:
        expected = reliability.ended_well(folder)
        steps = reliability.steps_of_a_run(world.db)
    wanted = {"commit", "hand a message over", "know that a message is handed over"}
    kills = [number for number, step in enumerate(steps, 1) if step in wanted][:6]
    trials = [reliability.trial(number, world.db, expected) for number in kills]
    assert [each.lost for each in trials] == [0] * len(kills)
    assert all(each.has_one_id for each in trials)
    assert [each.doubled for each in trials] == [
        int(each.step == "know that a message is handed over") for each in trials
    ]


# --- secrets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [200, 404, 500, 302])
def test_no_secret_is_written_anywhere(world, capfd, caplog, answer):
    """All that a run writes, at the finest log level: files, outbox, terminal, log."""
    caplog.set_level(logging.DEBUG)
    with serving((answer, {"Location": "http://127.0.0.1:1/"})):
        for arguments in (
            ["send", "--wait", "0"],
            ["retry", "--wait", "0"],
            ["status"],
            ["history"],
            ["test-destination", "leader"],
        ):
            world.run(*arguments)
    written = capfd.readouterr()
    said = written.out + written.err + caplog.text
    said += "".join(record.getMessage() for record in caplog.records)
    assert "leader" in said
    for part in SECRET.split("/"):
        assert part not in said
        for path in world.folder.rglob("*"):
            assert part.encode() not in path.read_bytes(), path


def test_an_error_nobody_foresaw_tells_no_secret(world, monkeypatch, capsys):
    def fail(*_: Any) -> None:
        raise ValueError(f"cannot post to {os.environ['HOOK']}")

    monkeypatch.setitem(channels.KINDS, "webhook", fail)
    with serving(200):
        assert world.run("send", "--wait", "0") == 3
    assert SECRET not in capsys.readouterr().err

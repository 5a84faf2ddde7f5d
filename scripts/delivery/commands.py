"""What each command of notify.py does, and the exit code it ends with.

0 delivered, 1 messages are still pending, 2 something must be put right first, 3 messages that no
attempt will bring, 75 another run is under way.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from itertools import product
from typing import Any
from uuid import uuid4

from common.trouble import Trouble

from delivery.channels import hand_over
from delivery.destinations import read_notifications
from delivery.messages import render_message
from delivery.ops import opened, run_lock, statement, transaction
from delivery.outbox import now
from delivery.rendering import neutral
from delivery.run import Run
from delivery.wire import Parcel

DELIVERED, PENDING, MISCONFIGURED, DEAD = 0, 1, 2, 3


def say(line: str) -> None:
    """Progress, on stderr."""
    print("notify:", neutral(line), file=sys.stderr, flush=True)


def send(options: Namespace) -> int:
    """Tell each destination what is new for it, and send what is still pending."""
    notifications = read_notifications(options.config)
    if options.dry_run:
        with opened(options.ops, for_writing=False) as ops:
            run = Run(ops, notifications, options.db, say)
            run.read_build(options.build_failed)
            run.tell_readers()
            run.tell_owner()
            show_queued(run)
        return MISCONFIGURED if run.build_trouble else DELIVERED
    with run_lock(options.ops), opened(options.ops, for_writing=True) as ops:
        run = Run(ops, notifications, options.db, say)
        run.read_build(options.build_failed)
        run.tell_readers()
        return delivered(run, options.wait)


def retry(options: Namespace) -> int:
    """Send once more what is pending, and what was given up."""
    notifications = read_notifications(options.config)
    with run_lock(options.ops), opened(options.ops, for_writing=True) as ops:
        run = Run(ops, notifications, options.db, say)
        run.set_variables(asked_destination=options.destination, now=now())
        known = {name for (name,) in ops.execute("select destination from outbox").fetchall()}
        if options.destination and options.destination not in known:
            notifications.named(options.destination)
        with transaction(ops):
            ops.execute(statement("retry"))
        run.read_build()
        if run.book is not None:
            ops.execute("detach warehouse")
        return delivered(run, options.wait)


def delivered(run: Run, wait: float) -> int:
    """Send what is queued, then what the owner should know of it, and keep the history."""
    run.deliver(wait)
    run.tell_owner()
    run.deliver(0)
    run.export()
    return exit_code(run)


def exit_code(run: Run) -> int:
    """What a scheduler should know of a run, the worst first."""
    if run.build_trouble:
        say(run.build_trouble)
        return MISCONFIGURED
    named = [each.name for each in run.notifications.destinations]
    counted = "select status, count(*) from outbox where list_contains(?, destination) group by 1"
    left = dict(run.ops.execute(counted, [named]).fetchall())
    if left.get("dead"):
        return DEAD
    return PENDING if left.get("pending") else DELIVERED


def show_queued(run: Run) -> None:
    """Print what a dry run would send, as it would be sent."""
    for each in run.notifications.destinations:
        if each.address_env and not os.environ.get(each.address_env):
            say(f"{each.name}: environment variable {each.address_env} is not set")
    queued = run.ops.execute(statement("due")).fetchall()
    if not queued:
        say("nothing new to tell")
    for destination, recipient, _, payload, *_ in queued:
        print(f"--- to {destination}{f' ({recipient})' if recipient else ''}")
        print(payload)


def status(options: Namespace) -> int:
    """Show for each destination what was sent, is pending, or was given up."""
    names = [each.name for each in read_notifications(options.config).destinations]
    with opened(options.ops, for_writing=False) as ops:
        rows = ops.execute(statement("status"), {"names": names}).fetchall()
    show(("destination", "sent", "pending", "dead", "firing", "last sent", "last trouble"), rows)
    return DEAD if any(row[3] for row in rows) else PENDING if any(row[2] for row in rows) else 0


def history(options: Namespace) -> int:
    """Show the last messages, the newest first."""
    with opened(options.ops, for_writing=False) as ops:
        rows = ops.execute(statement("history"), {"last": options.last}).fetchall()
    show(("when", "destination", "status", "attempts", "result", "tells"), rows)
    return DELIVERED


def test_destination(options: Namespace) -> int:
    """Send a test message to one destination now."""
    notifications = read_notifications(options.config)
    destination = notifications.named(options.destination)
    content = {
        "notification_id": uuid4().hex,
        "destination": destination.name,
        "audience": "owner",
        "is_new": False,
        "is_weekly": False,
        "delayed_since": None,
        "report_url": notifications.report_url,
        "as_of_date": None,
        "changes": [
            {
                "alert_key": "test",
                "episode": 1,
                "change": "first",
                "ended_as": None,
                "severity": "info",
                "rule": "test",
                "sentence": "This is a test: messages to this destination arrive.",
                "alert": None,
            }
        ],
        "unchanged": 0,
        "silenced": 0,
        "book": None,
        "weekly": None,
    }
    payloads = [render_message(destination.format, content)]
    if destination.tells_one_by_one:
        # The incident of a test is closed again.
        over = content["changes"][0] | {"change": "resolved", "ended_as": "recovered"}
        payloads.append(render_message(destination.format, content | {"changes": [over]}))
    codes = []
    for payload, recipient in product(payloads, destination.recipients or (None,)):
        outcome = hand_over(destination, Parcel(content["notification_id"], payload, recipient))
        say(f"{destination.name}: {outcome.status} ({outcome.result})")
        codes.append({"sent": DELIVERED, "pending": PENDING, "dead": DEAD}[outcome.status])
    return max(codes)


def feedback(options: Namespace) -> int:
    """Keep what a reader thought of an alert."""
    with run_lock(options.ops), opened(options.ops, for_writing=True) as ops, transaction(ops):
        found = ops.execute(statement("told_rule"), {"alert_key": options.alert_key}).fetchone()
        if not found:
            raise Trouble(
                f"no message told of an alert {options.alert_key}; its id ends each message"
            )
        ops.execute(
            "insert into feedback values (?, ?, ?, ?, ?)",
            [now(), options.alert_key, found[0], options.verdict, options.note],
        )
    say(f"kept: {options.alert_key} is {options.verdict}")
    return DELIVERED


def show(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table for a terminal."""
    cells = [[neutral("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    for row in (header, *cells):
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )

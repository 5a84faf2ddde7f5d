"""One run: what to tell is decided and kept in one step, then sent message by message.

In this order: lock; facts, changes and messages in one transaction; each message and its outcome;
the owner's notices likewise; history for BI. A kill at any point loses nothing: at most the one
message that is under way is sent twice, with the same id.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from delivery import warehouse
from delivery.channels import Outcome, Parcel, hand_over
from delivery.destinations import Destination, Notifications
from delivery.messages import render_message
from delivery.ops import statement, transaction
from delivery.trouble import Busy, Trouble

DELAYED_AFTER = timedelta(hours=48)
GIVEN_UP_AFTER = timedelta(days=14)
FIRST_WAIT, LONGEST_WAIT = 5.0, 3600.0  # seconds between attempts, doubling


def now() -> datetime:
    """The time in UTC, as the ops file keeps it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def pause_after(attempts: int, retry_after: float | None) -> float:
    """Seconds until the next attempt: what the server asks for, else twice the last pause."""
    doubled = FIRST_WAIT * 2 ** min(attempts - 1, 20)
    return min(LONGEST_WAIT, doubled if retry_after is None else retry_after)


@dataclass
class Run:
    """One run over the ops file, which is the main database of the connection."""

    ops: duckdb.DuckDBPyConnection
    notifications: Notifications
    db: Path
    say: Callable[[str], None]
    run_id: str = field(default_factory=lambda: uuid4().hex)
    book: dict[str, Any] | None = None
    build_trouble: str | None = None

    # --- what to tell ------------------------------------------------------------------------

    def read_build(self) -> None:
        """Attach the warehouse, if its last build can be trusted; else keep why it cannot."""
        try:
            self.book = warehouse.attach(self.ops, self.db)
        except Busy:
            raise
        except Trouble as trouble:
            self.build_trouble = str(trouble)

    def tell_readers(self) -> None:
        """Queue what is new for the readers of alerts; of a build that failed, nothing."""
        if self.book is not None:
            self.tell("leader", ["leader_facts"])

    def tell_owner(self) -> None:
        """Queue what the owner should know: builds, data and deliveries that need a hand."""
        of_the_data = ["owner_facts"] if self.book is not None else []
        self.tell("owner", ["build_facts", "delivery_facts", *of_the_data])

    def tell(self, audience: str, facts: list[str]) -> None:
        """In one transaction: facts, what changed for whom, the messages, and what was told."""
        with transaction(self.ops):
            self.ops.execute(statement("facts"))
            self.set_variables(today=now().date(), run=self.run_id, trouble=self.build_trouble)
            self.add_destinations(audience)
            for name in facts:
                self.ops.execute(statement(name))
            if self.goes_back(audience):
                return
            if audience == "owner":
                self.speak_for_the_owner()
            self.ops.execute(statement("changes"))
            self.ops.execute(statement("messages"))
            self.queue()
            self.ops.execute(statement("remember"))

    def speak_for_the_owner(self) -> None:
        """Where no destination is the owner's, the terminal is: no trouble goes unheard."""
        audiences = {each.audience for each in self.notifications.destinations}
        if "owner" not in audiences and self.build_trouble is None:
            for (sentence,) in self.ops.execute("select sentence from standing").fetchall():
                self.say(f"for the owner: {sentence}")

    def set_variables(self, **values: Any) -> None:
        """What the SQL reads with getvariable()."""
        for name, value in values.items():
            self.ops.execute(f"set variable {name} = ?", [value])

    def add_destinations(self, audience: str) -> None:
        """The destinations of the audience, as the SQL asks for them."""
        for each in self.notifications.destinations:
            if each.audience == audience:
                self.ops.execute(
                    "insert into destinations by name select unnest(?)",
                    [
                        {
                            "destination": each.name,
                            "audience": each.audience,
                            "rules": list(each.rules) if each.rules else None,
                            "minimum_severity_rank": each.minimum_severity_rank,
                            "reminder_days": each.reminder_days,
                            "keep_firing_days": each.keep_firing_days,
                            "worse_amount_ratio": float(each.worse_amount_ratio),
                            "tells_one_by_one": each.tells_one_by_one,
                            "weekly_digest": each.weekly_digest,
                        }
                    ],
                )

    def goes_back(self, audience: str) -> bool:
        """Whether the build is as of a day before one that was told of: that is no news."""
        [[day, told_day]] = self.ops.execute(
            "select (select max(day) from judged), max(told_day) from runs where audience = ?",
            [audience],
        ).fetchall()
        if is_back := bool(day and told_day and day < told_day):
            self.say(f"the build is as of {day}, and {told_day} was told of already: no news")
        return is_back

    def queue(self) -> None:
        """Render each message for each recipient and put it into the outbox."""
        messages = self.ops.execute(
            "select to_json(messages) from messages order by severity_rank, destination"
        ).fetchall()
        for position, message in enumerate(json.loads(text) for (text,) in messages):
            destination = self.notifications.named(message["destination"])
            for recipient in destination.recipients or (None,):
                self.put(destination, recipient, position, message)

    def put(
        self,
        destination: Destination,
        recipient: str | None,
        position: int,
        message: Mapping[str, Any],
    ) -> None:
        """One row of the outbox, ready to be sent as it is, and also as it is told when late."""
        moment = now()
        content = {
            **message,
            "notification_id": uuid4().hex,
            "report_url": self.notifications.report_url,
            "book": self.book if destination.audience == "leader" else None,
            "delayed_since": None,
        }
        late = content | {"delayed_since": f"{moment:%Y-%m-%d %H:%M} UTC"}
        self.ops.execute(
            "insert into outbox by name select unnest(?)",
            [
                {
                    "notification_id": content["notification_id"],
                    "run_id": self.run_id,
                    "destination": destination.name,
                    "recipient": recipient,
                    "created_at": moment,
                    "position": position,
                    "severity_rank": message["severity_rank"],
                    "payload": render_message(destination.format, content),
                    "late_payload": render_message(destination.format, late),
                    "status": "pending",
                    "attempts": 0,
                    "next_attempt_at": moment,
                }
            ],
        )
        for change in message["changes"]:
            self.ops.execute(
                "insert into outbox_alerts select ?, ?, ?, ?, ?, ?",
                [
                    content["notification_id"],
                    *(
                        change[name]
                        for name in ("alert_key", "episode", "rule", "change", "severity")
                    ),
                ],
            )

    # --- sending -----------------------------------------------------------------------------

    def deliver(self, wait: float) -> None:
        """Send what is due; wait up to so many seconds for what a server asks to be sent later."""
        until = time.monotonic() + wait
        while True:
            self.send_due()
            [[soonest]] = self.ops.execute(
                "select min(next_attempt_at) from outbox where status = 'pending'"
            ).fetchall()
            if soonest is None:
                return
            pause = max(0.0, (soonest - now()).total_seconds())
            if time.monotonic() + pause > until:
                return
            time.sleep(pause)

    def send_due(self) -> None:
        """Each message that is due, of each destination in order: one that does not answer keeps
        its later messages back.
        """
        silent: set[str] = set()
        for row in self.ops.execute(statement("due")).fetchall():
            (
                name,
                recipient,
                notification_id,
                payload,
                late_payload,
                created_at,
                attempts,
                due_at,
            ) = row
            if name in silent:
                continue
            if due_at > now():
                silent.add(name)
                continue
            is_late = now() - created_at > DELAYED_AFTER
            parcel = Parcel(notification_id, late_payload if is_late else payload, recipient)
            outcome = self.hand_over(name, parcel)
            self.keep(notification_id, outcome, attempts + 1, created_at)
            self.say(f"{name}: {outcome.status} ({outcome.result})")
            if outcome.status == "pending":
                silent.add(name)

    def hand_over(self, name: str, parcel: Parcel) -> Outcome:
        """Send it, unless the destination has left the file since it was queued."""
        try:
            destination = self.notifications.named(name)
        except Trouble:
            return Outcome("dropped", "the destination is not in the file any more")
        return hand_over(destination, parcel)

    def keep(
        self, notification_id: str, outcome: Outcome, attempts: int, created_at: datetime
    ) -> None:
        """Commit what became of a message before the next one is tried."""
        if outcome.status == "pending" and now() - created_at > GIVEN_UP_AFTER:
            outcome = Outcome("dead", f"given up after two weeks: {outcome.result}")
        pause = pause_after(attempts, outcome.retry_after)
        self.ops.execute(
            "update outbox set status = ?, result = ?, attempts = ?, next_attempt_at = ?,"
            " ended_at = ? where notification_id = ?",
            [
                outcome.status,
                outcome.result,
                attempts,
                now() + timedelta(seconds=pause),
                None if outcome.status == "pending" else now(),
                notification_id,
            ],
        )

    # --- for BI ------------------------------------------------------------------------------

    def export(self) -> None:
        """Put the history next to the marts; while a reader holds the warehouse it stays older."""
        if self.book is None:
            return
        try:
            self.ops.execute("detach warehouse")
            self.ops.execute(f"attach {warehouse.quoted(self.db)} as warehouse")
            with transaction(self.ops):
                self.ops.execute(statement("export"))
        except duckdb.Error:
            self.say("the history in the warehouse is not of now: another program holds the file")

"""The outbox: messages are sent one by one, and what became of each is kept before the next."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

import duckdb

from delivery.channels import hand_over
from delivery.destinations import Notifications
from delivery.ops import statement
from delivery.wire import Outcome, Parcel

DELAYED_AFTER = timedelta(hours=48)
GIVEN_UP_AFTER = timedelta(days=14)
FIRST_WAIT, LONGEST_WAIT, LONGEST_ASKED = 5.0, 3600.0, 86400.0  # seconds between attempts


def now() -> datetime:
    """The time in UTC, as the ops file keeps it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)


def pause_after(attempts: int, retry_after: float | None) -> float:
    """Seconds until the next attempt: what the server asks for, up to a day, else twice the last
    pause, up to an hour.
    """
    if retry_after is not None:
        return min(LONGEST_ASKED, max(FIRST_WAIT, retry_after))
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 20))


class Queued(NamedTuple):
    """A row of the outbox that is pending."""

    destination: str
    recipient: str | None
    notification_id: str
    payload: str
    late_payload: str
    created_at: datetime
    tried_since: datetime
    format: str
    attempts: int
    next_attempt_at: datetime


@dataclass
class Outbox:
    """The messages that are pending in the ops file, and where they go."""

    ops: duckdb.DuckDBPyConnection
    notifications: Notifications
    say: Callable[[str], None]

    def deliver(self, wait: float) -> None:
        """Send what is due; wait up to so many seconds for what a server asks to be sent later."""
        until = time.monotonic() + wait
        while (soonest := self.send_due()) is not None:
            pause = max(0.0, (soonest - now()).total_seconds())
            if time.monotonic() + pause > until:
                return
            time.sleep(pause)

    def send_due(self) -> datetime | None:
        """Send each message that is due, of each reader in order: one who cannot be reached keeps
        later messages to them back. Returns when the next is due; None where none is left.
        """
        waiting: dict[tuple[str, str | None], datetime] = {}
        for row in self.ops.execute(statement("due")).fetchall():
            message = Queued(*row)
            reader = message.destination, message.recipient
            if reader in waiting:
                continue
            if message.next_attempt_at <= now():
                outcome = self.hand_over(message)
                if outcome is None:
                    continue
                self.say(f"{message.destination}: {outcome.status} ({outcome.result})")
                message = self.keep(message, outcome)
                if outcome.status != "pending":
                    continue
            waiting[reader] = message.next_attempt_at
        return min(waiting.values(), default=None)

    def hand_over(self, message: Queued) -> Outcome | None:
        """Send it. To a reader who has left the file nothing is sent, but for two weeks they may
        come back: then there is no outcome yet.
        """
        known = {each.name: each for each in self.notifications.destinations}
        destination = known.get(message.destination)
        is_known = destination and message.recipient in (destination.recipients or (None,))
        if destination is None or not is_known:
            is_gone = now() - message.tried_since > GIVEN_UP_AFTER
            return Outcome("dropped", "its reader left the file") if is_gone else None
        if destination.format != message.format:
            return Outcome("dead", "the destination is of another kind than when it was queued")
        is_late = now() - message.created_at > DELAYED_AFTER
        payload = message.late_payload if is_late else message.payload
        return hand_over(destination, Parcel(message.notification_id, payload, message.recipient))

    def keep(self, message: Queued, outcome: Outcome) -> Queued:
        """Commit what became of a message before the next one is tried."""
        if outcome.status == "pending" and now() - message.tried_since > GIVEN_UP_AFTER:
            outcome = Outcome("dead", f"given up after two weeks: {outcome.result}")
        attempts = message.attempts + 1
        next_attempt_at = now() + timedelta(seconds=pause_after(attempts, outcome.retry_after))
        self.ops.execute(
            "update outbox set status = ?, result = ?, attempts = ?, next_attempt_at = ?,"
            " ended_at = ? where notification_id = ?",
            [
                outcome.status,
                outcome.result,
                attempts,
                next_attempt_at,
                None if outcome.status == "pending" else now(),
                message.notification_id,
            ],
        )
        return message._replace(attempts=attempts, next_attempt_at=next_attempt_at)

"""One run: what to tell is decided and kept in one step, then sent message by message.

In this order: lock; facts, changes and messages in one transaction; each message and its outcome;
the owner's notices likewise; history for BI. A kill at any point loses nothing: at most the one
message that is under way is sent twice, with the same id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
from common.trouble import Busy, Trouble
from common.warehouse import is_in_use, quoted

from delivery import warehouse
from delivery.destinations import Destination, Notifications
from delivery.messages import render_message
from delivery.ops import statement, transaction
from delivery.outbox import Outbox, now


class UnknownRule(Trouble):
    """The file of destinations asks for a rule that there is not."""


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

    def read_build(self, failed: bool = False) -> None:
        """Read the warehouse if its last build can be trusted; else keep why it cannot."""
        self.set_variables(today=now().date())
        if failed:
            self.build_trouble = "the build did not begin, or failed"
            return
        try:
            self.book = warehouse.attach(self.ops, self.db)
            self.check_rules()
            self.ops.execute(statement("data_troubles"))
        except (Busy, UnknownRule):
            raise
        except Trouble as trouble:
            self.build_trouble = str(trouble)

    def check_rules(self) -> None:
        """A rule that is misspelt in the file would never be told of."""
        known = {rule["rule"] for rule in self.book["rules"]} if self.book else set()
        for destination in self.notifications.destinations:
            for rule in destination.rules or ():
                if rule not in known:
                    raise UnknownRule(
                        f"line {destination.rules_line} of the destinations: {destination.name}"
                        f" asks for rule {rule!r}; known are: {', '.join(sorted(known))}"
                    )

    def tell_readers(self) -> None:
        """Queue what is new for the readers of alerts; of a build that failed, nothing. A build
        waits for whoever holds the warehouse, so it is let go of before anything is sent.
        """
        if self.book is not None:
            self.tell("leader", ["leader_facts"])
            self.ops.execute("detach warehouse")

    def tell_owner(self) -> None:
        """Queue what the owner should know: builds, data and deliveries that need a hand."""
        of_the_data = ["owner_facts"] if self.book is not None else []
        self.tell("owner", ["build_facts", "delivery_facts", *of_the_data])

    def tell(self, audience: str, facts: list[str]) -> None:
        """In one transaction: facts, what changed for whom, the messages, and what was told."""
        with transaction(self.ops):
            self.ops.execute(statement("facts"))
            self.set_variables(run=self.run_id, trouble=self.build_trouble)
            self.add_destinations()
            for name in facts:
                self.ops.execute(statement(name))
            if audience == "owner":
                self.speak_for_the_owner()
            elif self.is_no_news():
                return
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

    def deliver(self, wait: float) -> None:
        """Send what is pending."""
        Outbox(self.ops, self.notifications, self.say).deliver(wait)

    def set_variables(self, **values: Any) -> None:
        """What the SQL reads with getvariable()."""
        for name, value in values.items():
            self.ops.execute(f"set variable {name} = ?", [value])

    def add_destinations(self) -> None:
        """The destinations, as the SQL asks for them."""
        for each in self.notifications.destinations:
            self.ops.execute(
                "insert into destinations by name select unnest(?)",
                [
                    {
                        "destination": each.name,
                        "audience": each.audience,
                        "rules": list(each.rules) if each.rules else None,
                        "minimum_severity": each.minimum_severity,
                        "reminder_days": each.reminder_days,
                        "keep_firing_days": each.keep_firing_days,
                        "worse_amount_ratio": float(each.worse_amount_ratio),
                        "tells_one_by_one": each.tells_one_by_one,
                        "weekly_digest": each.weekly_digest,
                    }
                ],
            )

    def is_no_news(self) -> bool:
        """Whether the build is as of a day yet to come, or before one that was told of. The first
        would silence all days until then, the second tell what is long known.
        """
        found = self.ops.execute(
            "select sentence from data_troubles"
            " where alert_key in ('data-back', 'data-of-the-future')"
        ).fetchone()
        if found:
            self.say(found[0])
        return found is not None

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
                    "tried_since": moment,
                    "format": destination.format,
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

    def export(self) -> None:
        """Put the history next to the marts; while a reader holds the warehouse it stays older."""
        if self.book is None:
            return
        try:
            self.ops.execute(f"attach {quoted(self.db)} as warehouse")
            with transaction(self.ops):
                self.ops.execute(statement("export"))
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            if is_in_use(reason):
                reason = "another program holds the file"
            self.say(f"the history in the warehouse is not of now: {reason}")

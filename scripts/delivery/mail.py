"""Hand a message to a mail server, a letter to each recipient."""

from __future__ import annotations

import email.policy
import json
import re
import smtplib
import ssl
from contextlib import suppress
from datetime import datetime, timezone
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote

from delivery import wire
from delivery.destinations import Destination
from delivery.wire import ConfigurationError, Outcome, Parcel, address_parts, is_here


class Mail(smtplib.SMTP):
    """SMTP that prints nothing, whatever others ask of smtplib: a password would be in it."""

    debuglevel = 0


class MailOverTls(smtplib.SMTP_SSL):
    """The same over TLS."""

    debuglevel = 0


def letter(destination: Destination, parcel: Parcel) -> EmailMessage:
    """The e-mail, in text and HTML, to one recipient."""
    content = json.loads(parcel.payload)
    message = EmailMessage(policy=email.policy.SMTP)
    # In one line, as a line more would be a header more; and coded, as Python decodes what looks
    # like a coded word, line breaks and all, and loses spaces where it folds letters beyond ASCII.
    subject = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", content["subject"]).split())
    message.set_raw("Subject", Header(subject, "utf-8", header_name="Subject").encode())
    message["From"] = destination.sender
    message["To"] = parcel.recipient
    message["Date"] = format_datetime(datetime.now(timezone.utc))
    domain = (destination.sender or "").rpartition("@")[2]
    message["Message-ID"] = f"<{parcel.notification_id}@{domain}>"
    message["X-Notification-Id"] = parcel.notification_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content["text"])
    message.add_alternative(content["html"], subtype="html")
    return message


def send_email(destination: Destination, address: str, parcel: Parcel) -> Outcome:
    """`smtps://user:password@host:465`, or `smtp://…:587`, which asks for STARTTLS."""
    parts = address_parts(address)
    if (
        parts is None
        or parts.scheme not in ("smtp", "smtps")
        or parts.path.strip("/") + parts.query + parts.fragment
    ):
        raise ConfigurationError(
            "the address must be smtps://user:password@host:465, or smtp://…:587;"
            " signs in the user or password are written as %40 for @"
        )
    trusted = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = MailOverTls(
            parts.hostname, parts.port or 465, timeout=wire.PATIENCE, context=trusted
        )
    else:
        server = Mail(parts.hostname, parts.port or 587, timeout=wire.PATIENCE)
    try:
        if parts.scheme == "smtp" and not is_here(address):
            server.starttls(context=trusted)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        content = letter(destination, parcel).as_bytes()
        server.sendmail(destination.sender, [parcel.recipient], content)
        return Outcome("sent", "SMTP 250")
    finally:
        # No answer is waited for: what the server has taken is sent, whatever it says to QUIT.
        with suppress(OSError):
            server.putcmd("quit")
        server.close()


def outcome_of_reply(code: int) -> Outcome:
    """What an SMTP reply means: 4xx comes back, 5xx does not."""
    if 400 <= code < 600:
        return Outcome("pending" if code < 500 else "dead", f"SMTP {code}")
    return Outcome("pending", "the answer was not one of SMTP")

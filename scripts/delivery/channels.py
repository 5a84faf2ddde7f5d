"""Hand one message to one destination, and say what became of it.

No text of an error, and no answer of a server, is passed on: either could hold the address, which
is a secret. What is kept is a status code, or the kind of the error in words of our own.
"""

from __future__ import annotations

import email.policy
import json
import os
import re
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from delivery.destinations import Destination

PATIENCE = 20.0  # seconds to wait for an answer, however slowly it comes
TEMPORARY = {408, 425, 429}
PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Outcome:
    """What became of a message: sent, pending (try again) or dead (it will not help)."""

    status: str
    result: str
    retry_after: float | None = None  # seconds the server asked to wait


@dataclass(frozen=True)
class Parcel:
    """A message as it is handed over."""

    notification_id: str
    payload: str
    recipient: str | None = None


class ConfigurationError(Exception):
    """A destination cannot work as it is set up; the text is ours and holds no address."""


def hand_over(destination: Destination, parcel: Parcel) -> Outcome:
    """Send one message. Never raises: what went wrong is in the outcome."""
    address = ""
    if destination.address_env:
        address = os.environ.get(destination.address_env, "").strip()
        if not address:
            return Outcome("dead", f"environment variable {destination.address_env} is not set")
    send = KINDS[destination.kind]
    try:
        if destination.kind in ("stdout", "file", "apprise"):  # no server, or a clock of its own
            return send(destination, address, parcel)
        return within(PATIENCE, lambda: send(destination, address, parcel))
    except Exception as error:
        return outcome_of(error)


def within(seconds: float, call: Callable[[], Outcome]) -> Outcome:
    """The result of a call that may not take longer: a server can dribble for hours.

    Its thread ends with the process at the latest; what it hears after the time is up is lost.
    """
    results: list[Outcome | Exception] = []

    def run() -> None:
        try:
            results.append(call())
        except Exception as error:
            results.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not results:
        return Outcome("pending", "no answer in time")
    if isinstance(results[0], Exception):
        raise results[0]
    return results[0]


def outcome_of(error: Exception) -> Outcome:
    """What an error means. A refused or cut connection may come back, a wrong address will not."""
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    if isinstance(error, ConfigurationError):
        return Outcome("dead", str(error))
    if isinstance(error, ssl.SSLCertVerificationError):
        return Outcome("dead", "the certificate of the server is not trusted")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(code, _)] = error.recipients.values()
        return outcome_of_reply(code)
    if isinstance(error, smtplib.SMTPResponseException):
        return outcome_of_reply(error.smtp_code)
    # smtplib puts its own error in the place of a timeout.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Outcome("pending", "no answer in time")
    if isinstance(error, ConnectionRefusedError):
        return Outcome("pending", "connection refused")
    if isinstance(error, socket.gaierror):
        return Outcome("pending", "the name of the server is not known")
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionError | HTTPException):
        return Outcome("pending", "the connection was cut")
    if isinstance(error, smtplib.SMTPException):
        return Outcome("dead", "the server offers no STARTTLS, or no login that is known")
    status = "pending" if isinstance(error, OSError) else "dead"
    return Outcome(status, f"could not be sent ({type(error).__name__})")


def address_parts(address: str) -> SplitResult | None:
    """The parts of an address; None for one that no server can have."""
    with suppress(ValueError):  # of brackets and ports
        parts = urlsplit(address)
        host = r"([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?|[0-9a-f:.]+"
        if re.fullmatch(r"[!-~]+", address) and re.fullmatch(host, parts.hostname or ""):
            return None if parts.port == 0 else parts
    return None


# --- HTTP ------------------------------------------------------------------------------------


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the message, and often the secret, to another server."""

    def http_error_302(self, *_: Any) -> None:
        return None

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def post(url: str, body: dict[str, Any], notification_id: str) -> Outcome:
    """POST a JSON document; the status decides."""
    request = urllib.request.Request(
        url,
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            "User-Agent": "sales-insights",
            "X-Notification-Id": notification_id,
            "Idempotency-Key": notification_id,
        },
    )
    opener = urllib.request.build_opener(
        NoRedirect,
        # What is for this machine must not go through a proxy, and the address not to stdout.
        urllib.request.ProxyHandler({} if is_here(url) else None),
        urllib.request.HTTPHandler(debuglevel=0),
        urllib.request.HTTPSHandler(debuglevel=0),
    )
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return outcome_of_status(answer.status, None)
    except urllib.error.HTTPError as error:
        with error:
            return outcome_of_status(error.code, error.headers.get("Retry-After"))


def outcome_of_status(status: int, retry_after: str | None) -> Outcome:
    """What an HTTP status means for a message."""
    result = f"HTTP {status}"
    if 200 <= status < 300:
        return Outcome("sent", result)
    if status in TEMPORARY or status >= 500:
        return Outcome("pending", result, seconds_until(retry_after))
    if 300 <= status < 400:
        return Outcome("dead", f"{result}: redirects are not followed")
    return Outcome("dead", result)


def seconds_until(retry_after: str | None) -> float | None:
    """A Retry-After header, of seconds or of a date, in seconds from now."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except Exception:  # the parser fails in many ways, and servers write all kinds of things
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())


def is_here(address: str) -> bool:
    """Whether an address is of this machine: what is sent there, no network sees."""
    return urlsplit(address).hostname in LOOPBACK


def web_address(address: str, plain: bool = False) -> str:
    """An address to post to: by TLS, but to this machine, or where plain HTTP is allowed."""
    parts = address_parts(address)
    schemes = ("https", "http") if plain or (parts and is_here(address)) else ("https",)
    if parts and parts.scheme in schemes and "@" not in parts.netloc:
        return address
    raise ConfigurationError(
        f"the address must be one of {' or '.join(schemes)}, without a user or password"
    )


def send_web(destination: Destination, address: str, parcel: Parcel) -> Outcome:
    """A webhook of one's own may be plain HTTP, in a network of one's own."""
    url = web_address(address, plain=destination.kind == "webhook")
    return post(url, json.loads(parcel.payload), parcel.notification_id)


def send_pagerduty(destination: Destination, address: str, parcel: Parcel) -> Outcome:
    """The address is the routing key, or `<events url>#<routing key>` for another region."""
    url, _, key = address.rpartition("#")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
        raise ConfigurationError("the address must be a routing key, or <events url>#<routing key>")
    event = {**json.loads(parcel.payload), "routing_key": key}
    return post(web_address(url or PAGERDUTY), event, parcel.notification_id)


# --- e-mail ----------------------------------------------------------------------------------


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
        server = MailOverTls(parts.hostname, parts.port or 465, timeout=PATIENCE, context=trusted)
    else:
        server = Mail(parts.hostname, parts.port or 587, timeout=PATIENCE)
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


# --- here ------------------------------------------------------------------------------------


def send_stdout(destination: Destination, address: str, parcel: Parcel) -> Outcome:
    """Past the buffer: what that holds after a failure, Python would try again at its end."""
    sys.stdout.flush()
    write_whole(
        getattr(sys.stdout.buffer, "raw", sys.stdout.buffer), parcel.payload.encode() + b"\n"
    )
    return Outcome("sent", "printed")


def send_file(destination: Destination, address: str, parcel: Parcel) -> Outcome:
    """One line more, in one write, after a line that a killed run may have left unfinished."""
    path = Path(destination.path or "")
    line = json.dumps(json.loads(parcel.payload)).encode() + b"\n"
    try:
        if path.exists() and not path.is_file():
            raise ConfigurationError("the path is not that of a file")
        file = path.open("ab+", buffering=0)
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise ConfigurationError(f"the file cannot be written ({type(error).__name__})") from None
    with file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        write_whole(file, line)
        os.fsync(file.fileno())
    return Outcome("sent", "written")


def write_whole(file: Any, content: bytes) -> None:
    """Write in one go; what a full disk took only in part was not written."""
    if file.write(content) != len(content):
        raise OSError


# --- other services --------------------------------------------------------------------------

# Run by a process of its own: apprise and what it uses log the address, and its threads would keep
# ours alive after the time is up.
APPRISE = """
import json, os, sys
try:
    import apprise
except ImportError:
    os._exit(3)
told = json.load(sys.stdin)
service = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
if not service.add(told["address"]) or len(service) != 1:
    os._exit(4)
sent = service.notify(title="Sales insights", body=told["body"], body_format=told["format"])
os._exit(0 if sent else 1)
"""


def send_apprise(destination: Destination, address: str, parcel: Parcel) -> Outcome:
    """Any service that apprise knows. It does not say why it failed, so all may come back."""
    told = {"address": address, "body": parcel.payload, "format": destination.format}
    try:
        ended = subprocess.run(
            [sys.executable, "-c", APPRISE],
            input=json.dumps(told).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return Outcome("pending", "no answer in time")
    if ended.returncode == 3:
        raise ConfigurationError(
            "apprise is not installed; pip install -r requirements-apprise.txt"
        )
    if ended.returncode == 4:
        raise ConfigurationError("the address must be that of one service that apprise knows")
    return Outcome("pending", "not accepted") if ended.returncode else Outcome("sent", "accepted")


KINDS: dict[str, Callable[[Destination, str, Parcel], Outcome]] = {
    "stdout": send_stdout,
    "file": send_file,
    "webhook": send_web,
    "slack": send_web,
    "teams": send_web,
    "pagerduty": send_pagerduty,
    "email": send_email,
    "apprise": send_apprise,
}

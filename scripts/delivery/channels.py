"""Hand one message to one destination, and say what became of it.

No text of an error, and no answer of a server, is passed on: either could hold the address, which
is a secret. What is kept is a status code, or the kind of the error in words of our own.
"""

from __future__ import annotations

import json
import os
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any

from delivery import wire
from delivery.destinations import Destination
from delivery.mail import outcome_of_reply, send_email
from delivery.web import send_pagerduty, send_web
from delivery.wire import ConfigurationError, Outcome, Parcel


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
        return within(wire.PATIENCE, lambda: send(destination, address, parcel))
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
            timeout=wire.PATIENCE,
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

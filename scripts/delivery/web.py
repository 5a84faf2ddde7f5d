"""Hand a message to a web service: a webhook, Slack, Teams, PagerDuty."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from delivery import wire
from delivery.destinations import Destination
from delivery.wire import ConfigurationError, Outcome, Parcel, address_parts, is_here

TEMPORARY = {408, 425, 429}
PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"


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
        with opener.open(request, timeout=wire.PATIENCE) as answer:
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

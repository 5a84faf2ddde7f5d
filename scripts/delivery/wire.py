"""What all channels share: a message on its way, what becomes of it, and addresses."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

PATIENCE = 20.0  # seconds to wait for an answer, however slowly it comes
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


def address_parts(address: str) -> SplitResult | None:
    """The parts of an address; None for one that no server can have."""
    with suppress(ValueError):  # of brackets and ports
        parts = urlsplit(address)
        host = r"([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?|[0-9a-f:.]+"
        if re.fullmatch(r"[!-~]+", address) and re.fullmatch(host, parts.hostname or ""):
            return None if parts.port == 0 else parts
    return None


def is_here(address: str) -> bool:
    """Whether an address is of this machine: what is sent there, no network sees."""
    return urlsplit(address).hostname in LOOPBACK

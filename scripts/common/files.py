"""Files that are whole or not there, and locks that end with their process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from common.trouble import Busy, Trouble


@contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """A file to write text to, in UTF-8: written beside the path and renamed when all went well.

    The name of the draft has no ending of its own, as dbt reads every .csv in seeds/.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def one_at_a_time(lock: Path, if_busy: str) -> Iterator[None]:
    """One process at a time is inside; Busy, with these words, for all others."""
    try:
        file = lock.open("w")
    except OSError as error:
        raise Trouble(f"{lock} cannot be written ({type(error).__name__})") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(if_busy) from None
        yield

"""What a command costs, and what has been measured so far.

The peak memory that the system tells of a process is at least that of the process that started it.
So whatever is large (books, checks, charts) is a process of its own here too.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from common.trouble import Trouble

LAST_LINES = 15


def measured(
    command: Sequence[str], environment: Mapping[str, str], printed: Path
) -> dict[str, float]:
    """Seconds by the clock, seconds of all cores, and the peak of memory of one fresh process.

    Processes that it starts and waits for are in it: their seconds are added, their memory is not.
    """
    started = time.monotonic()
    with printed.open("wb") as out:
        process = subprocess.Popen(
            command, env=os.environ | environment, stdout=out, stderr=subprocess.PIPE
        )
        complaints = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = (printed.read_bytes() + complaints).decode(errors="replace").splitlines()
        told = "\n".join(said[-LAST_LINES:])
        raise Trouble(f"{' '.join(command[:4])} ... ended with {process.returncode}:\n{told}")
    return {
        "wall": round(wall, 3),
        "cpu": round(used.ru_utime + used.ru_stime, 3),
        "megabytes": round(used.ru_maxrss / 1024, 1),
    }


class Record:
    """Results in a file, a line of JSON for each, so that a killed run goes on where it was."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[dict[str, Any]]:
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return map(json.loads, lines)

    def has(self, **key: Any) -> bool:
        """Whether there is a result of this contender, book and round."""
        return any(key.items() <= line.items() for line in self)

    def add(self, **line: Any) -> None:
        """Keep one result."""
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

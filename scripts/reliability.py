#!/usr/bin/env python3
"""Kill a delivery run at each of its steps, run it again, and write docs/reliability.md.

A run is a real process that is killed by SIGKILL before a given step: each statement on the ops
file and on the warehouse is a step, and so is each side of handing a message over. The run after
it is not disturbed. Then each destination must have what an undisturbed run sends, and no message
twice but the one that was under way, with the same id.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import notify
from common.files import written_whole
from common.warehouse import ROOT
from delivery import commands, outbox
from delivery.wire import Outcome

PAGE = ROOT / "docs" / "reliability.md"
DESTINATIONS = """destinations:
  - {name: leader, kind: file, path: leader.jsonl}
  - {name: all, kind: file, path: all.jsonl, minimum_severity: info}
  - {name: owner, kind: file, path: owner.jsonl, audience: owner}
"""
NAMES = ("leader", "all", "owner")


class Steps:
    """Counts the steps of a run, and ends the process before the given one as a power cut would."""

    def __init__(self, die_at: int, log: Path) -> None:
        self.die_at, self.log, self.number = die_at, log, 0

    def before(self, step: str) -> None:
        self.number += 1
        with self.log.open("a") as log:
            log.write(step + "\n")
        if self.number == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


class Watched:
    """A connection each of whose statements is a step."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, steps: Steps) -> None:
        self.connection, self.steps = connection, steps

    def execute(self, sql: str, *arguments: Any) -> duckdb.DuckDBPyConnection:
        self.steps.before(step_of(sql))
        return self.connection.execute(sql, *arguments)


def step_of(sql: str) -> str:
    """What a statement does in the order of a run, in words."""
    lines = [line for line in sql.splitlines() if not line.startswith("--")]
    first = " ".join(" ".join(lines).split())
    if first.startswith("update outbox"):
        return "keep what became of a message"
    if "warehouse" in first and first.startswith(("detach", "attach")):
        return "open the warehouse"
    if "warehouse.main.alert_episodes" in first:
        return "history for BI"
    if first == "commit":
        return "commit"
    if first.startswith("select destination, recipient, notification_id"):
        return "look for what is due"
    return "decide what to tell"


def die_in_a_run(die_at: int, folder: Path) -> int:
    """In the child: a run that is killed before a step."""
    steps = Steps(die_at, folder / "steps.log")
    opened, hand_over = commands.opened, outbox.hand_over

    @contextmanager
    def watched(*arguments: Any, **options: Any) -> Iterator[Watched]:
        steps.before("open the ops file")
        with opened(*arguments, **options) as connection:
            yield Watched(connection, steps)
            steps.before("close the ops file")

    def handed_over(*arguments: Any) -> Outcome:
        steps.before("hand a message over")
        outcome = hand_over(*arguments)
        steps.before("know that a message is handed over")
        return outcome

    commands.opened, outbox.hand_over = watched, handed_over
    return notify.main(arguments_of(folder))


def arguments_of(folder: Path) -> list[str]:
    """A run on the files of a folder."""
    files = {"--db": "warehouse", "--ops": "ops"}
    paths = [part for key, name in files.items() for part in (key, f"{folder}/{name}.duckdb")]
    return ["send", "--wait", "0", "--config", f"{folder}/notifications.yml", *paths]


def sent(folder: Path) -> dict[str, list[str]]:
    """What each destination was told, by its name and the words: the ids that it came with, one for
    each time it came.
    """
    ids = defaultdict(list)
    for name in NAMES:
        path = folder / f"{name}.jsonl"
        for line in path.read_text().splitlines() if path.exists() else []:
            message = json.loads(line)
            told = [(change["change"], change["alert_key"]) for change in message["changes"]]
            ids[f"{name}: {told}"].append(message["notification_id"])
    return dict(ids)


def ended_well(folder: Path) -> dict[str, list[str]]:
    """What was sent, after a run that nothing disturbs."""
    script = [sys.executable, str(ROOT / "scripts" / "notify.py"), *arguments_of(folder)]
    done = subprocess.run(script, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"a run ended with {done.returncode}: {done.stderr}")
    return sent(folder)


@contextmanager
def folder_with(db: Path) -> Iterator[Path]:
    """A folder with a warehouse and destinations that are files in it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "notifications.yml").write_text(DESTINATIONS.replace("path: ", f"path: {name}/"))
        (folder / "warehouse.duckdb").write_bytes(db.read_bytes())
        yield folder


class Trial(NamedTuple):
    """What became of a run that was killed before a step, and of the one after it."""

    step: str
    lost: int  # messages
    doubled: int
    has_one_id: bool  # each message that came twice


def trial(die_at: int, db: Path, expected: Iterable[str]) -> Trial | None:
    """A kill before a step; None where a run has fewer steps."""
    with folder_with(db) as folder:
        child = [sys.executable, __file__, "--die-at", str(die_at), "--folder", str(folder)]
        died = subprocess.run(child, capture_output=True, text=True)
        if died.returncode != -signal.SIGKILL:
            return None
        step = (folder / "steps.log").read_text().splitlines()[-1]
        messages = ended_well(folder)
        return Trial(
            step,
            len(set(expected) - messages.keys()),
            sum(len(ids) - 1 for ids in messages.values()),
            all(len(set(ids)) == 1 for ids in messages.values()),
        )


def steps_of_a_run(db: Path) -> list[str]:
    """The steps of a run that nothing disturbs, in order."""
    with folder_with(db) as folder:
        child = [sys.executable, __file__, "--die-at", "1000000", "--folder", str(folder)]
        subprocess.run(child, check=True, capture_output=True)
        return (folder / "steps.log").read_text().splitlines()


def page(trials: list[Trial]) -> str:
    """The table: a line for each step in the order of a run."""
    lines = []
    for step in dict.fromkeys(each.step for each in trials):
        of_step = [each for each in trials if each.step == step]
        lines.append(
            f"| {step} | {len(of_step)} | {sum(each.lost for each in of_step)} |"
            f" {sum(each.doubled for each in of_step)} |"
            f" {'yes' if all(each.has_one_id for each in of_step) else 'no'} |"
        )
    lost, doubled = sum(each.lost for each in trials), sum(each.doubled for each in trials)
    return f"""<!-- Written by scripts/reliability.py: change it there. -->
# Reliability

A delivery run was killed (SIGKILL) before each of its {len(trials)} steps, each time from the
start and with three destinations, and then run once more. Messages lost: {lost}. Messages that
came twice: {doubled}, each with the id of the first, where the kill fell between handing a message
over and keeping that it was. `make reliability` does it again.

| killed before | kills | messages lost | came twice | with the same id |
| --- | --- | --- | --- | --- |
{chr(10).join(lines)}
"""


def main() -> int:
    """Write the page; 1 where a message was lost, or came twice with another id."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--db", type=Path, default=notify.DEFAULT_DB, help="a warehouse (%(default)s)"
    )
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write (%(default)s)")
    parser.add_argument("--die-at", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.die_at:
        return die_in_a_run(options.die_at, options.folder)
    with folder_with(options.db) as folder:
        expected = ended_well(folder)
    trials = []
    while found := trial(len(trials) + 1, options.db, expected):
        trials.append(found)
        if len(trials) % 10 == 0:
            print(f"{len(trials)} kills", file=sys.stderr)
    with written_whole(options.out) as file:
        file.write(page(trials))
    return int(any(each.lost or not each.has_one_id for each in trials))


if __name__ == "__main__":
    raise SystemExit(main())

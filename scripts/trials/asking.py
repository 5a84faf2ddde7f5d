"""Make books, run the project's compiled SQL on them, and ask it questions."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import generate_deals as made
from compiled_project import CompiledProject, compiled_manifest
from generate_deals import RENAMED, Effects, LongTail

FEW, MANY = 5_000, 20_000  # deals in a book
NOTHING = Effects()
# What a book can look like, whatever is true of it.
SHAPES: dict[str, Effects] = {
    "short cycles": NOTHING,
    "long tails": Effects(long_tail=LongTail()),
    "renamed stages": Effects(closing_stages=RENAMED),
    "long tails, renamed stages": Effects(long_tail=LongTail(), closing_stages=RENAMED),
}
USUAL = "short cycles"
PROGRESS_BOOKS = 20


class Project(NamedTuple):
    """What is compiled: tables, and the ruleset and thresholds they follow."""

    tables: tuple[str, ...]
    ruleset: str = "standard"
    thresholds: tuple[tuple[str, int], ...] = ()

    def dbt_vars(self) -> dict[str, Any]:
        """Only the as-of date is asked about: it needs no shuffles and no replay of the past."""
        as_of_alone = {"noise_floor_shuffles": 0, "replay_month_ends": 0}
        return {"ruleset": self.ruleset, "thresholds": as_of_alone | dict(self.thresholds)}


# For what does not rest on the scores: no past book is graded, which is quicker.
UNGRADED = (("backtest_month_ends", 0),)


class Question(NamedTuple):
    """SQL to ask of the tables of a project."""

    project: Project
    sql: str


Questions = Mapping[str, Question]
Answers = Mapping[str, list[tuple]]  # of one book, the rows by the name of the question


class Book(NamedTuple):
    """What makes a book: what is true of it, how many deals it has, and the seed."""

    effects: Effects
    rows: int
    seed: int


class Trial(NamedTuple):
    """So many books of one kind, with seeds from 1 on, and what is asked of each."""

    effects: Effects
    rows: int
    books: int
    questions: Questions


Trials = dict[Any, Trial]  # by what tells the kinds of a section apart
Results = Mapping[Any, list[Answers]]  # by the same, the answers of each book


def planted(books: int) -> dict[int, int]:
    """How many books of a planted kind there are, by their number of deals; the large take long."""
    return {FEW: max(1, books // 5), MANY: max(1, books // 10)}


def projects_of(questions: Questions) -> list[Project]:
    """The projects that the questions are asked of, each once."""
    return list(dict.fromkeys(question.project for question in questions.values()))


def compile_projects(wanted: Iterable[Project], jobs: int) -> dict[Project, CompiledProject]:
    """The compiled projects; those with the same vars share one run of dbt."""
    texts = {project: json.dumps(project.dbt_vars()) for project in wanted}
    once = list(dict.fromkeys(texts.values()))
    with ThreadPoolExecutor(jobs) as pool:
        compiled = pool.map(compiled_manifest, map(json.loads, once))
        manifests = dict(zip(once, compiled, strict=True))
    return {
        project: CompiledProject.from_manifest(manifests[text], project.tables)
        for project, text in texts.items()
    }


def ask(
    projects: Mapping[Project, CompiledProject], book: Book, questions: Questions
) -> dict[str, list[tuple]]:
    """The rows that a book gives to each question; those of one project share its tables."""
    rows = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deals.csv"
        made.write_csv(path, made.HEADER, made.deals(book.rows, book.seed, book.effects))
        for project in projects_of(questions):
            with projects[project].run(path) as warehouse:
                for name, question in questions.items():
                    if question.project == project:
                        rows[name] = warehouse.execute(question.sql).fetchall()
    return rows


def answer(trials: Sequence[Trial], pool: Executor, jobs: int) -> list[list[Answers]]:
    """The answers of the books of each trial; stderr is told how far it is."""
    started = time.monotonic()
    books = [Book(trial.effects, trial.rows, n + 1) for trial in trials for n in range(trial.books)]
    questions = [trial.questions for trial in trials for _ in range(trial.books)]
    print(f"dbt compiles, then {len(books):,} books are judged", file=sys.stderr)
    wanted = dict.fromkeys(project for trial in trials for project in projects_of(trial.questions))
    projects = compile_projects(wanted, jobs)
    needed = ({project: projects[project] for project in projects_of(each)} for each in questions)
    answers = []
    for rows in pool.map(ask, needed, books, questions):
        answers.append(rows)
        if len(answers) % PROGRESS_BOOKS == 0 or len(answers) == len(books):
            minutes, seconds = divmod(int(time.monotonic() - started), 60)
            done = f"{len(answers):,} of {len(books):,} books judged"
            print(f"{done}, {minutes} min {seconds:02} s", file=sys.stderr)
    rest = iter(answers)
    return [[next(rest) for _ in range(trial.books)] for trial in trials]

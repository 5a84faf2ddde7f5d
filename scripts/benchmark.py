#!/usr/bin/env python3
"""Measure dbt, a script by hand, Polars, pandas and the engine, and write docs/performance.md.

Everybody takes turns: a round asks each of them once about each book, in a fresh process. Results
are kept as they come, so that a run that was killed goes on where it was; when the project, the
benchmark or a version changes, all is measured anew. Books are in bench/books.py, who computes in
bench/contenders.py, the page in bench/page.py, what its figures come to in bench/verdicts.py.
"""

from __future__ import annotations

import argparse
import functools
import importlib.metadata
import json
import sys
import time
from collections.abc import Iterator, Sequence
from hashlib import md5
from pathlib import Path
from shutil import rmtree
from typing import Any

from bench import contenders
from bench.contenders import ON_BOOKS, PEERS, Command, Place, module, on_bundled, takes_part
from bench.measuring import Record, measured
from bench.sizes import book, deals_of, sizes_of
from common.arguments import Parser, finish
from common.files import written_whole
from common.trouble import Trouble
from common.warehouse import ROOT

PAGE = ROOT / "docs" / "performance.md"
CACHE = ROOT / "target" / "bench"
SIZES = ["5k", "100k", "1M", "10M"]
BUNDLED, BUNDLED_ONES = "bundled", tuple(on_bundled(CACHE))
# Older ones have no such Polars or pyarrow.
OLDEST = (3, 11)
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "polars", "pandas", "pyarrow")
# What a result rests on, and what only tells of it.
SOURCES = (
    *("models", "macros", "seeds", "dbt_project.yml", "profiles.yml", "Makefile"),
    *("scripts/bench", "scripts/benchmark.py", "scripts/compiled_project.py"),
)
TELLING = {"figures.py", "page.py", "picture.py", "scaling.py", "verdicts.py"}


def versions(packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """The versions of what is measured; Trouble where a peer is not installed."""
    if sys.version_info < OLDEST:
        raise Trouble(f"peers need Python {'.'.join(map(str, OLDEST))} or newer")
    try:
        found = {name: importlib.metadata.version(name) for name in packages}
    except importlib.metadata.PackageNotFoundError as error:
        raise Trouble(f"{error.name} is missing: pip install -r requirements-bench.txt") from None
    return {"Python": ".".join(map(str, sys.version_info[:3])), **found}


@functools.cache
def stamp(more_sources: Sequence[str] = (), more_packages: Sequence[str] = ()) -> str:
    """A name for results of the project and the versions as they are."""
    digest = md5(json.dumps(versions((*PACKAGES, *more_packages))).encode())
    for source in (*SOURCES, *more_sources):
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            is_source = file.suffix in (".sql", ".yml", ".csv", ".py", "") and file.is_file()
            if is_source and file.name not in TELLING:
                digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def workshop(cache: Path) -> Path:
    """The folder of all that is made while measuring this project and these versions; what was made
    of another is removed, so that nothing old is measured or compared.
    """
    folder = cache / f"made-{stamp()}"
    for other in cache.glob("made-*"):
        if other != folder:
            rmtree(other)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def tasks(sizes: list[str], rounds: int) -> Iterator[dict[str, Any]]:
    """Everything to be measured, round by round."""
    for number in range(1, rounds + 1):
        for name in BUNDLED_ONES:
            yield {"contender": name, "size": BUNDLED, "form": "", "round": number}
        for size in sizes:
            for form in contenders.FORMS:
                for name in ON_BOOKS:
                    if takes_part(name, deals_of(size)):
                        yield {"contender": name, "size": size, "form": form, "round": number}


def place_of(size: str, form: str, cache: Path) -> Place:
    """A book in one form, and where what is made of it goes."""
    return Place(book(size, cache / "books"), form, workshop(cache) / f"{size}-{form}")


def make_ready(place: Place) -> None:
    """The book of a place and its folder."""
    if not (place.book.csv.exists() and place.book.parquet.exists()):
        command = module("books", place.book.size, place.book.csv.parent)
        contenders.unmeasured(command.words, command.environment)
    place.folder.mkdir(parents=True, exist_ok=True)


def measure(task: dict[str, Any], cache: Path) -> dict[str, Any]:
    """What one task costs, with what it told of itself."""
    if task["size"] == BUNDLED:
        command = on_bundled(workshop(cache))[task["contender"]]
    else:
        place = place_of(task["size"], task["form"], cache)
        make_ready(place)
        command = ON_BOOKS[task["contender"]](place)
    command.before()
    printed = cache / "printed.txt"
    cost = measured(command.words, command.environment, printed)
    told = json.loads(printed.read_text()) if task["contender"] == "by hand" else {}
    return cost | told


def profile(cache: Path) -> dict[str, Any]:
    """Where the time of `dbt build` on the bundled deals goes."""
    words = (workshop(cache) / "bundled.duckdb", workshop(cache) / "target-bundled")
    printed = cache / "printed.txt"
    command = module("profiled", *words)
    measured(command.words, command.environment, printed)
    return json.loads(printed.read_text())


def check(size: str, cache: Path) -> Iterator[dict[str, Any]]:
    """Whether all who computed on the books of a size made the tables that dbt makes.

    What they made when they were measured is compared, then removed; the prototype's rules are
    built here, once for both forms.
    """
    places = [place_of(size, form, cache) for form in contenders.FORMS]
    prototype = places[0].made("dbt-prototype.duckdb")
    make(places[0], prototype, contenders.dbt(places[0], "prototype"))
    for place in places:
        dbts = place.made("dbt-standard.duckdb")
        make(place, dbts, ON_BOOKS["dbt"](place))
        pairs = {"by hand": (dbts, place.made("by_hand.duckdb"))}
        for peer in PEERS:
            if takes_part(peer, place.book.deals):
                pairs[peer] = (prototype, place.made(peer))
        for name, (one, two) in pairs.items():
            make(place, two, ON_BOOKS[name](place))
            command = module("checks", one, two)
            printed = cache / "printed.txt"
            measured(command.words, command.environment, printed)
            differing = json.loads(printed.read_text())
            yield {"check": name, "size": size, "form": place.form, "differing": differing}
    for place in places:
        rmtree(place.folder)


def make(place: Place, made: Path, command: Command) -> None:
    """What a command makes of a book, if it is not there."""
    if not made.exists():
        make_ready(place)
        command.before()
        contenders.unmeasured(command.words, command.environment)


def run(arguments: argparse.Namespace) -> Record:
    """All that is not measured or checked yet; stderr is told how far it is."""
    cache = arguments.cache
    cache.mkdir(parents=True, exist_ok=True)
    record = Record(cache / f"results-{stamp()}.jsonl")
    if arguments.again:
        record.path.unlink(missing_ok=True)
    wanted = [
        task
        for task in tasks(arguments.sizes, arguments.rounds)
        if not arguments.only or task["contender"] in arguments.only
    ]
    started = time.monotonic()

    def tell(number: int, text: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - started), 60)
        print(f"{number} of {len(wanted)}: {text}, {minutes} min {seconds:02} s", file=sys.stderr)

    if not arguments.only and not record.has(profile=BUNDLED):
        tell(0, "where the time of a build goes")
        record.add(profile=BUNDLED, **profile(cache))
    for number, task in enumerate(wanted, 1):
        size = task["size"]
        if not record.has(**task):
            tell(number, " ".join(filter(None, map(str, task.values()))))
            record.add(**task, **measure(task, cache))
        is_last = number == len(wanted) or wanted[number]["size"] != size
        if (
            is_last
            and size != BUNDLED
            and not arguments.only
            and not record.has(check="by hand", size=size)
        ):
            tell(number, f"checking the tables of {size}")
            # All or none, since one of them is taken for all after a kill.
            for found in list(check(size, cache)):
                record.add(**found)
    return record


def parse_args() -> argparse.Namespace:
    """Read and check the command line."""
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--sizes", type=sizes_of, default=SIZES, help=f"books ({','.join(SIZES)}); also 30M"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=[], help="contenders; writes no page"
    )
    parser.add_argument("--again", action="store_true", help="forget the results so far")
    parser.add_argument("--cache", type=Path, default=CACHE, help="for books and results")
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write")
    arguments = parser.parse_args()
    arguments.cache = arguments.cache.resolve()
    if arguments.rounds < 1:
        parser.error("--rounds must be 1 or more")
    known = [*ON_BOOKS, *BUNDLED_ONES]
    if unknown := set(arguments.only).difference(known):
        parser.error(f"--only names {', '.join(sorted(unknown))}; known are {', '.join(known)}")
    return arguments


def write_page() -> str:
    """Measure what the command line asks for and write the page of it; what became of it."""
    arguments = parse_args()
    told = versions()
    record = run(arguments)
    if arguments.only:
        return f"results are in {record.path}"
    # Drawing is large, and what is measured must not be started by a large process.
    from bench import page, picture

    results = list(record)
    with written_whole(arguments.out.with_suffix(".svg")) as file:
        file.write(picture.chart(results))
    with written_whole(arguments.out) as file:
        file.write(page.page(results, told))
    return str(arguments.out)


if __name__ == "__main__":
    raise SystemExit(finish("benchmark", write_page, "the next run goes on from here"))

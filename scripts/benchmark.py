#!/usr/bin/env python3
"""Measure dbt, a script by hand, Polars, pandas and the engine, and write docs/performance.md.

Everybody takes turns: a round asks each of them once about each book, in a fresh process. Results
are kept as they come, so that a run that was killed goes on where it was; they are thrown away
when the project, the benchmark or a version changes. Books are in bench/books.py, who computes in
bench/contenders.py, the page in bench/page.py, what its figures come to in bench/verdicts.py.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import sys
import time
from collections.abc import Iterator
from hashlib import md5
from pathlib import Path
from shutil import rmtree
from typing import Any

from bench import contenders
from bench.contenders import ON_BOOKS, PEERS, Command, Place, module, on_bundled, takes_part
from bench.measuring import Record, measured
from bench.sizes import ROOT, book, deals_of
from common.arguments import Parser, finish
from common.files import written_whole
from common.trouble import Trouble

PAGE = ROOT / "docs" / "performance.md"
CACHE = ROOT / "target" / "bench"
SIZES = ["5k", "100k", "1M", "10M"]
BUNDLED = "bundled"
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "polars", "pandas", "pyarrow")
# What a result rests on.
SOURCES = ("models", "macros", "seeds", "scripts/bench", "dbt_project.yml", "profiles.yml")


def versions() -> dict[str, str]:
    """The versions of what is measured; Trouble where a peer is not installed."""
    try:
        found = {name: importlib.metadata.version(name) for name in PACKAGES}
    except importlib.metadata.PackageNotFoundError as error:
        raise Trouble(f"{error.name} is missing: pip install -r requirements-bench.txt") from None
    return {"Python": ".".join(map(str, sys.version_info[:3])), **found}


def stamp() -> str:
    """A name for results of the project and the versions as they are."""
    digest = md5(json.dumps(versions()).encode())
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix in (".sql", ".yml", ".csv", ".py"):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def tasks(sizes: list[str], rounds: int) -> Iterator[dict[str, Any]]:
    """Everything to be measured, round by round."""
    for number in range(1, rounds + 1):
        for name in on_bundled(CACHE):
            yield {"contender": name, "size": BUNDLED, "form": "", "round": number}
        for size in sizes:
            for form in contenders.FORMS:
                for name in ON_BOOKS:
                    if takes_part(name, deals_of(size)):
                        yield {"contender": name, "size": size, "form": form, "round": number}


def place_of(task: dict[str, Any], cache: Path) -> Place:
    """The book of a task, and where what is made of it goes."""
    size, form = task["size"], task["form"]
    return Place(book(size, cache / "books"), form, cache / f"{size}-{form}")


def make_ready(place: Place) -> None:
    """The book of a place and its folder."""
    if not (place.book.csv.exists() and place.book.parquet.exists()):
        command = module("books", place.book.size, place.book.csv.parent)
        contenders.unmeasured(command.words, command.environment)
    place.folder.mkdir(parents=True, exist_ok=True)


def measure(task: dict[str, Any], cache: Path) -> dict[str, Any]:
    """What one task costs, with what it told of itself."""
    if task["size"] == BUNDLED:
        command = on_bundled(cache)[task["contender"]]
    else:
        place = place_of(task, cache)
        make_ready(place)
        command = ON_BOOKS[task["contender"]](place)
    command.before()
    printed = cache / "printed.txt"
    cost = measured(command.words, command.environment, printed)
    told = json.loads(printed.read_text()) if task["contender"] == "by hand" else {}
    return cost | told


def profile(cache: Path) -> dict[str, Any]:
    """Where the time of `dbt build` on the bundled deals goes."""
    words = (cache / "bundled.duckdb", cache / "target-bundled")
    printed = cache / "printed.txt"
    command = module("profiled", *words)
    measured(command.words, command.environment, printed)
    return json.loads(printed.read_text())


def check(size: str, cache: Path) -> Iterator[dict[str, Any]]:
    """Whether all who computed on the books of a size made the tables that dbt makes.

    What they made when they were measured is compared, then removed; the prototype's rules are
    built here, once for both forms.
    """
    places = [place_of({"size": size, "form": form}, cache) for form in contenders.FORMS]
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
    rmtree(cache / "compiled", ignore_errors=True)
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
            for found in check(size, cache):
                record.add(**found)
    return record


def sizes_of(text: str) -> list[str]:
    """Sizes with commas between."""
    sizes = text.split(",")
    for size in sizes:
        deals_of(size)
    return sizes


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
    unknown = set(arguments.only) - {*ON_BOOKS, *on_bundled(CACHE)}
    if unknown:
        parser.error(f"--only names {', '.join(sorted(unknown))}; known are {', '.join(ON_BOOKS)}")
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

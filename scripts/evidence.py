#!/usr/bin/env python3
"""Ask the rules about generated books whose truth is known, and write docs/evidence.md.

Each book is made by generate_deals.py with effects of its own and judged by the SQL that dbt
compiles. Books are numbered and the number is the seed: as many books give the same page again.
What is asked, and how the answers are counted, is in trials/, one module for a section.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from common.arguments import Parser, finish
from common.files import written_whole
from trials import (
    asking,
    drops,
    everywhere,
    nothing_true,
    segments,
    shifts,
    stalling,
    thresholds,
)

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evidence.md"
SECTIONS = (nothing_true, drops, everywhere, segments, shifts, stalling, thresholds)


def page(books: int, jobs: int) -> str:
    """The whole page: so many books without effect, and fewer of each planted kind."""
    asked = [module.trials(books) for module in SECTIONS]
    every = [trial for trials in asked for trial in trials.values()]
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        answers = iter(asking.answer(every, pool, jobs))
    sections = [
        module.section({kind: next(answers) for kind in trials})
        for module, trials in zip(SECTIONS, asked, strict=True)
    ]
    claims = "\n".join(f"- {claim}" for section in sections for claim in section.claims)
    texts = "\n".join(section.text for section in sections)
    return f"""<!-- Written by scripts/evidence.py and scripts/trials/: change it there. -->
# Evidence

Do the rules find what is true, and nothing else? `scripts/generate_deals.py` makes books of deals
in which it is known what is true, and the project's own compiled SQL judges each on its as-of date:
{sum(trial.books for trial in every):,} times for this page.

{claims}

Every figure is of one run of `make evidence`, about twenty minutes on two cores. As
often as it is run it gives the same: the books are numbered, and the number is the seed. For a
tenth of it: `.venv/bin/python scripts/evidence.py --books 10 --out target/evidence.md`. What the
words mean is in [definitions.md](definitions.md).

{texts}"""


def parse_args() -> argparse.Namespace:
    """Read and check the command line."""
    parser = Parser(description=__doc__.splitlines()[0])
    parser.add_argument("--books", type=int, default=100, help="books without effect (100)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write (docs/evidence.md)")
    arguments = parser.parse_args()
    if min(arguments.books, arguments.jobs) < 1:
        parser.error("--books and --jobs must be 1 or more")
    if not arguments.out.parent.is_dir():
        parser.error(f"--out must be in a folder that is there, and {arguments.out.parent} is not")
    return arguments


def write_page() -> str:
    """Write the page that the command line asks for; where it is."""
    arguments = parse_args()
    text = page(arguments.books, arguments.jobs)
    with written_whole(arguments.out) as file:
        file.write(text)
    return str(arguments.out)


if __name__ == "__main__":
    raise SystemExit(finish("evidence", write_page, "the page before is still in place"))

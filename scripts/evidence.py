#!/usr/bin/env python3
"""Ask the rules about generated books whose truth is known, and write docs/evidence.md.

Each book is made by generate_deals.py with effects of its own and judged by the SQL that dbt
compiles. Books are numbered and the number is the seed: as many books give the same page again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from itertools import product
from math import sqrt
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import generate_deals as made
from compiled_project import CompiledProject, compiled_manifest
from document import markdown_table
from generate_deals import BUNDLED, Drop, Effects, Pocket, Shift

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evidence.md"
FEW, MANY = 5_000, 20_000  # deals in a book
NOTHING = Effects()

PLACES: dict[str, dict[str, str]] = {
    "all deals": {},
    "an industry": {"industry": "HealthTech"},
    "an industry in a region": {"industry": "HealthTech", "region": "Europe"},
    "a driver segment": {"industry": "HealthTech", "region": "Europe", "lead_source": "Inbound"},
}
DROP_SIZES, DROP_FROM = (0.10, 0.15, 0.20, 0.30), BUNDLED.drop.from_date
STRENGTHS = (0.5, 1.0, 1.5)
SHIFTS = ((-0.10, 0.35), (-0.10, 0.50), (-0.10, 0.65), (-0.20, 0.50))
POCKET, STALLED_DEALS = BUNDLED.pocket.segment, (10, 15, 25, 50)
WINDOWS, FEWEST_DEALS, Q_VALUES = (180, 270, 365), (60, 100), (0.10, 0.02, 0.01, 0.005)


class Book(NamedTuple):
    """What makes a book."""

    effects: Effects
    rows: int
    seed: int


class Project(NamedTuple):
    """What is compiled: tables, and the ruleset and thresholds they follow."""

    tables: tuple[str, ...]
    ruleset: str = "standard"
    thresholds: Mapping[str, int] = {}

    def dbt_vars(self) -> dict[str, Any]:
        """Only the as-of date is asked about: it needs no shuffles and no replay of the past."""
        as_of_alone = {"noise_floor_shuffles": 0, "replay_month_ends": 0}
        return {"ruleset": self.ruleset, "thresholds": as_of_alone | dict(self.thresholds)}


UNGRADED = {"backtest_month_ends": 0}
PROJECTS: dict[Any, Project] = {
    "alerts": Project(("alert_rule_evaluations", "score_skill")),
    "prototype": Project(("alert_rule_evaluations", "insight_cards"), "prototype"),
    "drops": Project(("rule_win_rate_drop", "win_rate_explanation"), thresholds=UNGRADED),
    "prototype drops": Project(("rule_win_rate_drop",), "prototype"),
    "scores": Project(("deal_risk", "score_skill")),
    "changes": Project(("win_rate_change_summary",), thresholds=UNGRADED),
    "stalling": Project(("rule_stage_stalling",), thresholds=UNGRADED),
}
SETTINGS: dict[Any, Project] = {
    (window, fewest): Project(
        ("rule_win_rate_drop",),
        thresholds=UNGRADED | {"history_window_days": window, "win_rate_drop_min_deals": fewest},
    )
    for window, fewest in product(WINDOWS, FEWEST_DEALS)
}


def compile_projects(wanted: Mapping[Any, Project], jobs: int) -> dict[Any, CompiledProject]:
    """Compiled projects by name; those with the same vars share one run of dbt."""
    texts = list({json.dumps(project.dbt_vars()): None for project in wanted.values()})
    with ThreadPoolExecutor(jobs) as pool:
        compiled = pool.map(compiled_manifest, map(json.loads, texts))
        manifests = dict(zip(texts, compiled, strict=True))
    return {
        name: CompiledProject.from_manifest(
            manifests[json.dumps(project.dbt_vars())], project.tables
        )
        for name, project in wanted.items()
    }


Questions = Mapping[Any, str]
Answers = dict[Any, list[tuple]]


def ask(projects: Mapping[Any, CompiledProject], questions: Questions, book: Book) -> Answers:
    """The rows that a book gives to the question for each project."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deals.csv"
        made.write_csv(path, made.HEADER, made.deals(book.rows, book.seed, book.effects))
        rows = {}
        for name, question in questions.items():
            with projects[name].run(path) as warehouse:
                rows[name] = warehouse.execute(question).fetchall()
        return rows


class Asker:
    """Asks books by the dozen, in other processes, and tells stderr how far it is."""

    def __init__(self, pool: Executor, projects: Mapping[Any, CompiledProject]) -> None:
        self.pool, self.projects, self.asked = pool, projects, 0

    def __call__(
        self, effects: Effects, rows: int, books: int, questions: Questions
    ) -> list[Answers]:
        """The answers of the books with seeds from 1 on."""
        asked = partial(ask, {name: self.projects[name] for name in questions}, questions)
        answers = []
        for answer in self.pool.map(asked, [Book(effects, rows, n + 1) for n in range(books)]):
            answers.append(answer)
            self.asked += 1
            if self.asked % 20 == 0:
                print(f"{self.asked:,} books judged", file=sys.stderr)
        return answers


# What is asked of a book, and what its answer means.

ALERTS = """
select rule, fired, proven, (select is_informative from score_skill)
from alert_rule_evaluations
order by rule_order
"""
INSIGHTS = """
select rule, fired, (select count(*) from insight_cards)
from alert_rule_evaluations
order by rule_order
"""
ANY_DROP = "select coalesce(bool_or(is_fired), false) from rule_win_rate_drop where is_as_of"
# The raw rates are the prototype's scores, here learned from the same closed deals.
SCORES = """
select
    industry,
    region,
    lead_source,
    deal_risk.segment_win_probability,
    coalesce(cells.cell_win_rate, cells.baseline_win_rate),
    cells.baseline_win_rate,
    score_skill.skill,
    score_skill.is_informative,
from deal_risk
inner join int_cell_scores as cells using (industry, region, lead_source, deal_stage)
inner join score_skill on score_skill.as_of_date = cells.evaluation_date
"""
CHANGE_BY_SOURCE = """
select
    segments.lead_source,
    segments.share_after - segments.share_before,
    sums.mix_effect,
    sums.rate_effect,
    sums.rate_effect_error,
from win_rate_change as segments
inner join win_rate_change_summary as sums using (clock, weight, grain)
where clock = 'closed' and weight = 'count' and grain = 'lead_source'
"""
STALLING = f"""
select
    coalesce(bool_or((industry, region, deal_stage) = {POCKET} and verdict = 'proven'), false),
    count(*) filter ((industry, region, deal_stage) <> {POCKET}),
    count(*) filter ((industry, region, deal_stage) <> {POCKET} and verdict = 'proven'),
from rule_stage_stalling
where is_as_of and is_fired
"""


class Conditions(NamedTuple):
    """SQL conditions on a segment of drivers: how it stands to the planted one."""

    same: str
    holds: str  # is it, or a larger one around it
    differs: str  # has none of its deals


def conditions(place: Mapping[str, str]) -> Conditions:
    """The conditions for a planted segment."""
    values = {
        name: f"'{place[name]}'" if name in place else "null"
        for name in ("industry", "region", "lead_source")
    }
    same = {name: f"{name} is not distinct from {value}" for name, value in values.items()}
    return Conditions(
        " and ".join(same.values()),
        " and ".join(f"({name} is null or {is_same})" for name, is_same in same.items()),
        " or ".join(f"{name} <> {value}" for name, value in values.items()),
    )


class DropAnswer(NamedTuple):
    """What the rule and the explanation say of a book with a planted drop."""

    is_told: bool  # for the planted segment or a larger one around it, proven or not
    is_proven: bool  # the same, proven
    elsewhere: int  # proven segments that have none of its deals
    detectable: float | None  # the smallest drop the rule says it can see there, if it looks there
    is_first: bool  # the explanation of the change begins with the planted segment


def drop_question(place: Mapping[str, str]) -> str:
    """SQL for a DropAnswer."""
    same, holds, differs = conditions(place)
    return f"""
    select
        coalesce(bool_or(is_fired and {holds}), false),
        coalesce(bool_or(is_fired and verdict = 'proven' and {holds}), false),
        count(*) filter (is_fired and verdict = 'proven' and ({differs})),
        max(detectable_effect) filter (is_evaluated and {same}),
        exists (
            from win_rate_explanation
            where clock = 'closed' and weight = 'count' and segment_rank = 1
                and grain = '{"_".join(place)}' and {same}
        ),
    from rule_win_rate_drop
    where is_as_of
    """


def smallest_q(place: Mapping[str, str]) -> str:
    """SQL for the smallest q-value of any breached segment, and of those that hold a place."""
    return f"""
    select
        coalesce(min(q_value), 1),
        coalesce(min(q_value) filter ({conditions(place).holds}), 1),
    from rule_win_rate_drop
    where is_as_of and is_breached
    """


class ScoreErrors(NamedTuple):
    """Root mean squared distance of the open deals' scores from their true win probabilities."""

    shrunk: float
    raw: float
    baseline: float


def score_errors(deals: list[tuple], effects: Effects) -> ScoreErrors:
    """The errors of a book, from its answer to SCORES."""
    truths = [made.win_probability(deal[:3], made.AS_OF, effects) for deal in deals]
    return ScoreErrors(
        *(
            sqrt(mean((deal[column] - true) ** 2 for deal, true in zip(deals, truths, strict=True)))
            for column in (3, 4, 5)
        )
    )


class Mix(NamedTuple):
    """The mix effect by lead source, in truth and as told, and the rate effect, in truth 0."""

    true: float
    told: float
    rate: float
    rate_error: float

    def is_rate_unchanged(self) -> bool:
        """Whether the rate effect is within two errors of the truth."""
        return abs(self.rate) <= 2 * self.rate_error


def mix(sources: list[tuple], effects: Effects) -> Mix:
    """The effects of a book, from its answer to CHANGE_BY_SOURCE."""
    true = sum(shift * (made.BASE + effects.sources.get(name, 0)) for name, shift, *_ in sources)
    return Mix(true, *sources[0][2:])


# The page, section by section.


class Section(NamedTuple):
    """A part of the page, and what it comes to in a sentence."""

    claim: str
    text: str


def table(header: str, rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown; the columns are named in one string."""
    return markdown_table(header.split(" | "), [list(row) for row in rows])


def share(flags: Iterable[bool]) -> str:
    """How many of how many."""
    flags = list(flags)
    return f"{sum(flags)} of {len(flags)}"


def points(value: float) -> str:
    """A rate or a difference of rates in points."""
    return f"{100 * value:.1f}"


def without_effect(ask_books: Asker, books: int) -> Section:
    """Books in which nothing is true: every alert is luck."""
    rows, claims, asides = [], [], []
    for deals in (FEW, MANY):
        answers = ask_books(NOTHING, deals, books, {"alerts": ALERTS, "prototype": INSIGHTS})
        told = [answer["alerts"] for answer in answers]
        prototype = [answer["prototype"] for answer in answers]
        every_rule = range(len(told[0]))
        for name, places in [
            *((f"`{told[0][place][0]}`", [place]) for place in every_rule),
            ("any", every_rule),
        ]:
            proven = share(any(rules[place][2] for place in places) for rules in told)
            alerts, insights = (
                f"{mean(sum(rules[place][1] for place in places) for rules in book):.1f}"
                for book in (told, prototype)
            )
            rows.append((f"{deals:,}", name, proven, alerts, insights))
        claims.append(f"{proven} books of {deals:,} deals (prototype: {insights} alerts in each)")
        informative = share(rules[0][3] for rules in told)
        asides.append(f"{informative} books of {deals:,} deals")
    cards = mean(rules[0][2] for rules in prototype)
    header = "deals | rule | books with a proven alert | alerts in each | of the prototype in each"
    return Section(
        f"Where nothing is true, something is proven in {' and '.join(claims)}. The aim is at most "
        "5 of 100.",
        f"""## Nothing is true

Every deal wins with the same probability, so whatever is told is luck. What is not proven is told
as info at most.

{table(header, rows)}

The scores pass as informative (`is_informative`) in {" and ".join(asides)}.
The prototype adds {cards:.0f} insight cards to each book.
""",
    )


def drops(ask_books: Asker, books: Mapping[int, int]) -> Section:
    """Books in which deals that closed in the last quarter won less often."""
    rows, proven = [], {}
    for deals, (place, segment), size in product((FEW, MANY), PLACES.items(), DROP_SIZES):
        effects = Effects(drop=Drop(segment, size, DROP_FROM))
        questions = {"drops": drop_question(segment), "prototype drops": ANY_DROP}
        answers = ask_books(effects, deals, books[deals], questions)
        told = [DropAnswer(*answer["drops"][0]) for answer in answers]
        seen = [book.detectable for book in told if book.detectable is not None]
        proven[deals, place, size] = share(book.is_proven for book in told)
        rows.append(
            (
                f"{deals:,}",
                place,
                f"{100 * size:.0f}",
                share(book.is_told for book in told),
                proven[deals, place, size],
                share(book.is_first for book in told) if segment else "any",
                points(median(seen)) if len(seen) > len(told) / 2 else "too few deals",
                f"{sum(book.elsewhere for book in told)}",
                share(answer["prototype drops"][0][0] for answer in answers),
            )
        )
    header = (
        "deals | drop in | points | told | proven | first in explanation | smallest detectable"
        " | proven elsewhere | prototype"
    )
    return Section(
        "A drop in an industry is proven in "
        + "; in ".join(
            f"{proven[FEW, 'an industry', size]} books of {FEW:,} deals and "
            f"{proven[MANY, 'an industry', size]} of {MANY:,} when it is of {100 * size:.0f} points"
            for size in (0.15, 0.20)
        )
        + ".",
        f"""## A win rate fell

Deals that closed from {DROP_FROM} on won less often: all, or those of one segment
({" / ".join(PLACES["a driver segment"].values())} or the larger ones around it).

- *told*, *proven*: books with a `win_rate_drop` there or in a larger segment around it, and with a
  proven one
- *first in explanation*: books whose `win_rate_explanation` (closed, by count) begins with it; it
  explains the change of all deals, in which a small segment drowns
- *smallest detectable*: what the rule says it can see there (`detectable_effect`, points, median),
  where it has deals enough to look; to prove takes more than to see
- *proven elsewhere*: proven alerts of all these books in segments without any of the deals
- *prototype*: books in which its rule tells any drop at all

{table(header, rows)}
""",
    )


def segments(ask_books: Asker, books: Mapping[int, int]) -> Section:
    """Books with segments that win more or less often."""
    rows, worst = [], []
    for deals, strength in product((FEW, MANY), STRENGTHS):
        effects = Effects(
            {name: strength * change for name, change in BUNDLED.sources.items()},
            {name: strength * change for name, change in BUNDLED.segments.items()},
        )
        answers = ask_books(effects, deals, books[deals], {"scores": SCORES})
        errors = [score_errors(answer["scores"], effects) for answer in answers]
        closer = [error.raw / error.shrunk for error in errors]
        worst.append(min(closer))
        rows.append(
            (
                f"{deals:,}",
                f"{strength:g}",
                *(points(mean(error[place] for error in errors)) for place in range(3)),
                f"{median(closer):.1f}",
                f"{min(closer):.1f}",
                f"{100 * mean(answer['scores'][0][6] for answer in answers):.2f} %",
                share(answer["scores"][0][7] for answer in answers),
            )
        )
    header = (
        "deals | strength | shrunk | raw | baseline | times closer | worst book | skill"
        " | `is_informative`"
    )
    return Section(
        f"Even in the worst book the scores are {min(worst):.1f} times closer to the true win "
        "probabilities than the raw win rates of their cells.",
        f"""## Segments differ

Lead sources and four driver segments win more or less often, as in the bundled book (strength 1),
weaker or stronger. How far the scores of the open deals are from their true win probabilities, as
root mean square in points: the shrunk win rates of `deal_risk`, the raw win rates of the cells that
the prototype takes, and the baseline for every deal. *Times closer* is raw / shrunk, median and
worst.

{table(header, rows)}
""",
    )


def shifts(ask_books: Asker, books: Mapping[int, int]) -> Section:
    """Books in which the mix of deals changed and no win rate did."""
    rows, every = [], []
    for deals, (change, outbound) in product((FEW, MANY), SHIFTS):
        shift = Shift("Outbound", outbound, BUNDLED.shift.from_date)
        effects = Effects({"Outbound": change}, shift=shift)
        answers = ask_books(effects, deals, books[deals], {"changes": CHANGE_BY_SOURCE})
        mixes = [mix(answer["changes"], effects) for answer in answers]
        every += mixes
        rows.append(
            (
                f"{deals:,}",
                f"{100 * change:.0f}",
                f"{100 * outbound:.0f} %",
                points(mean(book.true for book in mixes)),
                points(mean(book.told for book in mixes)),
                points(sqrt(mean((book.told - book.true) ** 2 for book in mixes))),
                points(mean(book.rate for book in mixes)),
                share(book.is_rate_unchanged() for book in mixes),
            )
        )
    header = (
        "deals | Outbound wins | new share | true mix effect | told | distance | rate effect"
        " | within 2 errors of 0"
    )
    return Section(
        "Where only the mix changed, the rate effect lies within 2 errors of 0 in "
        f"{share(book.is_rate_unchanged() for book in every)} books, and the mix effect at most "
        f"{points(max(abs(book.told - book.true) for book in every))} points from the true one.",
        f"""## Only the mix changed

Outbound deals win less often, always, and from {BUNDLED.shift.from_date} on more of the new deals
are Outbound ({made.SOURCES["Outbound"]} % before). So the last quarter wins less often than the one
before, though no lead source does. By `lead_source` (closed, by count), in points, means of the
books; *distance* of the told from the true mix effect is the root mean square. The true one is that
of the shares as they are and the true win rates.

{table(header, rows)}
""",
    )


def pockets(ask_books: Asker, books: Mapping[int, int]) -> Section:
    """Books in which some deals of one stage stay open."""
    rows, every = [], []
    for deals, stalled in product((FEW, MANY), STALLED_DEALS):
        effects = Effects(pocket=Pocket(POCKET, rows_per_deal=deals // stalled, least=1))
        answers = ask_books(effects, deals, books[deals], {"stalling": STALLING})
        told = [answer["stalling"][0] for answer in answers]
        every += told
        others = [f"{sum(book[place] for book in told)}" for place in (1, 2)]
        rows.append((f"{deals:,}", f"{stalled}", share(book[0] for book in told), *others))
    header = "deals | stalled deals | found | others told | others proven"
    return Section(
        f"A pocket of stalled deals is found in {share(book[0] for book in every)} books; "
        f"{sum(book[2] for book in every)} others are proven.",
        f"""## Deals are stuck

Deals of {" / ".join(POCKET)} that should have closed long ago are open. *Found* are books with a
proven `stage_stalling` there; *others* are all its alerts elsewhere in these books.

{table(header, rows)}
""",
    )


def settings(ask_books: Asker, books: int) -> str:
    """What other thresholds of the win-rate drop would find, truly and falsely."""
    industry = PLACES["an industry"]
    questions = dict.fromkeys(SETTINGS, smallest_q(industry))
    kinds = [(NOTHING, books, 0)] + [
        (Effects(drop=Drop(industry, size, DROP_FROM)), max(1, books // 2), 1)
        for size in (0.15, 0.20)
    ]
    answers = [
        [
            {setting: rows[0][place] for setting, rows in answer.items()}
            for answer in ask_books(effects, FEW, number, questions)
        ]
        for effects, number, place in kinds
    ]
    rows = [
        (
            *map(str, setting),
            f"{q_value:g}",
            *(share(book[setting] <= q_value for book in each) for each in answers),
        )
        for setting, q_value in product(SETTINGS, Q_VALUES)
    ]
    header = (
        "`history_window_days` | `win_rate_drop_min_deals` | `proven_q_value` | nothing is true"
        " | 15 points | 20 points"
    )
    return f"""## Why these thresholds

Books of {FEW:,} deals with a proven `win_rate_drop` under other thresholds: anywhere, where nothing
is true; in the industry (or in all deals), where it wins 15 or 20 points less often. Those in force
are in `alert_thresholds`.

{table(header, rows)}
"""


def page(ask_books: Asker, books: int) -> str:
    """The whole page: so many books without effect, and fewer of each planted kind."""
    planted = {FEW: max(1, books // 5), MANY: max(1, books // 10)}
    sections = [
        without_effect(ask_books, books),
        drops(ask_books, planted),
        segments(ask_books, planted),
        shifts(ask_books, planted),
        pockets(ask_books, planted),
    ]
    why = settings(ask_books, books)
    claims = "\n".join(f"- {section.claim}" for section in sections)
    texts = "\n".join(section.text for section in sections)
    return f"""<!-- Written by scripts/evidence.py: change it there. -->
# Evidence

Do the rules find what is true, and nothing else? `scripts/generate_deals.py` makes books of deals
in which it is known what is true, and the project's own compiled SQL judges each on its as-of date:
{ask_books.asked:,} times for this page.

{claims}

Every figure is of one run of `make evidence`, about a quarter of an hour on two cores. As often as
it is run it gives the same: the books are numbered, and the number is the seed. For a tenth of it:
`.venv/bin/python scripts/evidence.py --books 10 --out target/evidence.md`. What the words mean is
in [definitions.md](definitions.md).

{texts}
{why}"""


def parse_args() -> argparse.Namespace:
    """Read and check the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--books", type=int, default=100, help="books without effect (100)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--out", type=Path, default=PAGE, help="page to write (docs/evidence.md)")
    arguments = parser.parse_args()
    if min(arguments.books, arguments.jobs) < 1:
        parser.error("--books and --jobs must be 1 or more")
    if not arguments.out.parent.is_dir():
        parser.error(f"--out must be in a folder that is there, and {arguments.out.parent} is not")
    return arguments


def main() -> int:
    """Write the page; 2 when dbt or the file system does not let it, 130 when interrupted."""
    arguments = parse_args()
    try:
        projects = compile_projects(PROJECTS | SETTINGS, arguments.jobs)
        with ProcessPoolExecutor(arguments.jobs, get_context("spawn")) as pool:
            text = page(Asker(pool, projects), arguments.books)
        waiting = arguments.out.with_name(f".{arguments.out.name}.{os.getpid()}.tmp")
        waiting.write_text(text, encoding="utf-8")
        waiting.replace(arguments.out)
    except (RuntimeError, OSError) as error:
        print(f"evidence.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("evidence.py: interrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

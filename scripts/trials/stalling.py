"""Books in which some deals of one stage are stuck, and books in which a segment is only slow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product
from statistics import mean
from typing import NamedTuple

from generate_deals import BUNDLED, Pocket, Slow

from trials.asking import (
    FEW,
    MANY,
    SHAPES,
    UNGRADED,
    USUAL,
    Answers,
    Project,
    Question,
    Results,
    Trial,
    Trials,
    planted,
)
from trials.writing import Section, share, table

STUCK = BUNDLED.pocket.segment
AGES, OLDER = BUNDLED.pocket.ages, (300, 450)  # of the stuck deals, in days
POCKETS = [
    *product(("short cycles",), (AGES,), (10, 15, 25, 50)),
    *product(("renamed stages",), (AGES,), (15, 50)),
    *product(("long tails",), (AGES, OLDER), (15, 50)),
]
SLOW_SEGMENT = ("EdTech", "India")
SLOW = (("short cycles", 1.5), ("short cycles", 2.0), ("long tails", 2.0))

RULE = ("rule_stage_stalling",)
PROTOTYPE = Question(
    Project(RULE, "prototype"),
    "select count(*) from rule_stage_stalling where is_as_of and is_fired",
)


class Stalling(NamedTuple):
    """How many stall segments an alert is told of in a book."""

    there: int  # in the planted segment
    proven_there: int
    elsewhere: int
    proven_elsewhere: int


def stalling_question(place: Sequence[str]) -> Question:
    """Asks for a Stalling; the place is an industry, a region, and perhaps a stage."""
    columns = ("industry", "region", "deal_stage")[: len(place)]
    there = " and ".join(
        f"{column} = '{value}'" for column, value in zip(columns, place, strict=True)
    )
    return Question(
        Project(RULE, thresholds=UNGRADED),
        f"""
        select
            count(*) filter ({there}),
            count(*) filter ({there} and verdict = 'proven'),
            count(*) filter (not ({there})),
            count(*) filter (not ({there}) and verdict = 'proven'),
        from rule_stage_stalling
        where is_as_of and is_fired
        """,
    )


def trials(books: int) -> Trials:
    """By what is planted, deals, shape, and how much of it."""
    stuck = {"stalling": stalling_question(STUCK), "prototype": PROTOTYPE}
    slow = {"stalling": stalling_question(SLOW_SEGMENT), "prototype": PROTOTYPE}
    found: Trials = {}
    for deals, (shape, ages, stalled) in product((FEW, MANY), POCKETS):
        pocket = Pocket(STUCK, deals // stalled, least=1, ages=ages)
        number = planted(books if shape == USUAL else books // 2)[deals]
        effects = replace(SHAPES[shape], pocket=pocket)
        found["stuck", deals, shape, "{} to {}".format(*ages), stalled] = Trial(
            effects, deals, number, stuck
        )
    for deals, (shape, factor) in product((FEW, MANY), SLOW):
        effects = replace(SHAPES[shape], slow=Slow(SLOW_SEGMENT, factor))
        found["slow", deals, shape, factor] = Trial(effects, deals, planted(books)[deals], slow)
    return found


def told(answers: Iterable[Answers]) -> list[Stalling]:
    """What is told of each book."""
    return [Stalling(*answer["stalling"][0]) for answer in answers]


def cells(kind: tuple, answers: list[Answers]) -> tuple[str, ...]:
    """A line of either table."""
    _, deals, shape, *amounts = kind
    books = told(answers)
    return (
        f"{deals:,}",
        shape,
        *map(str, amounts),
        share(book.there > 0 for book in books),
        share(book.proven_there > 0 for book in books),
        f"{sum(book.elsewhere for book in books)}",
        f"{sum(book.proven_elsewhere for book in books)}",
        f"{mean(answer['prototype'][0][0] for answer in answers):.1f}",
    )


def section(results: Results) -> Section:
    """Whether stuck deals are found, and slow ones left alone."""
    of_kind = {
        wanted: {kind: answers for kind, answers in results.items() if kind[0] == wanted}
        for wanted in ("stuck", "slow")
    }
    found: dict[str, list[bool]] = {}
    for (_, _, shape, ages, _), answers in of_kind["stuck"].items():
        flags = found.setdefault(f"{shape} ({ages} days old)", [])
        flags += [book.proven_there > 0 for book in told(answers)]
    others = sum(
        book.proven_elsewhere for answers in of_kind["stuck"].values() for book in told(answers)
    )
    slow = [book for answers in of_kind["slow"].values() for book in told(answers)]
    header = "deals | book | {} | told | proven | others told | others proven | prototype tells"
    lines = {
        name: [cells(kind, answers) for kind, answers in kinds.items()]
        for name, kinds in of_kind.items()
    }
    return Section(
        [
            "A pocket of stuck deals is proven in "
            + ", ".join(f"{share(flags)} books with {shape}" for shape, flags in found.items())
            + f"; {others} other segments are.",
            "Where a segment is slow and nothing is stuck, something is proven to stall in "
            f"{share(book.proven_there + book.proven_elsewhere > 0 for book in slow)} books.",
        ],
        f"""## Deals are stuck

Deals of {" / ".join(STUCK)} that should have closed long ago are open. With long tails,
deals of {AGES[0]} days are nothing rare anywhere; few reach {OLDER[0]}.

- *told*, *proven*: books with a `stage_stalling` there, and with a proven one
- *others*: all its alerts elsewhere in these books
- *prototype tells*: segments in each book that its rule says are stalling

{table(header.format("days old | stuck deals"), lines["stuck"])}

In these books every deal of {" / ".join(SLOW_SEGMENT)} takes so many times as long as it would
elsewhere, and always did. The segment is slow, but nothing is stuck: no alert should be proven.
*Told* and *proven* are of its stages, *others* of all other segments.

{table(header.format("times as long"), lines["slow"])}
""",
    )

"""Books in which nothing is true: whatever is told of them is luck."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from statistics import mean
from typing import NamedTuple

import generate_deals as made
from generate_deals import LongTail

from trials.asking import (
    FEW,
    MANY,
    SHAPES,
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

MESSAGE = Project(("alert_rule_evaluations", "score_skill", "headlines"))
ALERTS = Question(
    MESSAGE, "select rule, fired, proven from alert_rule_evaluations order by rule_order"
)
HEADLINES = Question(
    MESSAGE,
    """
    select
        exists (from headlines where topic = 'explanation' and sentence like 'It sits in %'),
        exists (from headlines where topic = 'change' and sentence like '%: proven.'),
        exists (from score_skill where verdict = 'proven'),
        exists (from score_skill where is_informative),
    """,
)
INSIGHTS = Question(
    Project(("alert_rule_evaluations", "insight_cards"), "prototype"),
    """
    select rule, fired, (select count(*) from insight_cards)
    from alert_rule_evaluations
    order by rule_order
    """,
)
QUESTIONS = {"alerts": ALERTS, "headlines": HEADLINES, "prototype": INSIGHTS}


class Headlines(NamedTuple):
    """What the sentences above the alerts say of a book."""

    names_place: bool  # says where the change of the win rate sits
    is_change_proven: bool
    is_score_proven: bool
    is_informative: bool  # the scores are used, proven or not

    def is_any_proven(self) -> bool:
        """Whether one of them claims something as proven."""
        return self.names_place or self.is_change_proven or self.is_score_proven


def trials(books: int) -> Trials:
    """By shape and deals."""
    return {
        (shape, deals): Trial(
            SHAPES[shape], deals, books if shape == USUAL else planted(books)[deals], QUESTIONS
        )
        for shape, deals in product(SHAPES, (FEW, MANY))
    }


class Told(NamedTuple):
    """What is told of the books of one kind, book by book."""

    alerts: list[list[tuple]]  # rows of ALERTS
    insights: list[list[tuple]]  # rows of INSIGHTS
    headlines: list[Headlines]

    @classmethod
    def of(cls, answers: list[Answers]) -> Told:
        """The same, from the answers."""
        return cls(
            [answer["alerts"] for answer in answers],
            [answer["prototype"] for answer in answers],
            [Headlines(*answer["headlines"][0]) for answer in answers],
        )

    def mean_alerts(self) -> tuple[str, str]:
        """How many alerts are told of a book, by our rules and by the prototype's."""
        ours, theirs = (
            f"{mean(sum(fired for _, fired, _ in book) for book in books):.1f}"
            for books in (self.alerts, self.insights)
        )
        return ours, theirs

    def has_proven_alert(self) -> list[bool]:
        """Whether any alert of the book is proven."""
        return [any(proven for *_, proven in book) for book in self.alerts]

    def claims_anything(self) -> list[bool]:
        """Whether any alert or headline of the book is proven."""
        pairs = zip(self.has_proven_alert(), self.headlines, strict=True)
        return [alert or said.is_any_proven() for alert, said in pairs]

    def cells(self) -> tuple[str, ...]:
        """A line of the table of all kinds."""
        return (
            *self.mean_alerts(),
            share(self.has_proven_alert()),
            share(said.names_place for said in self.headlines),
            share(said.is_change_proven for said in self.headlines),
            share(said.is_score_proven for said in self.headlines),
            share(self.claims_anything()),
        )

    def cells_by_rule(self) -> Iterator[tuple[str, ...]]:
        """Lines of the table of rules."""
        for each, (rule, *_) in enumerate(self.alerts[0]):
            yield (
                f"`{rule}`",
                share(book[each][2] for book in self.alerts),
                f"{mean(book[each][1] for book in self.alerts):.1f}",
                f"{mean(book[each][1] for book in self.insights):.1f}",
            )


def section(results: Results) -> Section:
    """What is told and claimed of them, by our rules and by the prototype's."""
    kinds = {kind: Told.of(answers) for kind, answers in results.items()}
    usual = {deals: told for (shape, deals), told in kinds.items() if shape == USUAL}
    claims = " and ".join(
        f"{share(told.claims_anything())} books of {deals:,} deals (by an alert in "
        f"{sum(told.has_proven_alert())}; prototype: {told.mean_alerts()[1]} alerts in each)"
        for deals, told in usual.items()
    )
    informative = " and ".join(
        f"{share(said.is_informative for said in told.headlines)} books of {deals:,} deals"
        for deals, told in usual.items()
    )
    odd = [
        claimed
        for (shape, _), told in kinds.items()
        if shape != USUAL
        for claimed in told.claims_anything()
    ]
    placed = [said.names_place for told in kinds.values() for said in told.headlines]
    whole = [(shape, f"{deals:,}", *told.cells()) for (shape, deals), told in kinds.items()]
    rules = [
        (f"{deals:,}", *cells) for deals, told in usual.items() for cells in told.cells_by_rule()
    ]
    cards = mean(answer["prototype"][0][2] for each in results.values() for answer in each)
    return Section(
        [
            f"Where nothing is true, something is proven in {claims}. The aim is at most 5 of 100.",
            f"The same with long tails, renamed stages or both: {share(odd)} books. Of all books "
            f"where nothing is true, {share(placed)} name a place as where the win rate changed.",
        ],
        f"""## Nothing is true

Every deal wins with the same probability, so whatever is told is luck. What is not proven is told
as info at most.

- *short cycles*: no deal takes more than {made.CYCLE_QUANTILES[-1] - 1} days, half of them at most
  {made.cycle_days(0.5)}
- *long tails*: half of them take at most {made.cycle_days(0.5, LongTail())} days, one of a hundred
  more than {made.cycle_days(0.99, LongTail())}
- *renamed stages*: closed deals are in `Closed Won` or `Closed Lost`, as many CRMs export them
- *names a place*: books whose headlines say where the change of the win rate sits
- *change*, *scores*: books whose headlines call the change of the win rate proven, or the scores
  (`score_skill.verdict`)
- *anything*: books with a proven alert or a proven headline

{
            table(
                "book | deals | alerts in each | of the prototype | proven alert | names a place"
                " | change | scores | anything",
                whole,
            )
        }

Alerts by rule, in the books with short cycles:

{
            table(
                "deals | rule | books with a proven alert | alerts in each | of the prototype",
                rules,
            )
        }

The scores pass as informative (`is_informative`), which is less than proven, in
{informative}. The prototype adds {cards:.0f} insight cards to each book.
""",
    )

"""Books in which nothing is true: whatever is told of them is luck."""

from __future__ import annotations

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
        exists (from headlines where topic = 'explanation' and sentence like '%(proven)%'),
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

    names_place: bool  # says where the change of the win rate sits, proven or not
    is_place_proven: bool
    is_change_proven: bool
    is_score_proven: bool
    is_informative: bool  # the scores are used, proven or not

    def is_any_proven(self) -> bool:
        """Whether one of them claims something as proven."""
        return self.is_place_proven or self.is_change_proven or self.is_score_proven


def trials(books: int) -> Trials:
    """By shape and deals."""
    return {
        (shape, deals): Trial(
            SHAPES[shape], deals, books if shape == USUAL else planted(books)[deals], QUESTIONS
        )
        for shape, deals in product(SHAPES, (FEW, MANY))
    }


def section(results: Results) -> Section:
    """What is told and claimed of them, by our rules and by the prototype's."""
    rules, whole, claims, asides, odd, places = [], [], [], [], [], []
    for (shape, deals), answers in results.items():
        alerts = [answer["alerts"] for answer in answers]
        insights = [answer["prototype"] for answer in answers]
        said = [Headlines(*answer["headlines"][0]) for answer in answers]
        is_alert_proven = [any(proven for *_, proven in book) for book in alerts]
        is_claimed = [
            alert or book.is_any_proven() for alert, book in zip(is_alert_proven, said, strict=True)
        ]
        told, of_prototype = (
            f"{mean(sum(fired for _, fired, _ in book) for book in books):.1f}"
            for books in (alerts, insights)
        )
        whole.append(
            (
                shape,
                f"{deals:,}",
                told,
                of_prototype,
                share(is_alert_proven),
                share(book.names_place for book in said),
                share(book.is_place_proven for book in said),
                share(book.is_change_proven for book in said),
                share(book.is_score_proven for book in said),
                share(is_claimed),
            )
        )
        places += [book.is_place_proven for book in said]
        if shape != USUAL:
            odd += is_claimed
            continue
        claims.append(
            f"{share(is_claimed)} books of {deals:,} deals (by an alert in "
            f"{sum(is_alert_proven)}; prototype: {of_prototype} alerts in each)"
        )
        informative = share(book.is_informative for book in said)
        asides.append(f"{informative} books of {deals:,} deals")
        for each, name in enumerate(rule for rule, *_ in alerts[0]):
            rules.append(
                (
                    f"{deals:,}",
                    f"`{name}`",
                    share(book[each][2] for book in alerts),
                    *(
                        f"{mean(book[each][1] for book in books):.1f}"
                        for books in (alerts, insights)
                    ),
                )
            )
    cards = mean(answer["prototype"][0][2] for each in results.values() for answer in each)
    return Section(
        [
            f"Where nothing is true, something is proven in {' and '.join(claims)}. The aim is at "
            "most 5 of 100.",
            f"The same with long tails, renamed stages or both: {share(odd)} books. Of all books "
            f"where nothing is true, {share(places)} name a place as proven to have changed.",
        ],
        f"""## Nothing is true

Every deal wins with the same probability, so whatever is told is luck. What is not proven is told
as info at most.

- *short cycles*: no deal takes more than {made.CYCLE_QUANTILES[-1] - 1} days, half of them at most
  {made.cycle_days(0.5)}
- *long tails*: half of them take at most {made.cycle_days(0.5, LongTail())} days, one of a hundred
  more than {made.cycle_days(0.99, LongTail())}
- *renamed stages*: closed deals are in `Closed Won` or `Closed Lost`, as many CRMs export them
- *names a place*: books whose headlines say where the change of the win rate sits; *as proven*:
  books that call it proven
- *change*, *scores*: books whose headlines call the change of the win rate proven, or the scores
  (`score_skill.verdict`)
- *anything*: books with a proven alert or a proven headline

{
            table(
                "book | deals | alerts in each | of the prototype | proven alert | names a place"
                " | as proven | change | scores | anything",
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
{" and ".join(asides)}. The prototype adds {cards:.0f} insight cards to each book.
""",
    )

"""Books in which deals of one segment that closed in the last quarter won less often."""

from __future__ import annotations

from itertools import product
from statistics import median

from generate_deals import Drop, Effects

from trials.asking import FEW, MANY, Results, Trial, Trials, planted
from trials.places import ANY_DROP, DROP_FROM, PLACES, DropAnswer, drop_question
from trials.writing import Section, points, share, table

SIZES = (0.10, 0.15, 0.20, 0.30)


def trials(books: int) -> Trials:
    """By deals, place and size of the drop."""
    return {
        (deals, place, size): Trial(
            Effects(drop=Drop(PLACES[place], size, DROP_FROM)),
            deals,
            planted(books)[deals],
            {"drop": drop_question(PLACES[place]), "prototype": ANY_DROP},
        )
        for deals, place, size in product((FEW, MANY), PLACES, SIZES)
    }


def section(results: Results) -> Section:
    """Whether the drop is told and proven, how large it must be, and what else is."""
    rows, proven = [], {}
    for (deals, place, size), answers in results.items():
        told = [DropAnswer(*answer["drop"][0]) for answer in answers]
        seen = [book.detectable for book in told if book.detectable is not None]
        proven[deals, place, size] = share(book.is_proven for book in told)
        rows.append(
            (
                f"{deals:,}",
                place,
                f"{100 * size:.0f}",
                share(book.is_told for book in told),
                proven[deals, place, size],
                share(book.is_first for book in told),
                share(book.is_named for book in told),
                points(median(seen)) if len(seen) > len(told) / 2 else "too few deals",
                f"{sum(book.elsewhere for book in told)}",
                share(answer["prototype"][0][0] for answer in answers),
            )
        )
    header = (
        "deals | drop in | points | told | proven | first in explanation | named"
        " | smallest detectable | proven elsewhere | prototype"
    )
    claim = "; in ".join(
        f"{proven[FEW, 'an industry', size]} books of {FEW:,} deals and "
        f"{proven[MANY, 'an industry', size]} of {MANY:,} when it is of {100 * size:.0f} points"
        for size in (0.15, 0.20)
    )
    return Section(
        [f"A drop in an industry is proven in {claim}."],
        f"""## A win rate fell in one place

Deals of one segment that closed from {DROP_FROM} on won less often: those of
{" / ".join(PLACES["a driver segment"].values())} or the larger segments around it.

- *told*, *proven*: books with a `win_rate_drop` there or in a larger segment around it, and with a
  proven one
- *first in explanation*: books whose `win_rate_explanation` (closed, by count) begins with it; it
  explains the change of all deals, in which a small segment drowns; *named*: the headlines say
  too that it sits there, which takes a change of all deals that is more than luck
- *smallest detectable*: what the rule says it can see there (`detectable_effect`, points, median),
  where it has deals enough to look; to prove takes more than to see
- *proven elsewhere*: proven alerts of all these books in segments without any of the deals
- *prototype*: books in which its rule tells any drop at all

{table(header, rows)}
""",
    )

"""Books in which all deals that closed in the last quarter won less often: no place is to blame."""

from __future__ import annotations

from itertools import product
from statistics import median

from generate_deals import Drop, Effects

from trials.asking import FEW, MANY, Question, Results, Trial, Trials
from trials.places import ANY_DROP, DROP_FROM, DROPS, DropAnswer, drop_question
from trials.writing import Section, points, share, table

SIZES = (0.10, 0.20)
EXPLANATION = Question(
    DROPS,
    """
    select
        exists (from headlines where topic = 'change' and sentence like '%: proven.'),
        exists (from headlines where topic = 'explanation' and sentence like 'It sits in %'),
    """,
)


def trials(books: int) -> Trials:
    """By deals and size of the fall."""
    number = {FEW: max(1, 2 * books // 5), MANY: max(1, books // 5)}
    questions = {"drop": drop_question({}), "explanation": EXPLANATION, "prototype": ANY_DROP}
    return {
        (deals, size): Trial(
            Effects(drop=Drop({}, size, DROP_FROM)), deals, number[deals], questions
        )
        for deals, size in product((FEW, MANY), SIZES)
    }


def section(results: Results) -> Section:
    """Whether the fall is proven, and whether a place is blamed for it."""
    rows, falls, blamed = [], [], []
    for (deals, size), answers in results.items():
        told = [DropAnswer(*answer["drop"][0]) for answer in answers]
        seen = [book.detectable for book in told if book.detectable is not None]
        fell, placed = zip(*(answer["explanation"][0] for answer in answers), strict=True)
        falls += fell
        blamed += placed
        rows.append(
            (
                f"{deals:,}",
                f"{100 * size:.0f}",
                share(book.is_told for book in told),
                share(book.is_proven for book in told),
                points(median(seen)) if seen else "too few deals",
                share(fell),
                share(placed),
                share(answer["prototype"][0][0] for answer in answers),
            )
        )
    header = (
        "deals | points | told | proven | smallest detectable | change proven | blames a place"
        " | prototype"
    )
    return Section(
        [
            "Where the win rate fell everywhere alike, the change of all deals is proven in "
            f"{share(falls)} books, and {share(blamed)} blame a place for it."
        ],
        f"""## A win rate fell everywhere

All deals that closed from {DROP_FROM} on won less often, wherever they were. No segment fell
more than the rest, so none explains the fall.

- *told*, *proven*, *smallest detectable*, *prototype*: as above, for the win rate of all deals
- *change proven*: books whose headlines call the change from quarter to quarter proven
- *blames a place*: books whose headlines say where it sits; each of them is wrong

{table(header, rows)}
""",
    )

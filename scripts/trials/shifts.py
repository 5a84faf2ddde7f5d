"""Books in which the mix of deals changed and no win rate did."""

from __future__ import annotations

from itertools import product
from math import sqrt
from statistics import mean
from typing import NamedTuple

import generate_deals as made
from generate_deals import BUNDLED, Effects, Shift

from trials.asking import FEW, MANY, UNGRADED, Project, Question, Results, Trial, Trials, planted
from trials.writing import Section, points, share, table

SHIFT_FROM = BUNDLED.shift.from_date
SHIFTS = ((-0.10, 0.35), (-0.10, 0.50), (-0.10, 0.65), (-0.20, 0.50))
CHANGE_BY_SOURCE = Question(
    Project(("win_rate_change_summary",), thresholds=UNGRADED),
    """
    select
        segments.lead_source,
        segments.share_after - segments.share_before,
        sums.mix_effect,
        sums.rate_effect,
        sums.rate_effect_error,
    from win_rate_change as segments
    inner join win_rate_change_summary as sums using (clock, weight, grain)
    where clock = 'closed' and weight = 'count' and grain = 'lead_source'
    """,
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


def effects_of(change: float, outbound: float) -> Effects:
    """Outbound wins so much more often, always, and is from a day on such a share of the deals."""
    return Effects({"Outbound": change}, shift=Shift("Outbound", outbound, SHIFT_FROM))


def mix(sources: list[tuple], effects: Effects) -> Mix:
    """The effects of a book, from its answer to CHANGE_BY_SOURCE."""
    true = sum(shift * (made.BASE + effects.sources.get(name, 0)) for name, shift, *_ in sources)
    return Mix(true, *sources[0][2:])


def trials(books: int) -> Trials:
    """By deals and shift."""
    return {
        (deals, shift): Trial(
            effects_of(*shift), deals, planted(books)[deals], {"changes": CHANGE_BY_SOURCE}
        )
        for deals, shift in product((FEW, MANY), SHIFTS)
    }


def section(results: Results) -> Section:
    """How close the told effects are to the true ones."""
    rows, every = [], []
    for (deals, (change, outbound)), answers in results.items():
        effects = effects_of(change, outbound)
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
        [
            "Where only the mix changed, the rate effect lies within 2 errors of 0 in "
            f"{share(book.is_rate_unchanged() for book in every)} books, and the mix effect at "
            f"most {points(max(abs(book.told - book.true) for book in every))} points from the "
            "true one."
        ],
        f"""## Only the mix changed

Outbound deals win less often, always, and from {SHIFT_FROM} on more of the new deals
are Outbound ({made.SOURCES["Outbound"]} % before). So the last quarter wins less often than the one
before, though no lead source does. By `lead_source` (closed, by count), in points, means of the
books; *distance* of the told from the true mix effect is the root mean square. The true one is that
of the shares as they are and the true win rates.

{table(header, rows)}
""",
    )

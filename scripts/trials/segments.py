"""Books with segments, and stages, that win more or less often."""

from __future__ import annotations

from itertools import product
from math import sqrt
from statistics import mean, median
from typing import NamedTuple

import generate_deals as made
from generate_deals import BUNDLED, Effects

from trials.asking import FEW, MANY, Project, Question, Results, Trial, Trials, planted
from trials.writing import Section, points, share, table

# Of the stage in which a deal is, over the win probability of its segment.
STAGES = {"Qualified": -0.10, "Demo": -0.05, "Proposal": 0.05, "Negotiation": 0.10}
STRENGTHS = ((0.5, 0), (1.0, 0), (1.5, 0), (1.0, 1.0), (1.0, 2.0))

# The raw rates are the prototype's scores, here learned from the same closed deals.
SCORES = Question(
    Project(("deal_risk", "score_skill")),
    """
    select
        industry,
        region,
        lead_source,
        deal_stage,
        deal_risk.segment_win_probability,
        coalesce(cells.segment_shrunk_win_rate, cells.baseline_win_rate),
        coalesce(cells.cell_win_rate, cells.baseline_win_rate),
        cells.baseline_win_rate,
        deal_risk.score_basis = 'cell',
        score_skill.skill,
        score_skill.is_informative,
        score_skill.verdict = 'proven',
    from deal_risk
    inner join int_cell_scores as cells using (industry, region, lead_source, deal_stage)
    inner join score_skill on score_skill.as_of_date = cells.evaluation_date
    where cells.shuffle = 0
    """,
)


class Scores(NamedTuple):
    """How good the scores of a book are: rates 0-1, the errors root mean squares over the deals."""

    error: float  # distance of the scores from the true win probabilities
    segment_error: float  # the same, were the stage never looked at
    raw_error: float
    baseline_error: float
    rests_on_cell: bool  # the score of any deal
    skill: float
    is_informative: bool
    is_proven: bool  # that the scores predict who wins


def effects_of(segments: float, stages: float) -> Effects:
    """The effects of the bundled book and of STAGES, so many times as strong."""
    return Effects(
        {name: segments * change for name, change in BUNDLED.sources.items()},
        {name: segments * change for name, change in BUNDLED.segments.items()},
        stages={name: stages * change for name, change in STAGES.items()} if stages else {},
    )


def scores(deals: list[tuple], effects: Effects) -> Scores:
    """The scores of a book against the truth, from its answer to SCORES."""
    truths = [made.win_probability(deal[:3], made.AS_OF, effects, deal[3]) for deal in deals]
    errors = (
        sqrt(mean((deal[column] - true) ** 2 for deal, true in zip(deals, truths, strict=True)))
        for column in (4, 5, 6, 7)
    )
    return Scores(*errors, any(deal[8] for deal in deals), *deals[0][9:])


def trials(books: int) -> Trials:
    """By deals, and the strength of what segments and stages do."""
    return {
        (deals, strengths): Trial(
            effects_of(*strengths), deals, planted(books)[deals], {"scores": SCORES}
        )
        for deals, strengths in product((FEW, MANY), STRENGTHS)
    }


def section(results: Results) -> Section:
    """How far the scores are from the truth, and what they rest on."""
    rows, worst, staged = [], [], []
    for (deals, strengths), answers in results.items():
        effects = effects_of(*strengths)
        books = [scores(answer["scores"], effects) for answer in answers]
        closer = [book.raw_error / book.error for book in books]
        if effects.stages:
            staged += books
        else:
            worst.append(min(closer))
        rows.append(
            (
                f"{deals:,}",
                *(f"{strength:g}" for strength in strengths),
                *(points(mean(book[place] for book in books)) for place in range(4)),
                f"{median(closer):.1f}",
                f"{min(closer):.1f}",
                share(book.rests_on_cell for book in books),
                f"{100 * mean(book.skill for book in books):.2f} %",
                share(book.is_informative for book in books),
                share(book.is_proven for book in books),
            )
        )
    header = (
        "deals | segments | stages | scores | segments alone | raw | baseline | times closer"
        " | worst book | rest on cells | skill | `is_informative` | proven"
    )
    return Section(
        [
            f"Even in the worst book the scores are {min(worst):.1f} times closer to the true win "
            "probabilities than the raw win rates of their cells.",
            "Where the stage matters too, the scores rest on cells in "
            f"{share(book.rests_on_cell for book in staged)} books. They are "
            f"{points(mean(book.error for book in staged))} points from the truth, where segments "
            f"alone would be {points(mean(book.segment_error for book in staged))}.",
        ],
        f"""## Segments differ

Lead sources and four driver segments win more or less often, as in the bundled book (*segments* 1),
weaker or stronger. *Stages* 1: deals in {
            ", ".join(f"{name} {100 * change:+.0f}" for name, change in STAGES.items())
        }
points beside that, so that a cell truly differs within its segment; 0: the stage tells nothing.

How far the scores of the open deals are from their true win probabilities, as root mean square in
points, mean of the books:

- *scores*: those of `deal_risk`
- *segments alone*: the shrunk win rates of the driver segments, as if no score rested on a cell
- *raw*: the raw win rates of the cells, which the prototype takes
- *baseline*: one win rate for every deal
- *times closer*: raw / scores, median of the books; *worst book*: the smallest
- *rest on cells*: books whose `score_basis` is `cell`
- *skill*, `is_informative`, *proven*: those of `score_skill`; proven are books whose headlines say
  that the scores predict who wins

{table(header, rows)}
""",
    )

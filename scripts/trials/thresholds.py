"""Books judged with other thresholds of the win-rate drop: what they find, truly and falsely."""

from __future__ import annotations

from itertools import product

from generate_deals import Drop, Effects

from trials.asking import FEW, NOTHING, UNGRADED, Project, Question, Results, Trial, Trials, planted
from trials.places import DROP_FROM, INDUSTRY, conditions
from trials.writing import Section, share, table

WINDOWS_AND_FEWEST = ((180, 100), (270, 60), (270, 100), (365, 100))  # days, deals
Q_VALUES = (0.10, 0.02, 0.01, 0.005)
# The smallest q-value of any breached segment, and of those that hold the place.
SMALLEST_Q = f"""
select
    coalesce(min(q_value), 1),
    coalesce(min(q_value) filter ({conditions(INDUSTRY).holds}), 1),
from rule_win_rate_drop
where is_as_of and is_breached
"""
SETTINGS = {
    f"{window} {fewest}": Question(
        Project(
            ("rule_win_rate_drop",),
            thresholds=(
                *UNGRADED,
                ("history_window_days", window),
                ("win_rate_drop_min_deals", fewest),
            ),
        ),
        SMALLEST_Q,
    )
    for window, fewest in WINDOWS_AND_FEWEST
}


def trials(books: int) -> Trials:
    """By the size of the drop; 0 where nothing is true."""
    fewer = planted(books)[FEW]
    return {0: Trial(NOTHING, FEW, books, SETTINGS)} | {
        size: Trial(Effects(drop=Drop(INDUSTRY, size, DROP_FROM)), FEW, fewer, SETTINGS)
        for size in (0.15, 0.20)
    }


def section(results: Results) -> Section:
    """Books with a proven drop under each setting and q-value."""
    rows = []
    for setting, q_value in product(SETTINGS, Q_VALUES):
        proven = (
            share(answer[setting][0][1 if size else 0] <= q_value for answer in answers)
            for size, answers in results.items()
        )
        rows.append((*setting.split(), f"{q_value:g}", *proven))
    header = (
        "`history_window_days` | `win_rate_drop_min_deals` | `proven_q_value` | nothing is true"
        " | 15 points | 20 points"
    )
    return Section(
        [],
        f"""## Why these thresholds

Books of {FEW:,} deals with a proven `win_rate_drop` under other thresholds: anywhere, where nothing
is true; in the industry (or in all deals), where it wins 15 or 20 points less often. Those in force
are in `alert_thresholds`.

{table(header, rows)}
""",
    )

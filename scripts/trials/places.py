"""Where a win rate falls, and what the win-rate drop says of that place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from generate_deals import BUNDLED

from trials.asking import UNGRADED, Project, Question

DROP_FROM = BUNDLED.drop.from_date
INDUSTRY = {"industry": "HealthTech"}
PLACES: dict[str, Mapping[str, str]] = {
    "an industry": INDUSTRY,
    "an industry in a region": INDUSTRY | {"region": "Europe"},
    "a driver segment": INDUSTRY | {"region": "Europe", "lead_source": "Inbound"},
}
DROPS = Project(("rule_win_rate_drop", "win_rate_explanation", "headlines"), thresholds=UNGRADED)
ANY_DROP = Question(
    Project(("rule_win_rate_drop",), "prototype"),
    "select coalesce(bool_or(is_fired), false) from rule_win_rate_drop where is_as_of",
)


class Conditions(NamedTuple):
    """SQL conditions on a segment of drivers: how it stands to the planted one."""

    same: str
    holds: str  # is it, or a larger one around it
    differs: str  # has none of its deals


def conditions(place: Mapping[str, str]) -> Conditions:
    """The conditions for a planted segment; without dimensions it is all deals."""
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
    is_named: bool  # the same, and the headlines say that it sits there


def drop_question(place: Mapping[str, str]) -> Question:
    """Asks for a DropAnswer."""
    same, holds, differs = conditions(place)
    is_place = f"grain = '{'_'.join(place)}' and {same}"
    return Question(
        DROPS,
        f"""
        with
            first_explanations as (
                from win_rate_explanation
                where clock = 'closed' and weight = 'count' and segment_rank = 1
            )

        select
            coalesce(bool_or(is_fired and {holds}), false),
            coalesce(bool_or(is_fired and verdict = 'proven' and {holds}), false),
            count(*) filter (is_fired and verdict = 'proven' and ({differs})),
            max(detectable_effect) filter (is_evaluated and {same}),
            exists (from first_explanations where {is_place}),
            exists (
                from first_explanations, headlines
                where {is_place} and topic = 'explanation' and sentence like 'It sits in %'
            ),
        from rule_win_rate_drop
        where is_as_of
        """,
    )

#!/usr/bin/env python3
"""Make the bundled book of deals, and beside it the truth that was planted in it.

Deals are created from 2024-01-01 to the as-of date 2025-06-30; a deal that would close later is
Open. The same arguments give the same bytes on every Python from 3.10 on. Amounts are whole units
of one currency, lengths are days, rates are 0-1.

True effects of the bundled book on the probability that a deal is won (base 0.45, always within
0.05-0.90); they are BUNDLED, and `deals` can be given other Effects, or none:

1. Lead source, mild: Referral +0.05, Inbound +0.03, Partner 0, Outbound -0.10.
   Four segments have a rate of their own instead: FinTech / North America / Inbound +0.25,
   SaaS / Europe / Referral +0.20, EdTech / APAC / Outbound -0.22,
   Ecommerce / India / Outbound -0.20, all over base.
2. A true drop: HealthTech deals closed from 2025-04-01 on win 0.20 less often. The closing date
   decides, not the creation date.
3. A shift of mix, which moves the overall rate while no rate changes: Outbound is 0.22 of the deals
   created before 2025-03-01 and 0.50 of those created from then on.
4. A stalled pocket: rows / 200 (at least 12) deals in EdTech / India / Proposal, created 150 to
   260 days before the as-of date and still open on it. No other open deal is 120 days old.
5. Nothing else matters: region alone, product type, sales rep, deal amount, deal stage and the
   length of the cycle say nothing about the outcome. What a search finds there is chance.

Other books can also have a stage that wins more or less often, a slow segment, cycles with a long
tail, and stages that the CRM renames at closing: see Effects.

`<out stem>_truth.csv` holds these as rows: true parameters, not figures of the sample. The default
book was chosen among several draws so that chance hides none of them; with other seeds it may.
"""

from __future__ import annotations

import argparse
import csv
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, product
from math import exp
from pathlib import Path
from random import Random
from statistics import NormalDist

from common.arguments import Parser, finish
from common.files import written_whole
from common.trouble import Trouble

DEFAULT_OUT = Path(__file__).resolve().parent.parent / "seeds" / "skygeni_sales_data.csv"
HEADER = (
    "deal_id,created_date,closed_date,sales_rep_id,industry,region,product_type,lead_source,"
    "deal_stage,deal_amount,sales_cycle_days,outcome"
)
TRUTH_HEADER = (
    "effect,industry,region,lead_source,deal_stage,from_date,metric,value_before,value_after,note"
)
PROGRESS_ROWS = 200_000

START, AS_OF = date(2024, 1, 1), date(2025, 6, 30)
AS_OF_DAY = (AS_OF - START).days  # a "day" is a number of days after START

# Value -> weight. Sizes differ a little, as in a real book; no weight touches the outcome.
INDUSTRIES = {"Ecommerce": 21, "HealthTech": 18, "SaaS": 21, "EdTech": 19, "FinTech": 21}
REGIONS = {"India": 24, "APAC": 24, "North America": 28, "Europe": 24}
SOURCES = {"Inbound": 30, "Referral": 24, "Partner": 24, "Outbound": 22}
PRODUCTS = {"Core": 40, "Pro": 35, "Enterprise": 25}
REPS = {f"rep_{n}": 80 + 7 * n % 25 * 2 for n in range(1, 26)}
CLOSED_STAGES = {"Qualified": 12, "Demo": 14, "Proposal": 16, "Negotiation": 18, "Closed": 40}

# Lognormal amounts: mean and standard deviation of the natural logarithm (medians 8,100, 18,000
# and 42,200), cut to plausible bounds.
AMOUNT_LOG = {"Core": (9.0, 0.6), "Pro": (9.8, 0.6), "Enterprise": (10.65, 0.5)}
AMOUNT_MIN, AMOUNT_MAX = 1_000, 250_000

# Least, quartiles and greatest (exclusive) cycle in days; straight lines between them.
CYCLE_QUANTILES = (7, 38, 60, 84, 121)
NORMAL, LEAST_QUANTILE = NormalDist(), 2.0**-53  # a quantile of 0 would be a cycle of 0 days

# Weights of an open deal's stages when it is created and at OLD_AGE days: stages ripen with age.
OPEN_STAGES = ("Qualified", "Demo", "Proposal", "Negotiation")
YOUNG, OLD, OLD_AGE = (46, 30, 16, 8), (8, 18, 34, 40), 120
NO_AMOUNT_SHARE = 0.03  # of open deals
EXPECTED_CLOSE_SHARE = 0.60  # of open deals
EXPECTED_CLOSE_DAYS = (-10, 90)  # after the as-of date: a few are overdue, as in any CRM

BASE, LEAST, MOST = 0.45, 0.05, 0.90  # win probability of any deal, and its bounds
NO_EFFECT = ("region", "product_type", "sales_rep_id", "deal_amount", "deal_stage")


@dataclass(frozen=True)
class Drop:
    """Deals of a segment win less often, by `size`, when they close on a date or later."""

    segment: Mapping[str, str]  # by dimension: industry, region, lead_source; none = every deal
    size: float
    from_date: date


@dataclass(frozen=True)
class Shift:
    """A lead source is another share of the deals created from a date on."""

    lead_source: str
    share: float
    from_date: date


@dataclass(frozen=True)
class Pocket:
    """Old deals that are still open: one of so many rows of the book, but at least so many."""

    segment: tuple[str, str, str]  # industry, region, deal stage
    rows_per_deal: int = 200
    least: int = 12
    ages: tuple[int, int] = (150, 260)  # in days on AS_OF


@dataclass(frozen=True)
class LongTail:
    """Lognormal cycles, a few of them very long: one of a hundred takes more than a year."""

    median_days: float = 60
    sigma: float = 0.8  # of the natural logarithm of the days


@dataclass(frozen=True)
class Slow:
    """The deals of an industry and region always take so many times as long; none is stuck."""

    segment: tuple[str, str]
    factor: float


# What many CRMs write over the stage of a deal when it closes, by outcome.
RENAMED = {"Won": "Closed Won", "Lost": "Closed Lost"}


@dataclass(frozen=True)
class Effects:
    """What is true of a book, by default nothing. Changes are of the win probability, over BASE."""

    sources: Mapping[str, float] = field(default_factory=dict)
    # By industry, region and lead source, instead of the change of the lead source.
    segments: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    drop: Drop | None = None
    shift: Shift | None = None
    pocket: Pocket | None = None
    # By the stage that a deal is in, or closed in, added to the change of its segment.
    stages: Mapping[str, float] = field(default_factory=dict)
    slow: Slow | None = None
    long_tail: LongTail | None = None  # instead of CYCLE_QUANTILES
    closing_stages: Mapping[str, str] = field(default_factory=dict)  # RENAMED, or none is renamed


BUNDLED = Effects(
    sources={"Referral": 0.05, "Inbound": 0.03, "Partner": 0.0, "Outbound": -0.10},
    segments={
        ("FinTech", "North America", "Inbound"): 0.25,
        ("SaaS", "Europe", "Referral"): 0.20,
        ("EdTech", "APAC", "Outbound"): -0.22,
        ("Ecommerce", "India", "Outbound"): -0.20,
    },
    drop=Drop({"industry": "HealthTech"}, 0.20, date(2025, 4, 1)),
    shift=Shift("Outbound", 0.50, date(2025, 3, 1)),
    pocket=Pocket(("EdTech", "India", "Proposal")),
)


def cuts(weights: Iterable[float]) -> list[float]:
    """Upper bounds on 0-1 for drawing an index with bisect_right(cuts, random()).

    accumulate and not sum(): Python 3.12 changed how sum() rounds, and the bytes must not change.
    """
    running = list(accumulate(weights))
    return [weight / running[-1] for weight in running[:-1]] + [1.0]


def choices(weights: dict[str, int]) -> tuple[list[str], list[float]]:
    """Values and their cuts."""
    return list(weights), cuts(weights.values())


def source_cuts(shift: Shift | None) -> list[float]:
    """Cuts of the lead sources; a new share of one makes the others shrink in proportion."""
    weights: dict[str, float] = {**SOURCES}
    if shift:
        rest = 100 - SOURCES[shift.lead_source]
        weights[shift.lead_source] = rest * shift.share / (1 - shift.share)
    return cuts(weights.values())


def win_probability(
    segment: tuple[str, str, str], closed: date, effects: Effects, stage: str = ""
) -> float:
    """True probability that a deal of an industry, region and lead source is won on this date.

    The stage is that of the deal before the CRM renames it; without one it has no effect.
    """
    change = effects.segments.get(segment, effects.sources.get(segment[2], 0.0))
    change += effects.stages.get(stage, 0.0)
    drop = effects.drop
    if drop and closed >= drop.from_date:
        values = dict(zip(("industry", "region", "lead_source"), segment, strict=True))
        if drop.segment.items() <= values.items():
            change -= drop.size
    return round(min(max(BASE + change, LEAST), MOST), 6)


def cycle_days(u: float, long_tail: LongTail | None = None) -> int:
    """Length in days of the sales cycle at quantile u (0 <= u < 1)."""
    if long_tail:
        z = NORMAL.inv_cdf(max(u, LEAST_QUANTILE))
        return max(1, int(long_tail.median_days * exp(long_tail.sigma * z)))
    part = int(u * 4)
    low, high = CYCLE_QUANTILES[part : part + 2]
    return int(low + (u * 4 - part) * (high - low))


def open_stage_cuts(age: int) -> list[float]:
    """Cuts of the stages of an open deal of this age in days (0 to OLD_AGE)."""
    return cuts(young * (OLD_AGE - age) + old * age for young, old in zip(YOUNG, OLD, strict=True))


def rows_until(rows: int) -> list[int]:
    """Rows created before day 0, 1, ... of the book: growing by a third, slow at weekends.

    Rounding down leaves at least one deal for the last day, from which the as-of date is read.
    """
    running = [0]
    for day in range(AS_OF_DAY + 1):
        is_weekday = (START + timedelta(days=day)).weekday() < 5
        running.append(running[-1] + (850 + 300 * day // AS_OF_DAY) * (10 if is_weekday else 4))
    return [rows * weight // running[-1] for weight in running]


def pocket_deals(rows: int, pocket: Pocket) -> tuple[range, int]:
    """Row numbers (from 0) old enough for the stalled pocket, and how many of them are planted."""
    youngest, oldest = pocket.ages
    until = rows_until(rows)
    window = range(until[AS_OF_DAY - oldest], until[AS_OF_DAY - youngest + 1])
    return window, min(max(pocket.least, rows // pocket.rows_per_deal), len(window))


def deals(rows: int, seed: int, effects: Effects = BUNDLED) -> Iterator[tuple]:
    """Yield the deals by created date, telling stderr now and then how far a large book is.

    One long loop with everything looked up before it, because it may run ten million times.
    The order of the draws is part of the book: another order gives other deals.
    """
    rng = Random(seed)
    random, gauss = rng.random, rng.gauss
    drop, shift, pocket = effects.drop, effects.shift, effects.pocket
    slow, long_tail, renamed = effects.slow, effects.long_tail, effects.closing_stages
    stalled = set(rng.sample(*pocket_deals(rows, pocket))) if pocket else set()
    industries, industry_cuts = choices(INDUSTRIES)
    regions, region_cuts = choices(REGIONS)
    products, product_cuts = choices(PRODUCTS)
    reps, rep_cuts = choices(REPS)
    closed_stages, closed_stage_cuts = choices(CLOSED_STAGES)
    stage_cuts = [open_stage_cuts(age) for age in range(OLD_AGE + 1)]
    sources, cells = list(SOURCES), list(product(INDUSTRIES, REGIONS, SOURCES, CLOSED_STAGES))
    old_chance, new_chance = (
        {cell: win_probability(cell[:3], on, effects, cell[3]) for cell in cells}
        for on in (date.min, date.max)
    )
    drop_day, shift_day = (
        (effect.from_date - START).days if effect else AS_OF_DAY + 1 for effect in (drop, shift)
    )
    soonest, latest = EXPECTED_CLOSE_DAYS
    iso = [(START + timedelta(days=day)).isoformat() for day in range(AS_OF_DAY + latest + 1)]
    until = rows_until(rows)

    for day in range(AS_OF_DAY + 1):
        day_source_cuts = source_cuts(shift if day >= shift_day else None)
        age = AS_OF_DAY - day
        for row in range(until[day], until[day + 1]):
            industry = industries[bisect_right(industry_cuts, random())]
            product_type = products[bisect_right(product_cuts, random())]
            region = regions[bisect_right(region_cuts, random())]
            source = sources[bisect_right(day_source_cuts, random())]
            cycle, factor = cycle_days(random(), long_tail), 1.0
            if slow and (industry, region) == slow.segment:
                factor = slow.factor
                cycle = int(cycle * factor)
            rep = reps[bisect_right(rep_cuts, random())]
            log_amount = gauss(*AMOUNT_LOG[product_type])
            amount = str(min(max(round(exp(log_amount)), AMOUNT_MIN), AMOUNT_MAX))
            closed = day + cycle
            if row in stalled or closed > AS_OF_DAY:
                outcome, length, closed_date = "Open", "", ""
                open_cuts = stage_cuts[min(int(age / factor), OLD_AGE)]
                stage = OPEN_STAGES[bisect_right(open_cuts, random())]
                if random() < EXPECTED_CLOSE_SHARE:
                    expected = AS_OF_DAY + int(soonest + random() * (latest - soonest))
                    closed_date = iso[max(day + 1, expected)]
                if random() < NO_AMOUNT_SHARE:
                    amount = ""
                if pocket and row in stalled:
                    industry, region, stage = pocket.segment
            else:
                chance = new_chance if closed >= drop_day else old_chance
                luck = random()
                stage = closed_stages[bisect_right(closed_stage_cuts, random())]
                outcome = "Won" if luck < chance[industry, region, source, stage] else "Lost"
                stage = renamed.get(outcome, stage)
                length, closed_date = str(cycle), iso[closed]
            head = (f"D{row + 1:05d}", iso[day], closed_date, rep, industry, region, product_type)
            yield (*head, source, stage, amount, length, outcome)
        done = until[day + 1]
        if rows > PROGRESS_ROWS and done // PROGRESS_ROWS > until[day] // PROGRESS_ROWS:
            print(f"{done:,} of {rows:,} deals", file=sys.stderr)


def truth(rows: int, effects: Effects = BUNDLED) -> Iterator[tuple]:
    """Yield the planted effects in the order of TRUTH_HEADER; empty = every value, or always.

    Long tails and renamed stages have no row: they are of the whole book, and change no rate.
    """

    def rates(change: float) -> tuple[str, str, str]:
        return "win_rate", f"{BASE:.2f}", f"{BASE + change:.2f}"

    yield ("base_rate", "", "", "", "", "", *rates(0), "Every deal that no other row speaks of.")
    for segment, change in effects.segments.items():
        effect = "better_segment" if change > 0 else "worse_segment"
        note = f"{change:+.2f} over base; the effect of the lead source is not added."
        yield (effect, *segment, "", "", *rates(change), note)
    for source, change in effects.sources.items():
        note = f"{change:+.2f} over base, save in segments with a row of their own."
        yield ("lead_source_effect", "", "", source, "", "", *rates(change), note)
    if drop := effects.drop:
        where = [drop.segment.get(name, "") for name in ("industry", "region", "lead_source")]
        change = -drop.size
        note = f"{change:+.2f} for deals closed from this date on; lead source effects are added."
        yield ("win_rate_drop", *where, "", drop.from_date, *rates(change), note)
    if shift := effects.shift:
        source = shift.lead_source
        shares = (f"{source.lower()}_share", f"{SOURCES[source] / 100:.2f}", f"{shift.share:.2f}")
        note = "Share of the deals created from this date on; the other sources shrink in "
        yield ("mix_shift", "", "", source, "", shift.from_date, *shares, note + "proportion.")
    if pocket := effects.pocket:
        industry, region, stage = pocket.segment
        planted = ("open_deals", 0, pocket_deals(rows, pocket)[1])
        note = f"Deals {pocket.ages[0]} to {pocket.ages[1]} days old and still open on {AS_OF}."
        yield ("stalled_pocket", industry, region, "", stage, "", *planted, note)
    for stage, change in effects.stages.items():
        note = f"{change:+.2f} for deals in this stage; added to the effect of their segment."
        yield ("stage_effect", "", "", "", stage, "", *rates(change), note)
    if slow := effects.slow:
        note = "Cycles in this industry and region, to those elsewhere: slower, and none is stuck."
        yield ("slow_segment", *slow.segment, "", "", "", "cycle_factor", 1, slow.factor, note)
    for name in NO_EFFECT:
        if name == "deal_stage" and effects.stages:
            continue
        note = f"By itself {name} does not change the probability of a win."
        yield ("no_effect", "", "", "", "", "", f"win_rate_by_{name}", *rates(0)[1:], note)


def write_csv(path: Path, header: str, rows: Iterable[tuple]) -> None:
    """Write all of it, or leave the file as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as handle:
        handle.write(header + "\n")
        csv.writer(handle, lineterminator="\n").writerows(rows)


def parse_args(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read and check the command line."""
    parser = Parser(description="Make a synthetic book of deals with known true effects.")
    parser.add_argument("--rows", type=int, default=5000, help="deals to make (default: 5000)")
    parser.add_argument("--seed", type=int, default=42, help="same seed, same file (default: 42)")
    help_out = "CSV to write, with <stem>_truth.csv beside it (default: seeds/%s of the project)"
    parser.add_argument("--out", type=Path, default=DEFAULT_OUT, help=help_out % DEFAULT_OUT.name)
    args = parser.parse_args(argv)
    if args.rows < 1:
        parser.error(f"--rows must be 1 or more, not {args.rows}")
    if args.seed < 0:  # Python takes -42 for 42
        parser.error(f"--seed must be 0 or more, not {args.seed}")
    if args.out.exists() and not args.out.is_file():  # os.replace would even replace /dev/null
        parser.error(f"--out must name a file, and {args.out} is something else")
    return args


def write_both(argv: Sequence[str] | None) -> str:
    """Write the deals and what is true of them; where, in one line."""
    args = parse_args(argv)
    out = args.out.resolve()
    try:
        write_csv(out, HEADER, deals(args.rows, args.seed))
        write_csv(out.with_name(f"{out.stem}_truth.csv"), TRUTH_HEADER, truth(args.rows))
    except OSError as error:
        raise Trouble(f"cannot write {args.out}: {error.strerror}") from None
    return f"{args.rows:,} deals are in {args.out}"


def main(argv: Sequence[str] | None = None) -> int:
    """Write both files; 0 when done, 2 when they cannot be written, 130 when interrupted."""
    return finish("generate_deals", lambda: write_both(argv), "the files before are still in place")


if __name__ == "__main__":
    raise SystemExit(main())

"""The generator: the same bytes always, the promised shape, and plain words for a wrong call."""

import csv
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from statistics import mean

import generate_deals
import pytest
from conftest import BUNDLED_FILE, HEADER, ROOT
from generate_deals import (
    AS_OF,
    BASE,
    BUNDLED,
    RENAMED,
    START,
    Drop,
    Effects,
    LongTail,
    Slow,
    cycle_days,
    deals,
    truth,
    win_probability,
)

SCRIPT = ROOT / "scripts" / "generate_deals.py"


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True)


def book(effects: Effects, rows: int = 5000) -> list[dict[str, str]]:
    """The deals of a book, by the names of their columns."""
    return [dict(zip(HEADER.split(","), deal, strict=True)) for deal in deals(rows, 1, effects)]


def test_the_bundled_book_is_what_the_generator_makes(tmp_path):
    assert generate("--out", str(tmp_path / "deals.csv")).returncode == 0
    for made, kept in [
        ("deals.csv", BUNDLED_FILE),
        ("deals_truth.csv", BUNDLED_FILE.with_name("skygeni_sales_data_truth.csv")),
    ]:
        assert (tmp_path / made).read_bytes() == kept.read_bytes()


def test_the_book_has_the_promised_shape():
    with BUNDLED_FILE.open(newline="") as handle:
        deals = list(csv.DictReader(handle))
    assert BUNDLED_FILE.read_text().startswith(HEADER + "\n")
    assert len(deals) == 5000
    open_deals = [deal for deal in deals if deal["outcome"] == "Open"]
    assert 0.10 <= len(open_deals) / len(deals) <= 0.15
    assert {deal["outcome"] for deal in deals} == {"Won", "Lost", "Open"}


def open_ages(effects: Effects) -> list[int]:
    """How old the open deals of a book are, in days."""
    return [
        (AS_OF - date.fromisoformat(deal["created_date"])).days
        for deal in book(effects)
        if deal["outcome"] == "Open"
    ]


def test_every_effect_can_be_left_out():
    segments = product(generate_deals.INDUSTRIES, generate_deals.REGIONS, generate_deals.SOURCES)
    assert {win_probability(s, on, Effects()) for s in segments for on in (START, AS_OF)} == {BASE}
    assert max(open_ages(Effects())) < 121
    late = [d["lead_source"] for d in book(Effects()) if d["created_date"] >= "2025-03-01"]
    assert late.count("Outbound") / len(late) == pytest.approx(0.22, abs=0.04)


def test_a_drop_starts_on_its_day_in_its_segment_and_stays_a_probability():
    inside, outside = ("SaaS", "Europe", "Partner"), ("SaaS", "Europe", "Inbound")
    place, day = {"industry": "SaaS", "lead_source": "Partner"}, date(2025, 4, 1)
    drop = Effects(drop=Drop(place, 0.30, day))
    assert win_probability(inside, day, drop) == pytest.approx(BASE - 0.30)
    assert win_probability(inside, date(2025, 3, 31), drop) == BASE
    assert win_probability(outside, day, drop) == BASE
    everything = Effects({"Partner": -0.20}, drop=Drop({}, 0.30, day))
    assert win_probability(inside, day, everything) == 0.05
    assert win_probability(("FinTech", "North America", "Inbound"), START, BUNDLED) == 0.70


def test_long_tails_have_the_promised_quantiles_and_leave_old_deals_open():
    # Lognormal: 60, and 60 times the exponential of 0.8 times 1.2816 and 2.3263.
    assert [cycle_days(u, LongTail()) for u in (0.5, 0.9, 0.99)] == [60, 167, 385]
    assert [cycle_days(u) for u in (0.5, 0.99)] == [60, 119]
    assert cycle_days(0.0, LongTail()) == 1
    assert max(open_ages(Effects(long_tail=LongTail()))) > 365


def test_stages_are_renamed_at_closing_and_nothing_else_is_changed():
    renamed, plain = book(Effects(closing_stages=RENAMED)), book(Effects())
    assert {(deal["outcome"], deal["deal_stage"]) for deal in renamed} == {
        ("Won", "Closed Won"),
        ("Lost", "Closed Lost"),
        *(("Open", stage) for stage in generate_deals.OPEN_STAGES),
    }
    for after, before in zip(renamed, plain, strict=True):
        stage = RENAMED.get(before["outcome"], before["deal_stage"])
        assert after == before | {"deal_stage": stage}


def win_rate(closed: list[dict[str, str]], is_wanted: Callable[[dict[str, str]], bool]) -> float:
    return mean(deal["outcome"] == "Won" for deal in closed if is_wanted(deal))


def test_a_stage_wins_as_much_more_or_less_as_it_says():
    effects = Effects({"Outbound": -0.10}, stages={"Demo": 0.20, "Proposal": -0.20})
    for source, stage, rate in [
        ("Outbound", "Demo", 0.55),
        ("Outbound", "Qualified", 0.35),
        ("Inbound", "Demo", 0.65),
        ("Inbound", "Proposal", 0.25),
        ("Inbound", "", 0.45),
    ]:
        chance = win_probability(("SaaS", "Europe", source), AS_OF, effects, stage)
        assert chance == pytest.approx(rate)
    for made, spread in [(effects, 0.40), (Effects({"Outbound": -0.10}), 0)]:
        closed = [deal for deal in book(made, 20_000) if deal["outcome"] != "Open"]
        demo, proposal = (
            win_rate(closed, lambda deal, stage=stage: deal["deal_stage"] == stage)
            for stage in ("Demo", "Proposal")
        )
        assert demo - proposal == pytest.approx(spread, abs=0.04)


def test_the_slow_segment_takes_as_many_times_as_long_and_no_other_does():
    slow, plain = book(Effects(slow=Slow(("EdTech", "India"), 2.0))), book(Effects())
    # As long as all deals close, the same draws make both books.
    early = [
        (after, before)
        for after, before in zip(slow, plain, strict=True)
        if before["created_date"] < "2024-07-01"
    ]
    assert {deal["outcome"] for pair in early for deal in pair} == {"Won", "Lost"}
    places = {(before["industry"], before["region"]) for _, before in early}
    assert len(places) == 20
    for after, before in early:
        is_slow = (before["industry"], before["region"]) == ("EdTech", "India")
        days = int(before["sales_cycle_days"]) * (2 if is_slow else 1)
        closed = date.fromisoformat(before["created_date"]) + timedelta(days=days)
        changed = {"sales_cycle_days": str(days), "closed_date": closed.isoformat()}
        assert after == before | changed


def test_the_truth_tells_of_the_effects_that_are_there():
    told = {row[0]: row for row in truth(5000, Effects({}, slow=Slow(("EdTech", "India"), 2.0)))}
    assert told["slow_segment"][1:3] == ("EdTech", "India")
    assert "stage_effect" not in told
    rows = list(truth(5000, Effects(stages={"Demo": 0.20})))
    assert [(row[4], row[7], row[8]) for row in rows if row[0] == "stage_effect"] == [
        ("Demo", "0.45", "0.65")
    ]
    assert "win_rate_by_deal_stage" not in {row[6] for row in rows}
    assert "win_rate_by_deal_stage" in {row[6] for row in truth(5000)}


def test_rows_and_seed_are_heeded(tmp_path):
    for name, seed in [("a", "1"), ("b", "1"), ("c", "2")]:
        generate("--rows", "300", "--seed", seed, "--out", str(tmp_path / f"{name}.csv"))
    a, b, c = ((tmp_path / f"{name}.csv").read_bytes() for name in "abc")
    assert a == b != c
    assert a.count(b"\n") == 301


def test_a_wrong_call_is_one_line_and_exit_code_2(tmp_path):
    for arguments in [
        ("--rows", "0"),
        ("--rows", "many"),
        ("--seed", "-1"),
        ("--out", str(tmp_path)),
    ]:
        refused = generate(*arguments)
        assert refused.returncode == 2, arguments
        assert len(refused.stderr.strip().splitlines()[-1]) > 10
        assert "Traceback" not in refused.stderr
    assert list(Path(tmp_path).iterdir()) == []

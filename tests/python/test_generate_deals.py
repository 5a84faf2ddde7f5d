"""The generator: the same bytes always, the promised shape, and plain words for a wrong call."""

import csv
import subprocess
import sys
from datetime import date
from itertools import product
from pathlib import Path

import generate_deals
import pytest
from conftest import BUNDLED_FILE, HEADER, ROOT
from generate_deals import AS_OF, BASE, BUNDLED, START, Drop, Effects, deals, win_probability

SCRIPT = ROOT / "scripts" / "generate_deals.py"


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True)


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


def test_every_effect_can_be_left_out():
    segments = product(generate_deals.INDUSTRIES, generate_deals.REGIONS, generate_deals.SOURCES)
    assert {win_probability(s, on, Effects()) for s in segments for on in (START, AS_OF)} == {BASE}
    book = [dict(zip(HEADER.split(","), deal, strict=True)) for deal in deals(5000, 1, Effects())]
    open_ages = [
        (AS_OF - date.fromisoformat(deal["created_date"])).days
        for deal in book
        if deal["outcome"] == "Open"
    ]
    assert max(open_ages) < 121
    late = [deal["lead_source"] for deal in book if deal["created_date"] >= "2025-03-01"]
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

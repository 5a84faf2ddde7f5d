"""The generator: the same bytes always, the promised shape, and plain words for a wrong call."""

import csv
import subprocess
import sys
from pathlib import Path

from conftest import BUNDLED_FILE, HEADER, ROOT

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

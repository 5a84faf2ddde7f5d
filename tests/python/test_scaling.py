"""What docs/scaling.md says of the figures that were measured."""

from __future__ import annotations

from pathlib import Path

import duckdb
import measure_scaling
import pytest
from bench import books, scaling
from common.trouble import Trouble


def test_a_billion_is_what_each_more_million_costs():
    """The fixed cost of a run, here ten seconds, is not taken a thousand times."""
    found = {
        "1M": {"wall": 13, "cpu": 20, "megabytes": 500, "gigabytes": 0.1},
        "11M": {"wall": 43, "cpu": 70, "megabytes": 900, "gigabytes": 1.1},
    }
    said = scaling.growth(found, cores=2)
    assert "| 11,000,000 | 43 | 70 | 0.90 | 1.10 | 3.9 |" in said
    assert "From 1M to 11M each million more takes DuckDB 3.0 s on 2 cores." in said
    assert "a billion would take 0.8 hours of them, 1.7 core hours and 100 GB of disk." in said


@pytest.mark.parametrize(
    ("seconds", "verdict"),
    [
        (9.0, "kept tables spare 10%"),
        (9.1, "no gain that stands out from noise"),
        (11.0, "no gain that stands out from noise"),
        (11.1, "kept tables cost 11%"),
    ],
)
def test_kept_tables_are_told_by_engine(seconds, verdict):
    runs = {name: {"all": 10.0, "read": 2.0, "counted": 1.0} for name in scaling.BUILDS}
    runs["next"] = {"all": seconds, "read": 0.5, "counted": 0.25}
    said = scaling.kept({"postgres": runs}, {"postgres": "1M"})
    assert f"| Postgres, 1M deals | a day later | {seconds} | 0.5 | 0.2 |" in said
    assert said.count("| Postgres, 1M deals |") == 4
    assert f"On Postgres a day later takes {seconds} s, all written anew 10.0 s: {verdict}." in said


def test_rows_that_differ_on_the_cluster_are_told():
    found = {
        "1M": {"wall": 200.0, "differing": {"alerts": 0, "deals": 0}},
        "11M": {"wall": 560.0, "differing": {"alerts": 0, "deals": 3}},
    }
    said = scaling.cluster(found, {"11M": {"wall": 50.0}}, "two workers", cores=2)
    assert "on a cluster of two workers:" in said
    assert "| 1,000,000 | 200 | - | 2 | none |" in said
    assert "| 11,000,000 | 560 | 50 | 2 | `deals` 3 |" in said
    assert "each million more takes Spark 36.0 s on 2 cores." in said
    assert "10.0 hours of them, 20.0 core hours." in said


def test_the_page_has_a_place_for_every_figure():
    """An empty one too, as in a page that was never filled."""
    text = measure_scaling.PAGE.read_text()
    names = ("growth", "kept", "cluster")
    for name in names:
        text = scaling.filled(text, name, "")
    assert text.count("<!-- end -->") == len(names)
    for name in names:
        once = scaling.filled(text, name, "| 1 |\n")
        assert once.replace("| 1 |\n", "") == text
        assert f"{name} -->\n| 1 |\n<!-- end -->" in once
        assert scaling.filled(once, name, "") == text


def test_a_day_later_the_last_month_is_corrected_and_new_deals_stand_at_the_end(tmp_path: Path):
    book = books.make("5k", tmp_path).parquet
    later = tmp_path / "later.parquet"
    duckdb.execute(measure_scaling.NEXT_DAY.format(book=f"'{book}'", later=f"'{later}'"))
    columns = "deal_id, created_date, deal_amount"
    before, after = (
        duckdb.sql(f"select {columns} from '{path}'").fetchall() for path in (book, later)
    )
    kept, new = after[: len(before)], after[len(before) :]
    corrected = [two for one, two in zip(before, kept, strict=True) if one != two]
    assert [row[0] for row in kept] == [row[0] for row in before]
    assert corrected
    assert new
    assert all(deal_id.startswith("N") for deal_id, *_ in new)
    last = max(created for _, created, _ in before)
    assert all((last - created).days < 30 for _, created, _ in [*corrected, *new])


@pytest.mark.parametrize("option", ["--sizes", "--cluster-sizes"])
@pytest.mark.parametrize("sizes", ["1M", "1M,1M"])
def test_growth_needs_two_sizes(option, sizes, monkeypatch):
    monkeypatch.setattr("sys.argv", ["measure_scaling", option, sizes])
    with pytest.raises(Trouble, match=f"{option} needs two sizes"):
        measure_scaling.parse_args()


@pytest.mark.parametrize("option", ["--sizes", "--cluster-sizes"])
def test_what_is_no_size_is_refused_before_anything_is_measured(option, monkeypatch):
    monkeypatch.setattr("sys.argv", ["measure_scaling", option, "many"])
    with pytest.raises(Trouble, match="'many' is no size; give one such as 5k or 10M"):
        measure_scaling.parse_args()


def test_sizes_are_measured_from_the_smallest_on(monkeypatch):
    monkeypatch.setattr("sys.argv", ["measure_scaling", "--sizes", "10M,5k,1M,5k"])
    assert measure_scaling.parse_args().sizes == ["5k", "1M", "10M"]

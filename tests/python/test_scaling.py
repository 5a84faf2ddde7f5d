"""What docs/scaling.md says of the figures that were measured."""

from __future__ import annotations

import measure_scaling as scaling


def test_a_billion_is_what_each_more_million_costs():
    """The fixed cost of a run, here ten seconds, is not taken a thousand times."""
    found = {
        "1M": {"wall": 13, "cpu": 20, "megabytes": 500, "gigabytes": 0.1},
        "11M": {"wall": 43, "cpu": 70, "megabytes": 900, "gigabytes": 1.1},
    }
    said = scaling.told_growth(found)
    assert "| 11,000,000 | 43 | 70 | 0.90 | 1.10 | 3.9 |" in said
    assert "From 1M to 11M each million more takes 3.0 s, 5.0 CPU s and 0.10 GB" in said
    assert "would by that take 0.8 hours, 1 core hours and 100 GB." in said


def test_kept_tables_are_told_by_engine():
    run = {"all": 9.0, "read": 2.0, "counted": 1.0}
    runs = {name: run for name in ("first", "next", "again", "whole")}
    runs["next"] = {"all": 4.04, "read": 0.5, "counted": 0.25}
    said = scaling.told_kept({"postgres": runs}, "1M")
    assert "| Postgres | a day later | 4.0 | 0.5 | 0.2 |" in said
    assert said.count("| Postgres |") == 4


def test_rows_that_differ_on_the_cluster_are_told():
    cluster = {"wall": 700.0, "differing": {"alerts": 0, "deals": 3}}
    assert "rows differ: `deals` 3." in scaling.told_cluster(cluster, None, "10M")
    equal = {"wall": 700.0, "differing": {"alerts": 0, "deals": 0}}
    said = scaling.told_cluster(equal, {"wall": 50.0}, "10M")
    assert "700 s (DuckDB: 50 s). 2 public tables compared with DuckDB's: no value differs." in said


def test_the_page_has_a_place_for_every_figure():
    """An empty one too, as in a page that was never filled."""
    text = scaling.PAGE.read_text()
    names = ("growth", "kept", "cluster")
    for name in names:
        text = scaling.filled(text, name, "")
    assert text.count("<!-- end -->") == len(names)
    for name in names:
        once = scaling.filled(text, name, "| 1 |\n")
        assert once.replace("| 1 |\n", "") == text
        assert f"{name} -->\n| 1 |\n<!-- end -->" in once
        assert scaling.filled(once, name, "") == text

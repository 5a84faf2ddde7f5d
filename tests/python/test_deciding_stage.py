"""Exports that rename the stage of a deal at closing: it tells nothing about open deals."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BUNDLED_FILE, HEADER, ROOT, Build


@pytest.fixture(scope="module")
def renamed(built, tmp_path_factory) -> Build:
    """The bundled deals with the stages that some CRMs give them at closing."""
    path: Path = tmp_path_factory.mktemp("renamed") / "deals.csv"
    with BUNDLED_FILE.open(newline="") as deals, path.open("w", newline="") as out:
        writer = csv.DictWriter(out, HEADER.split(","), lineterminator="\n")
        writer.writeheader()
        for deal in csv.DictReader(deals):
            if deal["outcome"] != "Open":
                deal["deal_stage"] = f"Closed {deal['outcome']}"
            writer.writerow(deal)
    return built(path)


def test_the_stage_is_not_used_for_scoring(renamed):
    assert renamed.rows("select deciding_stages from score_skill") == [("Closed Lost, Closed Won",)]
    assert renamed.rows("select distinct score_basis from deal_risk") == [("segment",)]
    assert renamed.rows(
        "select count(*) from deal_risk where risk_reasons not like '%the stage is left out%'"
    ) == [(0,)]


def test_the_scores_are_those_of_the_segments(built, renamed):
    """The bundled book has no effect of the stage, so that leaving it out changes no score."""
    query = "select deal_id, segment_win_probability from deal_risk order by 1"
    for (deal, score), (other, renamed_score) in zip(
        built().rows(query), renamed.rows(query), strict=True
    ):
        assert (deal, renamed_score) == (other, pytest.approx(score, abs=1e-12))


def test_the_notification_says_so(renamed):
    printed = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "notify.py"), "--db", str(renamed.database)],
        capture_output=True,
        text=True,
        check=True,
    )
    said = " ".join(printed.stdout.split())
    assert "Deal stage is not used for scoring, as it decides" in said
    assert "Closed Lost, Closed Won." in said

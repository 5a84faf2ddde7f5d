"""Exports that rename the stage of a deal at closing: it tells nothing about open deals."""

import subprocess
import sys

import pytest
from conftest import ROOT, Build
from test_oracle import RENAMED

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def renamed(built, renamed_file) -> Build:
    """A build of closed deals that have a stage of their own."""
    return built(renamed_file, **RENAMED)


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

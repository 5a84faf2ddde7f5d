"""What a build says of a past month-end is what a build of that day would have said."""

import pandas as pd
import pytest
from conftest import BUNDLED_FILE, PAST_DAY

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def then_and_now(built):
    """A build as of the day, and one as of a later day that replays it."""
    return built(BUNDLED_FILE, as_of_date=PAST_DAY), built()


def told(build):
    """What the rules found on the day."""
    results = build.table("rule_results")
    is_asked = (results["evaluation_date"] == pd.Timestamp(PAST_DAY)) & (results["shuffle"] == 0)
    # The one difference: which of its dates a build calls its own.
    found = results[is_asked].drop(columns="is_as_of")
    return found.sort_values("alert_key").reset_index(drop=True)


def test_every_rule_says_the_same_in_the_replay(then_and_now):
    then, now = map(told, then_and_now)
    assert len(then) > 100
    pd.testing.assert_frame_equal(now, then, rtol=1e-9, atol=1e-9)


def test_the_scores_were_graded_the_same(then_and_now):
    then, now = (
        build.rows(
            "select graded_books, graded_deals, skill, is_informative from int_score_skill"
            f" where evaluation_date = '{PAST_DAY}'"
        )
        for build in then_and_now
    )
    assert now[0] == pytest.approx(then[0], rel=1e-9)


def test_streaks_go_back_to_the_same_day(then_and_now):
    query = (
        "select alert_key, first_breached_on, consecutive_periods from alert_history"
        f" where evaluation_date = '{PAST_DAY}' and first_breached_on > '2024-06-30' order by 1"
    )
    then, now = (build.rows(query) for build in then_and_now)
    assert then and now == then

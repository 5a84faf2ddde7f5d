"""Vars: what a wrong one says, and that a right one reaches the tables."""

import re

import pytest
import yaml
from conftest import BUNDLED_FILE, ROOT, dbt
from test_oracle import EARLIER


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dbt_vars", "message"),
    [
        (
            {"thresholds": {"low_fit_shar": 0.5}},
            "var thresholds names 'low_fit_shar', which is not a threshold; known are:"
            " recent_window_days, ",
        ),
        (
            {"thresholds": {"low_fit_share": "half"}},
            "var thresholds: low_fit_share must be a number, not 'half'",
        ),
        ({"thresholds": "low_fit_share"}, "var thresholds must be a list of names and numbers"),
        (
            {"thresholds": {"recent_window_days": 90.5}},
            "recent_window_days is in days and must be a whole number from 0 on, not 90.5",
        ),
        ({"thresholds": {"low_fit_share": -0.1}}, "must be a number from 0 on, not -0.1"),
        ({"thresholds": {"mid_deal_amount": 60000}}, "enterprise_deal_amount must rise"),
        ({"ruleset": "prototyp"}, "var ruleset is 'prototyp'; it must be standard or prototype"),
        ({"change_period": "year"}, "var change_period is 'year'; it must be quarter or month"),
        ({"as_of_date": "31.03.2024"}, "var as_of_date is '31.03.2024'; it must be a date such as"),
        ({"as_of_date": "2024-02-30"}, "var as_of_date is '2024-02-30'; it must be a date such as"),
    ],
)
def test_a_wrong_var_stops_the_run_in_words(tmp_path, dbt_vars, message):
    parsed = dbt(tmp_path, "parse", dbt_vars=dbt_vars)
    assert parsed.exit_code == 2
    assert message in parsed.output


def test_a_misspelt_var_is_not_ignored(tmp_path):
    """It would build the bundled deals, as if nothing had been said."""
    refused = dbt(
        tmp_path, "run", "--select", "alert_thresholds", dbt_vars={"deal_file": "deals.csv"}
    )
    assert refused.exit_code != 0
    assert "unknown var 'deal_file'; known are: as_of_date, " in refused.output
    assert "created sql table model" not in refused.output


@pytest.mark.slow
def test_a_date_format_without_letters_of_strftime_is_refused(tmp_path):
    """It would reject every row, and not say why."""
    refused = dbt(
        tmp_path, "run", "--select", "alert_thresholds", dbt_vars={"date_format": "dd/mm/yyyy"}
    )
    assert refused.exit_code != 0
    assert "must be in strftime letters, such as %d/%m/%Y" in refused.output


def test_the_known_vars_are_those_of_the_project():
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    macro = (ROOT / "macros" / "hooks" / "check_vars.sql").read_text()
    listed = re.findall(r"'(\w+)'", macro[macro.index("{% macro known_vars()") :])
    assert listed == list(project["vars"])


@pytest.mark.slow
def test_an_override_is_used_and_shown(built):
    build = built(BUNDLED_FILE, **EARLIER)
    assert build.rows(
        "select name, value, default_value from alert_thresholds where is_overridden order by name"
    ) == [
        ("backtest_month_ends", 6, 24),
        ("low_fit_share", 0.01, 0.25),
        ("noise_floor_shuffles", 2, 20),
        ("stalled_deals", 3, 10),
    ]
    fired = dict(build.rows("select rule, fired from alert_rule_evaluations"))
    assert fired["low_fit_pipeline"] == 1
    assert fired["stage_stalling"] == 2


@pytest.mark.slow
def test_today_is_the_day_of_the_database(tmp_path):
    build = dbt(
        tmp_path,
        *("build", "--select", "+as_of", "--exclude-resource-type", "unit_test"),
        dbt_vars={"as_of_date": "today"},
    )
    assert build.rows("select as_of_date = current_date, decided_by from as_of") == [
        (True, "today")
    ]


@pytest.mark.slow
def test_the_rulesets_differ_in_these_thresholds_only(built):
    standard, prototype = (
        dict(build.rows("select name, value from alert_thresholds"))
        for build in (built(), built(BUNDLED_FILE, ruleset="prototype"))
    )
    assert standard.keys() == prototype.keys()
    assert {name for name in standard if standard[name] != prototype[name]} == {
        "recent_window_days",
        "history_window_days",
        "win_rate_drop_min_deals",
        "low_fit_share",
        "low_fit_share_critical",
        "proven_q_value",
    }


def test_every_var_has_a_comment_and_a_row_in_the_readme():
    project = (ROOT / "dbt_project.yml").read_text()
    readme = (ROOT / "README.md").read_text()
    for name in yaml.safe_load(project)["vars"]:
        before = project[: project.index(f"\n  {name}:")].splitlines()
        assert before[-1].lstrip().startswith("#"), f"var {name} has no comment in dbt_project.yml"
        assert f"\n| `{name}` |" in readme, f"var {name} has no row in the README's table"

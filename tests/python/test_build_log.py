"""The warehouse says how its last build ended, also when nobody was left to say it."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, dbt

LAST = "select status from build_log order by recorded_at desc limit 1"


def part(folder):
    return dbt(folder, "run", "--select", "alert_thresholds")


def whole(folder):
    return dbt(folder, "build", "--exclude-resource-type", "unit_test")


@pytest.mark.slow
def test_only_a_whole_build_passes(tmp_path):
    """Parts, and runs without tests, keep what was passed and heal nothing."""
    assert part(tmp_path).rows(LAST) == [("incomplete",)]
    assert "run the whole `dbt build`" in refusal(tmp_path)
    assert whole(tmp_path).rows(LAST) == [("passed",)]
    assert part(tmp_path).rows(LAST) == [("passed",)]
    other_vars = {"thresholds": {"stalled_deals": 3}}
    parted = dbt(tmp_path, "run", "--select", "alert_thresholds", dbt_vars=other_vars)
    assert parted.rows(LAST) == [("incomplete",)]
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as warehouse:
        warehouse.execute("delete from build_log where status = 'incomplete'")

    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as warehouse:
        warehouse.execute("delete from stage_pace")
    failed = dbt(tmp_path, "test", "--select", "stalled_deals_are_those_of_deal_risk")
    assert failed.exit_code == 1
    assert failed.rows(LAST) == [("failed",)]
    assert "the last build failed" in refusal(tmp_path)
    for arguments in [
        ("run",),
        ("run", "--select", "alert_thresholds"),
        ("build", "--resource-type", "seed"),
    ]:
        healed = dbt(tmp_path, *arguments)
        assert healed.exit_code == 0
        assert healed.rows(LAST) == [("failed",)], arguments


@pytest.mark.slow
def test_a_killed_build_stays_started_and_the_notification_refuses(tmp_path):
    build = part(tmp_path)
    before = build.rows("select count(*) from build_log")
    running = subprocess.Popen(
        [
            *(str(Path(sys.executable).with_name("dbt")), "build", "--quiet"),
            *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT)),
            *("--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")),
        ],
        cwd=tmp_path,
        env={**os.environ, "SALES_INSIGHTS_DB": str(build.database)},
    )
    log = tmp_path / "logs" / "dbt.log"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if log.exists() and "stg_deals_raw" in log.read_text()[-4000:]:
            break
        time.sleep(0.05)
    running.kill()
    running.wait()
    assert build.rows("select count(*) from build_log") == [(before[0][0] + 1,)]
    assert build.rows(LAST) == [("started",)]
    assert "still running or was killed" in refusal(tmp_path)
    assert part(tmp_path).rows(LAST) == [("incomplete",)]


def test_constraints_call_no_function():
    """DuckDB replays what a killed build left in its log before it knows any function.

    A constraint that called one would make the file impossible to open, even for the next build.
    """
    for described in (ROOT / "models").rglob("*.yml"):
        for expression in re.findall(r"expression: (.*)", described.read_text(encoding="utf-8")):
            assert set(re.findall(r"(\w+)\(", expression)) <= {"coalesce"}, (described, expression)


def refusal(folder) -> str:
    """What the notification says when it must not speak: one line, exit code 2."""
    refused = subprocess.run(
        [
            *(sys.executable, str(ROOT / "scripts" / "notify.py")),
            *("--db", str(folder / "warehouse.duckdb")),
        ],
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    return refused.stderr

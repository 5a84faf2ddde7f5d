"""The daily job says which step failed, and the recipes of docs/scheduling.md can be read by what
they are for.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

PAGE = (ROOT / "docs" / "scheduling.md").read_text()


def recipe(language: str) -> str:
    """The one block of the page in a language."""
    [block] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)
    return block


def daily(
    folder: Path, build: int, publish: int, notify: int, report: int | None = None
) -> tuple[int, str, list[str]]:
    """The job with stand-ins that end as asked; its exit code, errors, and what it called. Without
    a report its library is not installed.
    """
    calls = folder / "calls"
    python = (
        f'case "$1" in *publish.py) exit {publish};; *report.py) exit {report};;'
        f" -c) exit {int(report is None)};; *) exit {notify};; esac"
    )
    for name, ends in (("dbt", f"exit {build}"), ("python", python)):
        command = folder / name
        command.write_text(f'#!/bin/sh\necho "{name} $*" >> {calls}\n{ends}\n')
        command.chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts" / "daily.sh", "--vars", "{deals_file: a b.csv}"],
        env={**os.environ, "DBT": str(folder / "dbt"), "PYTHON": str(folder / "python")},
        capture_output=True,
        text=True,
        cwd=folder,
    )
    return done.returncode, done.stderr, calls.read_text().splitlines()


@pytest.mark.parametrize(
    ("build", "publish", "notify", "code", "words"),
    [
        (0, 0, 0, 0, ""),
        (1, 0, 0, 11, "daily: the build failed\n"),
        (0, 2, 0, 12, "daily: publishing failed\n"),
        (0, 2, 1, 12, "daily: publishing failed\ndaily: notify.py send ended with 1\n"),
        (0, 0, 1, 1, "daily: notify.py send ended with 1\n"),
        (0, 0, 3, 3, "daily: notify.py send ended with 3\n"),
        (0, 0, 75, 75, "daily: notify.py send ended with 75\n"),
        (2, 0, 2, 11, "daily: the build failed\ndaily: notify.py send ended with 2\n"),
    ],
)
def test_the_exit_code_says_which_step_failed(tmp_path, build, publish, notify, code, words):
    ended, errors, calls = daily(tmp_path, build, publish, notify)
    assert (ended, errors) == (code, words)
    assert [call for call in calls if "import altair" not in call] == [
        "dbt build --quiet --exclude-resource-type unit_test --vars {deals_file: a b.csv}",
        *([] if build else ["python scripts/publish.py"]),
        "python scripts/notify.py send" + (" --build-failed" if build else ""),
    ]


@pytest.mark.parametrize(("report", "code"), [(0, 1), (2, 13)])
def test_the_report_is_written_where_it_is_set_up(tmp_path, report, code):
    ended, errors, calls = daily(tmp_path, 0, 0, 1, report)
    assert (ended, "daily: the report failed" in errors) == (code, code == 13)
    assert calls[-2:] == ["python scripts/report.py", "python scripts/notify.py send"]


def test_the_workflow_runs_once_at_a_time_and_keeps_the_state():
    workflow = yaml.safe_load(recipe("yaml"))
    assert workflow["concurrency"]["cancel-in-progress"] is False
    steps = workflow["jobs"]["daily"]["steps"]
    [cache] = [step["with"] for step in steps if "cache/restore@" in step.get("uses", "")]
    [saved] = [step for step in steps if "cache/save@" in step.get("uses", "")]
    assert cache["key"].startswith(cache["restore-keys"])
    # Also after a run that failed: just then something is pending.
    assert saved["if"] == "always()"
    assert (saved["with"]["key"], saved["with"]["path"]) == (cache["key"], cache["path"])
    [job] = [step for step in steps if "daily.sh" in step.get("run", "")]
    assert job["env"]["SALES_INSIGHTS_OPS"].startswith(f"{cache['path']}/")
    assert all(
        value.startswith("${{ secrets.")
        for name, value in job["env"].items()
        if name.endswith("_URL")
    )


def test_the_dag_is_python_that_runs_the_daily_job_one_at_a_time():
    dag = ast.parse(recipe("python"))
    asked = {
        key.arg: ast.unparse(key.value)
        for call in ast.walk(dag)
        if isinstance(call, ast.Call)
        for key in call.keywords
    }
    assert (asked["max_active_runs"], asked["catchup"]) == ("1", "False")
    assert "scripts/daily.sh" in {
        each.value for each in ast.walk(dag) if isinstance(each, ast.Constant)
    }


def test_a_build_that_cannot_begin_is_told(tmp_path):
    """With the real dbt: what it refuses to parse leaves the warehouse as it was."""
    config = tmp_path / "notifications.yml"
    config.write_text(
        "destinations:\n"
        f"  - {{name: owner, kind: file, path: {tmp_path}/owner.jsonl, audience: owner}}\n"
    )
    wrapped = tmp_path / "python"
    wrapped.write_text(
        f'#!/bin/sh\nexec {sys.executable} "$@" --config {config} --db {tmp_path}/w.duckdb'
        f" --ops {tmp_path}/ops.duckdb\n"
    )
    wrapped.chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts" / "daily.sh", "--vars", "{nonsense"],
        env={**os.environ, "DBT": str(Path(sys.executable).with_name("dbt")), "PYTHON": wrapped},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 11
    [message] = map(json.loads, (tmp_path / "owner.jsonl").read_text().splitlines())
    assert [each["alert_key"] for each in message["changes"]] == ["build"]


def test_each_line_of_the_crontab_is_a_time_and_a_command():
    lines = [line for line in recipe("crontab").splitlines() if not line.startswith("#")]
    assert len(lines) == 2
    for line in lines:
        assert re.match(r"(\S+ ){5} ?cd \S+ && .*(daily\.sh|notify\.py send)", line), line
        # A percent sign ends the command of a crontab.
        assert "%" not in line

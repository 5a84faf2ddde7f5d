"""The recipes of docs/for-analysts.md, followed to the letter in a copy of the project.

Files, lines and commands are those of the page. All changes go into one copy, which is built once,
on a book whose Partner deals have no amounts.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import dbt_process
import duckdb
import pytest
from conftest import HEADER, ROOT, Build
from generate_deals import deals
from test_alert_parts import missing_parts

pytestmark = pytest.mark.slow
PAGE = (ROOT / "docs" / "for-analysts.md").read_text(encoding="utf-8")
COPIED = (
    *("macros", "models", "seeds", "tests", "docs"),
    *("dbt_project.yml", "profiles.yml", ".dbtignore"),
)
# A block of code, with the file it belongs to where the line before it names one.
BLOCK = re.compile(r"(?:`([\w/.-]+\.\w+)`[^`]*)?\n\n```(\w+)\n(.*?)```", re.DOTALL)


def section(title: str) -> str:
    """A recipe of the page by its title. A page within the page has titles of its own."""
    found, is_code, is_found = "", False, False
    for line in PAGE.splitlines(keepends=True):
        is_code ^= line.startswith("```")
        if line.startswith("## ") and not is_code:
            is_found = line == f"## {title}\n"
        found += line if is_found else ""
    return found


def blocks(title: str, language: str) -> list[tuple[str, str]]:
    """The blocks of a recipe that are written in a language: file, code."""
    return [(path, code) for path, kind, code in BLOCK.findall(section(title)) if kind == language]


def command(title: str, *words: str) -> list[str]:
    """The command of a recipe that has some words in it, without `dbt`."""
    [line] = [
        line
        for _, code in blocks(title, "bash")
        for line in code.splitlines()
        if all(word in line for word in words)
    ]
    return shlex.split(line)[1:]


# Those of the recipe for a threshold, in each run: dbt reads the project anew for other vars.
VARS = command("Change a threshold", "build")[1:]


def put(project: Path, path: str, code: str) -> None:
    """What a recipe says of a file: a new one, the end of a list in a macro, of another file."""
    file = project / path
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    if path.startswith("macros/"):
        assert "\n    ]) %}" in old, path
        new = old.replace("\n    ]) %}", f"\n{code.rstrip()}\n    ]) %}}", 1)
    else:
        new = old + code
    file.write_text(new, encoding="utf-8")


def add_dimension(project: Path) -> None:
    """The lines of the table, each above the one it names, and the command below it."""
    row = re.compile(r"^\| `([\w/.]+)` \| `(.+?)` \| `(.+?)` \|$", re.MULTILINE)
    lines = row.findall(section("Add a dimension"))
    assert len(lines) == 6
    for path, added, below in lines:
        file = project / path
        text = file.read_text(encoding="utf-8")
        places = re.findall(rf"^ *{re.escape(below)}$", text, re.MULTILINE)
        assert len(places) == 1, (path, below)
        line = places[0].replace(below, added)
        file.write_text(text.replace(places[0], f"{line}\n{places[0]}"), encoding="utf-8")
    [(_, code)] = blocks("Add a dimension", "bash")
    subprocess.run(["bash", "-euo", "pipefail", "-c", code], cwd=project, check=True)


def write_book(path: Path) -> None:
    """A book with a column more, teams of sales reps; no open deal of a Partner has an amount."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, [*HEADER.split(","), "sales_team"])
        writer.writeheader()
        for values in deals(rows=1200, seed=1):
            deal = dict(zip(HEADER.split(","), values, strict=True))
            if deal["lead_source"] == "Partner" and deal["outcome"] == "Open":
                deal["deal_amount"] = ""
            if deal["industry"] == "EdTech":
                deal["industry"] = "Education Technology"
            writer.writerow(
                deal | {"sales_team": "North" if "1" in deal["sales_rep_id"] else "South"}
            )


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def dbt(project: Path, *arguments: str) -> Build:
    """dbt in the folder of the copy, as an analyst runs it."""
    exit_code, output = dbt_process.run([*arguments, "--no-use-colors"], project, {})
    return Build(project / "sales_insights.duckdb", project / "target", exit_code, output)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """The copy after all recipes that change a file."""
    folder = tmp_path_factory.mktemp("analyst")
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    replace(folder / "dbt_project.yml", "deals_file: null", "deals_file: deals.csv")
    replace(
        folder / "macros" / "thresholds.sql", "('stale_data_days', 7,", "('stale_data_days', 9,"
    )
    for title in ("Add an alias", "Silence an alert", "Add an alert"):
        for language in ("csv", "sql", "yaml", "md"):
            for path, code in blocks(title, language):
                put(folder, path, code)
    add_dimension(folder)
    write_book(folder / "deals.csv")
    return folder


@pytest.fixture(scope="module")
def built(project) -> Build:
    """The copy, built with the threshold of the page."""
    build = dbt(project, "build", *VARS, "--exclude-resource-type", "unit_test")
    assert build.exit_code == 0, build.output
    return build


def notify(project: Path, *arguments: str) -> str:
    """What notify.py prints of the copy."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "notify.py"), *arguments],
        env=os.environ | {"SALES_INSIGHTS_DB": str(project / "sales_insights.duckdb")},
        cwd=project,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_alert_of_the_recipe_is_whole(project):
    assert missing_parts(project) == []


def test_the_alert_is_in_every_table_of_alerts(built):
    rule = "where rule = 'missing_amounts'"
    assert built.rows(f"select lead_source, severity, verdict from alerts {rule}") == [
        ("Partner", "warning", "proven")
    ]
    assert built.rows(f"select status, fired, rule_order from alert_rule_evaluations {rule}") == [
        ("ok", 1, 5)
    ]
    assert built.rows(f"select count(*) from alert_history {rule} and is_as_of") == [(1,)]
    assert built.rows(f"select shuffles, fired from alert_noise_floor {rule}") == [(0, 1)]


def test_unit_tests_hold_with_an_alert_more(built, project):
    """That of the new rule, and those of all that joins the rules."""
    joined = ("rule_results", "alerts", "alert_rule_evaluations", "alert_noise_floor")
    models = ("rule_missing_amounts", "alert_thresholds", *joined)
    tested = dbt(project, "test", *VARS, "--select", *(f"unit_test:{m}_*" for m in models))
    assert tested.exit_code == 0, tested.output
    assert "PASS rule_missing_amounts" in tested.output


def test_the_alert_is_told(built, project):
    printed = " ".join(notify(project).split())
    assert re.search(
        r"Missing amounts: 1 alert - Warning: 100.0 % of \d+ open deals from Partner have no"
        r" amount, so that no figure in money counts them. Of the other open deals [\d.]+ % have"
        r" none; one of 4 lead sources tested, q < 0.001: proven.",
        printed,
    ), printed


def test_thresholds_are_changed_for_a_build_and_for_good(built):
    assert built.rows(
        "select name, value, default_value, is_overridden from alert_thresholds"
        " where name in ('stalled_deals', 'stale_data_days') order by name"
    ) == [("stale_data_days", 9, 9, False), ("stalled_deals", 12, 10, True)]


def test_the_alias_gives_the_agreed_spelling(built):
    industries = {name for [name] in built.rows("select distinct industry from deals")}
    assert "EdTech" in industries
    assert "Education Technology" not in industries


def test_what_is_silenced_is_fired_and_not_sent(built, project):
    assert built.rows("select count(*) from alerts where rule = 'stage_stalling'") == [(1,)]
    config = project / "all.yml"
    config.write_text("destinations: [{name: all, kind: stdout, minimum_severity: info}]")
    send = ("send", "--dry-run", "--ops", str(project / "ops"), "--config", str(config))
    sent = notify(project, *send)
    assert "missing_amounts-" in sent
    assert "stage_stalling-" not in sent

    with duckdb.connect(str(built.database)) as connection:
        connection.execute("delete from alert_silences")
    assert "stage_stalling-" in notify(project, *send)


def test_the_dimension_is_a_grain(built):
    [[teams, closed_deals]] = built.rows(
        "select list(sales_team order by sales_team), sum(closed_deals)"
        " from win_rate_by_segment where grain = 'sales_team'"
    )
    assert teams == ["North", "South"]
    assert built.rows("select closed_deals from win_rate_baseline") == [(closed_deals,)]


def test_the_database_says_what_a_mart_means(built):
    [(_, code)] = blocks("Ask what a mart means", "sql")
    tables, columns = (built.rows(query) for query in code.split(";")[:2])
    assert any(row[0] == "alert_missing_amounts" for row in tables)
    assert columns and all(meaning for _, meaning in columns)


def test_a_failing_test_shows_its_rows(built, project):
    with duckdb.connect(str(built.database)) as connection:
        connection.execute(
            "insert into alert_silences values (null, 'stage_stallin', today(), 'x')"
        )
    title = "Debug a failing test"
    tested = dbt(project, *command(title, "dbt test", "silences"), *VARS, "--store-failures")
    assert tested.exit_code == 1
    assert "stage_stallin" in tested.output
    shown = dbt(project, *command(title, "dbt show", "silences"), *VARS)
    assert "stage_stallin" in shown.output
    assert built.rows("select rule from main_dbt_test__audit.silences_name_one_alert_or_one_rule")

"""Docs say what is there: pages, links, commands, generated figures, comments in the database."""

import json
import re
import subprocess
import sys
from dataclasses import MISSING, fields
from datetime import timedelta
from math import comb
from pathlib import Path

import publish
import pytest
from conftest import ROOT
from delivery import destinations, keys, outbox
from document import block_makers

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_generated_blocks_are_what_their_command_makes(built):
    build = built()
    checked = subprocess.run(
        [
            *(sys.executable, str(ROOT / "scripts" / "document.py"), "--check"),
            *("--db", str(build.database), "--manifest", str(build.target / "manifest.json")),
        ],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_example_of_a_rule_that_is_silent_says_so(built):
    example = block_makers({}, built().database)["example"]
    assert example("win_rate_drop").startswith("> **critical**: Win rate in HealthTech fell")
    assert example("of_tomorrow") == "> Nothing on the bundled deals."


def test_the_page_of_deliveries_has_the_defaults_and_waits_in_force():
    page = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", page, re.MULTILINE))
    assert set(keys.KEYS) - {"format", "address_env", "path", "sender", "recipients"} <= (
        rows.keys()
    )
    for field in fields(destinations.Destination):
        if field.default is not MISSING and field.default not in (None, (), False):
            default = rows[field.name].split(",")[0].strip("`")
            assert default == str(field.default), field.name
    assert f"owner {keys.OWNER_DEFAULTS['keep_firing_days']} |" in page
    for words, hours in {
        "more than 48 hours late": outbox.DELAYED_AFTER,
        "given up after two weeks": outbox.GIVEN_UP_AFTER,
        "pending for two weeks": outbox.GIVEN_UP_AFTER,
        "else after 5 seconds": timedelta(seconds=outbox.FIRST_WAIT),
        "an hour at most": timedelta(seconds=outbox.LONGEST_WAIT),
        "Retry-After (a day at most)": timedelta(seconds=outbox.LONGEST_ASKED),
    }.items():
        [spelt] = re.findall(r"(48|two|5|an|a) (hours|weeks|seconds|hour|day)", words)
        number = {"two": 2, "an": 1, "a": 1}.get(spelt[0]) or int(spelt[0])
        assert hours == timedelta(**{f"{spelt[1].removesuffix('s')}s": number}), words
        assert words in " ".join(page.split()), words


def test_every_variable_of_the_profiles_is_documented_with_its_default():
    profiles = (ROOT / "profiles.yml").read_text()
    page = (ROOT / "docs" / "engines.md").read_text(encoding="utf-8")
    read = dict(re.findall(r"env_var\('(\w+)', '([^']*)'\)", profiles))
    assert profiles.count("env_var(") == len(re.findall(r"env_var\('\w+', '", profiles))
    told = dict(re.findall(r"^\| `(SALES_INSIGHTS_\w+)` \| `?([^`|]+?)`? \|", page, re.MULTILINE))
    assert told == {name: default or "none" for name, default in read.items()}


def test_every_rule_has_a_page(built):
    for [rule] in built().rows("select rule from alert_rule_evaluations"):
        page = ROOT / "docs" / "alerts" / f"{rule}.md"
        assert page.exists(), f"rule {rule} has no page docs/alerts/{rule}.md"
        assert f"<!-- generated: example {rule} -->" in page.read_text(encoding="utf-8")


def test_make_targets_of_the_readme_exist_and_have_help():
    makefile = (ROOT / "Makefile").read_text()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make ([a-z-]+)", readme)) - {"it"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        assert f"make {target} " in makefile, f"make help does not tell of {target}"


def test_every_public_table_and_column_is_described_in_the_database_itself(built):
    build = built()
    manifest = json.loads((build.target / "manifest.json").read_text())
    public = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"].get("access") == "public"
    }
    assert {"deals", "alerts", "as_of", "win_rate_trend"} <= public
    described = dict(build.rows(f"select table_name, comment from {publish.RELATIONS}"))
    for name in public:
        assert described[name], f"table {name} has no comment"
    silent = build.rows(
        "select table_name, column_name from duckdb_columns() where comment is null or comment = ''"
    )
    assert [row for row in silent if row[0] in public] == []


def test_the_engine_itself_enforces_the_contracts(built):
    constraints = built().rows(
        "select table_name, constraint_text from duckdb_constraints()"
        " where constraint_type in ('CHECK', 'NOT NULL')"
    )
    assert ("win_rate_by_segment", "CHECK((win_rate BETWEEN 0 AND 1))") in constraints
    assert ("alerts", "NOT NULL") in constraints


def test_the_chances_told_on_the_alert_pages_are_right():
    """Exact binomial chances at a true win rate of 45 %, for what "Luck or change" says."""

    def chances(deals: int) -> list[float]:
        return [comb(deals, won) * 0.45**won * 0.55 ** (deals - won) for won in range(deals + 1)]

    def chance_of_a_drop(deals: int) -> float:
        """That the second of two windows of so many deals lies 8 points or more below the first."""
        each = chances(deals)
        return sum(
            each[before] * each[after]
            for before in range(deals + 1)
            for after in range(deals + 1)
            if (before - after) * 100 >= 8 * deals
        )

    told = {
        "one time in four": (1 / 4, chance_of_a_drop(30)),
        "one time in seven": (1 / 7, chance_of_a_drop(100)),
        "two times in seven": (2 / 7, sum(chances(50)[25:])),
        "half of the time": (1 / 2, sum(chances(10)[:5])),
    }
    pages = " ".join(
        " ".join(page.read_text(encoding="utf-8").split())
        for page in (ROOT / "docs" / "alerts").glob("*.md")
    )
    for words, (said, exact) in told.items():
        assert words in pages
        assert said == pytest.approx(exact, abs=0.02), words


def test_requirements_are_pinned_and_name_no_host():
    for path in ROOT.glob("requirements*"):
        for requirement in path.read_text().splitlines():
            if requirement and not requirement.startswith(("#", "-r ")):
                assert re.match(r"^[a-z0-9_.\[\]-]+==[0-9]", requirement, re.IGNORECASE), (
                    requirement
                )
            assert "://" not in requirement

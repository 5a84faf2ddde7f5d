"""An alert is whole, or what is missing of it is named. From the files alone, without a build."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT

RECIPE = 'docs/for-analysts.md, "Add an alert", says how'
REGISTER = re.compile(r"\('(\w+)', (?:true|false), '[\w ]+', '.*{}.*'\)")
THRESHOLD_LINE = re.compile(r"^ +\('(\w+)', [\d.]+, [\d.]+, '", re.MULTILINE)
THRESHOLD_USED = re.compile(r"threshold\([\"'](\w+)[\"']\)")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


@cache
def loaded(yml: str) -> dict[str, Any]:
    """What a yml file says; a copy of it is not read again."""
    return yaml.safe_load(yml) or {}


def names(path: Path, key: str, field: str = "name") -> list[str]:
    """What the entries of a yml file under a key are called."""
    return [entry[field] for entry in loaded(text(path)).get(key, [])]


def missing_parts(root: Path) -> list[str]:
    """A line for each part that an alert lacks, of all that have a part anywhere."""
    alerts, macros = root / "models" / "alerts", root / "macros"
    registered = REGISTER.findall(text(macros / "alerts.sql"))
    entries = names(alerts / "_alerts.yml", "models")
    models = [path.stem for path in (alerts / "rules").glob("rule_*.sql")]
    pages = [path.stem for path in (root / "docs" / "alerts").glob("*.md")]
    rules = [name.removeprefix("rule_") for name in [*models, *entries] if name[:5] == "rule_"]
    told = [
        rule
        for path in alerts.glob("alert_*.sql")
        for rule in re.findall(r"ref\([\"']rule_(\w+)[\"']\)", text(path))
    ]
    thresholds = THRESHOLD_LINE.findall(text(macros / "thresholds.sql"))

    found = []
    for rule in sorted({*registered, *rules, *pages, *told} - {"results"}):
        model = f"models/alerts/rules/rule_{rule}.sql"
        template = f"models/alerts/alert_{rule}.sql"
        used = THRESHOLD_USED.findall(text(root / model))
        parts = {
            f"the model {model} (what it looks at)": (root / model).exists(),
            f"the template {template} (what it tells)": (root / template).exists(),
            **{
                f"the entry of {kind}_{rule} in models/alerts/_alerts.yml": (
                    f"{kind}_{rule}" in entries
                )
                for kind in ("rule", "alert")
            },
            f'a {{{{ threshold("…") }}}} that {model} compares with': used,
            **{
                f"the line of the threshold {name} in macros/thresholds.sql": name in thresholds
                for name in used
            },
            "the line of the register, alert_rule_definitions() in macros/alerts.sql": (
                rule in registered
            ),
            f"the page docs/alerts/{rule}.md (what to do about it)": rule in pages,
            f"a unit test, in models/alerts/rules/rule_{rule}.yml": (
                f"rule_{rule}"
                in names(alerts / "rules" / f"rule_{rule}.yml", "unit_tests", "model")
            ),
        }
        found += [
            f"the alert {rule} lacks {part}" for part, is_there in parts.items() if not is_there
        ]
    return found


def test_every_alert_is_whole():
    missing = missing_parts(ROOT)
    assert not missing, "\n".join(["", *missing, RECIPE])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the files that alerts consist of."""
    for folder in ("macros", "models/alerts", "docs/alerts"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "forgotten", "message"),
    [
        (
            "models/alerts/rules/rule_stage_stalling.sql",
            None,
            "the alert stage_stalling lacks the model models/alerts/rules/rule_stage_stalling.sql",
        ),
        (
            "models/alerts/alert_stage_stalling.sql",
            None,
            "lacks the template models/alerts/alert_stage_stalling.sql (what it tells)",
        ),
        (
            "models/alerts/_alerts.yml",
            "name: rule_stage_stalling",
            "lacks the entry of rule_stage_stalling in models/alerts/_alerts.yml",
        ),
        (
            "models/alerts/_alerts.yml",
            "name: alert_stage_stalling",
            "lacks the entry of alert_stage_stalling in models/alerts/_alerts.yml",
        ),
        (
            "models/alerts/rules/rule_stage_stalling.sql",
            'threshold("stalled_deals")',
            "the alert stage_stalling lacks the line of the threshold forgotten",
        ),
        (
            "macros/thresholds.sql",
            "('stalled_deals', ",
            "lacks the line of the threshold stalled_deals in macros/thresholds.sql",
        ),
        (
            "macros/alerts.sql",
            "('stage_stalling', ",
            "lacks the line of the register, alert_rule_definitions() in macros/alerts.sql",
        ),
        (
            "docs/alerts/stage_stalling.md",
            None,
            "lacks the page docs/alerts/stage_stalling.md (what to do about it)",
        ),
        (
            "models/alerts/rules/rule_stage_stalling.yml",
            None,
            "lacks a unit test, in models/alerts/rules/rule_stage_stalling.yml",
        ),
    ],
)
def test_a_forgotten_part_is_named(project, path, forgotten, message):
    changed = project / path
    if forgotten is None:
        changed.unlink()
    else:
        assert forgotten in text(changed)
        instead = re.sub(r"\w*stall\w+", "forgotten", forgotten)
        changed.write_text(text(changed).replace(forgotten, instead), encoding="utf-8")
    assert any(message in line for line in missing_parts(project))


def test_a_rule_that_compares_with_no_threshold_is_named(project):
    path = project / "models" / "alerts" / "rules" / "rule_stage_stalling.sql"
    path.write_text(THRESHOLD_USED.sub("10", text(path)), encoding="utf-8")
    [line] = missing_parts(project)
    assert line == (
        'the alert stage_stalling lacks a {{ threshold("…") }} that'
        " models/alerts/rules/rule_stage_stalling.sql compares with"
    )

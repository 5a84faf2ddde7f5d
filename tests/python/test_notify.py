"""What scripts/notify.py says of small warehouses made by hand, and where it refuses to speak.

UPDATE_GOLDEN=1 writes the golden files anew instead of comparing with them; read the difference.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import notify
import pytest
from common.trouble import Trouble
from delivery import rendering, warehouse

SCRIPT = Path(notify.__file__)
GOLDEN = Path(__file__).parent / "golden"
SEVERITIES = ("critical", "warning", "info")
FORMATS = ("text", "markdown", "json", "slack")
DAY = "2024-03-26"
TABLES = {
    "alerts": """alert_key varchar, rule varchar, severity varchar, grain varchar, industry varchar,
        region varchar, lead_source varchar, deal_stage varchar, metric_name varchar,
        reason varchar, evidence varchar,
        metric_value double, comparison_value double, threshold_value double,
        deals bigint, amount_at_stake decimal(18, 2), p_value double, q_value double, tests bigint,
        verdict varchar, explained_by varchar, as_of_date date, first_breached_on date,
        consecutive_periods bigint, since varchar, is_within_luck boolean, severity_rank bigint,
        rank_in_rule bigint""",
    "alert_rule_evaluations": """rule varchar, rule_order integer, as_of_date date, status varchar,
        segments bigint, candidates bigint, fired bigint, detectable_in_words varchar""",
    "alert_noise_floor": "rule varchar, headline varchar",
    "headlines": "position integer, topic varchar, sentence varchar, is_told_when_quiet boolean",
    "win_rate_baseline": """as_of_date date, closed_deals bigint, won_deals bigint,
        win_rate double, closed_amount decimal(18, 2), won_amount decimal(18, 2),
        value_win_rate double, closed_deals_without_amount bigint, open_deals bigint,
        open_amount decimal(18, 2), open_deals_without_amount bigint, headline varchar""",
    "as_of": "as_of_date date, decided_by varchar, history_starts_on date, read_from varchar",
    "build_log": "invocation_id varchar, status varchar, recorded_at timestamp",
}
BASELINE = {
    "closed_deals": 4276,
    "won_deals": 1945,
    "win_rate": 0.4548643592142189,
    "closed_amount": 111917309,
    "won_amount": 52017664,
    "value_win_rate": 0.46478658631793945,
    "closed_deals_without_amount": 0,
    "open_deals": 724,
    "open_amount": 19515155,
    "open_deals_without_amount": 0,
    "headline": "Win rate 45.5 % of 4,276 closed deals (46.5 % by value);"
    " 724 open deals worth $19.5M.",
}
HEADLINES = [
    BASELINE["headline"],
    "Win rate by quarter closed: 47.5 % of 1,027 deals in Q4 2023 after 42.8 % of 1,016 in Q3 2023,"
    " +4.7 points: suggestive, not proven.",
]
NOISE_FLOOR = "21 beyond the threshold, chance alone gives 16.9"
NO_DEALS = {name: 0 for name in BASELINE} | {
    "win_rate": None,
    "value_win_rate": None,
    "headline": "No deal has closed yet; no open deals.",
}
# Rule, status, segments, candidates; in the order of the rules.
JUDGED = [
    ("win_rate_drop", "ok", 150, 14),
    ("emerging_driver", "ok", 80, 75),
    ("low_fit_pipeline", "ok", 1, 1),
    ("stage_stalling", "ok", 100, 100),
]
RULES = [rule for rule, *_ in JUDGED]
# What follows the reason of an alert made here.
TAIL = " One of 5 segments tested, q = 0.002: proven. New."
DETECTABLE = {
    "win_rate_drop": "a fall of 9.8 points in a typical segment would probably have shown",
    "emerging_driver": "a lift of 17.1 points in a typical segment would probably have shown",
    "low_fit_pipeline": "25.0 % of the pipeline amount in segments of low fit would have shown",
    "stage_stalling": "13 stalled deals in a typical segment would probably have shown",
}
DROP, LIFT = DETECTABLE["win_rate_drop"], DETECTABLE["emerging_driver"]
HOSTILE = {
    "html": "<script>alert(1)</script>",
    "formula": '=HYPERLINK("http://x")',
    "channel": "<!channel>",
    "bold": "*bold* _it_ ~gone~",
    "code": "`rm`",
    "link": "[x](http://y) ![i](//z)",
    "bare link": "http://evil.example www.evil.example",
    "entity": "&lt; &amp;",
    "quotes": '"it\'s" \\',
    "pipe": "a | b",
    "long": "ü" * 5000,
    "emoji": "👩\u200d🚀" * 5,
    "wide": "深圳" * 200,
    "escape": "\x1b[31mred\x1b]0;title\x07\x9b1m",
    "bidi": "a\u202eb\u2066c\u200ed\u200fe\u061cf",
    "lines": "one\ntwo\r\nthree\tfour\u2028five\x85six",
    "jinja": "{{ message }} {% raw %}",
}


def message_of(
    alerts: Sequence[dict[str, Any]], rules: Sequence[str] = RULES, **head: Any
) -> dict[str, Any]:
    """What is read of a warehouse with these alerts, without the warehouse."""
    told = [{"rule": r, "alerts": [a for a in alerts if a["rule"] == r]} for r in rules]
    counts = {"status": "ok", "segments": 10, "candidates": 10}
    words = {"noise_floor": NOISE_FLOOR, "detectable": "a fall of 9 points would have shown"}
    for rule in told:
        rule["fired"] = len(rule["alerts"])
        rule["told"] = sum(not row["is_within_luck"] for row in rule["alerts"])
    return {
        "as_of_date": DAY,
        "decided_by": "var",
        "read_from": "exports/deals.csv",
        "headlines": HEADLINES,
        "caveats": [],
        "baseline": BASELINE,
        "rules": [rule | counts | words for rule in told],
    } | head


def alert(rule: str, number: int, reason: str = "", **columns: Any) -> dict[str, Any]:
    """A row of `alerts`; the number is its rank in the rule."""
    return {
        "alert_key": f"{rule}-{number}",
        "rule": rule,
        "severity": "warning",
        "grain": "industry",
        "industry": "SaaS",
        "metric_name": "win_rate",
        "reason": reason or f"Reason {number} of {rule}.",
        "evidence": "One of 5 segments tested, q = 0.002: proven.",
        "metric_value": 0.5,
        "comparison_value": 0.25,
        "threshold_value": 0.1,
        "deals": 12,
        "amount_at_stake": 1000,
        "verdict": "proven",
        "as_of_date": DAY,
        "since": "New",
        "is_within_luck": False,
        "severity_rank": SEVERITIES.index(columns.get("severity", "warning")) + 1,
        "rank_in_rule": number,
    } | columns


def luck(rule: str, number: int) -> dict[str, Any]:
    """An alert that is not told one by one."""
    words = {"severity": "info", "verdict": "noise", "evidence": "Within what luck gives."}
    return alert(rule, number, is_within_luck=True, **words)


def insert(warehouse: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any]) -> None:
    """Rows of the same columns, by column name."""
    if rows:
        values = ", ".join("(" + ", ".join("?" * len(row)) + ")" for row in rows)
        cells = [cell for row in rows for cell in row.values()]
        warehouse.execute(f"insert into {table} ({', '.join(rows[0])}) values {values}", cells)


def build(
    db: Path,
    alerts: Sequence[dict[str, Any]] = (),
    rules: Sequence[tuple[str, str, int, int]] = JUDGED,
    baseline: dict[str, Any] = BASELINE,
    day: str | None = DAY,
    decided_by: str = "historical_extract",
    log: Sequence[str] = ("started", "passed"),
    without: Sequence[str] = (),
    caveats: Sequence[str] = (),
) -> Path:
    """A warehouse file as `dbt build` leaves it."""
    with duckdb.connect(str(db)) as warehouse:
        warehouse.execute("begin")
        for table, columns in TABLES.items():
            if table not in without:
                warehouse.execute(f"create table {table} ({columns})")
        for minute, status in enumerate(log if "build_log" not in without else ()):
            at = f"2024-03-27 09:{minute:02}:00"
            insert(warehouse, "build_log", {"status": status, "recorded_at": at})
        if {"as_of", "alerts"} & set(without):
            warehouse.execute("commit")
            return db
        insert(
            warehouse,
            "as_of",
            {"as_of_date": day, "decided_by": decided_by, "read_from": "exports/deals.csv"},
        )
        insert(warehouse, "win_rate_baseline", {"as_of_date": day} | baseline)
        for order, (rule, status, segments, candidates) in enumerate(rules, 1):
            fired = sum(row["rule"] == rule for row in alerts)
            row = {"rule": rule, "rule_order": order, "as_of_date": day, "status": status}
            counts = {"segments": segments, "candidates": candidates, "fired": fired}
            words = {"detectable_in_words": DETECTABLE[rule] if candidates else None}
            insert(warehouse, "alert_rule_evaluations", row | counts | words)
            insert(warehouse, "alert_noise_floor", {"rule": rule, "headline": NOISE_FLOOR})
        for position, sentence in enumerate([baseline["headline"], *HEADLINES[1:]], 1):
            row = {"position": position, "sentence": sentence}
            insert(warehouse, "headlines", row | {"is_told_when_quiet": sentence in caveats})
        insert(warehouse, "alerts", *alerts)
        warehouse.execute("commit")
    return db


@pytest.fixture(autouse=True, scope="module")
def _templates_are_compiled_once() -> Iterator[None]:
    """Compiling them takes most of the time of a message."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "template", cache(rendering.template))
        patch.setattr(warehouse, "template", cache(warehouse.template))
        yield


def said(db: Path, form: str = "text", per_rule: int = 5) -> str:
    """The message about a warehouse."""
    return notify.render(notify.read_message(db), form, per_rule)


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The script as a user starts it."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "SALES_INSIGHTS_DB": "", **environment},
        timeout=60,
    )


def slack_units(text: str) -> int:
    """The length of a text as Slack counts it."""
    return len(text.encode("utf-16-le")) // 2


def slack_strings(value: Any) -> Iterator[str]:
    """All text that a Slack message shows."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from [part] if name == "text" and isinstance(part, str) else slack_strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from slack_strings(part)


def check_slack(message: dict[str, Any]) -> None:
    """A message that Slack accepts and in which no data is read as markup."""
    blocks = message["blocks"]
    assert 1 <= len(blocks) <= 50
    assert all(1 <= slack_units(text) <= 3000 for text in slack_strings(message))
    assert all(slack_units(b["text"]["text"]) <= 150 for b in blocks if b["type"] == "header")
    assert not any(re.search("[<>]|&(?!(amp|lt|gt);)", text) for text in slack_strings(message))
    assert "mrkdwn" not in json.dumps(message)


# Golden files


def normal() -> list[dict[str, Any]]:
    """One critical, two warnings, and infos of which four are luck, in three rules."""
    return [
        alert(
            "emerging_driver",
            1,
            "FinTech / North America / Inbound wins 63.3 % of 49 closed deals, 17.8 points above "
            "the baseline of 45.5 %; $189k of pipeline sits there.",
            severity="info",
            amount_at_stake=189374,
            verdict="suggestive",
            evidence="One of 80 segments tested, q = 0.178: suggestive, not proven.",
            since="Since 2023-12-31, 4 checks in a row",
        ),
        *(luck("emerging_driver", number) for number in range(2, 6)),
        alert(
            "win_rate_drop",
            1,
            "Win rate in HealthTech fell to 29.0 % (124 deals closed in the last 90 days) from "
            "45.0 % (260 in the 180 days before); $3.1M of pipeline sits there.",
            severity="critical",
            amount_at_stake=3100000,
        ),
        alert("win_rate_drop", 2, "Win rate in R&D_labs *fell*.", amount_at_stake=900000),
        alert("stage_stalling", 1, "12 of 30 deals in EdTech wait.", amount_at_stake=5000000),
    ]


def many() -> list[dict[str, Any]]:
    """More alerts than are shown."""
    return [
        *(alert("stage_stalling", n, amount_at_stake=9000 - n) for n in range(1, 101)),
        *(alert("emerging_driver", n, severity="info", amount_at_stake=10**6) for n in range(1, 6)),
    ]


CASES: dict[str, dict[str, Any]] = {
    "normal": {"alerts": normal()},
    "many": {
        "alerts": many(),
        "rules": [("win_rate_drop", "insufficient_data", 79, 0), *JUDGED[1:]],
        "decided_by": "prototype",
        "baseline": BASELINE
        | {
            "open_deals_without_amount": 14,
            "headline": BASELINE["headline"].replace(
                "5M.", "5M; the money leaves out 14 deals without an amount."
            ),
        },
    },
    "quiet": {},
    "caveats": {"caveats": [HEADLINES[1]]},
    "unsure": {
        "rules": [
            ("win_rate_drop", "insufficient_data", 150, 0),
            ("emerging_driver", "ok", 80, 75),
            ("low_fit_pipeline", "no_data", 0, 0),
            ("stage_stalling", "no_data", 0, 0),
        ]
    },
}
SUFFIX = {"text": "txt", "markdown": "md", "json": "json", "slack": "slack.json"}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What is read of each case."""
    folder = tmp_path_factory.mktemp("cases")
    return {
        case: notify.read_message(build(folder / f"{case}.duckdb", **warehouse))
        for case, warehouse in CASES.items()
    }


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_golden(case: str, form: str, cases: dict[str, dict[str, Any]]) -> None:
    golden = GOLDEN / f"{case}.{SUFFIX[form]}"
    text = notify.render(cases[case], form, 5)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    assert text.endswith("\n") and not text.endswith("\n\n") and not re.search(r"[ \t]\n", text)


# What is said


def test_rules_are_ordered_by_severity_then_money_then_rule(tmp_path: Path) -> None:
    alerts = [
        alert("win_rate_drop", 1, severity="info", amount_at_stake=9e9),
        alert("emerging_driver", 1, severity="warning", amount_at_stake=10),
        alert("emerging_driver", 2, severity="warning", amount_at_stake=10),
        alert("low_fit_pipeline", 1, severity="warning", amount_at_stake=15),
    ]
    message = notify.read_message(build(tmp_path / "w.duckdb", alerts))
    names = [rule["rule"] for rule in message["rules"]]
    assert names == ["low_fit_pipeline", "emerging_driver", "win_rate_drop", "stage_stalling"]

    alerts = [alert("stage_stalling", 1, severity="critical"), alert("win_rate_drop", 1)]
    message = notify.read_message(build(tmp_path / "v.duckdb", alerts))
    names = [rule["rule"] for rule in message["rules"]]
    assert names == ["stage_stalling", "win_rate_drop", "emerging_driver", "low_fit_pipeline"]

    tied = [alert("stage_stalling", 1), alert("low_fit_pipeline", 1)]
    message = notify.read_message(build(tmp_path / "u.duckdb", tied))
    assert [r["rule"] for r in message["rules"]][:2] == ["low_fit_pipeline", "stage_stalling"]


def test_alerts_are_in_the_order_of_their_rank(tmp_path: Path) -> None:
    alerts = [alert("stage_stalling", number) for number in (3, 12, 1, 2)]
    stored = notify.read_message(build(tmp_path / "w.duckdb", alerts))["rules"][0]["alerts"]
    assert [row["rank_in_rule"] for row in stored] == [1, 2, 3, 12]


@pytest.mark.parametrize(
    ("fired", "more"), [(5, None), (6, "and 1 more"), (1205, "and 1,200 more")]
)
def test_more_are_counted_beyond_the_limit_only(fired: int, more: str | None) -> None:
    message = message_of([alert("stage_stalling", number) for number in range(1, fired + 1)])
    for form in ("text", "markdown", "slack"):
        text = notify.render(message, form, 5)
        assert text.count("Reason ") == 5
        assert (more in text) if more else ("more" not in text)
    assert len(json.loads(notify.render(message, "json", 5))["rules"][3]["alerts"]) == fired


def test_per_rule_limits_each_rule() -> None:
    message = message_of(many())
    two = notify.render(message, "text", 2)
    assert two.count("Reason ") == 4
    assert "and 98 more" in two and "and 3 more" in two
    assert notify.render(message, "text", 1000).count("Reason ") == 105


@pytest.mark.parametrize(
    ("statuses", "line"),
    [
        (["ok"] * 4, f"Sales insights as of {DAY}: 4 rules checked, no alert beyond luck; {DROP}."),
        (
            ["insufficient_data", "ok", "ok", "ok"],
            f"Sales insights as of {DAY}: 3 rules checked, no alert beyond luck; {LIFT}; "
            "too few deals to judge: win rate drop.",
        ),
        (
            ["insufficient_data", "ok", "no_data", "no_data"],
            f"Sales insights as of {DAY}: 1 rule checked, no alert beyond luck; {LIFT};"
            " too few deals to judge: win rate drop;"
            " no deals to look at: low fit pipeline, stage stalling.",
        ),
        (
            ["no_data"] * 4,
            f"Sales insights as of {DAY}: nothing could be checked; no deals to look at: "
            "win rate drop, emerging driver, low fit pipeline, stage stalling.",
        ),
    ],
)
def test_quiet_is_one_line(statuses: list[str], line: str, tmp_path: Path) -> None:
    rules = [(r[0], s, *r[2:]) for r, s in zip(JUDGED, statuses, strict=True)]
    db = build(tmp_path / "w.duckdb", rules=rules)
    assert said(db) == said(db, "markdown") == line + "\n"
    slack = json.loads(said(db, "slack"))
    assert slack["text"] == line
    assert [block["text"]["text"] for block in slack["blocks"]] == [line]


def test_no_deals_is_one_line(tmp_path: Path) -> None:
    rules = [(rule, "no_data", 0, 0) for rule, *_ in JUDGED]
    db = build(tmp_path / "w.duckdb", rules=rules, baseline=NO_DEALS, day=None)
    line = "Sales insights: no deal decides an as-of date, so there was nothing to check.\n"
    assert said(db) == said(db, "markdown") == line
    assert json.loads(said(db, "slack"))["text"] == line.strip()
    assert json.loads(said(db, "json"))["as_of_date"] is None


@pytest.mark.parametrize(
    ("decided_by", "words"),
    [
        ("var", "as asked with the var as_of_date"),
        ("today", "the day of the build"),
        ("live_extract", "the last day in the data, as some deals are open"),
        ("historical_extract", "the day the last deal was created"),
        ("prototype", "the day the last deal closed"),
        ("some_new_way", "some_new_way"),
    ],
)
def test_footer_says_how_the_date_was_decided(decided_by: str, words: str) -> None:
    text = notify.render(message_of(normal(), decided_by=decided_by), "text", 5)
    footer = " ".join(text.split("\n\n")[-1].split())
    assert footer.startswith(f"As of {DAY}: {words}") and footer.endswith("table `alerts`.")


def test_json_is_typed_and_whole(tmp_path: Path) -> None:
    message = json.loads(said(build(tmp_path / "w.duckdb", many()), "json", per_rule=1))
    assert list(message) == [
        *("as_of_date", "decided_by", "read_from", "headlines", "caveats", "baseline", "rules")
    ]
    assert message["baseline"]["open_amount"] == 19515155
    rule = message["rules"][0]
    assert list(rule) == [
        *("rule", "status", "segments", "candidates", "fired", "told"),
        *("noise_floor", "detectable", "alerts"),
    ]
    assert rule["fired"] == len(rule["alerts"]) == 100
    first = rule["alerts"][0]
    assert set(first) == set(
        re.findall(r"(\w+) (?:varchar|double|bigint|boolean|date|dec)", TABLES["alerts"])
    )
    assert first["as_of_date"] == DAY and first["amount_at_stake"] == 8999
    assert first["metric_value"] == 0.5 and first["region"] is None


# Hostile names


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """For each name of the CRM a message in which it is in a sentence and in a column."""
    alerts = [
        alert("stage_stalling", n, f"12 of 30 deals in {text} wait.", industry=text)
        for n, text in enumerate(HOSTILE.values(), 1)
    ]
    message = notify.read_message(build(tmp_path_factory.mktemp("hostile") / "w.duckdb", alerts))
    rule, *quiet = message["rules"]
    return {
        name: message | {"rules": [rule | {"fired": 1, "told": 1, "alerts": [row]}, *quiet]}
        for name, row in zip(HOSTILE, rule["alerts"], strict=True)
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_text_is_inert_and_fits(name: str, hostile: dict[str, Any]) -> None:
    text = notify.render(hostile[name], "text", 5)
    bad = [c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
    assert set(bad) <= {"\n", "\u200d"}
    widths = [
        sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in x) for x in text.split("\n")
    ]
    assert max(widths) <= 100
    assert text.count("\n  - ") == 4
    if name in ("long", "wide"):
        assert HOSTILE[name] in re.sub(r"\s", "", text)
    if name in ("html", "quotes", "jinja", "emoji", "bold"):
        assert HOSTILE[name] in text


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_is_inert(name: str, hostile: dict[str, Any]) -> None:
    text = notify.render(hostile[name], "markdown", 5)
    (line,) = [line for line in text.splitlines() if line.startswith("- **Warning**: ")]
    data = line.removeprefix("- **Warning**: ").removesuffix(rendering.markdown_text(TAIL))
    assert data.endswith(" wait.")
    # All that is left unescaped is without a meaning: no markup, no tag, no entity, no bare link.
    bare = re.sub(r"\\[!-/:-@\[-`{-~]|&(?:amp|lt|gt);", "", data)
    assert not re.search(r"[\\`*_\[\]|~$<>&]|://|www\.", bare)
    shown = re.sub(r"\\(.)", r"\1", data)
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        shown = shown.replace(entity, letter)
    assert shown == f"12 of 30 deals in {rendering.neutral(HOSTILE[name])} wait."


@pytest.mark.parametrize("name", HOSTILE)
def test_slack_is_inert_and_fits(name: str, hostile: dict[str, Any]) -> None:
    message = json.loads(notify.render(hostile[name], "slack", 5))
    check_slack(message)
    (shown,) = [text for text in slack_strings(message) if "of 30 deals in" in text]
    bad = [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]
    assert set(bad) <= {"\u200d"}
    assert shown.endswith("…") == (name == "long")
    if name == "channel":
        assert "&lt;!channel&gt;" in shown


@pytest.mark.parametrize("name", HOSTILE)
def test_json_keeps_every_letter_and_is_ascii(name: str, hostile: dict[str, Any]) -> None:
    text = notify.render(hostile[name], "json", 5)
    assert text.isascii() and not re.search("[^ -~\n]", text)
    assert json.loads(text)["rules"][0]["alerts"][0]["industry"] == HOSTILE[name]


# Slack's limits


@pytest.mark.parametrize("limit", [150, 3000])
@pytest.mark.parametrize("letter", ["a", "ü", "深", "👍", "<", "&", "\x1b"])
def test_slack_text_is_cut_only_beyond_the_limit(letter: str, limit: int) -> None:
    size = slack_units(rendering.slack_text(letter, limit))
    fits = letter * (limit // size) + "x" * (limit % size)
    whole = rendering.slack_text(fits, limit)
    assert slack_units(whole) == limit and not whole.endswith("…")
    cut = rendering.slack_text(fits + "y", limit)
    assert limit - size < slack_units(cut) <= limit and cut.endswith("…")
    assert whole.startswith(cut[:-1])
    assert re.fullmatch("(&(amp|lt|gt);|[^&<>])*…", cut)


def test_slack_text_of_nothing() -> None:
    assert rendering.slack_text("", 150) == ""


@pytest.mark.parametrize("rules", [1, 5, 14, 23, 24])
@pytest.mark.parametrize("letter", ["x", "👍", "&"])
def test_slack_takes_whatever_fires(rules: int, letter: str) -> None:
    names = [f"rule_{n}" for n in range(rules)]
    alerts = [alert(rule, n, letter * 4000) for rule in names for n in range(1, 13)]
    for per_rule in (1, 1000):
        message = json.loads(
            notify.render(message_of(alerts, [*names, "quiet"]), "slack", per_rule)
        )
        check_slack(message)
        # Slack's limit on the whole, which adds about 125 for each block.
        blocks = message["blocks"]
        assert sum(map(slack_units, slack_strings(blocks))) + 125 * len(blocks) <= 13_000
        assert f"{rules * 12} alerts: rule 0 12" in message["text"]
        assert all("• Warning" in t for t in slack_strings(message) if t.endswith(" more"))


@pytest.mark.parametrize("fired", [0, 20])
def test_slack_takes_rules_of_any_name(fired: int) -> None:
    names = [f"{n}<&*_>" * 40 for n in range(40)]
    alerts = [alert(name, 1) for name in names[:fired]]
    check_slack(json.loads(notify.render(message_of(alerts, names), "slack", 5)))


def test_slack_shows_three_alerts_of_each_of_four_rules() -> None:
    alerts = [alert(rule, n, "r" * 300) for rule in RULES for n in range(1, 8)]
    message = json.loads(notify.render(message_of(alerts), "slack", 5))
    check_slack(message)
    texts = [text for text in slack_strings(message) if text.startswith("•")]
    assert [text.count("• ") for text in texts] == [3] * 4
    assert all(text.endswith("\nand 4 more") and "…" not in text for text in texts)


# The command


def test_prints_to_stdout_by_default(tmp_path: Path) -> None:
    db = build(tmp_path / "w.duckdb")
    for result in (run("--db", db), run(SALES_INSIGHTS_DB=str(db))):
        line = f"Sales insights as of {DAY}: 4 rules checked, no alert beyond luck; {DROP}.\n"
        assert (result.returncode, result.stdout, result.stderr) == (0, line, "")


def test_prints_letters_that_the_locale_lacks(tmp_path: Path) -> None:
    db = build(tmp_path / "w.duckdb", [alert("win_rate_drop", 1, "深圳 👍")])
    result = run("--db", db, PYTHONIOENCODING="ascii", LC_ALL="C")
    assert result.returncode == 0 and "深圳 👍" in result.stdout


def test_reads_only(tmp_path: Path) -> None:
    db = build(tmp_path / "w.duckdb", normal())
    before, folder = db.read_bytes(), sorted(tmp_path.iterdir())
    # DuckDB lets nobody in beside a reader but readers.
    with duckdb.connect(str(db), read_only=True):
        for form in FORMATS:
            said(db, form)
    assert db.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == folder


def test_leaves_quietly_when_the_reader_does(tmp_path: Path) -> None:
    db = build(tmp_path / "w.duckdb", many())
    command = [sys.executable, str(SCRIPT), "--db", str(db), "--format", "json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 0


def test_out_is_written_whole_and_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = build(tmp_path / "w.duckdb", normal())
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "message.md"
    for _ in range(2):
        assert notify.main(["--db", str(db), "--format", "markdown", "--out", str(out)]) == 0
        assert capsys.readouterr() == ("", "")
        assert out.read_text(encoding="utf-8") == said(db, "markdown")
    assert list(out.parent.iterdir()) == [out]


def test_out_survives_a_failure(tmp_path: Path) -> None:
    out = tmp_path / "message.txt"
    out.write_text("of yesterday")
    db = build(tmp_path / "w.duckdb", normal(), log=["started", "failed"])
    assert notify.main(["--db", str(db), "--out", str(out)]) == 2
    assert out.read_text() == "of yesterday"

    good = build(tmp_path / "v.duckdb", normal())
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most))  # as on a disk that is full
    try:
        assert notify.main(["--db", str(good), "--format", "json", "--out", str(out)]) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert out.read_text() == "of yesterday"
    assert not list(tmp_path.glob(".message*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_stdout_is_one_line(tmp_path: Path) -> None:
    db = build(tmp_path / "w.duckdb")
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, str(SCRIPT), "--db", str(db)]
        result = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert result.returncode == 2
    assert result.stderr.startswith("notify: ") and result.stderr.count("\n") == 1


# Where it refuses


Refusal = Callable[..., str]


@pytest.fixture
def refusal(capsys: pytest.CaptureFixture[str]) -> Refusal:
    """The one line of a run that must fail."""

    def refused(*arguments: object) -> str:
        assert notify.main([str(argument) for argument in arguments]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert re.fullmatch("notify: [^\n]+\n", printed.err), printed.err
        return printed.err

    return refused


def test_a_refusal_is_the_exit_code_and_one_line(tmp_path: Path) -> None:
    for arguments in (["--db", tmp_path / "none.duckdb"], ["--per-rule", "few"], ["--out", ""]):
        result = run(*arguments)
        assert (result.returncode, result.stdout) == (2, "")
        assert re.fullmatch("notify: [^\n]+\n", result.stderr), result.stderr


@pytest.mark.parametrize(
    ("warehouse", "words"),
    [
        ({"log": ["started", "passed", "started"]}, "still running or was killed"),
        ({"log": ["started", "failed"]}, "the last build failed"),
        ({"log": ["started", "odd"]}, "the last build failed"),
        ({"log": []}, "no build is recorded"),
        ({"without": ["build_log"]}, "no build is recorded"),
        ({"without": ["alerts"]}, "tables are missing (alerts)"),
        ({"without": ["alerts", "as_of"]}, "tables are missing (alerts, as_of)"),
        ({"rules": []}, "the tables are empty or of several builds"),
        ({"rules": [], "alerts": [alert("win_rate_drop", 1)]}, "of several builds"),
    ],
)
def test_refuses_a_warehouse_it_cannot_trust(
    warehouse: dict[str, Any], words: str, tmp_path: Path, refusal: Refusal
) -> None:
    line = refusal("--db", build(tmp_path / "w.duckdb", **warehouse))
    assert words in line and "dbt build" in line


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A warehouse file about which there is a message."""
    db = build(tmp_path_factory.mktemp("good") / "w.duckdb", normal())
    assert notify.read_message(db)
    return db.read_bytes()


@pytest.mark.parametrize(
    "change",
    [
        "update alert_rule_evaluations set fired = 2 where rule = 'emerging_driver'",
        "update alert_rule_evaluations set as_of_date = null where rule = 'emerging_driver'",
        "update alert_rule_evaluations set as_of_date = '2024-03-25'",
        "update win_rate_baseline set as_of_date = '2024-03-25'",
        "update as_of set as_of_date = null",
        "insert into alerts (alert_key, rule, rank_in_rule) values ('x', 'an_unknown_rule', 1)",
        "delete from as_of",
        "insert into as_of from as_of",
        "delete from win_rate_baseline",
        "delete from alerts where rule = 'win_rate_drop' and rank_in_rule = 2",
    ],
)
def test_refuses_tables_of_several_builds(change: str, tmp_path: Path, good: bytes) -> None:
    db = tmp_path / "w.duckdb"
    db.write_bytes(good)
    with duckdb.connect(str(db)) as warehouse:
        warehouse.execute(change)
    with pytest.raises(Trouble, match="of several builds"):
        notify.read_message(db)


def test_a_failed_build_before_a_passed_one_is_forgotten(tmp_path: Path) -> None:
    log = ["started", "failed", "started", "passed"]
    assert "4 rules checked" in said(build(tmp_path / "w.duckdb", log=log))


def test_the_time_of_an_entry_decides_not_its_place(tmp_path: Path) -> None:
    db = build(tmp_path / "w.duckdb")
    with duckdb.connect(str(db)) as warehouse:
        entry = {"status": "failed", "recorded_at": "2023-01-01"}
        insert(warehouse, "build_log", entry)
    assert "4 rules checked" in said(db)


def test_refuses_a_column_it_does_not_know(tmp_path: Path, good: bytes, refusal: Refusal) -> None:
    db = tmp_path / "w.duckdb"
    db.write_bytes(good)
    with duckdb.connect(str(db)) as warehouse:
        warehouse.execute("alter table alerts rename rank_in_rule to place")
    line = refusal("--db", db)
    assert "cannot be read" in line and "^" not in line


def test_refuses_a_missing_file(tmp_path: Path, refusal: Refusal) -> None:
    assert "run `dbt build` first" in refusal("--db", tmp_path / "none.duckdb")
    assert "run `dbt build` first" in refusal("--db", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["text", "empty", "cut", "scribbled"])
def test_refuses_a_damaged_file(damage: str, tmp_path: Path, good: bytes, refusal: Refusal) -> None:
    db = tmp_path / "w.duckdb"
    damaged = {
        "text": b"deal_id,created_date\n",
        "empty": b"",
        "cut": good[: len(good) // 2],
        "scribbled": good[:12288] + b"x" * (len(good) - 12288),
    }
    db.write_bytes(damaged[damage])
    line = refusal("--db", db)
    assert "cannot be read" in line and "run `dbt build` again" in line


def test_refuses_a_file_that_a_build_holds(tmp_path: Path) -> None:
    db = build(tmp_path / "w.duckdb", normal())
    with duckdb.connect(str(db)):
        result = run("--db", db)
    assert (result.returncode, result.stdout) == (75, "")
    assert "is in use; wait" in result.stderr and result.stderr.count("\n") == 1


def test_a_name_with_steering_letters_stays_one_line(tmp_path: Path, refusal: Refusal) -> None:
    assert "\x1b" not in refusal("--db", tmp_path / "a\nb\x1b[31m.duckdb")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--per-rule", "0"], "--per-rule must be 1 or more"),
        (["--per-rule", "-3"], "--per-rule must be 1 or more"),
        (["--per-rule", "few"], "--per-rule: invalid int value: 'few'"),
        (["--format", "pdf"], "--format: invalid choice: 'pdf'"),
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["--out", "{tmp}/none/message.txt"], "must be a file in a folder that exists"),
        (["--out", "{tmp}"], "must be a file in a folder that exists"),
        (["--out", "/dev/null"], "must be a file in a folder that exists"),
        (["--out", ""], "must be a file in a folder that exists"),
        (["--out", "{tmp}/w.duckdb"], "would overwrite the warehouse"),
    ],
)
def test_refuses_bad_arguments(
    arguments: list[str], words: str, tmp_path: Path, good: bytes, refusal: Refusal
) -> None:
    db = tmp_path / "w.duckdb"
    db.write_bytes(good)
    line = refusal("--db", db, *(argument.format(tmp=tmp_path) for argument in arguments))
    assert words in line
    assert db.read_bytes() == good

"""What a message says in each form, that it fits, and that no text of the data does anything in it.

UPDATE_GOLDEN=1 writes the golden files anew instead of comparing with them; read the difference.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from delivery import messages
from delivery.messages import LEVELS, LIMITS, cut, render_message, written
from delivery.rendering import markdown_text, neutral
from test_notify import HOSTILE as HOSTILE_NAMES

GOLDEN = Path(__file__).parent / "golden" / "messages"
FORMS = tuple(LIMITS)
DIGESTS = tuple(form for form in FORMS if form != "pagerduty")
READ = ("text", "markdown", "slack", "teams", "email")
SUFFIX = {"text": "txt", "markdown": "md", "email": "email.txt"}
DAY = "2025-06-30"
REPORT = "https://bi.example/report?team=sales&year=2025"
LETTERS = ("ü", "深", "👩\u200d🚀")

Content = dict[str, Any]


# Messages


def alert(**columns: Any) -> Content:
    """What the tables say of an alert that holds."""
    return {
        "evidence": "A fall of 24.7 points, 95 % range 16.0 to 32.1 points; one of 5 segments"
        " tested, q < 0.001: proven.",
        "since": "Since 2025-03-31, 4 checks in a row",
        "goes_with": "Most of it is in SaaS / Europe.",
        "action": "Read the deals lost there lately with their owners.",
        "look_at": "win_rate_trend, deal_risk",
        "threshold_value": 0.08,
        "metric_name": "win_rate",
        "amount_at_stake": 2600000.0,
        "deals": 136,
        "verdict": "proven",
    } | columns


def change(number: int = 1, **columns: Any) -> Content:
    """An alert of which there is news."""
    return {
        "alert_key": f"win_rate_drop-9bfa50cb0bbc870{number}",
        "episode": 1,
        "change": "first",
        "ended_as": "not_judged",
        "severity": "critical",
        "rule": "win_rate_drop",
        "sentence": f"Win rate in HealthTech {number} fell to 19.9 % (136 deals closed in the last"
        " 90 days) from 44.5 % (458 in the 270 days before); $2.6M of pipeline sits there.",
        "alert": alert(),
    } | columns


def over(number: int = 1, ended_as: str = "recovered", **columns: Any) -> Content:
    """An alert that ended."""
    return change(number, change="resolved", ended_as=ended_as, alert=None) | columns


def trouble(number: int = 1, **columns: Any) -> Content:
    """News for the owner."""
    return (
        change(
            number,
            alert_key=f"delivery-team{number}",
            rule="delivery",
            severity="warning",
            sentence="3 messages to team could not be delivered (HTTP 404); mend it, then run"
            " `notify.py retry`.",
            alert=None,
        )
        | columns
    )


def rule(name: str, **columns: Any) -> Content:
    """What was looked at by a rule, and what of it is told."""
    return {
        "rule": name,
        "status": "ok",
        "segments": 150,
        "candidates": 14,
        "fired": 0,
        "told": 0,
        "noise_floor": "21 beyond the threshold, chance alone gives 16.9",
        "detectable": "a fall of 9.8 points in a typical segment would probably have shown",
        "alerts": [],
    } | columns


def book(**columns: Any) -> Content:
    """What the build holds, whatever was told of it before."""
    return {
        "as_of_date": DAY,
        "decided_by": "var",
        "read_from": "exports/deals.csv",
        "headlines": ["Win rate 45.5 % of 4,276 closed deals.", "Headline B.", "Headline C."],
        "caveats": [],
        "rules": [rule("win_rate_drop", fired=2, told=2), rule("stage_stalling")],
    } | columns


def message(*changes: Content, **columns: Any) -> Content:
    """What SQL hands over for one message to a leader."""
    return {
        "notification_id": "3f2a",
        "destination": "leader",
        "audience": "leader",
        "is_new": False,
        "is_weekly": False,
        "delayed_since": None,
        "report_url": REPORT,
        "as_of_date": DAY,
        "changes": list(changes),
        "unchanged": 0,
        "silenced": 0,
        "book": book(),
        "weekly": None,
    } | columns


def owner(*changes: Content, **columns: Any) -> Content:
    """The same for the owner, who is told of troubles."""
    return message(*changes, audience="owner", destination="owner", book=None) | columns


def quiet(**columns: Any) -> Content:
    """A message when nothing stands out."""
    return message(book=book(rules=[rule("win_rate_drop"), rule("stage_stalling")])) | columns


def week() -> Content:
    """What a weekly digest says besides."""
    held = change(7) | {"started_on": "2025-05-12", "weeks": 7, "severity": "warning"}
    return {
        "held": [held],
        "unjudged": [change(9) | {"seen_on": "2025-05-30"}],
        "ended": [change(8) | {"ended_on": "2025-06-27"}],
        "kept_firing": [held],
        "noisy_rules": [{"rule": "emerging_driver", "useful": 1, "noise": 6}],
    }


MANY = message(
    *(change(number) for number in range(1, 4)),
    *(change(number, severity="warning", change="worse") for number in range(4, 7)),
    change(7, severity="info", change="reminder", alert=alert(goes_with=None, since="New")),
    over(8, "eased"),
    unchanged=3,
    silenced=1,
    book=book(rules=[*book()["rules"], rule("emerging_driver", status="insufficient_data")]),
)
CASES: dict[str, Content] = {
    "baseline": message(change(change="baseline"), is_new=True),
    "first": message(change()),
    "new_member": message(change(change="new_member", severity="warning")),
    "worse": message(change(change="worse", episode=2)),
    "reminder": message(change(change="reminder", severity="info")),
    "recovered": message(over()),
    "eased": message(over(ended_as="eased")),
    "not_judged": message(over(ended_as="not_judged")),
    "many": MANY,
    "quiet": quiet(),
    "caveats": quiet(book=quiet()["book"] | {"caveats": ["Headline C."]}),
    "nothing_new": message(unchanged=2, silenced=1),
    "weekly": message(change(), is_weekly=True, unchanged=1, weekly=week()),
    "delayed": message(change(), delayed_since="2026-01-01 08:00 UTC", report_url=None),
    "owner": owner(trouble()),
    "owner_over": owner(over(rule="build", alert_key="build", sentence="The build failed.")),
}
ALONE = [name for name, content in CASES.items() if len(content["changes"]) == 1]
PAIRS = [(case, form) for case in CASES for form in FORMS if form != "pagerduty" or case in ALONE]


def readable(form: str, payload: str) -> str:
    """A message laid out for the eye of a reviewer."""
    if form in messages.PLAIN_FORMS:
        return payload + "\n"
    document = json.loads(payload)
    if form == "email":
        return f"Subject: {document['subject']}\n\n{document['text']}\n\n{document['html']}\n"
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(("case", "form"), PAIRS)
def test_golden(case: str, form: str) -> None:
    golden = GOLDEN / f"{case}.{SUFFIX.get(form, f'{form}.json')}"
    payload = render_message(form, CASES[case])
    text = readable(form, payload)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    if form == "text" or form == "email":
        assert "\n\n\n" not in text and not re.search(r"[ \t]\n", text)
    if form not in messages.PLAIN_FORMS:
        # As it is sent.
        assert payload == json.dumps(json.loads(payload))


# What is said


def lines(form: str, content: Content) -> list[str]:
    """The lines that a reader sees."""
    payload = render_message(form, content)
    if form == "slack":
        shown = [text for text in strings(json.loads(payload)["blocks"]) if text]
        return [unescaped(line) for text in shown for line in text.split("\n")]
    if form == "teams":
        [attached] = json.loads(payload)["attachments"]
        blocks = attached["content"]["body"]
        return ["".join(run["text"] for run in block["inlines"]) for block in blocks]
    if form == "email":
        return [line for line in Html(json.loads(payload)["html"]).lines if line]
    if form == "markdown":
        payload = unescaped(re.sub(r"\\(.)", r"\1", payload)).replace("**", "")
    else:
        # The plain part of an e-mail is the text without its line breaks.
        payload = json.loads(render_message("email", content))["text"]
    return [re.sub(r"^(?:#+ |- |\d+\. )", "", line.strip()) for line in payload.split("\n")]


def unescaped(text: str) -> str:
    """The text that Slack or Markdown shows."""
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text


def strings(value: Any) -> Iterator[str]:
    """All texts of a Slack message."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from [part] if name == "text" and isinstance(part, str) else strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


class Html(HTMLParser):
    """The tags with their attributes, and the text between them by line."""

    BLOCKS = frozenset(["title", "h1", "h2", "p", "li", "ul", "ol", "table", "caption", "tr", "td"])

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.unclosed: list[str] = []
        self.text = ""
        self.styles = ""
        self.feed(page)
        self.close()
        self.lines = [" ".join(line.split()) for line in self.text.split("\0")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.unclosed.append(tag)
        self.text += "\0" if tag in self.BLOCKS else ""

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag
        self.text += "\0" if tag in self.BLOCKS else ""

    def handle_data(self, data: str) -> None:
        if self.unclosed[-1:] == ["style"]:
            self.styles += data
        elif "body" in self.unclosed:
            self.text += data


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (message(change(), change(2, severity="warning")), f"as of {DAY}: 1 critical, 1 warning"),
        (message(*[change(severity="warning")] * 2), f"as of {DAY}: 2 warnings"),
        (message(change(severity="info"), over()), f"as of {DAY}: 1 info, 1 over"),
        (message(over(), over(2, "eased")), f"as of {DAY}: 2 over"),
        (message(*[change(severity="info")] * 1200), f"as of {DAY}: 1,200 infos"),
        (message(change(), is_weekly=True), f"as of {DAY}, weekly: 1 critical"),
        (quiet(), f"as of {DAY}: all quiet"),
        (quiet(unchanged=1), f"as of {DAY}: nothing new"),
        (quiet(silenced=1), f"as of {DAY}: nothing new"),
        (message(), f"as of {DAY}: nothing new"),
        (message(book=book(rules=[rule("r", status="no_data")])), "nothing could be checked"),
        (quiet(as_of_date=None), "Sales insights: all quiet"),
        (owner(trouble()), "Sales insights, for the owner: 1 warning"),
        (owner(), "Sales insights, for the owner: all quiet"),
        (message(change(), delayed_since="8:00 UTC"), "Delayed since 8:00 UTC. Sales insights as"),
    ],
)
def test_the_subject_counts_what_is_told(content: Content, title: str) -> None:
    assert title in json.loads(render_message("json", content))["subject"]


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"change": "baseline"}, "Critical, holds now: Win rate"),
        ({"change": "first", "severity": "warning"}, "Warning, new: Win rate"),
        ({"change": "new_member"}, "Critical, also new: Win rate"),
        ({"change": "worse"}, "Critical, worse: Win rate"),
        ({"change": "reminder", "severity": "info"}, "Info, still so: Win rate"),
        (over(), "Over. Told before as critical: Win rate"),
        (
            over(ended_as="eased", alert=alert()),
            "No longer proven. Told before as critical: Win rate",
        ),
        (
            over(ended_as="not_judged", severity="info"),
            "Can no longer be judged: too few deals. Told before as info: Win rate",
        ),
    ],
)
def test_each_change_has_its_words(form: str, columns: Content, words: str) -> None:
    shown = lines(form, message(change(**columns)))
    assert any(line.startswith(words) for line in shown)
    # What is over asks for nothing, and cannot be silenced.
    asks = columns["change"] != "resolved"
    for part in ("What to do:", "To silence an alert", "Where to look:"):
        assert any(line.startswith(part) for line in shown) == asks


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("kind", ["baseline", "first", "new_member"])
def test_the_owner_is_told_of_trouble_and_not_of_silences(form: str, kind: str) -> None:
    shown = lines(form, owner(trouble(change=kind)))
    assert any(line.startswith("Warning, new trouble: 3 messages to team") for line in shown)
    assert not any("silence" in line or "Rules:" in line for line in shown)
    assert "Alert id: delivery-team1" in shown


@pytest.mark.parametrize("form", READ)
def test_an_alert_is_told_in_the_order_of_reading(form: str) -> None:
    shown = lines(form, message(change(), unchanged=2, book=book(caveats=["Headline C."])))
    starts = [
        f"Sales insights as of {DAY}: 1 critical",
        "Win rate 45.5 % of 4,276",
        "Headline C.",
        "Headline B.",
        "Critical, new: Win rate in HealthTech",
        "A fall of 24.7 points, 95 % range 16.0 to 32.1 points; one of 5 segments tested,"
        " q < 0.001: proven. Since 2025-03-31, 4 checks in a row.",
        "Goes with it: Most of it is in",
        "What to do: Read the deals",
        "Where to look: win_rate_trend, deal_risk",
        "2 others hold as before.",
        "Rules: win rate drop (threshold 0.08). As of 2025-06-30.",
        "Alert id: win_rate_drop-9bfa50cb0bbc8701",
        "To silence an alert, add a line with the alert's id to seeds/alert_silences.csv.",
        "Message id: 3f2a",
    ]
    places = [[line.startswith(start) for line in shown].index(True) for start in starts]
    assert places == sorted(places)
    # What changed is told with its money.
    assert shown[places[4]].endswith("$2.6M of pipeline sits there.")
    assert not re.search("because|caused? by|due to|owing to|led to", " ".join(shown))


@pytest.mark.parametrize("form", READ)
def test_what_nothing_goes_with_is_told_without(form: str) -> None:
    shown = lines(form, message(change(alert=alert(goes_with=None))))
    assert not any("Goes with" in line or "None" in line for line in shown)


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize(("changes", "more"), [(5, None), (6, "and 1 more"), (17, "and 12 more")])
def test_five_are_told_and_the_others_counted(form: str, changes: int, more: str | None) -> None:
    shown = lines(form, message(*(change(number) for number in range(changes))))
    assert sum(line.startswith("What to do:") for line in shown) == 5
    assert [line for line in shown if re.fullmatch("and .* more", line)] == ([more] if more else [])


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize(
    ("columns", "line"),
    [
        ({"unchanged": 1}, "1 other holds as before."),
        ({"unchanged": 3, "silenced": 2}, "3 others hold as before; 2 silenced."),
        ({"silenced": 1}, "1 silenced."),
        (
            {"book": book(rules=[rule("win_rate_drop", status="truncated"), rule("x")])},
            "not judged: win rate drop.",
        ),
        ({"changes": [], "unchanged": 1}, "1 alert holds as before."),
        ({}, None),
    ],
)
def test_what_is_not_told_is_counted(form: str, columns: Content, line: str | None) -> None:
    shown = lines(form, message(change()) | columns)
    counted = [each for each in shown if re.search("as before|silenced|not judged", each)]
    assert counted == ([line] if line else [])


@pytest.mark.parametrize("form", READ)
def test_a_quiet_digest_is_one_line_with_its_caveats(form: str) -> None:
    content = quiet(book=quiet()["book"] | {"caveats": ["Caveat."]})
    shown = [line for line in lines(form, content) if line]
    first = (
        f"Sales insights as of {DAY}: 2 rules checked, no alert beyond luck; a fall of 9.8 points"
        " in a typical segment would probably have shown."
    )
    last = ["Message id: 3f2a"]
    links = [line for line in shown if "eport" in line]
    assert [line for line in shown if line not in links] == [first, "Caveat.", *last]
    assert len(links) == (form != "teams")
    late = lines(form, content | {"delayed_since": "8:00 UTC"})
    assert late[0] == f"Delayed since 8:00 UTC. {first}"


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("columns", [{"unchanged": 1}, {"silenced": 1}, {"book": book()}])
def test_what_holds_is_not_called_quiet(form: str, columns: Content) -> None:
    text = " ".join(lines(form, quiet() | columns))
    assert "quiet" not in text and "beyond luck" not in text and "nothing new" in text


@pytest.mark.parametrize("form", READ)
def test_the_first_message_says_so_and_a_late_one_since_when(form: str) -> None:
    words = "The first message to this destination"
    content = message(change(change="baseline"), delayed_since="2026-01-01 08:00 UTC")
    assert lines(form, content)[0].startswith("Delayed since 2026-01-01 08:00 UTC. Sales insights")
    assert not any(words in line for line in lines(form, content))
    assert any(words in line for line in lines(form, content | {"is_new": True}))


@pytest.mark.parametrize("form", READ)
def test_three_headlines_are_told_and_the_caveats_before_the_others(form: str) -> None:
    told = book(headlines=["Baseline.", "B.", "C.", "D.", "E."], caveats=["C.", "E."])
    shown = lines(form, message(change(), book=told))
    assert [line for line in shown if line in told["headlines"]] == ["Baseline.", "C.", "E."]


@pytest.mark.parametrize("form", READ)
def test_a_weekly_digest_says_what_held_and_ended(form: str) -> None:
    weekly = week() | {"ended": [change(n) | {"ended_on": "2025-06-27"} for n in range(7)]}
    shown = lines(form, message(change(), is_weekly=True, weekly=weekly))
    shown = [line.removeprefix("• ") for line in shown]
    for words in (
        "Holds as before",
        "Warning since 2025-05-12: Win rate in HealthTech 7 fell",
        "Held when last seen, and not judged now",
        "Critical, last seen 2025-05-30: Win rate in HealthTech 9 fell",
        "Ended since the last weekly digest",
        "Ended 2025-06-27, told before as critical: Win rate",
        "and 2 more",
        "Held for weeks: act on it or silence it",
        "For 7 weeks (win_rate_drop-9bfa50cb0bbc8707): Win rate in HealthTech 7 fell",
        "Emerging driver: called noise 6 times, useful 1 time.",
    ):
        assert any(line.startswith(words) for line in shown)
    # What is told above is not told again.
    again = lines(form, message(change(7), is_weekly=True, weekly=week()))
    assert not any("since 2025-05-12" in line for line in again)
    # What should be silenced can be.
    without = lines(form, message(is_weekly=True, weekly=week()))
    assert any(line.startswith("To silence an alert") for line in without)


@pytest.mark.parametrize("form", DIGESTS)
def test_a_message_has_the_link_of_the_report_or_none(form: str) -> None:
    for url in (REPORT, None):
        payload = render_message(form, message(change(), report_url=url))
        parts = [payload]
        if form == "email":
            letter = json.loads(payload)
            parts = [letter["text"], letter["html"]]
        for part in parts:
            assert (REPORT in part.replace("&amp;", "&")) == bool(url)
            assert url or not re.search("report:|the report|bi.example", part.lower())


def test_the_terminal_has_lines_that_fit() -> None:
    for content in CASES.values():
        assert max(map(len, render_message("text", content).split("\n"))) <= 100


# PagerDuty


@pytest.mark.parametrize("case", ALONE)
def test_an_event_opens_and_closes_the_incident_of_its_alert(case: str) -> None:
    content = CASES[case]
    [told] = content["changes"]
    event = json.loads(render_message("pagerduty", content))
    assert event["event_action"] == ("resolve" if told["change"] == "resolved" else "trigger")
    assert event["dedup_key"] == f"{content['destination']}/{told['alert_key']}"
    assert event["payload"]["severity"] == told["severity"]
    assert event["payload"]["source"] == "sales_insights"
    assert told["sentence"] in event["payload"]["summary"]
    assert "routing_key" not in event
    assert all(
        isinstance(value, str | int | float | None)
        for value in event["payload"]["custom_details"].values()
    )


@pytest.mark.parametrize("letter", ["x", *LETTERS])
def test_the_summary_of_an_event_is_cut_beyond_its_limit(letter: str) -> None:
    start = "Critical, new: "
    room = 1024 - len(start)
    fits = letter * (room // units(letter)) + "x" * (room % units(letter))
    for sentence, is_cut in ((fits, False), (fits + "x", True)):
        event = json.loads(render_message("pagerduty", message(change(sentence=sentence))))
        summary = event["payload"]["summary"]
        assert units(summary) <= 1024 and summary.endswith("…") == is_cut
        assert (summary == start + sentence) != is_cut


# Size


def units(text: str) -> int:
    """Letters as Slack counts them."""
    return len(text.encode("utf-16-le")) // 2


def assert_fits(form: str, payload: str) -> None:
    """What each service takes at most."""
    if form not in messages.PLAIN_FORMS:
        # As it is sent, where each letter outside ASCII is six bytes or twelve.
        payload = json.dumps(json.loads(payload))
    if form == "slack":
        blocks = json.loads(payload)["blocks"]
        assert 1 <= len(blocks) <= 50
        assert sum(map(units, strings(json.loads(payload)))) <= 12_000
        assert sum(map(units, strings(blocks))) + 125 * len(blocks) <= 13_000
        assert all(1 <= units(text) <= 3000 for text in strings(json.loads(payload)))
        assert all(units(b["text"]["text"]) <= 150 for b in blocks if b["type"] == "header")
    elif form == "teams":
        assert len(payload.encode()) <= 20_000
    elif form == "email":
        letter = json.loads(payload)
        assert units(letter["subject"]) <= 200
        assert len(letter["html"].encode()) <= 100_000 and len(letter["text"].encode()) <= 100_000
    else:
        assert len(payload.encode()) <= 100_000
    if form == "pagerduty":
        event = json.loads(payload)
        assert units(event["payload"]["summary"]) <= 1024 and units(event["dedup_key"]) <= 255


def measured(form: str, payload: str) -> int:
    """What a message takes of its limit; of Slack with the link and 125 for each block."""
    if form == "slack":
        message = json.loads(payload)
        blocks = message["blocks"]
        return sum(map(units, strings(message))) + len(REPORT) + 125 * len(blocks)
    return len((json.loads(payload)["html"] if form == "email" else payload).encode())


def told_alerts(form: str, payload: str) -> int:
    """How many alerts are told with all their sentences."""
    shown = json.loads(payload)["html"] if form == "email" else payload
    return shown.count('"action"' if form == "json" else "What to do")


@pytest.mark.parametrize("form", DIGESTS)
@pytest.mark.parametrize("letter", LETTERS[1:])
def test_the_first_level_that_fits_is_sent(
    form: str, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = message(*(change(n, sentence=f"{letter * 30} wait.") for n in range(9)))
    levels = [written(form, content, level) for level in LEVELS]
    sizes = [messages.size(form, payload) for payload in levels]
    assert sizes == sorted(sizes, reverse=True)
    assert [told_alerts(form, payload) for payload in levels[1:]] == [5, 3, 0]
    assert (sizes[0] > sizes[1]) == (form in ("markdown", "json", "email"))
    for place, size in enumerate(sizes[:-1]):
        monkeypatch.setitem(LIMITS, form, size)
        assert render_message(form, content) == levels[sizes.index(size)]
        monkeypatch.setitem(LIMITS, form, size - 1)
        assert render_message(form, content) in levels[place + 1 :]


@pytest.mark.parametrize(
    ("form", "letter"),
    [(form, "深") for form in ("markdown", "json", "email")]
    + [(form, letter) for form in ("slack", "teams") for letter in LETTERS],
)
def test_a_message_is_whole_at_the_limit_and_less_beyond(form: str, letter: str) -> None:
    fields = ("evidence", "goes_with", "action", "look_at")

    def padded(letters: int, rest: int) -> Content:
        """Five alerts with so many letters in their sentences, and a rest of plain ones."""
        share, left = divmod(letters, 23)
        texts = iter([str(n) + letter * (share + (n < left)) for n in range(23)])
        changes = [change(n, alert=alert(**{f: next(texts) for f in fields})) for n in range(5)]
        plain = {"notification_id": "x" * (rest + 1), "book": book(headlines=list(texts))}
        return message(*changes, **plain)

    def size(letters: int, rest: int = 0) -> int:
        return messages.size(form, written(form, padded(letters, rest), LEVELS[1]))

    limit = {"slack": 12_000, "teams": 20_000}.get(form, 100_000)
    least = size(23)
    step = (size(63) - least) // 40
    letters = 23 + (limit - least) // step
    rest = limit - size(letters)
    assert 0 <= rest < step
    whole = render_message(form, padded(letters, rest))
    assert measured(form, whole) == limit and told_alerts(form, whole) == 5
    less = render_message(form, padded(letters, rest + 1))
    assert measured(form, less) < limit and told_alerts(form, less) == 3


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("letter", ["<", "👩\u200d🚀"])
def test_whatever_the_data_holds_fits(
    form: str, letter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def filled(value: Any, name: str = "") -> Any:
        """The message with each text of the data made long."""
        if isinstance(value, dict):
            return {key: filled(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [filled(part, name) for part in value]
        return long if isinstance(value, str) and name not in OUR_OWN else value

    long = letter * (360 // len(letter))
    content = filled(message(change(), delayed_since="x", weekly=week()))
    content["book"]["rules"] *= 20
    content["book"]["caveats"] = content["book"]["headlines"] * 3
    content["weekly"] = {part: items * 6 for part, items in content["weekly"].items()}
    # As much as fits, and the last level, which is cut and not asked whether it does.
    for limit, changes in ((LIMITS[form], 0), (LIMITS[form], 1), (0, 6)):
        monkeypatch.setitem(LIMITS, form, limit)
        number = 1 if form == "pagerduty" else changes
        payload = render_message(form, content | {"changes": content["changes"] * number})
        assert_fits(form, payload)
        assert REPORT in payload.replace("&amp;", "&")
    # Half a link is none.
    url = f"https://x.example/{'y' * 990}"
    assert "x.example" not in render_message(form, message(change(), report_url=url))


@pytest.mark.parametrize("form", ["slack", "teams"])
def test_a_sentence_that_is_too_long_costs_no_other_alert(form: str) -> None:
    long = change(9, sentence="ü" * 9000, alert=alert(evidence="ü" * 9000))
    payload = render_message(form, message(*(change(n) for n in range(4)), long))
    assert told_alerts(form, payload) == 5 and "\\u2026" in payload


def test_the_summary_has_counts_link_and_id() -> None:
    for form in DIGESTS:
        payload = written(form, MANY, LEVELS[-1])
        assert "3 critical, 3 warnings, 1 info, 1 over" in payload
        assert "bi.example" in payload and "3f2a" in payload and "HealthTech" not in payload
        if form != "json":
            assert "8 changes are too long to be shown here." in payload


@pytest.mark.parametrize("letter", ["x", *LETTERS])
def test_a_cut_leaves_no_half_letter(letter: str) -> None:
    for limit in range(10, 30):
        for length in range(limit + 2):
            text = letter * length
            short = cut(text, limit)
            assert units(short) <= limit
            assert short == text if units(text) <= limit else short.endswith("…")
            assert set(short) <= {*letter, "…"}


# Hostile names

MARK = "Qxq"
HOSTILE = HOSTILE_NAMES | {"long": "ü" * 600}
# Of the others fewer alerts are told, and so the message has another shape.
SHORT = [name for name, text in HOSTILE.items() if len(text) < 100]
# Named by the rules and by SQL, not by the data.
OUR_OWN = ("change", "ended_as", "severity", "audience", "report_url", "status", "rule")


def with_name(name: str, but: tuple[str, ...] = OUR_OWN) -> Content:
    """A message with a name of the data in all its texts."""

    def named(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {each: named(part, each) for each, part in value.items()}
        if isinstance(value, list):
            return [named(part, key) for part in value]
        return f"{name} wait" if isinstance(value, str) and key not in but else value

    weekly = named(week())
    for part, items in weekly.items():
        if part != "noisy_rules":
            for item in items:
                item["alert_key"] = "another"
    return named(
        message(
            *(change(number) for number in range(6)),
            over(7),
            is_new=True,
            is_weekly=True,
            delayed_since="x",
            unchanged=1,
        )
    ) | {"weekly": weekly}


def mapped(value: Any, turn: Callable[[str], str]) -> Any:
    """A document with each of its texts turned into another."""
    if isinstance(value, dict):
        return {name: mapped(part, turn) for name, part in value.items()}
    if isinstance(value, list):
        return [mapped(part, turn) for part in value]
    return turn(value) if isinstance(value, str) else value


def unlinked(text: str) -> str:
    """A text as it is shown where programs make links of addresses."""
    broken = {"://": ":\u200c//", "www.": "www\u200c."}
    for address, shown in broken.items():
        text = text.replace(address, shown)
    return neutral(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_an_email_is_text(name: str) -> None:
    plain = json.loads(render_message("email", with_name(MARK)))["html"]
    letter = json.loads(render_message("email", with_name(HOSTILE[name])))
    page = Html(letter["html"])
    assert not page.unclosed
    if name in SHORT:
        assert letter["html"] == plain.replace(MARK, escape(unlinked(HOSTILE[name])))
        assert page.tags == Html(plain).tags and page.styles == Html(plain).styles
        assert unlinked(HOSTILE[name]) in page.text
    assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe", "form"}
    assert [tag["href"] for _, tag in page.tags if "href" in tag] == [REPORT]
    assert "\n" not in letter["subject"] and "\r" not in letter["subject"]
    assert not re.search(r"://(?!bi\.example)|www\.", letter["html"] + letter["text"])


def test_an_email_needs_nothing_from_outside() -> None:
    for case in ("many", "quiet", "weekly", "owner"):
        html = json.loads(render_message("email", CASES[case]))["html"]
        page = Html(html)
        assert html.startswith("<!doctype html>") and ("html", {"lang": "en"}) in page.tags
        assert ("meta", {"charset": "utf-8"}) in page.tags
        assert not re.search(r"url\(|@import|src=|<script|<img|<link|\bon\w+=", html)
        assert "prefers-color-scheme: dark" in page.styles and "max-width:640px" in html
        assert [tag for tag, _ in page.tags].count("h1") == (case != "quiet")
        assert any(tag.get("name") == "viewport" for _, tag in page.tags)
        classes = {each for _, tag in page.tags for each in (tag.get("class") or "").split()}
        assert {f".{each}" for each in classes} <= set(re.findall(r"\.[a-z]+", page.styles))


def contrast(ink: str, paper: str) -> float:
    """How well a colour is read on another, as WCAG has it."""

    def light(color: str) -> float:
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(ink), light(paper)))
    return (bright + 0.05) / (dark + 0.05)


def test_an_email_is_read_in_the_light_and_in_the_dark() -> None:
    html = "".join(
        json.loads(render_message("email", CASES[case]))["html"]
        for case in ("many", "reminder", "recovered")
    )
    page = Html(html[: html.index("</html>") + 7])
    inks = set(re.findall(r"(?<![-\w])color:(#\w{6})", html))
    assert len(inks) == 6 and all(contrast(ink, "#ffffff") >= 4.5 for ink in inks)
    [paper] = re.findall(r"\.sheet {.*?background-color: (#\w{6})", page.styles)
    inks = set(re.findall(r"[{ ]color: (#\w{6})", page.styles))
    assert len(inks) == 6 and all(contrast(ink, paper) >= 4.5 for ink in inks)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_slack_is_text(name: str) -> None:
    plain = json.loads(render_message("slack", with_name(MARK)))
    posted = json.loads(render_message("slack", with_name(HOSTILE[name])))
    assert_fits("slack", json.dumps(posted))
    shown = list(strings(posted))
    assert not any(re.search("[<>]|&(?!(amp|lt|gt);)", text) for text in shown)
    assert not any(re.search("://|www\\.", text) for text in shown)
    assert "mrkdwn" not in json.dumps(posted)
    if name in SHORT:
        shape = mapped(plain["blocks"], lambda text: text.replace(MARK, slack(HOSTILE[name])))
        assert posted["blocks"][1:] == shape[1:]


def slack(text: str) -> str:
    """A text as it is sent to Slack."""
    return escape(unlinked(text), quote=False)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_teams_is_text_and_no_markdown(name: str) -> None:
    plain = json.loads(render_message("teams", with_name(MARK)))
    posted = json.loads(render_message("teams", with_name(HOSTILE[name])))
    [attached] = posted["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attached["content"]
    assert card["actions"] == [
        {"type": "Action.OpenUrl", "title": "Open the report", "url": REPORT}
    ]
    # No element but these: Markdown is read in a TextBlock, a FactSet and the like only.
    for block in card["body"]:
        assert block.keys() <= {"type", "spacing", "separator", "inlines"}
        assert block["type"] == "RichTextBlock"
        for run in block["inlines"]:
            assert run["type"] == "TextRun"
            assert run.keys() <= {"type", "text", "size", "weight", "color", "isSubtle"}
            assert not re.search(r"://|www\.", run["text"])
    if name in SHORT:
        shape = mapped(plain, lambda text: text.replace(MARK, unlinked(HOSTILE[name])))
        assert posted == shape


@pytest.mark.parametrize("name", SHORT)
def test_a_name_in_markdown_is_text(name: str) -> None:
    plain = render_message("markdown", with_name(MARK))
    text = render_message("markdown", with_name(HOSTILE[name]))
    escaped = markdown_text(HOSTILE[name]).lstrip()
    # At the start of a line a letter that begins a block there is escaped as well.
    expected = plain.replace(MARK, escaped)
    assert re.sub(r"\\([=+#-])", r"\1", text) == re.sub(r"\\([=+#-])", r"\1", expected)


@pytest.mark.parametrize("start", ["# x", "- x", "+ x", "1. x", "12) x", "---", "===", "    x"])
def test_a_name_in_markdown_begins_no_block(start: str) -> None:
    content = message(
        change(alert=alert(evidence=start)), book=book(headlines=[f"{start} y"]), report_url=None
    )
    for line in render_message("markdown", content).split("\n"):
        text = re.sub(r"^ *(?:- |\d\. )", "", line)
        assert re.match(r"$|\\[-#+=]|\d+\\[.)] |[a-zA-Z*]|# Sales", text)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_a_terminal_steers_nothing(name: str) -> None:
    for text in (
        render_message("text", with_name(HOSTILE[name])),
        json.loads(render_message("email", with_name(HOSTILE[name])))["text"],
    ):
        bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")}
        assert bad <= {"\n", "\u200c", "\u200d"}
        if name in SHORT and not {"lines", "escape", "bidi", "bare link", "link", "formula"} & {
            name
        }:
            # Wherever a line was wrapped.
            assert re.sub(r"\s", "", HOSTILE[name]) in re.sub(r"\s", "", text)


@pytest.mark.parametrize("name", HOSTILE)
def test_json_keeps_every_letter_and_is_ascii(name: str) -> None:
    content = with_name(HOSTILE[name])
    payload = render_message("json", content)
    assert re.fullmatch("[ -~]*", payload)
    document = json.loads(payload)
    told = len(document["changes"])
    assert document["changes"] == content["changes"][:told] and document["more"] == 7 - told
    alone = content | {"changes": content["changes"][:1]}
    event = json.loads(render_message("pagerduty", alone))
    assert event["payload"]["custom_details"]["what_to_do"].startswith(unlinked(HOSTILE[name])[:50])
    key = f"{content['destination']}/{content['changes'][0]['alert_key']}"
    assert event["dedup_key"] == cut(key, 255)


@pytest.mark.parametrize("name", SHORT)
def test_even_a_hostile_rule_changes_no_shape(name: str) -> None:
    but = ("change", "ended_as", "audience", "report_url")
    plain, hostile = with_name(MARK, but), with_name(HOSTILE[name], but)
    assert_fits("slack", render_message("slack", hostile))
    assert_fits("teams", render_message("teams", hostile))
    tags = [
        [
            (tag, attributes.get("href"), attributes.get("class"))
            for tag, attributes in Html(json.loads(render_message("email", each))["html"]).tags
        ]
        for each in (plain, hostile)
    ]
    assert tags[0] == tags[1]

"""What notifications.yml means, and what is said of each way to get it wrong."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from common.trouble import Trouble
from conftest import ROOT
from delivery.destinations import Destination, Notifications, read_notifications
from delivery.keys import FORMATS, KEYS
from hypothesis import given, settings
from hypothesis import strategies as st

SECRET = "https://hooks.example/T0/B0/S3CRET9"
GOOD = """\
# Who is told what.
report_url: https://bi.example/win-rate?tab=1
destinations:
  - name: terminal
    kind: stdout
    format: markdown
  - name: sales-leader
    kind: email
    address_env: SMTP_URL
    sender: insights@example.com
    recipients: [leader@example.com, "o'neil+cro@mail.example.com"]
    rules:
      - win_rate_drop
      - stage_stalling
    minimum_severity: critical
    weekly_digest: true
    reminder_days: 30
    keep_firing_days: 0
    worse_amount_ratio: 2
  - {name: owner, kind: slack, audience: owner, address_env: SLACK_URL}
"""


def read(text: str | bytes, path: Path) -> Notifications:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_notifications(path)


@pytest.fixture
def refusal(tmp_path):
    """What is said of a file, after its name; the file is named in every error."""

    def of(text: str | bytes) -> str:
        path = tmp_path / "notifications.yml"
        with pytest.raises(Trouble) as trouble:
            read(text, path)
        words = str(trouble.value)
        assert words.startswith(f"{path}, ")
        assert "\n" not in words
        assert "S3CRET" not in words
        return words.removeprefix(f"{path}, ")

    return of


def test_the_file_of_the_project_is_right():
    assert read_notifications(ROOT / "notifications.yml").destinations


def test_a_file_is_read_as_it_is_meant(tmp_path):
    notifications = read(GOOD, tmp_path / "notifications.yml")
    terminal, leader, owner = notifications.destinations
    assert notifications.report_url == "https://bi.example/win-rate?tab=1"
    assert terminal == Destination("terminal", "stdout", "markdown")
    assert leader == Destination(
        name="sales-leader",
        kind="email",
        format="email",
        minimum_severity="critical",
        rules=("win_rate_drop", "stage_stalling"),
        address_env="SMTP_URL",
        sender="insights@example.com",
        recipients=("leader@example.com", "o'neil+cro@mail.example.com"),
        weekly_digest=True,
        reminder_days=30,
        keep_firing_days=0,
        worse_amount_ratio=2,
    )
    assert owner.audience == "owner"
    assert notifications.named("owner") is owner
    with pytest.raises(Trouble, match="known are: terminal, sales-leader, owner"):
        notifications.named("nobody")


def one(tmp_path: Path, settings: str) -> Destination:
    """A destination of a file that has no other."""
    text = f"destinations: [{{name: it, {settings}}}]"
    return read(text, tmp_path / "notifications.yml").destinations[0]


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_left_out_has_a_default(tmp_path, kind):
    needed = {
        "stdout": "",
        "file": ", path: told.jsonl",
        "email": ", address_env: X, sender: a@b, recipients: [c@d]",
    }.get(kind, ", address_env: X")
    it = one(tmp_path, f"kind: {kind}{needed}")
    assert it.format == FORMATS[kind][0]
    assert (it.audience, it.minimum_severity, it.rules) == ("leader", "warning", None)
    assert (it.weekly_digest, it.reminder_days, it.keep_firing_days) == (False, 14, 7)
    assert it.worse_amount_ratio == 1.5
    assert it.tells_one_by_one == (kind == "pagerduty")


def test_the_owner_is_told_of_all_and_of_its_end_at_once(tmp_path):
    it = one(tmp_path, "kind: stdout, audience: owner")
    assert (it.minimum_severity, it.keep_firing_days) == ("info", 0)
    it = one(
        tmp_path,
        "kind: stdout, audience: owner, minimum_severity: critical, keep_firing_days: 3",
    )
    assert (it.minimum_severity, it.keep_firing_days) == ("critical", 3)


def test_each_field_is_a_key_and_each_key_a_field():
    # compare is false for what only tells where in the file a key stands.
    assert [field.name for field in fields(Destination) if field.compare] == list(KEYS)


# Of a change to the good file: what is said. [1].kind is short for destinations[1].kind.
WRONG_FILES = [
    ("", "1: key destinations is missing; the file is empty"),
    ("\ufeff# nothing\n", "1: key destinations is missing; the file is empty"),
    ("report_url: https://bi.example\n", "1: key destinations is missing"),
    ("- name: x\n", "1: the file must be keys with values: destinations, report_url"),
    ("S3CRET", "1: the file must be keys with values: destinations, report_url"),
    ("destinations:\n", "1: destinations must be a list of destinations"),
    ("\ndestinations: []\n", "2: destinations must be a list of destinations"),
    ("destinations: {name: x}\n", "1: destinations must be a list of destinations"),
    (f"destinations: [{SECRET}]\n", "1: [0] must be keys with values: name, kind"),
    (GOOD + "---\n" + GOOD, "21: not YAML: expected a single document in the stream"),
]
WRONG_KEYS = [
    ("report_url", "report", "2: unknown key report; known are: destinations, report_url"),
    ("    format", "    colour", "6: unknown key [0].colour; known are: name, kind, format"),
    ("    format", "    <<", "6: unknown key [0].<<; known are: name, kind"),
    ("    format", "    ? [S3CRET]\n    ", "6: unknown key [0].…; known are: name, kind"),
    ("    format", "    5", "6: unknown key [0].…; known are: name, kind"),
    ("    format: markdown", "    kind: file", "6: [0].kind is given twice"),
    ("    format: markdown", "    'kind': file", "6: [0].kind is given twice"),
    ("terminal\n", "owner\n", "20: [2].name is 'owner', as in line 4 already"),
    ("name: terminal\n    ", "", "4: [0].name is missing"),
    ("    kind: stdout\n", "", "4: [0].kind is missing"),
    ("stdout", "file", "4: [0].path is missing; kind file needs it"),
    ("format: m", "path: m", "6: [0].path means nothing for kind stdout"),
    ("sender: insights@example.com", "format: email", "7: [1].sender is missing; kind email"),
    ("kind: email", "kind: teams", "10: [1].sender means nothing for kind teams"),
    (", address_env: SLACK_URL", "", "20: [2].address_env is missing; kind slack needs it"),
    ("owner,", "owner, rules: [x],", "20: [2].rules means nothing for the owner"),
    ("owner, a", "owner, weekly_digest: true, a", "20: [2].weekly_digest means nothing for the"),
]
WRONG_VALUES = [
    ("https://bi", "javascript://bi", "2: report_url must be an http or https address"),
    ("tab=1", "tab='S3CRET", "2: report_url must be"),
    ("tab=1", "täb=1", "2: report_url must be"),
    ("terminal", "On my terminal", "4: [0].name must be a text of lower-case letters"),
    ("terminal", "2024-01-01", "4: [0].name must be"),
    ("terminal", "yes", "4: [0].name must be"),
    ("stdout", "fax", "5: [0].kind must be one of stdout, file, webhook, slack, teams"),
    ("stdout", "[stdout]", "5: [0].kind must be"),
    ("stdout", "{stdout: 1}", "5: [0].kind must be"),
    ("markdown", "S3CRET", "6: [0].format must be text or markdown or json for kind stdout"),
    ("markdown", "slack", "6: [0].format must be"),
    ("markdown", "5", "6: [0].format must be"),
    ("stdout\n    format: markdown", "file\n    path: ' '", "6: [0].path must be the path of"),
    ("stdout\n    format: markdown", 'file\n    path: "a\\0b"', "6: [0].path must be"),
    ("stdout\n    format: markdown", 'file\n    path: "\\ud800"', "6: [0].path must be"),
    ("insights@example.com", "insights", "10: [1].sender must be an e-mail address"),
    ("insights@example.com", "[a@b]", "10: [1].sender must be"),
    ("[leader@", "[", "11: [1].recipients must be a list of e-mail addresses, each once"),
    ("[leader@", "[Boss <leader@", "11: [1].recipients must be"),
    ("[leader@", '["a\\nBcc: c@b", a@', "11: [1].recipients must be"),
    ("[leader@", '["a@b\\nBcc: c@b", a@', "11: [1].recipients must be"),
    ("[leader@", '["=?utf-8?q?a=0AX?=@b", a@', "11: [1].recipients must be"),
    ("[leader@", "[a@b, a@b, leader@", "11: [1].recipients must be"),
    ("- win_rate_drop", "- 5", "12: [1].rules must be a list of rules, each once"),
    ("- win_rate_drop", "- Win rate", "12: [1].rules must be"),
    ("- win_rate_drop", "- stage_stalling", "12: [1].rules must be"),
    ("critical", "high", "15: [1].minimum_severity must be one of critical, warning, info"),
    ("digest: true", "digest: often", "16: [1].weekly_digest must be true or false"),
    ("digest: true", "digest: 1", "16: [1].weekly_digest must be"),
    ("days: 30", "days: 0", "17: [1].reminder_days must be a whole number of days from 1 to"),
    ("days: 30", "days: 1.5", "17: [1].reminder_days must be"),
    ("days: 30", "days: true", "17: [1].reminder_days must be"),
    ("days: 30", "days: 9999", "17: [1].reminder_days must be"),
    ("days: 30", "days: 2024-31-31", "17: [1].reminder_days must be"),
    ("days: 30", f"days: {'9' * 9999}", "17: [1].reminder_days must be"),
    ("days: 0", "days: -1", "18: [1].keep_firing_days must be a whole number of days from 0"),
    ("ratio: 2", "ratio: 1", "19: [1].worse_amount_ratio must be a number above 1"),
    ("ratio: 2", "ratio: .nan", "19: [1].worse_amount_ratio must be"),
    ("ratio: 2", "ratio: .inf", "19: [1].worse_amount_ratio must be"),
    ("ratio: 2", "ratio: '2'", "19: [1].worse_amount_ratio must be"),
    ("audience: owner", "audience: cro", "20: [2].audience must be leader or owner"),
]
WRONG_YAML = [
    ("    kind: stdout", "\tkind: stdout", "5: not YAML: while scanning for the next token: found"),
    ("kind: stdout", "kind: stdout: x", "5: not YAML: mapping values are not allowed here"),
    ("    kind: stdout", "   kind: stdout", "5: not YAML: while parsing a block"),
    ("markdown", "'S3CRET", "11: not YAML: while parsing a block mapping: expected <block end>"),
    ("markdown", '"\\U00110000"', "6: not YAML that can be read"),
    ("markdown", "mark\x07down", "6: a control character stands here"),
    ("markdown", "*S3CRET", "6: not YAML: found undefined alias"),
    ("markdown", "!S3CRET!x x", "6: not YAML: while parsing a node: found undefined tag handle"),
    ("markdown", "!!python/name:os.system", "6: [0].format must be"),
    ("markdown", "!!python/str text", "6: [0].format must be"),
    ("markdown", "!!int S3CRET", "6: [0].format must be"),
    ("markdown", "!!bool S3CRET", "6: [0].format must be"),
    ("markdown", "!!timestamp S3CRET", "6: [0].format must be"),
    ("    rules:", "    rules: !S3CRET", "12: [1].rules must be"),
    ("    rules:", "    rules: &a\n      - *a", "12: [1].rules must be"),
    ("destinations:", "destinations: !!omap", "3: destinations must be a list of destinations"),
    ("- {name", "- !S3CRET {name", "20: [2] must be keys with values: name, kind"),
    ("# Who", "!!python/object:os.system\n# Who", "1: the file must be keys with values"),
]


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        *((GOOD, text, words) for text, words in WRONG_FILES),
        *(WRONG_KEYS + WRONG_VALUES + WRONG_YAML),
    ],
)
def test_what_is_wrong_is_said_with_line_and_key(refusal, was, becomes, words):
    assert was in GOOD
    said = refusal(GOOD.replace(was, becomes, 1))
    assert said.replace("destinations[", "[").startswith(f"line {words}")


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("- {name", "- &a {name"),
        ("# Who is told what.", "%YAML 1.1\n---"),
        ("# Who", "\ufeff# Who"),
        ("\n", "\r\n"),
    ],
)
def test_what_yaml_allows_is_read(tmp_path, was, becomes):
    path = tmp_path / "notifications.yml"
    assert read(GOOD.replace(was, becomes), path) == read(GOOD, path)


def test_tabs_are_named_as_the_culprit(refusal):
    words = refusal(GOOD.replace("    kind: stdout", "\tkind: stdout"))
    assert words.endswith("indent with spaces, not with tabs")


@pytest.mark.parametrize(
    "line",
    [
        f"address: {SECRET}",
        f"url: {SECRET}",
        f"webhook_url: {SECRET}",
        "password: S3CRET9",
        "routing_key: S3CRET9",
        f"{SECRET}: x",
        "S3CRET9: x",
    ],
)
def test_a_secret_in_the_file_is_not_shown_and_has_a_place(refusal, line):
    words = refusal(GOOD.replace("format: markdown", line))
    assert words.startswith("line 6: unknown key destinations[0].")
    assert words.endswith("address_env names the environment variable with it")


@pytest.mark.parametrize("value", [SECRET, "s3cret", "$SLACK_URL", "smtps://S3CRET:S3CRET@host"])
def test_a_secret_in_the_place_of_its_variable_is_not_shown(refusal, value):
    words = refusal(GOOD.replace("SMTP_URL", value))
    assert words == (
        "line 9: destinations[1].address_env must be the name of an environment variable,"
        " in capitals; the address itself is a secret"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            GOOD.replace("terminal", "términal").encode("latin-1"),
            "line 4: this is not text in UTF-8",
        ),
        (GOOD.encode("utf-16"), "line 1: this is not text in UTF-8"),
        (b"\x00" * 100, "line 1: a control character stands here"),
    ],
)
def test_a_file_of_other_letters_is_refused(refusal, content, words):
    assert refusal(content) == words


def test_a_file_that_is_not_there_or_none_is_refused(tmp_path):
    with pytest.raises(Trouble, match=r"there is no file .*notifications\.yml; name the dest"):
        read_notifications(tmp_path / "notifications.yml")
    with pytest.raises(Trouble, match=r"cannot be read \(IsADirectoryError\)"):
        read_notifications(tmp_path)


def test_endless_nesting_is_refused(refusal):
    assert refusal("destinations:\n" + " [\n" * 500).endswith(": not YAML that can be read")


def test_many_aliases_of_aliases_cost_nothing(refusal):
    layers = "".join(f"  - &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 40))
    words = refusal(f"destinations:\n  - &a0 {{name: x, kind: stdout}}\n{layers}")
    assert words.startswith("line 3: unknown key destinations[1].<<")


PIECES = [
    *re.findall(r"\w+|\W", GOOD),
    *("&a ", "*a", "!x ", "!!int ", "!!set ", "? ", "- ", ": ", "<<: *a", "---\n", "...\n", "|\n"),
    *("\t", "\r\n", "\u2028", "\x00", "\xff", "[[", "}", '"\\x00', '"\\ud800"', "%YAML 9\n", "~"),
    *("1e999", "0x", "1_0", "12:30:45", "2024-02-30", "9" * 5000, SECRET, "{a: b}", "[a, [b]]"),
]
EDITS = st.lists(
    st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), st.sampled_from(PIECES)), max_size=4
)


@pytest.fixture(scope="module")
def read_or_refused(tmp_path_factory):
    """Asserts that a file is either read, or refused in one line without the secret in it."""
    path = tmp_path_factory.mktemp("any") / "notifications.yml"

    def check(content: bytes) -> None:
        try:
            notifications = read(content, path)
        except Trouble as trouble:
            assert re.fullmatch(rf"{path}, line [1-9]\d*: .+", str(trouble))
            assert "S3CRET" not in str(trouble)
        else:
            assert all(isinstance(each, Destination) for each in notifications.destinations)

    return check


@given(edits=EDITS)
@settings(deadline=None, max_examples=100)
def test_whatever_is_done_to_a_file_it_is_read_or_refused(read_or_refused, edits):
    text = GOOD
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    read_or_refused(text.encode())


@given(noise=st.binary(max_size=40), start=st.integers(0, len(GOOD)))
@settings(deadline=None, max_examples=50)
def test_whatever_bytes_are_put_into_a_file_it_is_read_or_refused(read_or_refused, noise, start):
    read_or_refused(GOOD.encode()[:start] + noise + GOOD.encode()[start:])

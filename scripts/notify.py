#!/usr/bin/env python3
"""Print what the alert rules found, as text, Markdown, JSON or a Slack message.

Reads the warehouse that `dbt build` made and writes nothing to it. Which alerts there are, in what
order and why is decided in SQL; here they are read, made safe to show, and rendered. Ends with 2
and one line on stderr where there is nothing to trust, or where the message cannot be written.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import textwrap
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from html import escape
from itertools import accumulate
from pathlib import Path
from typing import Any, NoReturn

try:
    import duckdb
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
    from markupsafe import Markup
except ImportError as missing:
    print(f"notify: {missing}; run it with the Python that runs dbt", file=sys.stderr)
    raise SystemExit(2) from None

SCRIPTS = Path(__file__).resolve().parent
DEFAULT_DB = os.environ.get("SALES_INSIGHTS_DB") or SCRIPTS.parent / "sales_insights.duckdb"
TABLES = {"alerts", "alert_rule_evaluations", "win_rate_baseline", "as_of"}
COLUMNS = 100
BUILD_TROUBLE = {
    None: "no build is recorded in the warehouse; run `dbt build` first",
    "started": "the last build is still running or was killed; wait, or run `dbt build` again",
    "incomplete": "the warehouse holds parts of builds; run the whole `dbt build`",
    "failed": "the last build failed, so its figures may be wrong; mend it, then run `dbt build`",
}
LAST_BUILD = "from main.build_log select status order by recorded_at desc limit 1"
TABLES_FOUND = "select table_name from information_schema.tables where table_schema = 'main'"


class NotifyError(Exception):
    """Something the user can put right; its text says how."""


def neutral(text: str) -> str:
    """The text without the letters that steer a terminal or turn the reading direction."""
    joiners = "\u200c\u200d"  # emoji and Persian need them
    return "".join(
        c
        if unicodedata.category(c) not in ("Cc", "Cf", "Zl", "Zp") or c in joiners
        else (" " if c.isspace() else "\ufffd")
        for c in text
    )


def markdown_text(text: str) -> str:
    """The text as Markdown that shows it as it is: no markup, no HTML, no bare link."""
    special = r"[\\`*_\[\]|~$:]|(?<=www)\."
    return re.sub(special, r"\\\g<0>", escape(neutral(text), quote=False))


def slack_text(text: str, limit: int) -> str:
    """The text escaped for Slack and cut to a limit, in the UTF-16 units of what is sent."""
    letters = [escape(letter, quote=False) for letter in neutral(text[: limit + 1])]
    ends = list(accumulate(len(letter.encode("utf-16-le")) // 2 for letter in letters))
    if not ends or ends[-1] <= limit:
        return "".join(letters)
    return "".join(letters[: bisect_left(ends, limit)]) + "…"


def thousands(number: int) -> str:
    """A whole number with its thousands set apart, as in the sentences of alerts."""
    return f"{number:,}"


def wrapped(text: str, first: str = "", rest: str = "") -> str:
    """The text in lines that fit a terminal, where a wide letter takes two columns."""
    wide = "".join(c + "\0" * (unicodedata.east_asian_width(c) in "WF") for c in str(text))
    # One column stays free: a break may fall between the two columns of a wide letter.
    lines = textwrap.wrap(wide, COLUMNS - 1 - len(rest), break_on_hyphens=False)
    return type(text)(first + ("\n" + rest).join(lines).replace("\0", ""))


def check_build(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Refuse a warehouse whose last build is not known to have ended well."""
    tables = {name for (name,) in warehouse.execute(TABLES_FOUND).fetchall()}
    last = warehouse.execute(LAST_BUILD).fetchone() if "build_log" in tables else None
    status = last[0] if last else None
    if status != "passed":
        raise NotifyError(BUILD_TROUBLE.get(status, BUILD_TROUBLE["failed"]))
    if lacking := TABLES - tables:
        raise NotifyError(f"tables are missing ({', '.join(sorted(lacking))}); run `dbt build`")


def read_message(db: Path) -> dict[str, Any]:
    """All there is to tell, in order, from a warehouse file that is opened to read only."""
    if not db.is_file():
        raise NotifyError(f"there is no file {db}; run `dbt build` first, or name it with --db")
    try:
        with duckdb.connect(str(db), read_only=True) as warehouse:
            check_build(warehouse)
            found = warehouse.execute(template("message.sql", neutral).render()).fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        if re.search("set lock|another process", reason):
            raise NotifyError(f"{db} is in use; wait until the running build has ended") from None
        raise NotifyError(f"{db} cannot be read ({reason}); run `dbt build` again") from None
    if len(found) != 1:
        raise NotifyError("the tables are empty or of several builds; run the whole `dbt build`")
    return dict(json.loads(found[0][0]))


def template(name: str, inert: Callable[[str], str]) -> Template:
    """A template in which whatever is printed is first made inert."""
    environment = Environment(
        loader=FileSystemLoader(SCRIPTS / "templates"),
        autoescape=True,
        finalize=lambda shown: shown if isinstance(shown, Markup) else Markup(inert(str(shown))),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
    environment.filters |= {"thousands": thousands, "wrapped": wrapped, "slack": slack_text}
    return environment.get_template(f"{name}.j2")


def render(message: dict[str, Any], form: str, per_rule: int) -> str:
    """The message in one of the formats; each is a template of that name."""
    inert = markdown_text if form == "markdown" else neutral
    return template(form, inert).render(message=message, per_rule=per_rule) + "\n"


def write(text: str, out: Path | None) -> None:
    """Write all or nothing; a reader of stdout may leave early (`| head`)."""
    if out:
        draft = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            draft.write_text(text, encoding="utf-8")
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
        return
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more at its end, and would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        raise NotifyError(f"{message}; see --help")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, as far as they can be judged before anything is read."""
    parser = Parser(description=(__doc__ or "").splitlines()[0], allow_abbrev=False)
    parser.add_argument("--format", choices=("text", "markdown", "json", "slack"), default="text")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here, not to stdout")
    parser.add_argument("--per-rule", type=int, default=5, metavar="N", help="most shown per rule")
    parser.add_argument("--db", type=Path, default=DEFAULT_DB, help="warehouse (%(default)s)")
    options = parser.parse_args(arguments)
    if options.per_rule < 1:
        parser.error("--per-rule must be 1 or more")
    if out := options.out:
        if not out.parent.is_dir() or (out.exists() and not out.is_file()):
            parser.error(f"--out: {out} must be a file in a folder that exists")
        if out.resolve() == options.db.resolve():
            parser.error("--out would overwrite the warehouse")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the message; the exit code says whether there was one."""
    try:
        options = parse(arguments)
        message = read_message(options.db)
        write(render(message, options.format, options.per_rule), options.out)
    except (NotifyError, OSError) as error:
        print("notify:", " ".join(neutral(str(error)).split()), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

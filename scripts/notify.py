#!/usr/bin/env python3
"""Print what the alert rules found, or send it to those who asked to be told, each thing once.

Without a command the message of the last build is printed, and nothing is written anywhere. Which
alerts there are, in what order and why is decided in SQL; here they are read and rendered. Ends
with 2 and one line on stderr where there is nothing to trust, or where something cannot be written.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    import duckdb
    from common.arguments import Parser
    from common.files import written_whole
    from common.trouble import Trouble
    from common.warehouse import DEFAULT_DB, ROOT
    from delivery import commands, warehouse
    from delivery.rendering import neutral, render
except ImportError as missing:
    print(f"notify: {missing}; run it with the Python that runs dbt", file=sys.stderr)
    raise SystemExit(2) from None

DEFAULT_OPS = Path(os.environ.get("SALES_INSIGHTS_OPS") or ROOT / "sales_insights_ops.duckdb")
DEFAULT_CONFIG = ROOT / "notifications.yml"


def read_message(db: Path) -> dict[str, Any]:
    """All there is to tell, in order, from a warehouse file that is opened to read only."""
    with duckdb.connect() as connection:
        return warehouse.attach(connection, db)


def write(text: str, out: Path | None) -> None:
    """Write all or nothing; a reader of stdout may leave early (`| head`)."""
    if out:
        with written_whole(out) as file:
            file.write(text)
        return
    try:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
    except OSError as error:
        # Python flushes once more at its end, and would fail once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise


def print_message(arguments: Sequence[str] | None) -> int:
    """Print the message of the last build."""
    parser = Parser(
        description=(__doc__ or "").splitlines()[0],
        epilog=f"Commands: {', '.join(COMMANDS)}; `notify.py send --help` says what they take.",
        allow_abbrev=False,
    )
    parser.add_argument("--format", choices=("text", "markdown", "json", "slack"), default="text")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write here, not to stdout")
    parser.add_argument("--per-rule", type=int, default=5, metavar="N", help="most shown per rule")
    parser.add_argument("--db", type=Path, default=DEFAULT_DB, help="warehouse (%(default)s)")
    if misplaced := set(arguments or ()) & set(COMMANDS):
        parser.error(f"the command comes first: notify.py {min(misplaced)} …")
    options = parser.parse_args(arguments)
    if options.per_rule < 1:
        parser.error("--per-rule must be 1 or more")
    if out := options.out:
        if not out.parent.is_dir() or (out.exists() and not out.is_file()):
            parser.error(f"--out: {out} must be a file in a folder that exists")
        if out.resolve() == options.db.resolve():
            parser.error("--out would overwrite the warehouse")
    write(render(read_message(options.db), options.format, options.per_rule), options.out)
    return 0


def seconds(text: str) -> float:
    """A time to wait."""
    if not 0 <= (wait := float(text)) <= 86400:
        raise ValueError
    return wait


def count(text: str) -> int:
    """A number of things to show."""
    if (number := int(text)) < 1:
        raise ValueError
    return number


def check_files(options: argparse.Namespace) -> None:
    """Refuse a file in the place of another, before anything is done to it."""
    if options.ops.resolve() == options.db.resolve():
        raise Trouble("--ops would overwrite the warehouse")
    if options.ops.is_dir() or not options.ops.parent.is_dir():
        raise Trouble(f"--ops: {options.ops} must be a file in a folder that exists")


def command_parser() -> Parser:
    """The commands that deliver, and look after deliveries."""
    common = Parser(add_help=False)
    common.add_argument("--db", type=Path, default=DEFAULT_DB, help="warehouse (%(default)s)")
    common.add_argument(
        "--ops", type=Path, default=DEFAULT_OPS, help="what was said to whom (%(default)s)"
    )
    common.add_argument(
        "--config", type=Path, default=DEFAULT_CONFIG, help="destinations (%(default)s)"
    )
    waiting = Parser(add_help=False)
    waiting.add_argument(
        "--wait",
        type=seconds,
        default=60,
        metavar="SECONDS",
        help="how long to wait for what must be sent again (%(default)s)",
    )
    parser = Parser(description="Deliver alerts, and look after deliveries.", allow_abbrev=False)
    parsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, *parents: Parser) -> argparse.ArgumentParser:
        words = (COMMANDS[name].__doc__ or "").splitlines()[0]
        return parsers.add_parser(
            name, parents=[common, *parents], help=words, description=words, allow_abbrev=False
        )

    send = add("send", waiting)
    send.add_argument(
        "--dry-run", action="store_true", help="print what would be sent; keep nothing"
    )
    send.add_argument(
        "--build-failed",
        action="store_true",
        help="tell the owner that the build failed, whatever the warehouse says of the one before",
    )
    retry = add("retry", waiting)
    retry.add_argument("--destination", help="of this destination alone")
    add("status")
    history = add("history")
    history.add_argument(
        "--last", type=count, default=20, metavar="N", help="messages (%(default)s)"
    )
    test = add("test-destination")
    test.add_argument("destination", help="its name in the file of destinations")
    feedback = add("feedback")
    feedback.add_argument("alert_key", help="the alert's id, as every message shows it")
    feedback.add_argument("verdict", choices=("useful", "noise"))
    feedback.add_argument("--note", default=None, help="why")
    return parser


COMMANDS = {
    "send": commands.send,
    "retry": commands.retry,
    "status": commands.status,
    "history": commands.history,
    "test-destination": commands.test_destination,
    "feedback": commands.feedback,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; the exit code says how it went."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if not arguments or arguments[0] not in COMMANDS:
            return print_message(arguments)
        options = command_parser().parse_args(arguments)
        check_files(options)
        return COMMANDS[options.command](options)
    except BrokenPipeError:
        # The reader left early (`| head`), and Python would fail once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Trouble, OSError) as trouble:
        print("notify:", " ".join(neutral(str(trouble)).split()), file=sys.stderr)
        return getattr(trouble, "exit_code", 2)
    except duckdb.Error as error:
        reason = neutral(str(error).splitlines()[0])
        print(f"notify: the tables are of another version ({reason}); `dbt build`", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("notify: interrupted; what was not sent is kept", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())

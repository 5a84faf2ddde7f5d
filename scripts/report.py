#!/usr/bin/env python3
"""Write the report: one HTML page from the published marts, to open by double click.

It holds no rule: what is proven, at risk or stalled is read from the marts. The page is written
beside its place and renamed, and asks for nothing outside of itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

try:
    import duckdb
    from common.arguments import Parser, finish
    from common.files import written_whole
    from common.trouble import Trouble
    from publish import DATABASE, DEFAULT_FOLDER
    from reporting import page
except ImportError as missing:
    print(f"report: {missing}; pip install -r requirements-report.txt", file=sys.stderr)
    raise SystemExit(2) from None

DEFAULT_OUT = DEFAULT_FOLDER / "report.html"


def read_published(folder: Path) -> dict[str, list[page.Row]]:
    """All rows of the report, from the version that is current."""
    file = folder / "current" / DATABASE
    if not file.is_file():
        raise Trouble(f"nothing is published in {folder}; run scripts/publish.py first")
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            return page.read(connection)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise Trouble(f"{file} is of another version ({reason}); build and publish again") from None


def write_page(arguments: Sequence[str] | None) -> str:
    """Write the page that the command line asks for; where it is, in one line."""
    parser = Parser(description=(__doc__ or "").splitlines()[0], allow_abbrev=False)
    parser.add_argument(
        "--from",
        dest="folder",
        type=Path,
        default=DEFAULT_FOLDER,
        help="folder of publish.py (%(default)s)",
    )
    parser.add_argument("--out", type=Path, help="page (report.html in that folder)")
    options = parser.parse_args(arguments)
    out = options.out or options.folder / DEFAULT_OUT.name
    rows = read_published(options.folder)
    if out.is_dir() or not out.parent.is_dir():
        parser.error(f"--out: {out} must be a file in a folder that exists")
    html = page.page(rows)
    with written_whole(out) as file:
        file.write(html)
    return f"{out}, {len(html.encode()) / 1000:,.0f} kB"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page; 0 done, 2 something is to be put right first."""
    return finish("report", lambda: write_page(arguments), "the page before is still in place")


if __name__ == "__main__":
    raise SystemExit(main())

#!/usr/bin/env python3
"""Take the README's picture of the report, with Debian's Chromium."""

from __future__ import annotations

import shutil
from pathlib import Path

from common.arguments import Parser, finish
from common.trouble import Trouble
from playwright.sync_api import sync_playwright
from report import DEFAULT_OUT

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "report.png"


def take() -> str:
    """Take the picture that the command line asks for; where it is."""
    parser = Parser(description=(__doc__ or "").splitlines()[0], allow_abbrev=False)
    parser.add_argument("--page", type=Path, default=DEFAULT_OUT, help="page (%(default)s)")
    parser.add_argument("--out", type=Path, default=PICTURE, help="picture (%(default)s)")
    parser.add_argument("--height", type=int, default=1500, help="of the picture (%(default)s)")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium or not options.page.is_file():
        raise Trouble("needs chromium and a report; apt-get install chromium, make report")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1140, "height": options.height})
        page.goto(options.page.resolve().as_uri())
        page.screenshot(path=options.out)
        browser.close()
    return str(options.out)


if __name__ == "__main__":
    raise SystemExit(finish("photograph", take, "the picture before is still in place"))

#!/usr/bin/env python3
"""Take the README's picture of the report, with Debian's Chromium."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from common.arguments import Parser
from common.trouble import Trouble
from report import DEFAULT_OUT

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "report.png"


def main() -> int:
    """Take the picture; 0 done, 2 something is to be put right first."""
    parser = Parser(description=(__doc__ or "").splitlines()[0], allow_abbrev=False)
    parser.add_argument("--page", type=Path, default=DEFAULT_OUT, help="page (%(default)s)")
    parser.add_argument("--out", type=Path, default=PICTURE, help="picture (%(default)s)")
    parser.add_argument("--height", type=int, default=1500, help="of the picture (%(default)s)")
    try:
        options = parser.parse_args()
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        if not chromium or not options.page.is_file():
            raise Trouble("needs chromium and a report; apt-get install chromium, make report")
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1140, "height": options.height})
            page.goto(options.page.resolve().as_uri())
            page.screenshot(path=options.out)
            browser.close()
    except (Trouble, ImportError) as trouble:
        print("photograph:", trouble, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

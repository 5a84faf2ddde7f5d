"""The HTML e-mail in a real browser: at phone and desktop width, light and dark, and with names
that mean something to a browser. Pictures are left in target/screenshots.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import ROOT
from delivery.messages import render_message
from test_messages import CASES, HOSTILE, Content, with_name

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = ROOT / "target" / "screenshots"
WIDTHS = {"phone": 360, "desktop": 1280}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, without a window."""
    if not CHROMIUM:
        pytest.skip("needs chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def opened(browser: Any, content: Content, width: int, scheme: str) -> tuple[Any, list[str]]:
    """The e-mail as a page, and all that it asked for, ran or complained of."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda line: heard.append(line.text))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.set_content(json.loads(render_message("email", content))["html"])
    return page, heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_an_email_fits_its_screen_and_asks_for_nothing(browser, width, scheme):
    page, heard = opened(browser, CASES["many"], WIDTHS[width], scheme)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"email-{width}-{scheme}.png", full_page=True)
    is_wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(is_wider)
    brightness = """() => {
        const color = getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g);
        return color.slice(0, 3).reduce((sum, each) => sum + Number(each), 0) / 3;
    }"""
    assert (page.evaluate(brightness) < 80) == (scheme == "dark")
    assert page.get_by_role("heading", level=1).count() == 1
    assert heard == []
    page.close()


def test_hostile_names_stay_text_in_a_browser(browser):
    for name, text in HOSTILE.items():
        page, heard = opened(browser, with_name(text), WIDTHS["phone"], "light")
        assert heard == [], name
        assert {link.get_attribute("href") for link in page.get_by_role("link").all()} <= {
            CASES["many"]["report_url"]
        }
        assert page.locator("script, img, iframe, form").count() == 0
        page.close()

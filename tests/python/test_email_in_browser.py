"""The HTML e-mail in a real browser: at phone and desktop width, light and dark, and with names
that mean something to a browser. Pictures are left in target/screenshots.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from browsing import BRIGHTNESS, IS_WIDER, listening, picture
from delivery.messages import render_message
from test_messages import CASES, HOSTILE, Content, with_name

WIDTHS = {"phone": 360, "desktop": 1280}


def opened(browser: Any, content: Content, width: int, scheme: str) -> tuple[Any, list[str]]:
    """The e-mail as a page, and all that it asked for, ran or complained of."""
    page, heard = listening(browser, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.set_content(json.loads(render_message("email", content))["html"])
    return page, heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_an_email_fits_its_screen_and_asks_for_nothing(browser, width, scheme):
    page, heard = opened(browser, CASES["many"], WIDTHS[width], scheme)
    picture(page, f"email-{width}-{scheme}")
    assert not page.evaluate(IS_WIDER)
    assert (page.evaluate(BRIGHTNESS) < 80) == (scheme == "dark")
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

"""What tests in a real browser share."""

from __future__ import annotations

from typing import Any

from conftest import ROOT

# Pictures that tests leave for people to look at.
PICTURES = ROOT / "target" / "screenshots"
IS_WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
BRIGHTNESS = """() => {
    const color = getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g);
    return color.slice(0, 3).reduce((sum, each) => sum + Number(each), 0) / 3;
}"""


def listening(browser: Any, **settings: Any) -> tuple[Any, list[str]]:
    """A new page, and all that it will ask for, run or complain of."""
    page = browser.new_page(**settings)
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda line: heard.append(line.text))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("pageerror", lambda error: heard.append(str(error)))
    return page, heard


def picture(page: Any, name: str) -> None:
    """Leaves a picture of the whole page."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

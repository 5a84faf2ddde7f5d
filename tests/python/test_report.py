"""The report says what the published marts say, opens in a real browser without asking for
anything, and can be read, sorted, searched, printed and heard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any

import duckdb
import publish
import pytest
import report
from browsing import BRIGHTNESS, IS_WIDER, listening, picture
from conftest import ROOT, Build
from delivery.rendering import neutral
from reporting import page as pages
from test_notify import HOSTILE

AXE = ROOT / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"phone": 360, "desktop": 1280}
SECTIONS = ["change", "why", "where", "deals", "stalling", "scores", "alerts"]


def published(build: Build, folder: Path) -> Path:
    """The folder with the build published in it."""
    assert publish.main(["--db", str(build.database), "--to", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def folder(built, tmp_path_factory) -> Path:
    """The bundled deals, published, and their report."""
    folder = published(built(), tmp_path_factory.mktemp("published"))
    out = folder / "report.html"
    assert report.main(["--from", str(folder), "--out", str(out)]) == 0
    return folder


@pytest.fixture(scope="module")
def rows(folder) -> dict[str, list[pages.Row]]:
    """What the report was made of."""
    return report.read_published(folder)


class Tables(HTMLParser):
    """The tables of a page by caption, each a list of rows of texts; and all its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.figures: list[str] = []
        self.into: list[str] | None = None
        self.lines: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.lines = []
        elif tag == "tr":
            self.lines.append([])
        elif tag in ("th", "td", "caption", "figcaption"):
            self.into = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "caption":
            self.tables["".join(self.into or [])] = self.lines
            self.into = None
        elif tag == "figcaption":
            self.figures.append("".join(self.into or []))
            self.into = None
        elif tag in ("th", "td"):
            self.lines[-1].append("".join(self.into or []))
            self.into = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.into is not None:
            self.into.append(data)


def table(tables: Mapping[str, list[list[str]]], beginning: str) -> list[list[str]]:
    """The one table whose caption begins so."""
    [found] = [lines for caption, lines in tables.items() if caption.startswith(beginning)]
    return found


@pytest.fixture(scope="module")
def html(folder) -> Tables:
    return Tables((folder / "report.html").read_text(encoding="utf-8"))


def test_it_answers_in_the_order_in_which_a_leader_asks(html):
    assert [attrs["id"] for tag, attrs in html.tags if tag == "section"] == SECTIONS


def test_every_region_has_a_name_of_its_own(html):
    names = [attrs["aria-label"] for _, attrs in html.tags if attrs.get("role") == "region"]
    assert all(names) and len(names) == len(set(names)) > 10


def test_every_figure_says_its_day_and_its_count(html, built):
    [[as_of]] = built().rows("select cast(as_of_date as varchar) from as_of")
    assert len(html.figures) > 4
    for caption in html.figures:
        assert re.search(rf"\. As of {as_of}; [\d,]+ (deals|times)", caption), caption
    # Of the tables that are no part of a figure too; what was sent is of its own days.
    beside = [each for each in html.tables if each.startswith("Industry") or " deals in" in each]
    assert len(beside) > 5 and all(f"As of {as_of}; " in each for each in beside)


def test_the_count_of_the_calibration_is_that_of_its_deals(html, built):
    [[deals]] = built().rows("select sum(deals) from score_calibration")
    [caption] = [each for each in html.figures if each.startswith("Promised")]
    assert f"; {deals:,} deals of 14 past books" in caption


def test_the_trend_is_that_of_the_marts(html, built):
    expected = built().rows(
        """
        select 'Q' || quarter(period_start) || ' ' || year(period_start), deals, won_deals,
            round(100 * win_rate, 1), period_status
        from win_rate_trend
        where period_type = 'quarter' and grain = 'overall' and clock = 'created'
        order by period_start
        """
    )
    shown = table(html.tables, "Won within 90 days")[1:]
    assert [
        (name, int(deals.replace(",", "")), int(won), float(rate.rstrip(" %")), status)
        for name, deals, won, rate, _, status in shown
    ] == expected
    assert shown[-1][-1] == "partial"


def test_what_is_not_complete_is_hatched(rows):
    of_clock = [row for row in rows["trend"] if row["clock"] == "created"]
    hatched = 'fill="url(#hatch)"'
    assert pages.charts.trend(of_clock, "").count(hatched) == 1
    complete = [row for row in of_clock if row["is_complete"]]
    assert hatched not in pages.charts.trend(complete, "")


def test_the_steps_of_each_waterfall_add_up(rows):
    for before, *effects, after in rows_by_grain(rows["steps"]).values():
        total = sum(row["effect"] for row in effects)
        assert before["reaches"] == before["win_rate_before"]
        assert before["reaches"] + total == pytest.approx(after["reaches"], abs=1e-9)
        assert effects[-1]["reaches"] == pytest.approx(after["win_rate_after"], abs=1e-9)


def rows_by_grain(steps: list[pages.Row]) -> dict[str, list[pages.Row]]:
    """Steps by the way to divide the deals."""
    found: dict[str, list[pages.Row]] = {}
    for row in steps:
        found.setdefault(row["grain"], []).append(row)
    return found


def test_each_cell_of_a_map_is_a_segment_of_the_marts(html, built):
    expected = {
        (industry, region): (f"{rate:.1f} %", f"{deals}")
        for industry, region, rate, deals in built().rows(
            "select industry, region, 100 * win_rate, closed_deals from win_rate_by_segment"
            " where grain = 'industry_region'"
        )
    }
    header, *lines = table(html.tables, "Industry \N{MULTIPLICATION SIGN} region. ")
    found = {}
    for industry, *cells in lines:
        for region, cell in zip(header[1:], cells, strict=True):
            rate, deals = re.match(r"(.* %)([\d,]+) closed deals, ", cell).groups()
            found[industry, region] = (rate, deals)
    assert found == expected


def test_a_segment_that_is_proven_is_framed(folder, built):
    text = (folder / "report.html").read_text()
    [[proven]] = built().rows(
        "select count(*) from win_rate_by_segment where verdict = 'proven' and grain in"
        " ('industry_region', 'industry_lead_source', 'region_lead_source',"
        " 'industry_region_lead_source')"
    )
    assert len(re.findall(r'<td class="[^"]*\bproven"', text)) == proven > 0


def test_open_deals_come_with_most_money_at_risk_first(html, built):
    expected = built().rows(
        "select deal_id, risk_reasons from deal_risk"
        " order by deal_amount - expected_amount desc nulls last, deal_amount desc nulls last,"
        " age_days desc, deal_id"
    )
    shown = table(html.tables, "As of 2025-06-30; 665 of 665 deals in the pipeline")[1:]
    assert [(row[0], row[-1]) for row in shown] == expected


def test_the_colour_of_a_cell_is_its_distance_in_steps_of_five_points(rows):
    [book] = rows["book"]
    for cell in rows["segments"]:
        points = 100 * (cell["win_rate"] - book["win_rate"])
        assert cell["step"] == max(-3, min(3, int(points / 5)))


def test_a_deal_without_a_limit_is_not_called_within_it(rows):
    odd = {**rows["open_deals"][0], "stalling": "no limit known", "is_stalled": None}
    html = pages.page({**rows, "open_deals": [odd]})
    assert 'data-stalled="no"' in html and "no limit known" in html


def test_where_a_change_sits_is_not_said_of_one_that_luck_gives(rows, html):
    assert not [each for each in html.tables if "add up to most of the change" in each]
    said = {"topic": "explanation", "sentence": "It sits in HealthTech."}
    page = Tables(pages.page({**rows, "headlines": [*rows["headlines"], said]}))
    assert table(page.tables, "As of 2025-06-30; segments of one kind")[1][0] == "HealthTech"


def test_every_alert_is_told_with_its_evidence(html, built):
    text = " ".join(html.texts)
    for reason, evidence, action in built().rows("select reason, evidence, action from alerts"):
        assert reason in text and evidence in text and action in text


def test_money_and_shares_are_written_as_in_the_sentences_of_the_marts(rows):
    [book] = rows["book"]
    headline = rows["headlines"][0]["sentence"]
    for figure in (pages.money(book["pipeline_amount"]), pages.percent(book["win_rate"])):
        assert figure in headline
    amounts = (0, 999.4, 999.5, 999_499, 999_500, 999_949_999, 999_950_000)
    written = ["$0", "$999", "$1k", "$999k", "$1.0M", "$999.9M", "$1.0B"]
    assert [pages.money(each) for each in amounts] == written
    assert pages.money(None) == pages.ABSENT
    assert (pages.percent(None), pages.count(None), pages.points(None)) == (pages.ABSENT,) * 3


def test_a_book_without_alerts_history_or_change_is_told_in_words(rows):
    nothing: dict[str, list[pages.Row]] = {name: [] for name in rows}
    book = {
        key: None if isinstance(value, float) else value for key, value in rows["book"][0].items()
    }
    skill = dict.fromkeys(rows["skill"][0])
    page = Tables(pages.page({**nothing, "book": [book], "skill": [skill], "rules": rows["rules"]}))
    text = " ".join(page.texts)
    for words in (
        "There are no two complete periods to compare yet.",
        "No deal has closed yet.",
        "No deal is open.",
        "No open deal has a limit",
        "No past book has been resolved yet",
        "Nothing is beyond a threshold.",
        "No alert is proven; a fall of",
    ):
        assert words in text


@pytest.mark.slow
@pytest.mark.parametrize("ruleset", ["standard", "prototype"])
def test_the_report_of_the_real_file_opens(built, real_file, tmp_path, browser, ruleset):
    build = built(real_file) if ruleset == "standard" else built(real_file, ruleset=ruleset)
    folder = published(build, tmp_path / "published")
    # What is at risk is a part of what it is said to be a part of, whatever counts as pipeline.
    [book] = report.read_published(folder)["book"]
    [[deals, amount]] = build.rows("select count(*), sum(deal_amount) from deal_risk")
    assert (book["pipeline_deals"], book["pipeline_amount"]) == (deals, amount)
    assert 0 < book["amount_at_risk"] < amount
    assert report.main(["--from", str(folder), "--out", str(tmp_path / "real.html")]) == 0
    page, heard = listening(browser, viewport={"width": 1280, "height": 800})
    page.goto((tmp_path / "real.html").as_uri())
    assert len(heard) == 1
    picture(page, f"report-real-file-{ruleset}")
    page.close()


# What was told is in the warehouse once notify.py sent something.
def test_what_was_sent_is_shown(built, tmp_path):
    folder = published(built(), tmp_path / "published")
    [version] = [path for path in folder.iterdir() if path.name.startswith("2")]
    file = version / publish.DATABASE
    file.chmod(0o644)
    with duckdb.connect(str(file)) as warehouse:
        warehouse.execute(
            "create table alert_deliveries as select alert_key, rule, 'first' as change, severity,"
            " 'sales-leader' as destination, 'sent' as status,"
            " timestamp '2025-07-01 06:30' as created_at from alerts"
            " union all select 'build', 'build', 'first', 'critical', 'owner', 'sent',"
            " timestamp '2025-07-01 06:30'"
        )
    html = Tables(pages.page(report.read_published(folder)))
    shown = table(html.tables, "The last 8 of what was told")
    assert shown[1][:3] == ["2025-07-01 06:30", "sales-leader", "emerging driver"]
    assert "owner" not in {line[1] for line in shown}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_opens_without_an_error_or_a_request_and_fits_its_screen(browser, folder, width, scheme):
    address = (folder / "report.html").as_uri()
    page, heard = listening(
        browser, viewport={"width": WIDTHS[width], "height": 800}, color_scheme=scheme
    )
    page.goto(address)
    picture(page, f"report-{width}-{scheme}")
    assert heard == [address]
    assert not page.evaluate(IS_WIDER)
    assert (page.evaluate(BRIGHTNESS) < 80) == (scheme == "dark")
    page.close()


@pytest.fixture
def opened(browser, folder) -> Any:
    """The page at a desk."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((folder / "report.html").as_uri())
    yield page
    page.close()


def column(page: Any, name: str) -> list[str]:
    """The texts of a column of the deals that are shown."""
    names = [each.strip() for each in page.locator("table.deals thead th").all_inner_texts()]
    place = [each.rstrip(" ▲▼") for each in names].index(name) + 1
    cells = f"table.deals tbody tr:not([hidden]) > :nth-child({place})"
    return [text.strip() for text in page.locator(cells).all_inner_texts()]


def test_deals_are_sorted_by_any_column_with_the_mouse_and_the_keyboard(opened):
    heading = opened.locator("table.deals thead th", has_text="Age, days")
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    ages = [int(age) for age in column(opened, "Age, days")]
    assert ages == sorted(ages, reverse=True) and len(set(ages)) > 9
    heading.get_by_role("button").focus()
    opened.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    assert [int(age) for age in column(opened, "Age, days")] == sorted(ages)
    opened.get_by_role("button", name="Stage").click()
    stages = column(opened, "Stage")
    assert stages == sorted(stages) and len(set(stages)) > 2
    assert heading.get_attribute("aria-sort") is None
    # What has no amount stays last either way.
    for _ in range(2):
        opened.get_by_role("button", name="Amount").click()
        assert column(opened, "Amount")[-1] == pages.ABSENT


def test_deals_are_found_by_words_and_by_stalling(opened, built):
    opened.get_by_label("Find deals by any word").fill("healthtech india")
    [[expected]] = built().rows(
        "select count(*) from deal_risk where industry = 'HealthTech' and region = 'India'"
    )
    assert len(column(opened, "Deal")) == expected > 0
    assert opened.get_by_role("status").inner_text() == f"{expected} of 665 shown"
    opened.get_by_label("only those beyond their limit").check()
    [[stalled]] = built().rows(
        "select count(*) from deal_risk"
        " where industry = 'HealthTech' and region = 'India' and is_stalled"
    )
    assert len(column(opened, "Deal")) == stalled
    opened.get_by_label("Find deals by any word").fill("no such deal")
    assert opened.get_by_role("status").inner_text() == "0 of 665 shown"


@pytest.mark.parametrize("label", ["Show", "Divide the deals by"])
def test_one_of_the_maps_and_waterfalls_is_chosen(opened, label):
    chooser = opened.get_by_label(label, exact=True)
    choice = opened.locator(f'[data-choice="{chooser.get_attribute("data-chooses")}"]')
    assert choice.count() > 3
    for place in (0, 2):
        chooser.select_option(index=place)
        assert [each.is_visible() for each in choice.all()] == [
            each == place for each in range(choice.count())
        ]


def test_without_its_script_all_is_there_to_read(browser, folder):
    page = browser.new_page(java_script_enabled=False)
    page.goto((folder / "report.html").as_uri())
    assert all(each.is_visible() for each in page.locator("[data-choice]").all())
    assert not any(each.is_visible() for each in page.locator(".tools, select, input").all())
    assert page.locator("table.deals tbody tr").count() == 665
    page.close()


def test_it_prints(opened, tmp_path):
    opened.pdf(path=tmp_path / "report.pdf", format="A4", print_background=True)
    pages_printed = (tmp_path / "report.pdf").read_bytes().count(b"/Type /Page\n")
    assert 3 <= pages_printed <= 12
    opened.emulate_media(media="print")
    assert not opened.get_by_role("navigation").is_visible()
    shown = (
        "[...document.querySelectorAll('table.deals tbody tr')].filter(r => r.offsetParent).length"
    )
    assert opened.evaluate(shown) == 40
    assert opened.get_by_text("The first forty are printed.").is_visible()
    opened.emulate_media(media="screen")
    opened.get_by_label("Find deals by any word").fill("outbound")
    opened.get_by_role("button", name="Age, days").click()
    opened.emulate_media(media="print")
    assert opened.evaluate(shown) == 40
    # Words of neighbouring cells are words of their own.
    opened.emulate_media(media="screen")
    opened.get_by_label("Find deals by any word").fill("demorep")
    assert opened.get_by_role("status").inner_text() == "0 of 665 shown"


def test_the_first_key_leads_past_the_links(opened):
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.textContent") == "Skip to the report"
    opened.keyboard.press("Enter")
    assert opened.evaluate("location.hash") == "#change"


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_passes_the_checks_of_accessibility(browser, folder, scheme):
    if not AXE.exists():
        pytest.skip("needs axe-core: make .venv/axe.done, which needs npm")
    # The checker is a script of its own, which the page's policy keeps out.
    page = browser.new_page(bypass_csp=True, color_scheme=scheme)
    page.goto((folder / "report.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run()")
    assert {
        each["id"]: [n["html"] for n in each["nodes"][:3]] for each in found["violations"]
    } == {}
    assert len(found["passes"]) > 20
    page.close()


# Named by the rules and by SQL, not by the data.
OUR_OWN = {"clock", "kind", "severity", "verdict", "period_status", "quarter", "status", "grain"}
OUR_OWN |= {"topic", "map", "rule", "stalling"}


def with_names(rows: Mapping[str, list[pages.Row]], names: list[str]) -> dict[str, list[pages.Row]]:
    """Rows with one name after the other in the place of the texts of the data."""
    next_name = cycle(names)
    return {
        table: [
            {
                key: next(next_name) if isinstance(cell, str) and key not in OUR_OWN else cell
                for key, cell in row.items()
            }
            for row in found
        ]
        for table, found in rows.items()
    }


def test_hostile_names_stay_text(browser, rows):
    # And two letters that XML does not know: they would end the process that draws.
    names = [*HOSTILE.values(), "\uffff", "\ufffe"]
    page, heard = listening(browser)
    page.set_content(pages.page(with_names(rows, names)))
    assert heard == []
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, form, object, embed, base, link").count() == 0
    attributes = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
    assert not [name for name in page.evaluate(attributes) if name.startswith("on")]
    links = "[...document.querySelectorAll('a')].every(a => a.getAttribute('href').startsWith('#'))"
    assert page.evaluate(links)
    shown = page.evaluate("document.body.textContent")
    for name in names:
        assert neutral(name)[:200] in shown, ascii(name[:20])
    page.close()


def test_no_other_script_than_its_own_can_run(browser, folder):
    html = (folder / "report.html").read_text()
    page, heard = listening(browser)
    page.set_content(html.replace("</main>", "</main><script>alert('ran')</script>"))
    assert not any(each == "ran" for each in heard)
    assert any("Content Security Policy" in each for each in heard)
    page.close()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "nowhere"], "nothing is published in nowhere; run scripts/publish.py first"),
        (["--out", "nowhere/report.html"], "must be a file in a folder that exists"),
        (["--form", "x"], "unrecognized arguments"),
    ],
)
def test_errors_are_one_line(capsys, folder, arguments, words):
    assert report.main(["--from", str(folder), *arguments]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("report: ") and words in line


def test_a_version_that_lacks_a_table_leaves_the_page_before(tmp_path, built, capsys):
    folder = published(built(), tmp_path / "published")
    [version] = [path for path in folder.iterdir() if path.name.startswith("2")]
    (version / publish.DATABASE).chmod(0o644)
    with duckdb.connect(str(version / publish.DATABASE)) as warehouse:
        warehouse.execute("drop table headlines")
    out = tmp_path / "report.html"
    out.write_text("of yesterday")
    capsys.readouterr()
    assert report.main(["--from", str(folder), "--out", str(out)]) == 2
    assert "build and publish again" in capsys.readouterr().err
    assert out.read_text() == "of yesterday"

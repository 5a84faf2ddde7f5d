"""The dashboard in a real Superset, set up and filled as docs/bi.md says: `make superset`.

It needs Superset on the PATH and takes about two minutes, so it is not one of the suite's tests.
The picture is left in target/screenshots.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import publish
import pytest
from browsing import picture
from conftest import ROOT
from test_bi import CHARTS, DASHBOARD, blocks

# Of a Superset that lives for this test only, and listens to this machine only.
CONFIG = """
SECRET_KEY = "for a Superset that lives as long as one test"
SQLALCHEMY_DATABASE_URI = "sqlite:///{home}/superset.db"
"""
SET_UP = """
superset db upgrade
superset fab create-admin --username admin --password admin --firstname A --lastname B --email a@b.c
superset init
"""


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Return once the server answers."""
    for _ in range(120):
        assert server.poll() is None, "Superset ended"
        try:
            with urllib.request.urlopen(f"{address}/health"):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(1)
    raise AssertionError("Superset did not answer within two minutes")


@pytest.fixture(scope="module")
def superset(built, tmp_path_factory) -> Iterator[str]:
    """The address of a new Superset that has the bundle, on the published bundled deals."""
    home: Path = tmp_path_factory.mktemp("superset")
    assert publish.main(["--db", str(built().database), "--to", str(home / "published")]) == 0
    (home / "superset_config.py").write_text(CONFIG.format(home=home))
    environment = os.environ | {
        "FLASK_APP": "superset",
        "SUPERSET_CONFIG_PATH": str(home / "superset_config.py"),
        "SALES_INSIGHTS_PUBLISHED": str(home / "published"),
        "TMPDIR": str(home),
    }
    [imported] = [block for block in blocks("bash") if "import-dashboards" in block]
    for commands in (SET_UP, imported):
        done = subprocess.run(
            ["bash", "-euc", commands], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            ["superset", "run", "--host", "127.0.0.1", "--port", str(port), "--with-threads"],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def test_every_chart_of_the_dashboard_shows_rows(superset, built, browser):
    answers: dict[str, list[Any]] = {}

    def heard(response: Any) -> None:
        if "/api/v1/chart/data" in response.url:
            answers[response.url] = [response.status, response.json()]

    page = browser.new_page(viewport={"width": 1500, "height": 2900})
    page.on("response", heard)
    page.goto(f"{superset}/login/")
    page.fill("#username", "admin")
    page.fill("#password", "admin")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(f"{superset}/superset/dashboard/{DASHBOARD['slug']}/?standalone=1")
    for _ in range(60):
        page.wait_for_timeout(1_000)
        if len(answers) == len(CHARTS):
            break
    # Charts move into place for a second after their data came.
    page.wait_for_timeout(3_000)
    picture(page, "superset")
    shown = page.locator("body").inner_text()
    problems = page.get_by_role("alert").all_inner_texts()
    page.close()
    assert len(answers) == len(CHARTS)
    for url, (status, answer) in answers.items():
        assert status == 200, (url, answer)
        assert all(result["rowcount"] > 0 for result in answer["result"]), url
    assert problems == []
    for chart in CHARTS.values():
        assert chart["slice_name"] in shown
    [[as_of, win_rate]] = built().rows("select as_of_date, win_rate from win_rate_baseline")
    assert f"{as_of}\n" in shown
    assert f"{win_rate:.1%}" in shown
    for [sentence] in built().rows(
        "select sentence from headlines union select reason from alerts"
    ):
        assert sentence in shown

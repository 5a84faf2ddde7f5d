"""The page on engines is of all books on all engines, or stays as it is."""

from __future__ import annotations

import compare_engines
import pytest
from engines.comparing import Compared

ALIKE = {"deals": Compared(rows=2, values=44)}
DIFFERENT = {"deals": Compared(rows=2, values=44, differences=["deal_amount: 1 and 2"])}


@pytest.fixture
def page(tmp_path, monkeypatch):
    path = tmp_path / "engines.md"
    path.write_text("before\n<!-- made by make engines -->\nold\n<!-- end -->\n")
    monkeypatch.setattr(compare_engines, "PAGE", path)
    return path


def run(monkeypatch, found, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["compare_engines", *arguments])
    monkeypatch.setattr(
        compare_engines,
        "compared",
        lambda books, engines, folder: {
            (book.name, engine): (found, 1.0) for book in books for engine in engines
        },
    )
    return compare_engines.main()


def test_a_whole_comparison_is_told_on_the_page(page, monkeypatch):
    assert run(monkeypatch, ALIKE) == 0
    assert "| the bundled deals | Postgres | 1 | 2 | 44 | 0 |" in page.read_text()
    assert "old" not in page.read_text()


@pytest.mark.parametrize("part", [("--books", "empty"), ("--engines", "postgres")])
def test_a_part_of_it_leaves_the_page_alone(page, monkeypatch, capsys, part):
    before = page.read_text()
    assert run(monkeypatch, ALIKE, *part) == 0
    assert page.read_text() == before
    assert "values are equal" in "".join(capsys.readouterr())


def test_engines_that_differ_are_no_success(page, monkeypatch, capsys):
    before = page.read_text()
    assert run(monkeypatch, DIFFERENT) == 1
    assert page.read_text() == before
    assert "deal_amount: 1 and 2" in "".join(capsys.readouterr())

"""A small part of docs/evidence.md in every run: on books whose truth is known, what is true is
found, and what is not is not told."""

import json
from collections.abc import Callable

import evidence
import pytest
from compiled_project import CompiledProject
from conftest import dbt
from evidence import FEW, MANY, NOTHING, PLACES, PROJECTS, Book
from generate_deals import BUNDLED, Drop, Effects, Pocket, Shift

Ask = Callable[[str, str, Book], list[tuple]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory) -> Ask:
    """The answer of a book to a question for one of evidence's projects; each compiled once."""
    manifests = {}

    def answer(name: str, question: str, book: Book) -> list[tuple]:
        # One run of dbt for a ruleset: what a project leaves out for speed changes no answer.
        tables, ruleset, _ = PROJECTS[name]
        if ruleset not in manifests:
            dbt_vars = evidence.Project(tables, ruleset).dbt_vars()
            folder = tmp_path_factory.mktemp("compile")
            done = dbt(folder, "compile", "-s", "resource_type:model", dbt_vars=dbt_vars)
            assert done.exit_code == 0, done.output
            manifests[ruleset] = json.loads((done.target / "manifest.json").read_text())
        compiled = CompiledProject.from_manifest(manifests[ruleset], tables)
        return evidence.ask({name: compiled}, {name: question}, book)[name]

    return answer


@pytest.mark.parametrize("seed", range(1, 7))
def test_nothing_is_proven_where_nothing_is(ask: Ask, seed: int):
    told = ask("alerts", evidence.ALERTS, Book(NOTHING, FEW, seed))
    assert len(told) == 4
    assert [(rule, proven) for rule, _, proven, _ in told if proven] == []


def test_the_rules_of_the_prototype_take_luck_for_insight(ask: Ask):
    told = ask("prototype", evidence.INSIGHTS, Book(NOTHING, FEW, 1))
    assert sum(fired for _, fired, _ in told) > 50
    assert {cards for *_, cards in told} == {10}


def test_a_drop_is_found_and_explains_the_change(ask: Ask):
    place = PLACES["an industry"]
    book = Book(Effects(drop=Drop(place, 0.15, evidence.DROP_FROM)), MANY, 1)
    [row] = ask("drops", evidence.drop_question(place), book)
    told = evidence.DropAnswer(*row)
    assert told.is_proven
    assert told.elsewhere == 0
    assert told.is_first
    assert told.detectable < 0.15


def test_shrunk_scores_are_closer_to_the_truth_than_raw_ones(ask: Ask):
    effects = Effects(BUNDLED.sources, BUNDLED.segments)
    deals = ask("scores", evidence.SCORES, Book(effects, FEW, 1))
    errors = evidence.score_errors(deals, effects)
    assert len(deals) > 500
    assert 2 * errors.shrunk < errors.raw
    assert errors.shrunk < 0.8 * errors.baseline


def test_a_shift_of_the_mix_is_no_change_of_rates(ask: Ask):
    effects = Effects({"Outbound": -0.20}, shift=Shift("Outbound", 0.50, BUNDLED.shift.from_date))
    effect = evidence.mix(
        ask("changes", evidence.CHANGE_BY_SOURCE, Book(effects, MANY, 1)), effects
    )
    assert effect.true < -0.03
    assert effect.told == pytest.approx(effect.true, abs=0.005)
    assert effect.is_rate_unchanged()


def test_a_stalled_pocket_is_found_and_no_other(ask: Ask):
    effects = Effects(pocket=Pocket(evidence.POCKET))
    assert ask("stalling", evidence.STALLING, Book(effects, FEW, 1)) == [(True, 0, 0)]

"""A small part of docs/evidence.md in every run: on books whose truth is known, what is true is
found, and what is not is not told."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from compiled_project import CompiledProject
from conftest import dbt
from generate_deals import BUNDLED, RENAMED, Drop, Effects, Pocket, Slow
from trials import asking, everywhere, nothing_true, places, segments, shifts, stalling
from trials.asking import FEW, MANY, NOTHING, SHAPES, USUAL, Answers, Book, Question

Ask = Callable[[Mapping[str, Question], Book], Answers]
MESSAGE = {"alerts": nothing_true.ALERTS, "headlines": nothing_true.HEADLINES}


@pytest.fixture(scope="module")
def ask(tmp_path_factory) -> Ask:
    """The answers of a book to questions; dbt compiles once for each ruleset."""
    manifests, compiled = {}, {}

    def answer(questions: Mapping[str, Question], book: Book) -> Answers:
        for project in asking.projects_of(questions):
            # What a project leaves out for speed changes no answer.
            if project.ruleset not in manifests:
                dbt_vars = asking.Project((), project.ruleset).dbt_vars()
                folder = tmp_path_factory.mktemp("compile")
                done = dbt(folder, "compile", "-s", "resource_type:model", dbt_vars=dbt_vars)
                assert done.exit_code == 0, done.output
                manifest = (done.target / "manifest.json").read_text()
                manifests[project.ruleset] = json.loads(manifest)
            if project not in compiled:
                manifest = manifests[project.ruleset]
                compiled[project] = CompiledProject.from_manifest(manifest, project.tables)
        return asking.ask(compiled, book, questions)

    return answer


def headlines(ask: Ask, book: Book) -> nothing_true.Headlines:
    """What the headlines of a book say."""
    return nothing_true.Headlines(*ask(MESSAGE, book)["headlines"][0])


def scores(ask: Ask, effects: Effects, rows: int = FEW) -> segments.Scores:
    """The scores of a book against the truth."""
    deals = ask({"scores": segments.SCORES}, Book(effects, rows, 1))["scores"]
    assert len(deals) > 500
    return segments.scores(deals, effects)


def stalls(ask: Ask, effects: Effects, place: tuple[str, ...], rows: int) -> stalling.Stalling:
    """What is told to stall in a place and elsewhere."""
    question = {"stalling": stalling.stalling_question(place)}
    [told] = stalling.told([ask(question, Book(effects, rows, 1))])
    return told


@pytest.mark.slow
def test_hardly_anything_is_proven_where_nothing_is(ask: Ask):
    """Six books: no alert is proven, and at most one headline, as luck has it in a few of 100."""
    books = [ask(MESSAGE, Book(NOTHING, FEW, seed)) for seed in range(1, 7)]
    assert {len(book["alerts"]) for book in books} == {4}
    assert [rule for book in books for rule, _, proven in book["alerts"] if proven] == []
    said = [nothing_true.Headlines(*book["headlines"][0]) for book in books]
    assert sum(book.is_any_proven() for book in said) <= 1


# In books with renamed stages the scores of these seeds were once graded with the stage of today,
# which is the outcome itself, and called proven.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "rows", "seed"),
    [
        ("long tails", FEW, 1),
        ("long tails", MANY, 1),
        ("renamed stages", FEW, 5),
        ("long tails, renamed stages", FEW, 10),
    ],
)
def test_the_shape_of_a_book_proves_nothing(ask: Ask, shape: str, rows: int, seed: int):
    answer = ask(MESSAGE, Book(SHAPES[shape], rows, seed))
    assert [rule for rule, _, proven in answer["alerts"] if proven] == []
    said = nothing_true.Headlines(*answer["headlines"][0])
    assert not said.is_any_proven()


@pytest.mark.slow
def test_the_rules_of_the_prototype_take_luck_for_insight(ask: Ask):
    told = ask({"prototype": nothing_true.INSIGHTS}, Book(NOTHING, FEW, 1))["prototype"]
    assert sum(fired for _, fired, _ in told) > 50
    assert {cards for *_, cards in told} == {10}


def test_a_drop_is_found_and_explains_the_change(ask: Ask):
    book = Book(Effects(drop=Drop(places.INDUSTRY, 0.15, places.DROP_FROM)), MANY, 1)
    [row] = ask({"drop": places.drop_question(places.INDUSTRY)}, book)["drop"]
    told = places.DropAnswer(*row)
    assert told.is_proven
    assert told.elsewhere == 0
    assert told.is_first
    assert told.is_named
    assert told.detectable < 0.15
    said = headlines(ask, book)
    assert said.names_place


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "size"), [(FEW, 0.20), (MANY, 0.10), (MANY, 0.20)])
def test_a_fall_everywhere_is_proven_and_blamed_on_no_place(ask: Ask, rows: int, size: float):
    book = Book(Effects(drop=Drop({}, size, places.DROP_FROM)), rows, 1)
    questions = {"drop": places.drop_question({}), "explanation": everywhere.EXPLANATION}
    answer = ask(questions, book)
    assert places.DropAnswer(*answer["drop"][0]).is_proven
    assert answer["explanation"] == [(True, False)]
    said = headlines(ask, book)
    assert said.is_change_proven
    assert not said.names_place


def test_shrunk_scores_are_closer_to_the_truth_than_raw_ones(ask: Ask):
    told = scores(ask, segments.effects_of(1, 0))
    assert 2 * told.error < told.raw_error
    assert told.error < 0.8 * told.baseline_error
    # The stage tells nothing here, and costs nothing.
    assert told.error < 1.05 * told.segment_error


@pytest.mark.slow
def test_scores_rest_on_cells_where_cells_differ(ask: Ask):
    told = scores(ask, segments.effects_of(1, 2), MANY)
    assert told.rests_on_cell
    assert told.error < 0.8 * told.segment_error
    renamed = replace(segments.effects_of(1, 2), closing_stages=RENAMED)
    assert not scores(ask, renamed).rests_on_cell


@pytest.mark.slow
def test_scores_are_proven_where_segments_differ(ask: Ask):
    assert headlines(ask, Book(segments.effects_of(1.5, 0), MANY, 1)).is_score_proven


def test_a_shift_of_the_mix_is_no_change_of_rates(ask: Ask):
    effects = shifts.effects_of(-0.20, 0.50)
    question = {"changes": shifts.CHANGE_BY_SOURCE}
    effect = shifts.mix(ask(question, Book(effects, MANY, 1))["changes"], effects)
    assert effect.true < -0.03
    assert effect.told == pytest.approx(effect.true, abs=0.005)
    assert effect.is_rate_unchanged()


@pytest.mark.parametrize(
    ("shape", "pocket"),
    [
        (USUAL, BUNDLED.pocket),
        ("renamed stages", BUNDLED.pocket),
        ("long tails", Pocket(stalling.STUCK, FEW // 50, ages=stalling.OLDER)),
    ],
)
def test_a_stalled_pocket_is_found_and_no_other(ask: Ask, shape: str, pocket: Pocket):
    told = stalls(ask, replace(SHAPES[shape], pocket=pocket), stalling.STUCK, FEW)
    assert (told.there, told.proven_there, told.proven_elsewhere) == (1, 1, 0)


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "rows"), [(USUAL, FEW), (USUAL, MANY), ("long tails", MANY)])
def test_what_is_slow_is_not_proven_to_stall(ask: Ask, shape: str, rows: int):
    effects = replace(SHAPES[shape], slow=Slow(stalling.SLOW_SEGMENT, 2.0))
    told = stalls(ask, effects, stalling.SLOW_SEGMENT, rows)
    assert (told.proven_there, told.proven_elsewhere) == (0, 0)

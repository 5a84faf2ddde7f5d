"""What MetricFlow answers is what the marts say, metric by metric, dimension by dimension."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, Build

needs_mf = pytest.mark.skipif(
    find_spec("dbt_metricflow") is None,
    reason="mf, which is optional, is not here: pip install -r requirements-metrics.txt",
)
PAGE = ROOT / "docs" / "metrics.md"
DRIVER = str(Path(__file__).with_name("mf_process.py"))
DIMENSIONS = (
    *("industry", "region", "lead_source", "deal_stage"),
    *("product_type", "sales_rep_id", "deal_size_band"),
)
OF_CLOSED_DEALS = (
    *("win_rate", "value_win_rate", "closed_deals", "won_deals", "closed_amount", "won_amount"),
    *("closed_deals_without_amount", "average_deal_amount"),
)
OF_OPEN_DEALS = ("open_deals", "open_amount", "open_deals_without_amount")
OF_STALLING = ("stalled_deals", "stalled_amount", "stalled_deals_without_amount")
OF_VELOCITY = ("sales_velocity", "open_deals")
# As pandas spells them; a week begins on Monday.
PERIODS = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
# What a mart calls otherwise than the metrics do.
METRIC_OF_COLUMN = {
    "win_rate_by_segment": {
        "avg_deal_amount": "average_deal_amount",
        "deals_without_amount": "closed_deals_without_amount",
    },
    "win_rate_trend": {
        "deals": "closed_deals",
        "amount": "closed_amount",
        "deals_without_amount": "closed_deals_without_amount",
    },
    "pipeline_by_segment": {
        "pipeline_deals": "open_deals",
        "pipeline_amount": "open_amount",
        "deals_without_amount": "open_deals_without_amount",
    },
    "pipeline_by_risk_band": {
        "deals": "open_deals",
        "amount": "open_amount",
        "deals_without_amount": "open_deals_without_amount",
    },
}
# The trend has no average.
IN_TREND = tuple(name for name in OF_CLOSED_DEALS if name != "average_deal_amount")


def query(metrics: Sequence[str], *group_by: str, where: str = "") -> list[str]:
    """The arguments of an `mf query`."""
    asked = ["query", "--metrics", ",".join(metrics)]
    if group_by:
        asked += ["--group-by", ",".join(group_by)]
    return [*asked, "--where", where] if where else asked


# All that is asked of the bundled deals.
QUESTIONS = {
    "closed": query([*OF_CLOSED_DEALS, "median_cycle_days"]),
    "open": query([*OF_OPEN_DEALS, "expected_amount", *OF_STALLING]),
    "velocity": query(OF_VELOCITY),
    **{f"closed by {name}": query(OF_CLOSED_DEALS, f"deal__{name}") for name in DIMENSIONS},
    **{
        f"open by {name}": query([*OF_OPEN_DEALS, "expected_amount"], f"deal__{name}")
        for name in DIMENSIONS
    },
    "closed by cell": query(OF_CLOSED_DEALS, *(f"deal__{name}" for name in DIMENSIONS[:4])),
    "pace": query(
        ["median_cycle_days", *OF_STALLING], "deal__industry", "deal__region", "deal__deal_stage"
    ),
    "open by risk band": query([*OF_OPEN_DEALS, "expected_amount"], "deal__risk_band"),
    "velocity by industry": query(OF_VELOCITY, "deal__industry"),
    **{f"closed by {grain}": query(OF_CLOSED_DEALS, f"metric_time__{grain}") for grain in PERIODS},
    "closed by industry and quarter": query(
        OF_CLOSED_DEALS, "deal__industry", "metric_time__quarter"
    ),
    "closed by month created": query(OF_CLOSED_DEALS, "deal__created_date__month"),
    "open by month": query(
        [*OF_OPEN_DEALS, "expected_amount", "stalled_amount"], "metric_time__month"
    ),
    "win_rate_by_month": ["query", "--saved-query", "win_rate_by_month"],
    "pipeline_by_industry_and_region": [
        *("query", "--saved-query", "pipeline_by_industry_and_region")
    ],
}


def commands_of_the_page() -> list[list[str]]:
    """The arguments of each `mf` in docs/metrics.md, but of that which has a test of its own."""
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("mf ")]
    return [shlex.split(line)[1:] for line in lines if line != "mf validate-configs"]


def project_folder(folder: Path, build: Build) -> Path:
    """A folder in which `mf` finds the project as it was built, and no warehouse yet."""
    (folder / "target").mkdir(parents=True)
    for name in ("dbt_project.yml", "profiles.yml"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(build.target / "semantic_manifest.json", folder / "target")
    return folder


def run(folder: Path, *command: str, given: str = "") -> str:
    """What a command printed that must pass."""
    ended = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"SALES_INSIGHTS_DB": "warehouse.duckdb"},
        input=given,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def ask(
    folder: Path, questions: Mapping[str, Sequence[str]], first: Sequence[Sequence[str]] = ()
) -> Callable[[str], pd.DataFrame]:
    """The answers of `mf` to all questions, found by their names; without `deal__` in columns.

    What `mf` prints of commands to run first is in the file printed.txt of the folder.
    """
    files = {name: folder / f"answer_{number}.csv" for number, name in enumerate(questions)}
    commands = [[*asked, "--csv", str(files[name])] for name, asked in questions.items()]
    printed = run(folder, sys.executable, DRIVER, given=json.dumps([*first, *commands]))
    (folder / "printed.txt").write_text(printed, encoding="utf-8")

    def answer(name: str) -> pd.DataFrame:
        table = pd.read_csv(files[name])
        for column in table:
            if column.rpartition("__")[2] in PERIODS:
                table[column] = table[column].str[:10]
        return table.rename(columns=lambda column: column.removeprefix("deal__"))

    return answer


@pytest.fixture(scope="module")
def asked(built, tmp_path_factory) -> Path:
    """A folder for `mf` with a copy of the bundled deals' warehouse, which it opens for writing."""
    build = built()
    folder = project_folder(tmp_path_factory.mktemp("mf") / "bundled", build)
    shutil.copy(build.database, folder)
    return folder


@pytest.fixture(scope="module")
def answer(asked) -> Callable[[str], pd.DataFrame]:
    return ask(asked, QUESTIONS, first=commands_of_the_page())


def assert_same(answer: pd.DataFrame, mart: pd.DataFrame, keys: Sequence[str], metrics) -> None:
    """Each metric has the mart's value in each row; neither has a row that the other has not."""
    keys, metrics = list(keys), list(metrics)
    assert len(answer) == len(mart) > 0
    if keys:
        answer, mart = (table.set_index(keys).sort_index() for table in (answer, mart))
        assert answer.index.tolist() == mart.index.tolist()
    for metric in metrics:
        np.testing.assert_allclose(
            answer[metric].to_numpy(dtype=float),
            mart[metric].to_numpy(dtype=float),
            rtol=1e-12,
            atol=1e-9,
            err_msg=metric,
        )


def mart(build: Build, name: str, **where: str) -> pd.DataFrame:
    """The rows of a mart that have the values given, its columns named as the metrics."""
    table = build.table(name)
    for column, value in where.items():
        table = table[table[column] == value]
    return table.rename(columns=METRIC_OF_COLUMN[name])


def trend(build: Build, grain: str, period: str) -> pd.DataFrame:
    """The rows of the trend by closed date of a grain, their periods as `mf` writes them."""
    table = mart(build, "win_rate_trend", clock="closed", grain=grain, period_type=period)
    table[f"metric_time__{period}"] = table["period_start"].dt.strftime("%Y-%m-%d")
    return table


def closed_sums(deals: pd.DataFrame, key: str) -> pd.DataFrame:
    """The figures of the closed deals by a column, in pandas, for periods that no mart has."""
    closed = deals[deals["is_closed"]].assign(
        amount=lambda table: table["deal_amount"].astype(float),
        won_amount=lambda table: table["amount"].where(table["is_won"]),
    )
    sums = closed.groupby(key).agg(
        closed_deals=("deal_id", "size"),
        won_deals=("is_won", "sum"),
        closed_amount=("amount", "sum"),
        won_amount=("won_amount", "sum"),
        closed_deals_without_amount=("amount", lambda amounts: amounts.isna().sum()),
        average_deal_amount=("amount", "mean"),
    )
    sums["win_rate"] = sums["won_deals"] / sums["closed_deals"]
    sums["value_win_rate"] = sums["won_amount"] / sums["closed_amount"]
    return sums.reset_index()


def test_everything_is_described(built):
    """Whoever lists metrics or dimensions reads what they are."""
    manifest = json.loads((built().target / "manifest.json").read_text())
    assert len(manifest["semantic_models"]) == 2
    assert len(manifest["saved_queries"]) == 2
    for kind in ("metrics", "semantic_models", "saved_queries"):
        for thing in manifest[kind].values():
            parts = [
                part
                for each in ("entities", "dimensions", "measures")
                for part in thing.get(each, [])
            ]
            for described in (thing, *parts):
                assert described["description"], f"{thing['name']}: {described['name']}"
            assert thing["label"], thing["name"]
            if kind != "metrics":
                assert thing["description"].startswith("One row per "), thing["name"]


def test_dimensions_are_those_of_the_segments(built):
    """Metrics can be grouped by all that segments are made of; the page tells every dimension."""
    build = built()
    manifest = json.loads((build.target / "semantic_manifest.json").read_text())
    [deals] = [model for model in manifest["semantic_models"] if model["name"] == "deals"]
    assert {dimension["name"] for dimension in deals["dimensions"]} >= set(DIMENSIONS)
    page = PAGE.read_text(encoding="utf-8")
    for model in manifest["semantic_models"]:
        for dimension in model["dimensions"]:
            assert f"`{dimension['name']}`" in page
    columns = set(build.table("win_rate_by_segment").columns)
    assert set(build.table("deals").select_dtypes("object")) & columns == set(DIMENSIONS)


def test_the_time_spine_has_every_day_of_every_deal(built):
    assert (
        built().rows("""
        select deals.deal_id
        from (
            select deal_id, created_date as day from deals
            union all
            select deal_id, closed_date from deals where is_closed
        ) as deals
        left join time_spine on time_spine.date_day = deals.day
        where time_spine.date_day is null
    """)
        == []
    )


@needs_mf
def test_the_configuration_is_valid(asked):
    printed = run(
        asked, str(Path(sys.executable).with_name("mf")), "validate-configs", "--show-all"
    )
    assert printed.count("Successfully validated") == 6
    assert printed.count("(ERRORS: 0, FUTURE_ERRORS: 0, WARNINGS: 0)") == 6


@needs_mf
def test_totals_are_those_of_the_baseline(built, answer):
    build = built()
    baseline, deals = build.table("win_rate_baseline"), build.table("deals")
    closed = answer("closed")
    overall = mart(build, "win_rate_by_segment", grain="overall")
    assert_same(closed, overall, (), OF_CLOSED_DEALS)
    assert_same(closed, baseline, (), IN_TREND)
    assert closed["median_cycle_days"].item() == deals["sales_cycle_days"].median()
    assert_same(answer("open"), baseline, (), OF_OPEN_DEALS)


@needs_mf
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_closed_deals_by_dimension(built, answer, dimension):
    segments = mart(built(), "win_rate_by_segment", grain=dimension)
    assert_same(answer(f"closed by {dimension}"), segments, [dimension], OF_CLOSED_DEALS)


@needs_mf
def test_closed_deals_by_four_dimensions(built, answer):
    keys = DIMENSIONS[:4]
    cells = mart(built(), "win_rate_by_segment", grain="_".join(keys))
    assert_same(answer("closed by cell"), cells, keys, OF_CLOSED_DEALS)


@needs_mf
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_open_deals_by_dimension(built, answer, dimension):
    build = built()
    found = answer(f"open by {dimension}")
    segments = mart(build, "pipeline_by_segment", grain=dimension)
    assert_same(found, segments, [dimension], OF_OPEN_DEALS)
    expected = build.table("deal_risk").groupby(dimension)["expected_amount"].sum().reset_index()
    assert_same(found, expected, [dimension], ["expected_amount"])


@needs_mf
@pytest.mark.parametrize("period", ["month", "quarter"])
def test_closed_deals_by_period_are_those_of_the_trend(built, answer, period):
    overall = trend(built(), "overall", period)
    assert_same(answer(f"closed by {period}"), overall, [f"metric_time__{period}"], IN_TREND)


@needs_mf
def test_closed_deals_by_industry_and_quarter_are_those_of_the_trend(built, answer):
    by_industry = trend(built(), "industry", "quarter")
    keys = ["industry", "metric_time__quarter"]
    assert_same(answer("closed by industry and quarter"), by_industry, keys, IN_TREND)


@needs_mf
@pytest.mark.parametrize("period", PERIODS)
def test_closed_deals_by_every_period(built, answer, period):
    deals = built().table("deals")
    begins = deals["closed_date"].dt.to_period(PERIODS[period]).dt.start_time
    key = f"metric_time__{period}"
    sums = closed_sums(deals.assign(**{key: begins.dt.strftime("%Y-%m-%d")}), key)
    assert_same(answer(f"closed by {period}"), sums, [key], OF_CLOSED_DEALS)


@needs_mf
def test_closed_deals_by_the_month_they_were_created_in(built, answer):
    deals = built().table("deals")
    key = "created_date__month"
    sums = closed_sums(deals.assign(**{key: deals["created_date"].dt.strftime("%Y-%m-01")}), key)
    assert_same(answer("closed by month created"), sums, [key], OF_CLOSED_DEALS)


@needs_mf
def test_pace_and_stalling_are_those_of_stage_pace(built, answer):
    pace = built().table("stage_pace")
    keys = ["industry", "region", "deal_stage"]
    assert (pace["stalled_deals"] == 0).any()
    assert_same(answer("pace"), pace, keys, ["median_cycle_days", *OF_STALLING])
    total = pd.DataFrame([pace[list(OF_STALLING)].astype(float).sum()])
    assert_same(answer("open"), total, (), OF_STALLING)


@needs_mf
def test_the_pipeline_by_risk_band(built, answer):
    build = built()
    found = answer("open by risk band")
    assert_same(found, mart(build, "pipeline_by_risk_band"), ["risk_band"], OF_OPEN_DEALS)
    risk = build.table("deal_risk")
    expected = risk.groupby("risk_band")["expected_amount"].sum().reset_index()
    assert_same(found, expected, ["risk_band"], ["expected_amount"])
    total = pd.DataFrame({"expected_amount": [risk["expected_amount"].sum()]})
    assert_same(answer("open"), total, (), ["expected_amount"])


@needs_mf
def test_sales_velocity_is_what_its_parts_make(built, answer):
    build = built()
    deals = build.table("deals")

    def by_hand(segment: pd.Series, deals: pd.DataFrame) -> float:
        won_per_deal = segment["average_deal_amount"] * segment["win_rate"]
        return deals["is_open"].sum() * won_per_deal / deals["sales_cycle_days"].median()

    [[_, overall]] = mart(build, "win_rate_by_segment", grain="overall").iterrows()
    total = pd.DataFrame({"sales_velocity": [by_hand(overall, deals)]})
    assert_same(answer("velocity"), total, (), ["sales_velocity"])

    industries = mart(build, "win_rate_by_segment", grain="industry")
    industries["sales_velocity"] = [
        by_hand(segment, deals[deals["industry"] == segment["industry"]])
        for _, segment in industries.iterrows()
    ]
    assert_same(answer("velocity by industry"), industries, ["industry"], ["sales_velocity"])


@needs_mf
def test_the_pipeline_is_a_snapshot_of_the_as_of_date(built, answer):
    [[as_of]] = built().rows("select as_of_date from as_of")
    by_month = answer("open by month")
    assert by_month["metric_time__month"].tolist() == [f"{as_of:%Y-%m}-01"]
    metrics = [*OF_OPEN_DEALS, "expected_amount", "stalled_amount"]
    assert_same(by_month, answer("open"), (), metrics)


@needs_mf
def test_the_saved_query_of_win_rates_answers_as_the_trend(built, answer):
    found, key = answer("win_rate_by_month"), "metric_time__month"
    assert_same(found, trend(built(), "overall", "month"), [key], IN_TREND)
    assert_same(found, answer("closed by month"), [key], OF_CLOSED_DEALS)
    assert found[key].is_monotonic_increasing


@needs_mf
def test_the_saved_query_of_the_pipeline_answers_as_the_marts(built, answer):
    build = built()
    keys = ["industry", "region"]
    found = answer("pipeline_by_industry_and_region")
    segments = mart(build, "pipeline_by_segment", grain="industry_region")
    assert_same(found, segments, keys, OF_OPEN_DEALS)
    for table, metrics in {
        "stage_pace": ["stalled_deals", "stalled_amount"],
        "deal_risk": ["expected_amount"],
    }.items():
        sums = build.table(table).groupby(keys)[metrics].sum().reset_index()
        assert_same(found, sums, keys, metrics)
    assert found[keys].apply(tuple, axis=1).is_monotonic_increasing


@needs_mf
def test_the_commands_of_the_page_print_what_it_shows(asked, answer):
    assert {command[0] for command in commands_of_the_page()} == {"list", "query"}
    [shown] = re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    printed = (asked / "printed.txt").read_text(encoding="utf-8")
    assert shown in printed, printed


A_FEW_DEALS = """
    create table deals (
        deal_id varchar, industry varchar, deal_amount decimal(14, 2), sales_cycle_days bigint,
        is_open boolean, is_closed boolean, is_won boolean, closed_date date, as_of_date date
    );
    insert into deals
    select id, left(id, 1), amount, cycle, is_won is null, is_won is not null,
        coalesce(is_won, false), date '2025-01-31' + cycle, date '2025-03-31'
    from (values
        ('A1', 100, 10, true), ('A2', 300, 30, false), ('A3', null, 20, false),
        ('A4', 50, null, null), ('A5', null, null, null),
        ('B1', null, 5, false),
        ('C1', 70, null, null),
        ('D1', 40, 0, true), ('D2', 90, null, null),
        ('E1', 60, 6, true)
    ) as listed (id, amount, cycle, is_won);

    create table deal_risk as
    select deal_id, deal_amount, as_of_date, deal_amount * 0.5::double as expected_amount,
        deal_amount is null as is_stalled
    from deals where is_open;
"""
BY_HAND = """
    metric                       | A      | B    | C    | D    | E
    win_rate                     | 0.3333 | 0    | null | 1    | 1
    value_win_rate               | 0.25   | null | null | 1    | 1
    closed_deals                 | 3      | 1    | 0    | 1    | 1
    won_deals                    | 1      | 0    | 0    | 1    | 1
    closed_amount                | 400    | 0    | 0    | 40   | 60
    won_amount                   | 100    | 0    | 0    | 40   | 60
    closed_deals_without_amount  | 1      | 1    | 0    | 0    | 0
    average_deal_amount          | 200    | null | null | 40   | 60
    median_cycle_days            | 20     | 5    | null | 0    | 6
    open_deals                   | 2      | 0    | 1    | 1    | 0
    open_amount                  | 50     | 0    | 70   | 90   | 0
    open_deals_without_amount    | 1      | 0    | 0    | 0    | 0
    expected_amount              | 25     | 0    | 35   | 45   | 0
    stalled_deals                | 1      | 0    | 0    | 0    | 0
    stalled_amount               | 0      | 0    | 0    | 0    | 0
    stalled_deals_without_amount | 1      | 0    | 0    | 0    | 0
    sales_velocity               | 6.6667 | null | null | null | 0
"""


@needs_mf
def test_empty_denominators_give_null_and_empty_counts_zero(built, tmp_path):
    """A few deals by hand: nothing won, nothing closed, no amount, closed on the day of creation,
    nothing open; and no deal at all."""
    folder = project_folder(tmp_path / "by_hand", built())
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(A_FEW_DEALS)
    [header, *lines] = [
        [cell.strip() for cell in line.split("|")] for line in BY_HAND.strip().splitlines()
    ]
    expected = {
        name: {
            industry: None if cell == "null" else float(cell)
            for industry, cell in zip(header[1:], cells, strict=True)
        }
        for name, *cells in lines
    }
    manifest = json.loads((folder / "target" / "semantic_manifest.json").read_text())
    assert expected.keys() == {metric["name"] for metric in manifest["metrics"]}

    answer = ask(
        folder,
        {
            "by industry": query(list(expected), "deal__industry"),
            "none": query(list(expected), where="{{ Dimension('deal__industry') }} = 'Z'"),
        },
    )
    found = answer("by industry").set_index("industry")
    for name, by_industry in expected.items():
        for industry, value in by_industry.items():
            got = found.loc[industry, name]
            assert pd.isna(got) if value is None else got == pytest.approx(value, abs=1e-4), (
                f"{name} of {industry} is {got}"
            )
    [[_, nothing]] = answer("none").iterrows()
    rates = ["win_rate", "value_win_rate", "average_deal_amount", "median_cycle_days"]
    for name in expected:
        assert pd.isna(nothing[name]) if name in [*rates, "sales_velocity"] else nothing[name] == 0

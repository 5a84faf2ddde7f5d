"""Another project installs this one: tests/consumer, with deals, stages and macros of its own."""

import re
import shutil
from pathlib import Path

import dbt_process
import duckdb
import pytest
from conftest import ROOT, Build

pytestmark = pytest.mark.slow
CONSUMER = ROOT / "tests" / "consumer"
MACROS = [*(ROOT / "macros").rglob("*.sql"), *(ROOT / "tests" / "generic").glob("*.sql")]
DEFINITION = re.compile(r"{%-?\s*macro\s+(\w+)\(")
LOG = "select invocation_id, status from crm_insights.build_log order by recorded_at"


def dbt(project: Path, *arguments: str) -> Build:
    """Runs dbt in the folder of another project, as its people do."""
    exit_code, output = dbt_process.run([*arguments, "--no-use-colors"], project, {})
    return Build(project / "acme.duckdb", project / "target", exit_code, output)


def macro_names() -> set[str]:
    """The macros of this project, without the implementations that dispatch chooses from."""
    names = {name for path in MACROS for name in DEFINITION.findall(path.read_text())}
    return {name for name in names if "__" not in name}


@pytest.fixture(scope="module")
def consumer(tmp_path_factory) -> tuple[Path, Build]:
    """The project as it is after `dbt deps` and `dbt build`, and how the build went.

    It also has a macro of its own by the name of each of the package's: whatever calls one of these
    in the place of the package's own stops the build.
    """
    folder = tmp_path_factory.mktemp("consumer")
    (folder / "sales_insights").symlink_to(ROOT)
    project = shutil.copytree(CONSUMER, folder / "acme")
    (project / "macros" / "namesakes.sql").write_text(
        "\n".join(
            f"{{% macro {name}() %}}"
            f"{{% do exceptions.raise_compiler_error('the macro {name} of acme was called') %}}"
            "{% endmacro %}"
            for name in sorted(macro_names())
        )
    )
    installed = dbt(project, "deps")
    assert installed.exit_code == 0, installed.output
    build = dbt(project, "build")
    assert build.exit_code == 0, build.output
    return project, build


@pytest.fixture
def built(consumer) -> Build:
    return consumer[1]


@pytest.fixture
def project(consumer, tmp_path) -> Path:
    """A copy of the built project, to change."""
    return shutil.copytree(consumer[0], tmp_path / "acme", symlinks=True)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_it_reads_the_table_of_the_project(built):
    assert built.rows("select count(*), max(deal_id) from crm_insights.deals") == [(600, "opp-99")]
    assert built.rows("select read_from from crm_insights.as_of") == [("ref('deals')",)]


def test_all_is_in_the_schema_of_choice_and_the_log_says_so(built):
    assert built.rows("select distinct schema_name from duckdb_views() where not internal") == [
        ("crm",),
        ("crm_insights",),
    ]
    tables = "select table_name from duckdb_tables() where schema_name = 'crm'"
    assert built.rows(tables) == [("deal_stages",)]
    assert [status for _, status in built.rows(LOG)] == ["started", "passed"]


def test_the_bundled_deals_are_left_out(built):
    assert built.rows("select * from duckdb_tables() where table_name like 'skygeni%'") == []


def test_a_threshold_of_the_project_is_in_force(built):
    assert built.rows(
        "select name, value, default_value from crm_insights.alert_thresholds where is_overridden"
    ) == [("stalled_deals", 3, 10)]
    [(fewest,)] = built.rows("select min(deals) from crm_insights.alert_stage_stalling")
    assert 3 <= fewest < 10


def test_macros_and_seeds_of_the_project_take_the_place_of_the_packages(built):
    [(reason,)] = built.rows("select reason from crm_insights.alert_low_fit_pipeline")
    assert "pipeline amount (€1882000 in 36 deals)" in reason
    assert built.rows(
        "select deal_size_band from crm_insights.win_rate_by_segment"
        " where grain = 'deal_size_band' order by all"
    ) == [("run_rate",), ("strategic",)]
    assert built.rows(
        "select distinct deal_stage, is_late_stage from crm_insights.deals order by all"
    ) == [("Discovery", False), ("Offer", True)]


def test_a_model_of_the_project_reads_the_alerts(built):
    assert ("low_fit_pipeline", "1 alert", "€1882000") in built.rows("from crm.alerts_by_rule")


def test_a_private_model_cannot_be_read(project):
    (project / "models" / "peeks.sql").write_text(
        "select * from {{ ref('sales_insights', 'stg_deals') }}"
    )
    refused = dbt(project, "parse")
    assert refused.exit_code == 2
    assert "attempted to reference node model.sales_insights.stg_deals" in refused.output
    assert "not allowed because the referenced node is protected" in refused.output


def test_a_misspelt_threshold_stops_the_run_in_words(project):
    replace(project / "dbt_project.yml", "stalled_deals: 3", "stalled_deal: 3")
    refused = dbt(project, "parse")
    assert refused.exit_code == 2
    assert "var thresholds names 'stalled_deal', which is not a threshold" in refused.output


def test_a_model_of_the_same_name_is_never_read_by_mistake(project):
    """Without the flag dbt would take the deals of the project for those of the package."""
    flag = "require_ref_searches_node_package_before_root"
    replace(project / "dbt_project.yml", f"{flag}: true", f"{flag}: false")
    refused = dbt(project, "run", "--select", "alerts_by_rule")
    assert refused.exit_code != 0
    assert "would read model.acme.deals in place of the deals of sales_insights" in refused.output
    assert "alerts_by_rule" not in refused.output.split("START hook")[-1]


def test_what_the_project_breaks_of_its_own_is_not_said_of_the_package(project):
    before = duckdb.connect(str(project / "acme.duckdb"), read_only=True).execute(LOG).fetchall()
    (project / "models" / "broken.sql").write_text("select * from nowhere")
    (project / "tests").mkdir()
    (project / "tests" / "there_are_no_alerts.sql").write_text(
        "select * from {{ ref('alerts_by_rule') }}"
    )
    own = dbt(project, "build", "--select", "broken", "there_are_no_alerts")
    assert (own.exit_code, own.rows(LOG)) == (1, before)

    both = dbt(project, "build", "--select", "broken", "there_are_no_alerts", "alert_thresholds")
    assert both.exit_code == 1
    assert [status for _, status in both.rows(LOG)] == ["started", "passed"] * 2
    assert "there_are_no_alerts" in both.output
    assert "€" not in both.output

    # Of a retry dbt does not say what it is about, so that it is taken for one of the package.
    again = dbt(project, "retry")
    assert [status for _, status in again.rows(LOG)] == ["started", "passed"] * 3


def test_macros_call_each_other_by_the_name_of_the_package():
    """A bare call from a model of another project would find that one's macro of the name."""
    bare = re.compile(rf"(?<![\w.'])({'|'.join(macro_names())})\(")
    for path in MACROS:
        code = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
        for tag in re.findall(r"{[{%].*?[%}]}", code, flags=re.DOTALL):
            found = (
                []
                if re.match(r"{%-?\s*(macro|test)\s", tag)
                else bare.findall(re.sub(r'"[^"]*"', "", tag))
            )
            assert not found, (path.name, tag)


def test_the_files_of_the_example_are_no_part_of_this_project(built):
    """They lie among the tests of dbt, which would take their SQL for tests."""
    manifest = (built.target / "manifest.json").read_text()
    assert "tests/consumer" not in manifest

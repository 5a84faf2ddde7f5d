"""What bad input does, one real file for each row of the table in docs/input.md."""

import csv
from pathlib import Path

import duckdb
import pytest
from conftest import HEADER, ROOT, Build, build_with, dbt, stage_with

GOOD = {
    "created_date": "2024-01-01",
    "closed_date": "2024-02-01",
    "sales_rep_id": "rep_1",
    "industry": "SaaS",
    "region": "Europe",
    "product_type": "Core",
    "lead_source": "Inbound",
    "deal_stage": "Proposal",
    "deal_amount": "1000",
    "sales_cycle_days": "31",
    "outcome": "Won",
}
HOSTILE = {
    "industry": "<script>alert(1)</script>",
    "region": '=HYPERLINK("http://x","y")',
    "product_type": "<!channel>",
    "lead_source": 'O\'Neil "quoted", with a comma',
    "deal_stage": "L" * 5000,
    "sales_rep_id": "🙂👩‍👩‍👧",
}


def line(**fields: str) -> str:
    """One CSV line: a good deal but for the given fields."""
    values = {**GOOD, "deal_id": "good", **fields}
    return ",".join('"' + values[name].replace('"', '""') + '"' for name in HEADER.split(","))


def write(path: Path, *lines: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


# Each deal of the dirty file: its id, its fields, and the reason it is rejected for (None: kept).
ROWS: list[tuple[str, dict[str, str], str | None]] = [
    ("", {}, "missing_deal_id"),
    ("   ", {}, "missing_deal_id"),
    ("no-created", {"created_date": ""}, "missing_created_date"),
    ("bad-created", {"created_date": "31/03/2024"}, "unreadable_created_date"),
    ("no-such-day", {"created_date": "2024-02-30"}, "unreadable_created_date"),
    ("bad-closed", {"closed_date": "soon"}, "unreadable_closed_date"),
    ("bad-amount", {"deal_amount": "a lot"}, "unreadable_amount"),
    ("negative", {"deal_amount": "-5"}, "negative_amount"),
    ("backwards", {"closed_date": "2023-12-31"}, "closed_before_created"),
    ("same-day", {"closed_date": "2024-01-01", "sales_cycle_days": "0"}, None),
    ("odd-outcome", {"outcome": "Maybe"}, "unknown_outcome"),
    ("won-undated", {"closed_date": ""}, "closed_without_closed_date"),
    ("lost-undated", {"closed_date": "", "outcome": "Lost"}, "closed_without_closed_date"),
    (
        "all-wrong",
        {"created_date": "x", "closed_date": "y", "deal_amount": "z", "outcome": "w"},
        "unreadable_created_date; unreadable_closed_date; unreadable_amount; unknown_outcome",
    ),
    ("thousands", {"deal_amount": "$1,234.50"}, None),
    ("spaced", {"deal_amount": "1 234"}, None),
    ("spaced-nbsp", {"deal_amount": "1\u00a0234"}, None),
    ("comma", {"deal_amount": "1,234"}, None),
    ("european", {"deal_amount": "1.234,50"}, "unreadable_amount"),
    ("ambiguous", {"deal_amount": "1.234"}, "unreadable_amount"),
    ("half-comma", {"deal_amount": "1,5"}, "unreadable_amount"),
    ("no-amount", {"deal_amount": ""}, None),
    ("with-time", {"created_date": "2024-01-01 10:00:00"}, None),
    ("iso-time", {"created_date": "2024-01-01T10:00:00Z"}, None),
    ("open-empty", {"outcome": "", "closed_date": ""}, None),
    ("open-open", {"outcome": "Open", "closed_date": "2031-01-01"}, None),
    ("open-progress", {"outcome": "In Progress", "closed_date": "2020-01-01"}, None),
    ("spelling", {"industry": "  fin   TECH ", "region": "EU", "outcome": "closed won"}, None),
    ("unheard-of", {"industry": "Space Mining"}, None),
    ("no-segment", {"industry": "", "region": " ", "lead_source": "", "deal_stage": ""}, None),
    ("odd-cycle", {"sales_cycle_days": "7"}, None),
    ("hostile", HOSTILE, None),
]


@pytest.fixture(scope="module")
def dirty(tmp_path_factory) -> Build:
    """A build on a file of all these rows, and enough good ones that it may pass."""
    folder = tmp_path_factory.mktemp("dirty")
    lines = [line(deal_id=deal_id, **fields) for deal_id, fields, _ in ROWS]
    lines += [line(deal_id="twin"), line(deal_id="twin")]
    lines += [line(deal_id="changed", deal_amount="1"), line(deal_id="changed", deal_amount="2")]
    lines += [line(deal_id="worse", deal_amount="3"), line(deal_id="worse", deal_amount="?")]
    lines += [line(deal_id=f"good-{number}") for number in range(200)]
    build = build_with(folder, deals_file=write(folder / "deals.csv", *lines).name)
    assert build.exit_code == 0, build.output
    return build


@pytest.mark.parametrize(("deal_id", "reason"), [(row[0], row[2]) for row in ROWS])
def test_row_is_kept_or_rejected_with_all_its_reasons(dirty, deal_id, reason):
    rejected = {
        row[0] or "": row[1]
        for row in dirty.rows("select deal_id, rejection_reason from stg_deals_rejected")
    }
    accepted = {row[0] for row in dirty.rows("select deal_id from stg_deals")}
    assert rejected.get(deal_id) == reason
    assert (deal_id in accepted) == (reason is None)


def test_every_row_is_somewhere(dirty):
    [[read, accepted, rejected]] = dirty.rows(
        "select (select count(*) from stg_deals_read), (select count(*) from stg_deals),"
        " (select count(*) from stg_deals_rejected)"
    )
    assert read == len(ROWS) + 6 + 200 == accepted + rejected


def test_a_rejected_row_stands_as_it_came_with_its_place_in_the_file(dirty):
    with (dirty.database.parent / "deals.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    rejected = dirty.table("stg_deals_rejected")
    assert len(rejected) > 15
    for _, told in rejected.iterrows():
        came = rows[told["source_row_number"] - 1]
        for column in HEADER.split(","):
            assert (told[column] or "") == came[column], (column, told["source_row_number"])


def test_the_same_deal_twice(dirty):
    rejected = dirty.rows(
        "select deal_id, rejection_reason, deal_amount from stg_deals_rejected"
        " where deal_id in ('twin', 'changed', 'worse') order by deal_id"
    )
    assert rejected == [
        ("changed", "superseded", "1"),
        ("twin", "duplicate", "1000"),
        ("worse", "unreadable_amount", "?"),
    ]
    kept = dirty.rows("select deal_amount from stg_deals where deal_id in ('changed', 'worse')")
    assert sorted(kept) == [(2,), (3,)]


def test_rejected_rows_keep_their_columns_as_they_came(dirty):
    assert dirty.rows(
        "select deal_amount, created_date from stg_deals_rejected where deal_id = 'european'"
    ) == [("1.234,50", "2024-01-01")]


def test_amounts_are_read_as_people_write_them(dirty):
    assert dict(
        dirty.rows(
            "select deal_id, cast(deal_amount as double) from stg_deals"
            " where deal_id in ('thousands', 'spaced', 'spaced-nbsp', 'comma', 'no-amount')"
        )
    ) == {
        "thousands": 1234.5,
        "spaced": 1234,
        "spaced-nbsp": 1234,
        "comma": 1234,
        "no-amount": None,
    }


def test_a_deal_without_amount_counts_as_a_deal_and_not_as_money(dirty):
    [[closed, without, amount, priced]] = dirty.rows(
        "select closed_deals, closed_deals_without_amount, closed_amount,"
        " (select sum(deal_amount) from deals where is_closed) from win_rate_baseline"
    )
    assert without == 1
    assert amount == priced
    assert closed == dirty.rows("select count(*) from deals where is_closed")[0][0]
    assert dirty.rows("select rows from data_quality where check_name = 'missing_amount'") == [(1,)]


def test_dates_with_times_are_the_day(dirty):
    assert dirty.rows(
        "select distinct cast(created_date as varchar) from stg_deals"
        " where deal_id in ('with-time', 'iso-time')"
    ) == [("2024-01-01",)]


def test_open_deals_have_no_closed_date_and_do_not_move_the_as_of_date(dirty):
    assert dirty.rows(
        "select distinct outcome, closed_date from stg_deals where deal_id like 'open-%'"
    ) == [("Open", None)]
    assert dirty.rows("select cast(as_of_date as varchar), decided_by from as_of") == [
        ("2024-02-01", "live_extract")
    ]


def test_spelling_is_repaired_and_unknown_values_pass_and_are_counted(dirty):
    assert dirty.rows(
        "select industry, region, outcome from stg_deals where deal_id = 'spelling'"
    ) == [("FinTech", "Europe", "Won")]
    assert dirty.rows("select industry from stg_deals where deal_id = 'unheard-of'") == [
        ("Space Mining",)
    ]
    found = dict(dirty.rows("select check_name, rows from data_quality"))
    assert found["repaired_industry"] == 1
    assert found["unknown_industry"] == 2  # Space Mining, and the hostile one
    assert found["empty_industry"] == 1
    assert found["rejected_unreadable_amount"] == 6
    assert found["rejected_duplicate"] == 1


def test_missing_categories_are_unknown_and_stay_in_the_totals(dirty):
    assert dirty.rows(
        "select industry, region, lead_source, deal_stage from deals where deal_id = 'no-segment'"
    ) == [("Unknown",) * 4]


def test_the_dates_win_over_the_cycle_of_the_file_and_a_warning_counts_it(dirty):
    assert dirty.rows("select sales_cycle_days from stg_deals where deal_id = 'odd-cycle'") == [
        (31,)
    ]
    [[disagreements]] = dirty.rows(
        "select rows from data_quality where check_name = 'cycle_days_disagree'"
    )
    assert disagreements == 1
    assert "WARN 1 cycle_days_agree_with_dates" in dirty.output
    assert "deal_id = odd-cycle" in dirty.output


def test_text_meant_to_break_is_data(dirty):
    names = list(HOSTILE)
    [values] = dirty.rows(f"select {', '.join(names)} from stg_deals where deal_id = 'hostile'")
    assert dict(zip(names, values, strict=True)) == HOSTILE


# Files that stop the run, or nearly.


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (HEADER.replace("outcome", "outcom"), "lacks the column outcome."),
        (
            HEADER.replace(",region,", ",").replace("deal_id", "id"),
            "lacks the columns deal_id, region.",
        ),
    ],
)
def test_a_missing_column_stops_the_run_and_is_named(tmp_path, header, missing):
    build = stage_with(tmp_path, deals_file=write(tmp_path / "deals.csv", header=header).name)
    assert build.exit_code == 1
    assert missing in build.output
    assert f"Columns found: {header.replace(',', ', ')}" in build.output


@pytest.mark.slow
def test_a_needed_column_that_stands_twice_stops_the_run(tmp_path):
    build = stage_with(
        tmp_path,
        deals_file=write(tmp_path / "deals.csv", header=HEADER + ",Deal_Amount").name,
    )
    assert build.exit_code == 1
    assert "deals.csv has the column deal_amount twice" in build.output


@pytest.mark.slow
def test_what_a_header_holds_reaches_the_terminal_inert(tmp_path):
    header = HEADER.replace("outcome", "out\x1b]0;come\u202e")
    build = stage_with(tmp_path, deals_file=write(tmp_path / "deals.csv", header=header).name)
    assert build.exit_code == 1
    assert "out?]0;come?" in build.output
    assert "\x1b" not in build.output


@pytest.mark.slow
def test_other_columns_are_ignored_whatever_they_are_called(tmp_path):
    header = f'"Notes, internal",,unread_2,{HEADER},,"it\'s ""so"""'
    row = f'"a, b",,,{line(deal_id="a")},x,y'
    build = stage_with(tmp_path, deals_file=write(tmp_path / "deals.csv", row, header=header).name)
    assert build.exit_code == 0, build.output
    assert build.rows("select deal_id, outcome from stg_deals") == [("a", "Won")]


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", f"\n{HEADER}\n"])
def test_a_file_without_a_header_stops_the_run(tmp_path, text):
    (tmp_path / "deals.csv").write_text(text)
    build = stage_with(tmp_path, deals_file="deals.csv")
    assert build.exit_code == 1
    assert "deals.csv has no header: its first line is empty" in build.output


def test_a_file_that_is_not_there_is_named(tmp_path):
    build = stage_with(tmp_path, deals_file="deals.csv")
    assert build.exit_code == 1
    assert "deals.csv' matches no file" in build.output


@pytest.mark.slow
def test_a_header_alone_builds_every_model_with_no_deals(tmp_path):
    build = build_with(tmp_path, deals_file=write(tmp_path / "deals.csv").name)
    assert build.exit_code == 0, build.output
    assert set(build.rows("select status, segments, fired from alert_rule_evaluations")) == {
        ("no_data", 0, 0)
    }
    assert build.rows("select closed_deals, win_rate, open_deals from win_rate_baseline") == [
        (0, None, 0)
    ]
    one_row = {"as_of", "win_rate_baseline", "headlines"}
    whole = {
        *("alert_rule_evaluations", "alert_noise_floor", "alert_thresholds", "score_calibration"),
        *("data_quality", "build_log", "public_tables"),
    }
    seeds = {path.stem for path in (ROOT / "seeds").glob("*.csv")}
    for [name] in build.rows("select table_name from duckdb_tables()"):
        if name not in whole | seeds:
            expected_rows = 1 if name in one_row else 0
            assert build.rows(f"select count(*) from {name}") == [(expected_rows,)], name


def test_too_many_rejected_rows_fail_the_build_with_the_commonest_reasons(tmp_path):
    lines = [line(deal_id=f"good-{number}") for number in range(20)]
    lines += [line(deal_id=f"bad-{number}", deal_amount="?", outcome="?") for number in range(3)]
    lines += [line(deal_id="undated", created_date=""), line(deal_id="minus", deal_amount="-1")]
    build = stage_with(tmp_path, deals_file=write(tmp_path / "deals.csv", *lines).name)
    assert build.exit_code == 1
    assert "fail: few_rows_are_rejected" in build.output
    told = [row.strip() for row in build.output.splitlines() if "rejection_reason = " in row]
    assert told == [
        "rejection_reason = unreadable_amount; unknown_outcome, rows = 3, first_row = 21,"
        " rejected_rows = 5, raw_rows = 25",
        "rejection_reason = missing_created_date, rows = 1, first_row = 24,"
        " rejected_rows = 5, raw_rows = 25",
        "rejection_reason = negative_amount, rows = 1, first_row = 25,"
        " rejected_rows = 5, raw_rows = 25",
    ]
    # No mart was made of the rest, and the rejects can be looked at.
    made = {name for [name] in build.rows("select table_name from information_schema.tables")}
    assert "stg_deals" in made
    assert "deals" not in made
    assert build.rows("select count(*) from stg_deals_rejected") == [(5,)]


@pytest.mark.slow
def test_a_tenth_of_rejected_rows_is_not_too_many(tmp_path):
    lines = [line(deal_id=f"good-{number}") for number in range(18)]
    lines += [line(deal_id=f"bad-{number}", deal_amount="?") for number in range(2)]
    build = stage_with(tmp_path, deals_file=write(tmp_path / "deals.csv", *lines).name)
    assert build.exit_code == 0, build.output


def test_a_row_with_a_field_too_many_stops_the_run_with_its_line(tmp_path):
    path = write(tmp_path / "deals.csv", line(deal_id="a"), line(deal_id="b") + ",more")
    build = stage_with(tmp_path, deals_file=path.name)
    assert build.exit_code == 1
    assert "CSV Error on Line: 3" in build.output
    assert "Expected Number of Columns: 12 Found: 13" in build.output


@pytest.mark.slow
def test_a_line_break_in_a_cell_is_text_whatever_ends_the_lines(tmp_path):
    """A spreadsheet ends lines with CRLF and breaks them inside of a cell with LF."""
    lines = [line(deal_id=f"{number}") for number in range(100)]
    lines[50] = line(deal_id="50", product_type="Core,\nthe new one")
    text = "\r\n".join([HEADER, *lines]) + "\r\n"
    (tmp_path / "deals.csv").write_bytes(text.encode())
    build = stage_with(tmp_path, deals_file="deals.csv")
    assert build.exit_code == 0, build.output
    assert build.rows("select count(*) from stg_deals") == [(100,)]
    assert build.rows("select product_type from stg_deals where deal_id = '50'") == [
        ("Core, the new one",)
    ]


# The same deals in other clothes.


@pytest.mark.slow
def test_the_header_tells_the_delimiter_and_a_date_format_can_be_named(tmp_path):
    names = HEADER.split(",")
    values = {**GOOD, "deal_amount": '"1,234"', "created_date": "01/04/2024"}
    for number, delimiter in enumerate([",", ";", "\t", "|"]):
        first = delimiter.join({**values, "deal_id": f"{number}-named"}[name] for name in names)
        second = delimiter.join({**GOOD, "deal_id": f"{number}-iso"}[name] for name in names)
        (tmp_path / f"{number}.csv").write_text(
            "\ufeff" + HEADER.replace(",", delimiter).upper() + f"\r\n{first}\r\n{second}\r\n",
            encoding="utf-8",
            newline="",
        )
    build = stage_with(
        tmp_path,
        deals_file="*.csv",
        date_format="%d/%m/%Y",
        thresholds={"max_rejected_share": 1},
    )
    assert build.exit_code == 0, build.output
    # 1 April is after the closed date, so it was read as day and month, not month and day.
    assert build.rows("select deal_id, rejection_reason from stg_deals_rejected order by 1") == [
        (f"{number}-named", "closed_before_created") for number in range(4)
    ]
    assert build.rows("select deal_id, deal_amount, industry from stg_deals order by 1") == [
        (f"{number}-iso", 1000, "SaaS") for number in range(4)
    ]


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    """A small book as CSV, with long ids and a column that is empty at first."""
    folder = tmp_path_factory.mktemp("book")
    lines = [
        line(deal_id=f"00{number:020d}", closed_date="", outcome="", sales_cycle_days="")
        for number in range(5)
    ]
    lines += [line(deal_id=f"11{number:020d}", deal_amount="1234.5") for number in range(5)]
    return write(folder / "deals.csv", *lines)


def deals_of(build: Build) -> list:
    assert build.exit_code == 0, build.output
    return build.rows("select * from deals order by deal_id")


@pytest.mark.slow
def test_parquet_csv_glob_and_warehouse_table_give_the_same_deals(tmp_path, book):
    from_csv = deals_of(stage_with(book.parent, deals_file=book.name))
    assert len(from_csv) == 10

    parquet = tmp_path / "it's deals.parquet"
    typed = (
        "select * replace (cast(created_date as timestamp) as created_date,"
        " try_cast(closed_date as date) as closed_date, cast(deal_amount as double) as deal_amount,"
        " try_cast(sales_cycle_days as integer) as sales_cycle_days)"
        f" from read_csv('{book}', all_varchar = true, header = true)"
    )
    duckdb.sql(f"copy ({typed}) to '{str(parquet).replace(chr(39), chr(39) * 2)}' (format parquet)")
    assert deals_of(stage_with(tmp_path / "parquet", deals_file=str(parquet))) == from_csv

    # Two files, the second with its columns in another order.
    parts = tmp_path / "parts"
    parts.mkdir()
    header, *lines = book.read_text().splitlines()
    write(parts / "a.csv", *lines[:5])
    with duckdb.connect() as connection:
        columns = ", ".join(reversed(header.split(",")))
        connection.sql(
            f"copy (select {columns} from read_csv('{book}', all_varchar = true) offset 5)"
            f" to '{parts / 'b.csv'}' (header, delimiter ';')"
        )
    assert deals_of(stage_with(tmp_path / "glob", deals_file=str(parts / "*.csv"))) == from_csv

    folder = tmp_path / "relation"
    folder.mkdir()
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.sql("create schema crm")
        connection.sql(f"create table crm.opportunities as {typed}")
    assert deals_of(stage_with(folder, deals_relation="crm.opportunities")) == from_csv


@pytest.mark.slow
def test_an_amount_that_is_a_number_is_never_ambiguous_and_nan_is_no_number(tmp_path):
    columns = ", ".join(f"'{GOOD[name]}' as {name}" for name in GOOD if name != "deal_amount")
    duckdb.sql(
        f"copy (select deal_id, cast(deal_amount as double) as deal_amount, {columns}"
        " from (values ('a', '1.234'), ('b', 'nan'), ('c', null)) as t (deal_id, deal_amount))"
        f" to '{tmp_path / 'deals.parquet'}' (format parquet)"
    )
    build = stage_with(tmp_path, deals_file="deals.parquet", thresholds={"max_rejected_share": 1})
    assert build.exit_code == 0, build.output
    assert build.rows("select deal_id, cast(deal_amount as varchar) from deals order by 1") == [
        ("a", "1.23"),
        ("c", None),
    ]
    assert build.rows("select deal_id, rejection_reason from stg_deals_rejected") == [
        ("b", "unreadable_amount")
    ]


@pytest.mark.slow
def test_two_inputs_at_once_are_refused(tmp_path):
    build = stage_with(tmp_path, deals_file="a.csv", deals_relation="b")
    assert build.exit_code == 2
    assert "set var deals_file or var deals_relation, not both" in build.output


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_are_numbered_in_the_order_of_the_files(tmp_path, suffix):
    """By far more rows than a thread reads at a time: the last of two rows of a deal must win."""
    for number in range(2):
        duckdb.sql(
            f"""
            copy (
                select 'D{number}-' || range as deal_id, '2024-01-01' as created_date,
                    '' as closed_date, 'rep' as sales_rep_id, 'Fin-Tech' as industry,
                    'EU' as region, 'Core' as product_type, 'Inbound' as lead_source,
                    'Demo' as deal_stage, '10' as deal_amount, '' as sales_cycle_days,
                    'Open' as outcome
                from range(400000)
            ) to '{tmp_path / f"part-{number}.{suffix}"}'
            """
        )
    build = dbt(
        tmp_path,
        *("build", "--select", "+stg_deals_numbered", "--exclude-resource-type", "unit_test"),
        *("--indirect-selection", "cautious"),
        dbt_vars={"deals_file": f"part-*.{suffix}"},
    )
    assert build.exit_code == 0, build.output
    [[rows, misplaced]] = build.rows(
        "select count(*), count(*) filter (where deal_id <> 'D'"
        " || (source_row_number - 1) // 400000 || '-' || (source_row_number - 1) % 400000)"
        " from stg_deals_numbered"
    )
    assert (rows, misplaced) == (800_000, 0)

"""What is published is the build, whole: for readers in other processes and in long-lived ones,
beside running builds, and whatever moment a run is killed at.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Timer

import duckdb
import publish
import pytest
import small_warehouse
from conftest import ROOT
from small_warehouse import Alert, Day, nth

SCRIPT = ROOT / "scripts" / "publish.py"
OLD, NEW = (
    Day([Alert("win_rate_drop-a")]),
    Day([Alert("win_rate_drop-a"), Alert("win_rate_drop-b")]),
)
# Reads one figure whenever it is asked to, each time through a connection of its own, and keeps the
# first open: what a BI server does.
LONG_LIVED = """
import duckdb, sys
held = []
for path in sys.stdin:
    held.append(duckdb.connect(path.strip(), read_only=True))
    print([c.execute("select count(*) from alerts").fetchone()[0] for c in held], flush=True)
"""

# A build: it holds the warehouse until it is told to end.
HOLDING = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"


def write(db: Path, number: int, told: Day) -> None:
    """A warehouse as of the nth day, with two public tables."""
    small_warehouse.write(db, nth(number), told)
    with duckdb.connect(str(db)) as warehouse:
        warehouse.execute("create or replace table public_tables (table_name varchar)")
        warehouse.execute("insert into public_tables values ('alerts'), ('as_of')")
        warehouse.execute("comment on table alerts is 'One row per alert, ''told'' or not.'")
        warehouse.execute('comment on column alerts."rule" is \'Name of the rule; "quoted".\'')


@pytest.fixture
def world(tmp_path: Path) -> tuple[Path, Path]:
    """A warehouse, and a folder to publish into."""
    write(tmp_path / "warehouse.duckdb", 0, OLD)
    return tmp_path / "warehouse.duckdb", tmp_path / "published"


def run(db: Path, folder: Path, *more: str) -> int:
    """The command, in this process."""
    return publish.main(["--db", str(db), "--to", str(folder), "--wait", "0", *more])


def seen(folder: Path) -> tuple[int, int, str]:
    """What a new reader finds: alerts in the database and in Parquet, and the as-of date."""
    found = folder / "current"
    with duckdb.connect(str(found / publish.DATABASE), read_only=True) as reader:
        [[alerts, as_of]] = reader.execute(
            "select (select count(*) from alerts), (select as_of_date from as_of)"
        ).fetchall()
        [[rows]] = reader.execute(
            f"select count(*) from '{found}/parquet/alerts.parquet'"
        ).fetchall()
    return alerts, rows, str(as_of)


def versions(folder: Path) -> list[str]:
    """The versions that are kept, the oldest first."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and path.name[0] == "2")


def test_every_public_table_is_published_with_its_rows_constraints_and_comments(built, tmp_path):
    bundled = built()
    assert run(bundled.database, tmp_path) == 0
    file = tmp_path / "current" / publish.DATABASE
    described = f"""
        select table_name, column_name, data_type, is_nullable, columns.comment, tables.comment,
            (
                select count(*)
                from duckdb_constraints() as checks
                where checks.table_name = tables.table_name and constraint_type = 'CHECK'
            )
        from duckdb_columns() as columns
        inner join {publish.RELATIONS} using (database_name, schema_name, table_name)
        where table_name in (select table_name from public_tables)
        order by all
    """
    with closing(duckdb.connect(str(file), read_only=True)) as reader:
        assert reader.execute(described).fetchall() == bundled.rows(described)
        names = {
            name for (name,) in reader.execute("select table_name from duckdb_tables()").fetchall()
        }
        assert names == {name for (name,) in bundled.rows("select table_name from public_tables")}
        reader.execute(f"attach '{bundled.database}' as warehouse (read_only)")
        for name in names:
            parquet = tmp_path / "current" / "parquet" / f"{name}.parquet"
            for copy in (f"main.{name}", f"'{parquet}'"):
                both = f"(from warehouse.main.{name} except all from {copy})"
                assert reader.execute(f"select count(*) from {both}").fetchone() == (0,), copy
                assert (
                    reader.execute(f"select count(*) from {copy}").fetchone()
                    == reader.execute(f"select count(*) from warehouse.main.{name}").fetchone()
                ), copy
    assert not {"stg_deals_raw", "int_evaluations", "build_log"} & names


def test_every_duckdb_from_1_4_on_can_read_it(world):
    db, folder = world
    run(db, folder)
    with duckdb.connect(str(folder / "current" / publish.DATABASE), read_only=True) as reader:
        [[tags]] = reader.execute(
            "select tags from duckdb_databases() where database_name = 'sales_insights'"
        ).fetchall()
    assert tags["storage_version"].startswith("v1.4.0")


def test_readers_keep_their_version_and_new_connections_see_the_new_one(world):
    db, folder = world
    run(db, folder)
    path = str(folder / "current" / publish.DATABASE)
    with (
        subprocess.Popen(
            [sys.executable, "-c", LONG_LIVED],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        ) as reader,
        closing(duckdb.connect(path, read_only=True)) as here,
    ):

        def asked() -> str:
            reader.stdin.write(f"{path}\n")
            return reader.stdout.readline().strip()

        assert asked() == "[1]"
        # Readers hold the published file, and neither the build nor the next version waits.
        write(db, 1, NEW)
        assert run(db, folder) == 0
        assert asked() == "[1, 2]"
        assert here.execute("select count(*) from alerts").fetchone() == (1,)
        assert seen(folder) == (2, 2, str(nth(1)))
        # Their version may be removed under them.
        for number in (2, 3):
            write(db, number, OLD)
            assert run(db, folder, "--keep", "1") == 0
        assert asked() == "[1, 2, 1]"
        reader.stdin.close()


def test_the_last_three_versions_are_kept_and_a_build_is_published_once(world, capsys):
    db, folder = world
    for number in range(5):
        write(db, number, OLD)
        assert run(db, folder) == run(db, folder) == 0
        assert "nothing is new" in capsys.readouterr().err
    kept = versions(folder)
    assert len(kept) == 3
    assert seen(folder) == (1, 1, str(nth(4)))
    assert str((folder / "current").readlink()) == kept[-1]
    assert {path.name for path in folder.iterdir()} == {*kept, "current", ".lock"}


def test_only_versions_are_removed(world):
    db, folder = world
    for name in ("aaa", "photos", "zzz"):
        (folder / name).mkdir(parents=True)
    for number in range(3):
        write(db, number, OLD)
        assert run(db, folder, "--keep", "1") == 0
    assert {"aaa", "photos", "zzz"} <= {path.name for path in folder.iterdir()}
    assert len(versions(folder)) == 1


def test_the_current_version_stays_though_the_clock_went_back(world):
    db, folder = world
    for number in (5, 6, 1):
        write(db, number, OLD)
        assert run(db, folder, "--keep", "1") == 0
        assert seen(folder) == (1, 1, str(nth(number)))


def test_a_version_that_is_gone_is_published_again(world):
    db, folder = world
    run(db, folder)
    shutil.rmtree(folder / versions(folder)[0])
    assert run(db, folder) == 0
    assert seen(folder) == (1, 1, str(nth(0)))


def test_a_folder_in_the_place_of_the_link_is_named(world, capsys):
    db, folder = world
    (folder / "current").mkdir(parents=True)
    assert run(db, folder) == 2
    assert "current is a folder, not the link it should be; remove it" in capsys.readouterr().err


def test_a_warehouse_that_is_in_use_is_waited_for(world):
    db, folder = world
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, db], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as build:
        build.stdout.readline()
        Timer(2, build.stdin.close).start()
        assert run(db, folder, "--wait", "20") == 0


def test_what_was_told_is_published_once_it_is_there(world):
    db, folder = world
    with duckdb.connect(str(db)) as warehouse:
        warehouse.execute("create table alert_deliveries as select 'leader' as destination")
    run(db, folder)
    with duckdb.connect(str(folder / "current" / publish.DATABASE), read_only=True) as reader:
        assert reader.execute("from alert_deliveries").fetchall() == [("leader",)]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("update build_log set status = 'failed'", "the last build failed"),
        ("drop table public_tables", "tables are missing (public_tables)"),
        ("update as_of set as_of_date = null", "the build found no deals"),
        ("insert into public_tables values ('deal_risk')", "public tables are missing (deal_risk)"),
    ],
)
def test_what_cannot_be_trusted_is_not_published(world, capsys, damage, words):
    db, folder = world
    run(db, folder)
    write(db, 1, NEW)
    with duckdb.connect(str(db)) as warehouse:
        warehouse.execute(damage)
    capsys.readouterr()
    assert run(db, folder) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert words in line
    assert seen(folder) == (1, 1, str(nth(0)))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("delete from alerts where alert_key = 'win_rate_drop-b'", "the copy of alerts has"),
        ("update as_of set as_of_date = as_of_date - 1", "is as of another date"),
        ("comment on table alerts is 'x'", "has other columns or comments"),
        ("alter table alerts rename reason to why", "has other columns or comments"),
    ],
)
def test_a_copy_that_is_not_the_warehouse_is_not_published(
    world, capsys, monkeypatch, damage, words
):
    db, folder = world
    run(db, folder)
    write(db, 1, NEW)
    copied = publish.write

    def spoilt(connection: duckdb.DuckDBPyConnection, draft: Path) -> list[str]:
        names = copied(connection, draft)
        with duckdb.connect(str(draft / publish.DATABASE)) as copy:
            copy.execute(damage)
        return names

    monkeypatch.setattr(publish, "write", spoilt)
    assert run(db, folder) == 2
    assert words in capsys.readouterr().err
    assert seen(folder) == (1, 1, str(nth(0)))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--db", "nowhere.duckdb"], "there is no file nowhere.duckdb"),
        (["--keep", "0"], "--keep must be 1 or more"),
        (["--kepe", "3"], "unrecognized arguments"),
    ],
)
def test_errors_are_one_line(tmp_path, capsys, arguments, words):
    assert publish.main(["--to", str(tmp_path), *arguments]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("publish: ") and words in line


def test_a_second_run_at_the_same_time_ends_with_75(world):
    db, folder = world
    folder.mkdir()
    with publish.one_at_a_time(folder / ".lock", ""):
        assert run(db, folder) == 75
    assert run(db, folder) == 0


def test_while_a_build_holds_the_warehouse_it_ends_with_75(world, capsys):
    db, folder = world
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, db], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as build:
        build.stdout.readline()
        assert run(db, folder) == 75
        build.stdin.close()
    assert "wait until the running build has ended" in capsys.readouterr().err


# Kills a run at its nth call of the system or of DuckDB: each step to the disk is one. Prints how
# many there were, and in which of them the link was set.
KILLED_AT = """
import os, sys
at, folder, *arguments = sys.argv[1:]
sys.path.insert(0, folder)
import publish
calls, linking = 0, []
def is_inside(frame, name):
    return frame is not None and (frame.f_code.co_name == name or is_inside(frame.f_back, name))
def count(frame, event, function):
    global calls
    of = {getattr(function, "__module__", ""), type(getattr(function, "__self__", 0)).__module__}
    if event == "c_call" and of & {"posix", "_duckdb"} and is_inside(frame, "publish"):
        calls += 1
        if is_inside(frame, "point_to"):
            linking.append(calls)
        if calls == int(at):
            os.kill(os.getpid(), 9)
sys.setprofile(count)
code = publish.main(arguments)
sys.setprofile(None)
print(calls, linking[0], linking[-1])
raise SystemExit(code)
"""


def killed_at(number: int, db: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """A run that is killed at its nth step, if it has so many."""
    arguments = [number, SCRIPT.parent, "--db", db, "--to", folder, "--keep", 1]
    command = [sys.executable, "-c", KILLED_AT, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def steps_of_a_run(tmp_path: Path) -> tuple[int, int, int]:
    """How many steps a run has, and the first and last of those that set the link."""
    db, folder = tmp_path / "counted.duckdb", tmp_path / "counted"
    for number, day in enumerate((OLD, NEW)):
        write(db, number, day)
        done = killed_at(10**9, db, folder)
        assert done.returncode == 0, done.stderr
    steps, first, last = map(int, done.stdout.split())
    return steps, first, last


@pytest.mark.slow
def test_a_kill_at_any_step_leaves_a_whole_version_in_place(world, tmp_path):
    db, folder = world
    steps, first, last = steps_of_a_run(tmp_path)
    # Every step by `make reliability`; here those that set the link, and some of all.
    tried = range(1, steps + 1)
    if "EVERY_DAY" not in os.environ:
        tried = sorted({*tried[2 :: steps // 8], *range(first, last + 2), *tried[-3:]})
    days, ended_with = [OLD, NEW], set()
    run(db, folder)
    old = (1, 1, str(nth(0)))
    for number, at in enumerate(tried, 1):
        day = days[number % 2]
        write(db, number, day)
        new = (len(day.alerts), len(day.alerts), str(nth(number)))
        assert killed_at(at, db, folder).returncode == -signal.SIGKILL, at
        found = seen(folder)
        assert found in (old, new), at
        ended_with.add(found == new)
        assert run(db, folder, "--keep", "1") == 0
        assert seen(folder) == new
        assert len(versions(folder)) == 1
        assert not (folder / publish.DRAFT).exists()
        old = new
    assert ended_with == {False, True}

"""Spark: a cluster on this machine for trying it, and the tables of a build."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import jinja2
import yaml
from common.trouble import Trouble
from common.warehouse import ROOT

from engines.comparing import STAGED, Table

LOOPBACK = "127.0.0.1"
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"


def lacking() -> str | None:
    """What is not installed of what Spark needs; None where it can run."""
    for module in ("pyspark", "dbt.adapters.spark"):
        if not found(module):
            return "requirements-spark.txt is not installed"
    if not shutil.which("java") and "JAVA_HOME" not in os.environ:
        return "Java is not installed: apt-get install default-jre-headless"
    return None


def found(module: str) -> bool:
    """Whether a module can be imported."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def environment(folder: Path, master: str = "local[2]") -> dict[str, str]:
    """What leads dbt to a Spark whose tables are in a folder."""
    return {
        "SALES_INSIGHTS_SPARK_MASTER": master,
        "SALES_INSIGHTS_SPARK_WAREHOUSE": str(folder / "spark"),
    }


@contextmanager
def cluster(folder: Path, cores: int = 2, memory: str = "2g") -> Iterator[str]:
    """A cluster of one machine, reachable from it alone; its address."""
    if reason := lacking():
        raise Trouble(reason)
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(importlib.util.find_spec("pyspark").origin).parent
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    address = f"spark://{LOOPBACK}:{port}"
    at = ("--host", LOOPBACK, "--webui-port", "0")
    commands = [
        (MASTER, *at, "--port", str(port)),
        (WORKER, *at, "--cores", str(cores), "--memory", memory, "--work-dir", folder, address),
    ]
    running: list[subprocess.Popen] = []
    with (folder / "cluster.log").open("w") as log:
        try:
            for command in commands:
                line = [str(home / "bin" / "spark-class"), *map(str, command)]
                settings = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": LOOPBACK}
                running.append(subprocess.Popen(line, stdout=log, stderr=log, env=settings))
                await_port(port)
            yield address
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait()


def await_port(port: int, seconds: float = 60) -> None:
    """Until something listens on a port of this machine."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as caller:
            if caller.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.2)
    raise Trouble(f"the Spark cluster did not start within {seconds:.0f} seconds")


def tables(settings: dict[str, str], schema: str, folder: Path) -> dict[str, Table]:
    """The public tables of a build."""
    with duckdb.connect() as reader:
        read = {
            path.name: reader.read_parquet(f"{path}/*.parquet")
            for path in sorted(exported(settings, schema, folder).iterdir())
        }
        return {name: Table(table.columns, table.fetchall()) for name, table in read.items()}


def exported(settings: dict[str, str], schema: str, folder: Path) -> Path:
    """A folder with each public table of a build as Parquet, for Spark alone reads its views."""
    made = folder / "exported"
    shutil.rmtree(made, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "engines.spark", schema, str(made)],
        cwd=Path(__file__).resolve().parents[1],
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Trouble(f"Spark's tables cannot be read:\n{done.stderr[-4000:]}")
    return made


def profile() -> dict[str, str]:
    """Spark's settings in profiles.yml, with the environment as it is."""
    jinja = jinja2.Environment()
    jinja.filters["as_number"] = str
    text = jinja.from_string((ROOT / "profiles.yml").read_text()).render(env_var=os.environ.get)
    outputs = yaml.safe_load(text)["sales_insights"]["outputs"]
    return outputs["spark"]["server_side_parameters"]


def export(schema: str, folder: Path) -> None:
    """In a process of its own: each public table as a folder of Parquet."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.enableHiveSupport()
    for name, value in profile().items():
        builder = builder.config(name, value)
    spark = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    public = spark.sql(f"select table_name from {schema}.public_tables").collect()
    made = {row.tableName for row in spark.sql(f"show tables in {schema}").collect()}
    for name in made.intersection([*(row.table_name for row in public), *STAGED]):
        spark.table(f"{schema}.{name}").coalesce(1).write.parquet(str(folder / name))
    spark.stop()


if __name__ == "__main__":
    export(sys.argv[1], Path(sys.argv[2]))

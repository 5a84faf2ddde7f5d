# `make build` runs the job on the bundled data, `make test` the tests of every day, `make test-all` every test, `make test-spark` those on Spark, `make lint` every check of style.
SHELL := /bin/bash
PYTHON ?= python3
DBT := .venv/bin/dbt
# Spark has an environment of its own.
PYTEST := .venv/bin/pytest --ignore tests/python/test_spark.py
# The vars of a build: make build VARS='{deals_file: exports/deals.csv}'
VARS ?= {}
BENCH ?=
SCALING ?=
PIP_INSTALL := install --quiet --disable-pip-version-check

.PHONY: help build notify publish report daily test test-all test-postgres test-spark test-spark-quick spark-cluster engines lint format docs evidence reliability picture superset bench scaling lock clean

help:
	@echo "make build    set up .venv, build the marts and alerts, print the notification;"
	@echo "              on your own deals: make build VARS='{deals_file: exports/deals.csv}'"
	@echo "make notify   print the notification of the last build"
	@echo "make publish  copy the marts of the last build to published/, for BI tools to read"
	@echo "make report   publish, and write the page published/report.html"
	@echo "make daily    build, publish, write the report where it is set up, and send what is new to"
	@echo "              notifications.yml"
	@echo "make test     set up what tests need, run dbt's tests and the quick ones of pytest; four minutes"
	@echo "make test-all  every test, but for those on Spark; a quarter of an hour"
	@echo "make test-postgres  every test on a Postgres server of its own, every value as on DuckDB"
	@echo "make test-spark  every test on Spark within dbt and on a small cluster, every value as on DuckDB"
	@echo "make test-spark-quick  those of them that take a few minutes"
	@echo "make spark-cluster  start a Spark cluster on this machine, to try it; prints its address"
	@echo "make engines  compare the tables of all engines on four books, write docs/engines.md"
	@echo "make lint     check formatting, Python and metadata"
	@echo "make format   put SQL and Python into the agreed format"
	@echo "make evidence try the rules on hundreds of books with known truth, write docs/evidence.md;"
	@echo "              about twenty minutes"
	@echo "make reliability  kill a delivery at each of its steps, write docs/reliability.md, and run"
	@echo "              a year of daily deliveries; about ten minutes"
	@echo "make picture  take the README's picture of the report (needs chromium)"
	@echo "make bench    measure dbt beside a script by hand, Polars and pandas on up to ten million"
	@echo "              deals, write docs/performance.md; about an hour; goes on when killed"
	@echo "make scaling  measure growth, kept tables and Spark on a cluster of this machine, write"
	@echo "              docs/scaling.md; about an hour; goes on when killed"
	@echo "make superset import the dashboard into a new Superset and open it; about five minutes"
	@echo "make docs     rebuild dbt's docs site and the figures in README and docs"
	@echo "make lock     pin every package again after a change of requirements*.in"
	@echo "make clean    remove what the above made, but for the environments"

# Unit tests judge the SQL, not the data: `make test` runs them, the daily job does not.
build: .venv/run.done
	$(DBT) build --quiet --exclude-resource-type unit_test --vars '$(VARS)'
	@.venv/bin/python scripts/notify.py

notify: .venv/run.done
	@.venv/bin/python scripts/notify.py

publish: .venv/run.done
	@.venv/bin/python scripts/publish.py

report: .venv/report.done publish
	@.venv/bin/python scripts/report.py

# make ends with 2 whatever fails; scripts/daily.sh itself says which step it was.
daily: .venv/run.done
	@scripts/daily.sh --vars '$(VARS)'

# Slow proofs are left to `make test-all`, so that people run this one.
test: .venv/test.done .venv/axe.done
	$(DBT) build --quiet
	$(PYTEST) -m "not slow"

test-all: .venv/test.done .venv/axe.done
	$(DBT) build --quiet
	$(PYTEST)

# The part of `make test-all` that needs PostgreSQL's programs; without them it is skipped there.
test-postgres: .venv/test.done
	.venv/bin/pytest --numprocesses 0 tests/python/test_postgres.py

# Most of Spark's tests take minutes each, so CI runs the others.
test-spark: .venv-spark/spark.done
	.venv-spark/bin/pytest --numprocesses 0 tests/python/test_spark.py

test-spark-quick: .venv-spark/spark.done
	.venv-spark/bin/pytest --numprocesses 0 -m "not slow" tests/python/test_spark.py

spark-cluster: .venv-spark/spark.done
	@.venv-spark/bin/python scripts/spark_cluster.py

engines: .venv-spark/spark.done
	.venv-spark/bin/python scripts/compare_engines.py

lint: .venv/run.done .venv-lint/lint.done
	.venv-lint/bin/sqlfmt --check --quiet models tests
	.venv-lint/bin/ruff format --check --quiet scripts tests
	.venv-lint/bin/ruff check --quiet scripts tests
	$(DBT) parse --quiet
	.venv-lint/bin/dbt-bouncer --config-file dbt-bouncer.yml

format: .venv-lint/lint.done
	.venv-lint/bin/sqlfmt --quiet models tests
	.venv-lint/bin/ruff format --quiet scripts tests
	.venv-lint/bin/ruff check --quiet --fix scripts tests

docs: .venv/run.done
	$(DBT) build --quiet --exclude-resource-type unit_test
	$(DBT) docs generate --quiet
	.venv/bin/python scripts/document.py

evidence: .venv/run.done
	.venv/bin/python scripts/evidence.py

reliability: .venv/test.done
	$(DBT) build --quiet --exclude-resource-type unit_test
	.venv/bin/python scripts/reliability.py
	EVERY_DAY=1 .venv/bin/pytest -k "table_says or told_first_worse or planted_fall or kill_at_any_step" tests/python/test_deliveries.py tests/python/test_a_year_of_deliveries.py tests/python/test_a_book_week_by_week.py tests/python/test_publish.py

picture: .venv/test.done report
	.venv/bin/python scripts/photograph.py

# Thirty million deals too: make bench BENCH='--sizes 5k,100k,1M,10M,30M'
bench: .venv/bench.done
	.venv/bin/python scripts/benchmark.py $(BENCH)

# Thirty million deals too: make scaling SCALING='--sizes 1M,10M,30M'
scaling: .venv-spark/spark.done
	.venv-spark/bin/python scripts/measure_scaling.py $(SCALING)

# Superset has its own environment; its commands are those that docs/bi.md gives.
superset: .venv/test.done .venv-superset/superset.done
	PATH="$(CURDIR)/.venv-superset/bin:$$PATH" .venv/bin/pytest --numprocesses 0 tests/python/in_superset.py

lock:
	uv pip compile --universal --python-version 3.10 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements.in --output-file requirements.txt
	uv pip compile --universal --python-version 3.10 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements-dev.in --output-file requirements-dev.txt
	uv pip compile --universal --python-version 3.10 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements-postgres.in --output-file requirements-postgres.txt
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements-spark.in --output-file requirements-spark.txt
	uv pip compile --universal --python-version 3.10 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements-apprise.in --output-file requirements-apprise.txt
	uv pip compile --universal --python-version 3.10 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements-report.in --output-file requirements-report.txt
	uv pip compile --universal --python-version 3.10 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements-bench.in --output-file requirements-bench.txt
	uv pip compile --universal --python-version 3.10 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements-metrics.in --output-file requirements-metrics.txt
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements-lint.in --output-file requirements-lint.txt
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet requirements-superset.in --output-file requirements-superset.txt

clean:
	rm -rf target logs published sales_insights.duckdb sales_insights.duckdb.wal

# Each marker is newer than its requirements once they are installed, so a second run installs nothing.
.venv/run.done: requirements.txt
	@echo "Setting up .venv, once; this takes about half a minute ..."
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "Python 3.10 or newer is needed: make PYTHON=python3.12 (after rm -r .venv)" >&2; exit 2; }
	.venv/bin/python -m pip $(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/test.done: requirements-dev.txt .venv/run.done
	.venv/bin/python -m pip $(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

# The checker of accessibility; without npm its test is skipped.
.venv/axe.done: Makefile
	@if command -v npm > /dev/null; then \
	    npm install --silent --no-save --no-package-lock --prefix .venv/axe axe-core@4.14.1; \
	else echo "no npm: the test of accessibility is skipped" >&2; fi
	@touch $@

.venv/report.done: requirements-report.txt .venv/run.done
	.venv/bin/python -m pip $(PIP_INSTALL) -r requirements-report.txt
	@touch $@

.venv/bench.done: requirements-bench.txt .venv/run.done
	.venv/bin/python -m pip $(PIP_INSTALL) -r requirements-bench.txt
	@touch $@

# Spark is four hundred megabytes, so it is kept apart.
.venv-spark/spark.done: requirements-dev.txt requirements-spark.txt
	@test -x .venv-spark/bin/python || $(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip $(PIP_INSTALL) -r requirements-dev.txt -r requirements-spark.txt
	@touch $@

.venv-superset/superset.done: requirements-superset.txt
	@test -x .venv-superset/bin/python || $(PYTHON) -m venv .venv-superset
	.venv-superset/bin/python -m pip $(PIP_INSTALL) -r requirements-superset.txt
	@touch $@

.venv-lint/lint.done: requirements-lint.txt
	@test -x .venv-lint/bin/python || $(PYTHON) -m venv .venv-lint
	.venv-lint/bin/python -m pip $(PIP_INSTALL) -r requirements-lint.txt
	@touch $@

#!/usr/bin/env bash
# The daily job: build, publish, report, notify. Arguments go to `dbt build`, such as
# --vars '{deals_file: exports/deals.csv}'. The exit code says which step failed:
#   11  the build (the owner is told all the same)
#   12  publishing
#   13  the report, which is written where requirements-report.txt is installed
#   1, 2, 3, 75  notify.py send, as docs/delivery.md says
set -uo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
dbt=${DBT:-.venv/bin/dbt}
failed=0

told=()
if ! "$dbt" build --quiet --exclude-resource-type unit_test "$@"; then
    echo "daily: the build failed" >&2
    failed=11
    # A build that did not even begin leaves the warehouse as it was: notify.py cannot know.
    told=(--build-failed)
elif ! "$python" scripts/publish.py; then
    echo "daily: publishing failed" >&2
    failed=12
elif "$python" -c 'import altair' 2> /dev/null && ! "$python" scripts/report.py; then
    echo "daily: the report failed" >&2
    failed=13
fi

# Also after a build that failed: that is what the owner must hear of.
"$python" scripts/notify.py send ${told[@]+"${told[@]}"}
notified=$?
[ "$notified" -eq 0 ] || echo "daily: notify.py send ended with $notified" >&2
[ "$failed" -ne 0 ] && exit "$failed"
exit "$notified"

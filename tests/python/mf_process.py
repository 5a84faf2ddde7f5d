"""Runs commands of MetricFlow's own command line, `mf`, one after another in one process.

Each `mf` takes seconds to begin and a fraction of one to answer. The commands come as JSON on
standard input, a list of arguments each; the first that fails ends the process with its exit code.
"""

import json
import sys

from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from dbt_metricflow.cli.main import cli

configuration = CLIConfiguration()
for arguments in json.load(sys.stdin):
    cli(arguments, obj=configuration, standalone_mode=False)

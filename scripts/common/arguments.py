"""Command lines that tell in one line how they ended."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import NoReturn

from common.trouble import Trouble


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, as a Trouble."""

    def error(self, message: str) -> NoReturn:
        raise Trouble(f"{message}; see --help")


def finish(name: str, work: Callable[[], str], if_interrupted: str) -> int:
    """Do the work and tell on stderr how it went; the exit code. The work returns what it did, and
    raises Trouble, or an OSError, where it cannot.
    """
    try:
        line, code = work(), 0
    except (Trouble, OSError) as trouble:
        line, code = str(trouble), getattr(trouble, "exit_code", 2)
    except KeyboardInterrupt:
        line, code = f"interrupted; {if_interrupted}", 130
    print(f"{name}: {line}", file=sys.stderr)
    return code

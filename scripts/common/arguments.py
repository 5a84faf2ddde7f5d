"""Command lines whose errors are one line."""

from __future__ import annotations

import argparse
from typing import NoReturn

from common.trouble import Trouble


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line, as a Trouble."""

    def error(self, message: str) -> NoReturn:
        raise Trouble(f"{message}; see --help")

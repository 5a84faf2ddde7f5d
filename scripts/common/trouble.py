"""What a user can put right, each with the exit code of the run that meets it."""

from __future__ import annotations


class Trouble(Exception):
    """Something the user can put right; its text says how, in one line."""

    exit_code = 2


class Busy(Trouble):
    """Another run, or another program, holds what this one needs."""

    exit_code = 75

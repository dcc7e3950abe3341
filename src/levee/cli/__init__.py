"""The command `levee`."""

from levee.cli.main import main

__all__ = ["main"]

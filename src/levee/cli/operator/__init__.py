"""`levee operator`: everything for one operator on one machine, without a server or an account."""

from levee.cli.operator.commands import app

__all__ = ["app"]

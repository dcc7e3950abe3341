"""Draws what the tables of the rules say, for the documentation: `python -m tools.pictures` writes, a test compares."""

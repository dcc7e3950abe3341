"""Telling operators what concerns them: once, with the reason, when and how they asked for it."""

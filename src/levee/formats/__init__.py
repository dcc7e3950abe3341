"""Formats of the field: parse, print, compare. No Django, no database, no network."""

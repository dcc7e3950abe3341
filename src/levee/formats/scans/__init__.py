"""Exports of vulnerability scanners, read into one shape; one module per tool, no database.

Each module says what is its own (`claims...`) and reads it (`read...`); `levee.inventory.importers` asks them.
"""

"""Synthetic operators: a community bank, a 25-bed hospital and a water utility, each with its inventory as files.

Package names and versions are real; hosts, makers and vendors are invented. Everything follows from a seed. Run it as a
program to write the files: `python -m samples.worlds FOLDER`.
"""

from samples.worlds.bank import bank
from samples.worlds.files import write
from samples.worlds.hospital import hospital
from samples.worlds.water import water
from samples.worlds.world import HIT, Asset, Package, World, after_fixes

WORLDS = {"bank": bank, "hospital": hospital, "water": water}

__all__ = ["HIT", "WORLDS", "Asset", "Package", "World", "after_fixes", "bank", "hospital", "water", "write"]

"""Synthetic operators: a community bank, a 25-bed hospital and a water utility, each with its inventory as files.

Package names and versions are real; hosts, makers, vendors and flaws are invented. Everything follows from a seed.
What is true of a world stands in `truth`, by hand. Run it as a program to write inventories and advisories:
`python -m samples.worlds FOLDER`.
"""

from samples.worlds.advisories import write_advisories
from samples.worlds.bank import bank
from samples.worlds.files import write
from samples.worlds.hospital import hospital
from samples.worlds.truth import Truth, back_ports, excused, truth, unjudged
from samples.worlds.water import water
from samples.worlds.world import HIT, Asset, Package, World, after_fixes

WORLDS = {"bank": bank, "hospital": hospital, "water": water}

__all__ = [
    "HIT",
    "WORLDS",
    "Asset",
    "Package",
    "Truth",
    "World",
    "after_fixes",
    "back_ports",
    "bank",
    "excused",
    "hospital",
    "truth",
    "unjudged",
    "water",
    "write",
    "write_advisories",
]

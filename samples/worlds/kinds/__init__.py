"""The same world as files of many kinds, each as the tool that makes it would write it.

A kind states what its tool can see: a bill of materials the whole fleet, `dpkg -l` one Debian machine, a scanner what
it took for flawed. `Kind.states` says which packages that is, so that the truth about a file follows from the truth
about its world.
"""

from __future__ import annotations

from samples.worlds.kinds import bills, listings, scans, tables
from samples.worlds.kinds.kind import Kind

KINDS: tuple[Kind, ...] = (*bills.KINDS, *tables.KINDS, *listings.KINDS, *scans.KINDS)

__all__ = ["KINDS", "Kind"]

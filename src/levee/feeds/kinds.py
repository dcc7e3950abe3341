"""What a feed is, and what it says about a vulnerability. Pure."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a feed holds, and so how it is read."""

    OSV = "osv"
    CSAF = "csaf"
    KEV = "kev"
    EPSS = "epss"
    SSVC = "ssvc"
    WEAPONS = "weapons"
    LEVEE = "levee"

    @property
    def holds_records(self) -> bool:
        """Whether it holds advisories; all others but `LEVEE` hold signals."""
        return self in {Kind.OSV, Kind.CSAF}


class Says(StrEnum):
    """One kind of signal about a vulnerability, named and answered as `levee.formats.signals` does.

    `WEAPONISED` is held as the names of where working exploits are public, such as `Metasploit, Nuclei`.
    """

    KEV = "kev"
    RANSOMWARE = "ransomware"
    EXPLOITATION = "exploitation"
    AUTOMATABLE = "automatable"
    TECHNICAL_IMPACT = "technical_impact"
    EPSS = "epss"
    WEAPONISED = "weaponised"

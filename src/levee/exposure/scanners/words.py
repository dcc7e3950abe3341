"""What to do about what a scanner found, in plain words: the advice is its own, the rest follows from that. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.inventory.types import ADVICE, PRODUCT, Owner

if TYPE_CHECKING:
    from levee.exposure.actions.folding import Remedy

CHECK = (
    "Scan again with the same scanner, and import what it writes. When it no longer finds this, the action closes by "
    "itself. Until then it stays marked as not confirmed."
)


def by_scanner(remedy: Remedy) -> bool:
    """Whether a remedy is known by a scanner's word alone."""
    return remedy.ecosystem in {PRODUCT, ADVICE}


def title(remedy: Remedy) -> str:
    """The action in one line."""
    if remedy.ecosystem == ADVICE:
        return remedy.package
    if not remedy.version:
        return f"Bring {remedy.package} up to date"
    if _is_patch(remedy.version):
        return f"Install {remedy.version} for {remedy.package}"
    return f"Upgrade {remedy.package} to {remedy.version}"


def what(remedy: Remedy, where: str, who: str) -> str:
    """What to do, in a sentence or two."""
    wish = title(remedy)
    if remedy.owner is Owner.US:
        return f"{wish}. Where: {where}. The scanner's own advice stands beside each finding."
    if remedy.owner is Owner.VENDOR:
        return f"Ask {who} for this: {wish}. Where: {where}."
    return f"Do not change {where} by yourself. Ask {who} for an approved way: {wish}."


def cannot(reach: str, settle: str) -> str:
    """What to do if that is not possible in time."""
    return f"If you cannot do this in time: {reach}. {settle}"


def undo(remedy: Remedy, who: str) -> str:
    """How to go back."""
    if remedy.owner is not Owner.US:
        return f"Ask {who} to put back what was there before, and to say why."
    return "Write down each version and setting before you change it, and make a backup, so that you can put it back."


def wish(remedy: Remedy) -> str:
    """What to ask of a vendor, as a part of a sentence."""
    return f"Please do this, which a scan calls for: {title(remedy)}"


def _is_patch(version: str) -> bool:
    return version[:2].upper() == "KB" and version[2:].isdecimal()

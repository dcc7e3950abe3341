"""What to do about what a scanner found, in plain words: the advice is its own, the rest follows from that. Pure.

What has no support any more stands here too: an inventory or a scanner says so, and no version mends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.inventory.types import ADVICE, PRODUCT, SUPPORT, Owner

if TYPE_CHECKING:
    from levee.exposure.actions.folding import Remedy

CHECK = (
    "Scan again with the same scanner, and import what it writes. When it no longer finds this, the action closes by "
    "itself. Until then it stays marked as not confirmed."
)


REPLACED = (
    "Import your inventory again. When it no longer lists this product, or states a later end of support, the action "
    "closes by itself. Until then it stays marked as not confirmed."
)


def by_scanner(remedy: Remedy) -> bool:
    """Whether a remedy is known by a scanner's or an inventory's word alone."""
    return remedy.ecosystem in {PRODUCT, ADVICE, SUPPORT}


def unsupported(remedy: Remedy) -> bool:
    """Whether it is about a product whose support ends."""
    return remedy.ecosystem == SUPPORT


def title(remedy: Remedy) -> str:
    """The action in one line."""
    if unsupported(remedy):
        return f"Replace {remedy.package}: its support ends"
    if remedy.ecosystem == ADVICE:
        return remedy.package
    if not remedy.version:
        return f"Bring {remedy.package} up to date"
    if _is_patch(remedy.version):
        return f"Install {remedy.version} for {remedy.package}"
    return f"Upgrade {remedy.package} to {remedy.version}"


def what(remedy: Remedy, where: str, who: str) -> str:
    """What to do, in a sentence or two."""
    if unsupported(remedy):
        return _replace(remedy, where, who)
    wish = title(remedy)
    if remedy.owner is Owner.US:
        return f"{wish}. Where: {where}. The scanner's own advice stands beside each finding."
    if remedy.owner is Owner.VENDOR:
        return f"Ask {who} for this: {wish}. Where: {where}."
    return f"Do not change {where} by yourself. Ask {who} for an approved way: {wish}."


def _replace(remedy: Remedy, where: str, who: str) -> str:
    ours = (
        f"Replace {remedy.package} on {where}, move to a version that its maker still mends, or ask your vendor "
        "whether longer support can be bought. Plan it now: buying and moving takes months."
    )
    theirs = (
        f"Ask {who} when {remedy.package} on {where} is replaced, or until when they still mend it, and get the "
        "answer in writing."
    )
    return ours if remedy.owner is Owner.US else theirs


def check(remedy: Remedy) -> str:
    """How to see that it worked."""
    return REPLACED if unsupported(remedy) else CHECK


def cannot(remedy: Remedy, reach: str, settle: str) -> str:
    """What to do if that is not possible in time."""
    if unsupported(remedy):
        return (
            f"If you cannot replace it in time: {reach}, take away what it does not need, and keep a spare. No update "
            f"closes what is found in it from now on. {settle}"
        )
    return f"If you cannot do this in time: {reach}. {settle}"


def undo(remedy: Remedy, who: str) -> str:
    """How to go back."""
    if unsupported(remedy):
        return "Keep the old one, switched off and with its settings, until the new one has run for a while."
    if remedy.owner is not Owner.US:
        return f"Ask {who} to put back what was there before, and to say why."
    return "Write down each version and setting before you change it, and make a backup, so that you can put it back."


def wish(remedy: Remedy) -> str:
    """What to ask of a vendor, as a part of a sentence."""
    if unsupported(remedy):
        return f"Please replace {remedy.package}, whose support ends, or tell us in writing until when you mend it"
    return f"Please do this, which a scan calls for: {title(remedy)}"


def _is_patch(version: str) -> bool:
    return version[:2].upper() == "KB" and version[2:].isdecimal()

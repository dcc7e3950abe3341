"""What to do, in plain words, for people who are not specialists: written by code from what is known. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.exposure.actions import commands, unsure
from levee.exposure.priority.timelines import reachable
from levee.exposure.scanners import words as scanner_words
from levee.inventory.types import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from levee.exposure.actions.folding import Remedy
    from levee.exposure.priority.timelines import Timeline
    from levee.exposure.types import Action
    from levee.formats.signals import Signal

SHOWN = 5
LONGEST_NAME = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """An action in plain words.

    Attributes:
        first: what has to come before anything is changed; empty where nothing has to.
        what: what to do. cannot: what to do if that is not possible in time.
        check: how to see that it worked. undo: how to go back.
        upgrade, show, back: commands for each of these; empty where there is no one command.
    """

    what: str
    cannot: str
    check: str
    undo: str
    first: str = ""
    upgrade: str = ""
    show: str = ""
    back: str = ""


def title(remedy: Remedy) -> str:
    """The action in one line."""
    asked = "" if remedy.owner is Owner.US else _one_line(_who(remedy))
    if scanner_words.by_scanner(remedy):
        told = scanner_words.title(remedy)
        return f"Ask {asked}: {told}" if asked else told
    if not remedy.certain:
        return unsure.title(remedy)
    if not remedy.version:
        how = f"Ask {asked} how to protect" if asked else "Protect"
        return f"{how} {remedy.package}: there is no fixed version yet"
    if asked:
        return f"Ask {asked} to upgrade {remedy.package} to {remedy.version}"
    return f"Upgrade {remedy.package} to {remedy.version}"


def _one_line(name: str) -> str:
    """A name of an outsider's choosing that leaves room for the rest of a title."""
    line = " ".join(name.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1]}…"


def names(assets: Sequence[str]) -> str:
    """Assets in a sentence: all of them when few, else the first five and how many more."""
    if len(assets) <= SHOWN:
        return ", ".join(assets)
    return f"{', '.join(assets[:SHOWN])} and {len(assets) - SHOWN} more"


def what(remedy: Remedy, assets: Sequence[str]) -> str:
    """What to do, in a sentence or two."""
    where = names(assets)
    if scanner_words.by_scanner(remedy):
        return scanner_words.what(remedy, where, _who(remedy))
    if not remedy.certain:
        return unsure.what(remedy, where)
    if not remedy.version:
        return (
            f"There is no fixed version of {remedy.package} yet. Until there is, limit who can reach {where}. "
            "This action changes by itself when a fix comes out."
        )
    if remedy.owner is Owner.US:
        return f"Upgrade {remedy.package} to {remedy.version} or later on {where}."
    if remedy.owner is Owner.VENDOR:
        return f"Ask {_who(remedy)} to upgrade {remedy.package} to {remedy.version} or later on {where}."
    return (
        f"Do not change {where} by yourself. Ask {_who(remedy)} for an approved update that brings "
        f"{remedy.package} to {remedy.version} or later."
    )


def steps(
    remedy: Remedy,
    *,
    assets: Sequence[str],
    old_version: str,
    inputs: Mapping[str, Signal],
    forensics: bool,
    installed: Sequence[str] = (),
) -> Steps:
    """Say what to do, what if that cannot be done, how to check and how to undo.

    Args:
        remedy: what is to be changed, and by whom.
        assets: the names of the assets.
        old_version: the version that is there now, to go back to.
        inputs: why it is pressing.
        forensics: whether evidence has to be kept before anything is changed.
        installed: what a distribution calls the packages that are there, where it builds them from one of another name.
    """
    known = commands.filled(remedy, old_version, installed)
    ours = remedy.owner is Owner.US and known is not None and bool(remedy.version)
    return Steps(
        first=_first(assets, known="kev" in inputs and not inputs["kev"].assumed) if forensics else "",
        what=what(remedy, assets),
        cannot=_cannot(remedy, exposed=reachable(inputs)),
        check=_check(remedy),
        undo=_undo(remedy, old_version),
        upgrade=known.upgrade if known and ours else "",
        show=known.show if known and remedy.owner is Owner.US else "",
        back=known.back if known and ours and old_version else "",
    )


def letter(
    remedy: Remedy,
    *,
    assets: Sequence[str],
    vulnerabilities: Sequence[str],
    due: str,
    exploited: bool = False,
    forensics: bool = False,
    windows: Sequence[str] = (),
) -> str:
    """A text to send to the vendor or maker who has to act; empty where the operator acts itself.

    Args:
        remedy: what is to be changed, and by whom.
        assets: their names.
        vulnerabilities: their names.
        due: by when, in words.
        exploited: attackers are known to use one of them.
        forensics: evidence has to be kept before anything is changed.
        windows: when the assets may be changed, in words.
    """
    if remedy.owner is Owner.US:
        return ""
    more = [
        "Attackers use this now." if exploited else "",
        "Before you change anything, please keep the logs and a copy of the memory, and tell us whether you find signs "
        "of a break-in."
        if forensics
        else "",
        f"You may change them: {'; '.join(windows)}." if windows else "",
        "Please tell us too whether this update is approved for the device, and which protection you accept until it "
        "is installed."
        if remedy.owner is Owner.MANUFACTURER
        else "",
    ]
    reasons = "".join(f"{sentence} " for sentence in more if sentence)
    wish = scanner_words.wish(remedy) if scanner_words.by_scanner(remedy) else _wish(remedy)
    if not scanner_words.unsupported(remedy):
        reasons = f"It is affected by {', '.join(vulnerabilities)}. {reasons}"
    return (
        f"Dear {_who(remedy)},\n\n{wish} on: {', '.join(assets)}. {reasons}"
        f"We would like this done {due}. If you cannot, please tell us what we can do until then, and when it "
        "will be done.\n\nPlease answer with the version that is installed afterwards.\n"
    )


def _wish(remedy: Remedy) -> str:
    return (
        f"Please upgrade {remedy.package} to version {remedy.version} or later"
        if remedy.version
        else f"Please tell us how to protect {remedy.package}, for which there is no fixed version yet"
    )


def standing(title: str, *, bound: bool) -> str:
    """How a date is spoken of: due for those whom the policy binds, suggested for all others."""
    return f"Due under {title}" if bound else f"Suggested by {title}"


def redated(before: Timeline, after: Timeline) -> str:
    """How a date changed, and which answers changed it."""
    changed = [
        f"{name.replace('_', ' ')} {signal.value}{', assumed' if signal.assumed else f' ({signal.source})'}"
        for name, signal in after.inputs.items()
        if _answer(signal) != _answer(before.inputs.get(name))
    ]
    if before.edition != after.edition:
        changed.insert(0, f"{after.edition} in place of {before.edition}")
    because = f", because of: {'; '.join(changed)}" if changed else ""
    return f"{_when(after)} instead of {_when(before)}{because}"


def _answer(signal: Signal | None) -> tuple[str, bool] | None:
    return (signal.value, signal.assumed) if signal else None


def _when(timeline: Timeline) -> str:
    due = f" by {timeline.due_at:%Y-%m-%d}" if timeline.due_at else ""
    return f"{timeline.band.label}{due}"


def reasons(action: Action) -> tuple[str, ...]:
    """Why an action stands where it stands, the weightiest first: every value that the order rests on, in words."""
    told, clears = action.signals, "1 match" if action.clears == 1 else f"{action.clears} matches"
    found = [
        f"by {action.due_at:%Y-%m-%d}" if action.due_at else "no date",
        action.timeline.band.label,
        "known to be exploited" if action.exploited else "not known to be exploited",
        _public("a working exploit is public", "no working exploit known", told.weaponised),
        _public("used by ransomware", "no use by ransomware known", told.ransomware),
        _likely(told.epss),
        f"criticality {action.criticality.value}",
        f"one fix clears {clears}",
    ]
    return tuple(found)


def _public(yes: str, no: str, signal: Signal | None) -> str:
    return f"{yes} ({signal.source}, {signal.at:%Y-%m-%d})" if signal and signal.yes else no


def _likely(epss: Signal | None) -> str:
    if epss is None:
        return "how likely attacks are is not estimated (EPSS)"
    model = f", {epss.detail}" if epss.detail else ""
    return f"attacks within 30 days {epss.number:.1%} likely (EPSS, {epss.at:%Y-%m-%d}{model})"


def _who(remedy: Remedy) -> str:
    if remedy.owner_name:
        return remedy.owner_name
    return "your vendor" if remedy.owner is Owner.VENDOR else "the maker of the device"


def _first(assets: Sequence[str], *, known: bool) -> str:
    begin = "Attackers already use this." if known else "Nobody said whether attackers use this, so act as if they did."
    return (
        f"{begin} Before you change anything, keep a copy of the memory and the logs of "
        f"{names(assets)}, and look for signs of a break-in. Upgrading first would destroy the traces."
    )


def _cannot(remedy: Remedy, *, exposed: bool) -> str:
    reach = (
        "take it off the internet, or let only known addresses reach it"
        if exposed
        else "let only those machines reach it that need it"
    )
    settle = "Write down who decided this and until when, and look at it again then."
    if remedy.owner is Owner.MANUFACTURER:
        return f"If the maker has no update: put the device on a network of its own, and {reach}. {settle}"
    if scanner_words.by_scanner(remedy):
        return scanner_words.cannot(remedy, reach, settle)
    return f"If you cannot upgrade in time: {reach}, and switch off the part that uses {remedy.package}. {settle}"


def _check(remedy: Remedy) -> str:
    if scanner_words.by_scanner(remedy):
        return scanner_words.check(remedy)
    wanted = f"version {remedy.version} or later" if remedy.version else "a version that is not affected"
    return (
        f"Import your inventory again. When it shows {wanted}, or {remedy.package} is gone, this action closes by "
        "itself. Until then it stays marked as not confirmed."
    )


def _undo(remedy: Remedy, old_version: str) -> str:
    if scanner_words.by_scanner(remedy):
        return scanner_words.undo(remedy, _who(remedy))
    if not (remedy.version and remedy.certain):
        return "Nothing is installed, so there is nothing to put back. Lift the limits you set when a fix is in."
    if remedy.owner is not Owner.US:
        return f"Ask {_who(remedy)} to put back the version that was there before, and to say why."
    was = f"version {old_version}" if old_version else "the version that was there before"
    return (
        f"Make a backup first. If something breaks, install {was} again: you are then open to attack again, so "
        "follow the steps for when you cannot upgrade."
    )

"""What a proof's own shape leaves open, so that no run can settle it and a person must.

Each rule closes a forgery that every other rule let through: the effect was there, the contrast was silent, and nothing
was wrong with the target. A proof in doubt shows its effect; it is confirmed only with somebody's statement.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.versions import scheme_of_ecosystem, sort_key
from levee.validation.engine.arguments import SLOT, tag_of
from levee.validation.engine.kinds import Form, Kind, Slot
from levee.validation.engine.targets import Ecosystem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.formats.strict_json import Json
    from levee.validation.engine.proof import Proof
    from levee.validation.engine.steps import Step
    from levee.validation.engine.targets import FetchedTarget

CHAIN = "a call is made on the result of a call on a result: such a chain can decide by itself when to show the effect"
NO_ROOT = "a call that writes where another was given the allowed folder was not given it"
OWN_PLACE = "a path of the finder's own choice is handed to a call: where it leads is no flaw of the target"
OWN_ADDRESS = "an address is handed to a call as such: that the call connects is no flaw of the target"
OTHER_PACKAGE = "the contrast is another package: what it does not do says nothing about the target"
NOT_LATER = "the contrast is no later release: a fix comes after the flaw, and what came before may just know less"
_OUTSIDE = {Slot.OUTREL, Slot.OUTABS}
_OWN_PATH = re.compile(r"^[/\\~]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
_MARKUP = re.compile(r"[<>\"'{}()\[\]\n]")
_DOCUMENT = 10
"""An address is data where it stands in a document: among markup, and at least so many other characters."""
_BUILT = {"$zip", "$tar", "$bytes"}
"""What is inside an archive is the data of an attack, not an argument that names a place."""


def doubt(proof: Proof) -> str:
    """The first thing that a proof's shape leaves open, or empty."""
    if proof.form is not Form.CALLS:
        return ""
    if any(step.verb == "on" and proof.steps[step.receiver].verb == "on" for step in proof.steps):
        return CHAIN
    if proof.kind is Kind.REQUEST and any(_is_address(text) for step in proof.steps for text in _texts(step)):
        return OWN_ADDRESS
    return _own_place(proof.steps) if proof.kind is Kind.FILE_OUTSIDE else ""


def doubt_of_contrast(target: FetchedTarget, contrast: FetchedTarget | None) -> str:
    """What the choice of a release as contrast leaves open, or empty; a source target is a coordinator's own choice."""
    if contrast is None or target.ecosystem is Ecosystem.SOURCE:
        return ""
    if (contrast.ecosystem, contrast.name) != (target.ecosystem, target.name):
        return OTHER_PACKAGE
    scheme = scheme_of_ecosystem(target.ecosystem)
    before, after = (sort_key(scheme, each.version) if scheme else None for each in (target, contrast))
    return "" if before is not None and after is not None and before < after else NOT_LATER


def _own_place(steps: tuple[Step, ...]) -> str:
    rooted = {step.target_name for step in steps if _given_root(step)}
    for step in steps:
        if _given_root(step):
            continue
        if step.target_name in rooted:
            return NO_ROOT
        if any(_names_place(text) for text in _texts(step)):
            return OWN_PLACE
    return ""


def _given_root(step: Step) -> bool:
    return f"{{{{{Slot.INSIDE}}}}}" in (*step.args, *step.kwargs.values())


def _names_place(text: str) -> bool:
    slots = {match[1] for match in SLOT.finditer(text)}
    return bool(slots & _OUTSIDE) or bool(_OWN_PATH.search(text))


def _is_address(text: str) -> bool:
    slot = f"{{{{{Slot.URL}}}}}"
    around = text.replace(slot, "")
    in_document = len(around) >= _DOCUMENT and _MARKUP.search(text.partition(slot)[0]) is not None
    return slot in text and not in_document


def _texts(step: Step) -> Iterator[str]:
    for argument in (*step.args, *step.kwargs.values()):
        yield from _inside(argument)


def _inside(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _inside(inner)
    elif isinstance(value, dict) and tag_of(value) not in _BUILT:
        for key, inner in value.items():
            yield key
            yield from _inside(inner)

"""Reading a submission, strictly: unknown fields, wrong types and oversized text are refused with their place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from levee.findings.terms import ALLOWED
from levee.findings.types import Provenance, Submission
from levee.formats.strict_json import as_object, pointer, text_at
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

TITLE = 300
TEXT = 64 * 1024
FIELDS = frozenset(
    {
        "title",
        "description",
        "target",
        "contrast",
        "cwe",
        "provenance",
        "proof",
        "why_no_proof",
        "use_terms",
        "personal_data",
        "key",
    }
)
PROVENANCE = frozenset({"tool", "tool_version", "model", "model_version"})
_TARGET = re.compile(
    r"(npm:(@[a-z0-9][a-z0-9._~-]*/)?[A-Za-z0-9][A-Za-z0-9._~-]*@[0-9A-Za-z][0-9A-Za-z.+_-]*"
    r"|pypi:[A-Za-z0-9][A-Za-z0-9._-]*@[0-9A-Za-z][0-9A-Za-z.+!_-]*"
    r"|source:[A-Za-z0-9][A-Za-z0-9._-]*(@[0-9A-Za-z][0-9A-Za-z.+_-]*)?)"
)
_CWE = re.compile(r"CWE-[1-9][0-9]{0,4}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def read(document: object, place: str = "") -> Submission:
    """Read one submission.

    Args:
        document: plain JSON as `formats.strict_json` returns it.
        place: JSON pointer of the document in what was handed in.

    Raises:
        BadInput: with the pointer of the first thing that is wrong.
    """
    source = as_object(document, place)
    _only(source, FIELDS, place)
    proof = source.get("proof")
    return Submission(
        title=_text(source, "title", place, longest=TITLE, needed=True),
        description=_text(source, "description", place, longest=TEXT),
        target=_shaped(source, "target", place, _TARGET, "npm:NAME@VERSION, pypi:NAME@VERSION or source:NAME"),
        contrast=_text(source, "contrast", place, longest=100),
        cwe=_shaped(source, "cwe", place, _CWE, "CWE-79", needed=False),
        provenance=_provenance(source, place),
        proof=None if proof is None else as_object(proof, pointer(place, "proof")),
        why_no_proof=_text(source, "why_no_proof", place, longest=4096),
        use_terms=_use_terms(source, place),
        personal_data=_yes_or_no(source, "personal_data", place),
        key=_text(source, "key", place, longest=200, needed=True),
    )


def _provenance(source: Mapping[str, Any], place: str) -> Provenance:
    inner = pointer(place, "provenance")
    found = as_object(source.get("provenance", {}), inner)
    _only(found, PROVENANCE, inner)
    return Provenance(
        tool=_text(found, "tool", inner, longest=100, needed=True),
        tool_version=_text(found, "tool_version", inner, longest=100),
        model=_text(found, "model", inner, longest=100),
        model_version=_text(found, "model_version", inner, longest=100),
    )


def _use_terms(source: Mapping[str, Any], place: str) -> str:
    terms = text_at(source, "use_terms", place, "fix-and-publish")
    if terms not in ALLOWED:
        raise BadInput(f"use_terms is one of {', '.join(sorted(ALLOWED))}", place=pointer(place, "use_terms"))
    return terms


def _yes_or_no(source: Mapping[str, Any], name: str, place: str) -> bool:
    value = source.get(name, False)
    if not isinstance(value, bool):
        raise BadInput("true or false was expected here", place=pointer(place, name))
    return value


def _only(source: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    for name in source:
        if name not in known:
            raise BadInput(
                "this field is not known here",
                code="input.unknown_field",
                place=pointer(place, name),
                advice=f"known fields: {', '.join(sorted(known))}",
            )


def _text(source: Mapping[str, Any], name: str, place: str, *, longest: int, needed: bool = False) -> str:
    text = text_at(source, name, place).strip()
    here = pointer(place, name)
    if needed and not text:
        raise BadInput("this field is needed", place=here)
    if len(text) > longest:
        raise BadInput(f"at most {longest} characters, not {len(text)}", place=here)
    if _CONTROL.search(text):
        raise BadInput("control characters and text-direction overrides are not taken", place=here)
    return text


def _shaped(
    source: Mapping[str, Any], name: str, place: str, shape: re.Pattern[str], example: str, *, needed: bool = True
) -> str:
    text = _text(source, name, place, longest=300, needed=needed)
    if text and not shape.fullmatch(text):
        raise BadInput(f"must look like {example}", place=pointer(place, name))
    return text

"""A proof of vulnerability, read strictly: calls, bytes, or a generator of one of these (docs/proofs.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, TypeVar

from levee.formats.strict_json import Json, pointer, read_json
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json, sha256
from levee.validation.engine.arguments import check_base64
from levee.validation.engine.kinds import CRASH_CLASSES, KINDS_OF_FORM, KINDS_OF_LANGUAGE, Form, Kind, Language
from levee.validation.engine.steps import Step, StepRules, parse_steps

if TYPE_CHECKING:
    from enum import StrEnum

    from levee.validation.engine.arguments import Reading

FORMAT = "proof/1"
MAX_PROOF = 256 * 1024
"""Bytes of a proof, and of what a generator may print."""

_COMMON = {"levee", "form", "kind"}
_FIELDS: dict[Form, set[str]] = {
    Form.CALLS: {"language", "steps", "benign"},
    Form.BYTES: {"program", "data", "via"},
    Form.GENERATOR: {"language", "script"},
}
_REPEATS = range(3, 200_001)

_Word = TypeVar("_Word", bound="StrEnum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A proof as read; fields that its form does not have are empty.

    Attributes:
        digest: hex SHA-256 of the canonical JSON of the whole document.
        steps, benign: form calls. `exception`: the class that a proof of that kind names. `repeats`: of growth.
        program: the target's own program that form bytes is fed to; `via`: "file" or "stdin"; `data`: the bytes.
        script: form generator.
    """

    form: Form
    kind: Kind
    digest: str
    document: dict[str, Json] = field(repr=False)
    language: Language | None = None
    steps: tuple[Step, ...] = ()
    benign: tuple[Step, ...] = ()
    exception: str = ""
    repeats: int = 0
    program: str = ""
    via: str = ""
    data: bytes = b""
    script: str = ""


def parse_proof(data: bytes, *, _results_as_arguments: bool = False) -> Proof:
    """Read a proof.

    Args:
        data: the document, at most 256 KiB of UTF-8 JSON.
        _results_as_arguments: switches off one rule, so that a test can show that it is what holds.

    Raises:
        BadInput: with the JSON pointer of what breaks a rule. TooLarge: too many bytes, or nested too deep.
    """
    document = read_json(data, max_bytes=MAX_PROOF)
    _refuse_fractions(document, "")
    if not isinstance(document, dict):
        _refuse("a proof is a JSON object", "/")
    if document.get("levee") != FORMAT:
        _refuse(f'this is not a proof: "levee" is not "{FORMAT}"', "/levee")
    if document.get("form") == "dialogue":
        raise BadInput("the form dialogue is not known yet", code="proof.form", place="/form")
    form = _word(document, "form", Form)
    kind = _word(document, "kind", Kind)
    if kind not in KINDS_OF_FORM[form]:
        _refuse(f"the form {form} does not show {kind}", "/kind")
    _check_fields(document, form, kind)
    if form is Form.CALLS:
        return _calls(document, kind, results=_results_as_arguments)
    return _bytes(document, kind) if form is Form.BYTES else _generator(document, kind)


def _refuse(message: str, place: str) -> NoReturn:
    raise BadInput(message, code="proof.field", place=place)


def _refuse_fractions(value: Json, place: str) -> None:
    if isinstance(value, float):
        raise BadInput(
            "only integers stand in a proof",
            code="proof.number",
            place=place or "/",
            advice='write a number with a fraction as {"$float": "1.5"}',
        )
    if isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_fractions(inner, pointer(place, index))
    elif isinstance(value, dict):
        for key, inner in value.items():
            _refuse_fractions(inner, pointer(place, key))


def _word(document: dict[str, Json], name: str, words: type[_Word]) -> _Word:
    value = document.get(name)
    if not isinstance(value, str) or value not in set(words):
        _refuse(f"{name} is one of {', '.join(words)}", f"/{name}")
    return words(value)


def _check_fields(document: dict[str, Json], form: Form, kind: Kind) -> None:
    wanted = _COMMON | _FIELDS[form]
    if form is Form.CALLS and kind is Kind.EXCEPTION:
        wanted = wanted | {"exception"}
    if form is Form.CALLS and kind is Kind.GROWTH:
        wanted = wanted | {"repeats"}
    for name in document:
        if name not in wanted:
            _refuse("there is no such field in a proof of this form and kind", f"/{name}")
    for name in sorted(wanted - set(document)):
        _refuse("the field is missing", f"/{name}")


def _digest(document: dict[str, Json]) -> str:
    return sha256(canonical_json(document)).hex()


def _calls(document: dict[str, Json], kind: Kind, *, results: bool) -> Proof:
    language = _word(document, "language", Language)
    if kind not in KINDS_OF_LANGUAGE[language]:
        _refuse(f"{kind} is not a kind of {language}", "/kind")
    rules = StepRules(kind=kind, language=language, results=results)
    steps, read = parse_steps(document["steps"], "/steps", rules, benign=False)
    benign, _ = parse_steps(document["benign"], "/benign", rules, benign=True)
    rules.check_slots(read)
    _check_growth(kind, read)
    _check_benign(steps, benign)
    return Proof(
        form=Form.CALLS,
        kind=kind,
        digest=_digest(document),
        document=document,
        language=language,
        steps=steps,
        benign=benign,
        exception=_exception(document, language) if kind is Kind.EXCEPTION else "",
        repeats=_repeats(document) if kind is Kind.GROWTH else 0,
    )


def _check_growth(kind: Kind, read: Reading) -> None:
    if kind is Kind.GROWTH and read.grown != 1:
        _refuse("a proof of growth has exactly one $grow in its steps", "/steps")


def _check_benign(steps: tuple[Step, ...], benign: tuple[Step, ...]) -> None:
    covered = {step.target_name for step in benign}
    for index, step in enumerate(steps):
        if step.target_name not in covered:
            raise BadInput(
                f"no benign call enters {step.target_name}",
                code="proof.benign",
                place=f"/steps/{index}",
                advice="add a harmless call of it to benign: it shows that the entry works where the effect is gone",
            )


def _exception(document: dict[str, Json], language: Language) -> str:
    name = document["exception"]
    if name not in CRASH_CLASSES[language]:
        classes = ", ".join(sorted(CRASH_CLASSES[language]))
        _refuse(f"the exceptions that show a flaw by themselves are {classes}", "/exception")
    return str(name)


def _repeats(document: dict[str, Json]) -> int:
    value = document["repeats"]
    if isinstance(value, bool) or not isinstance(value, int) or value not in _REPEATS:
        _refuse(f"repeats is an integer from {_REPEATS.start} to {_REPEATS.stop - 1}", "/repeats")
    return value


def _bytes(document: dict[str, Json], kind: Kind) -> Proof:
    program, via = document["program"], document["via"]
    if not isinstance(program, str) or not program:
        _refuse("the name of a program of the target's manifest is wanted", "/program")
    if not isinstance(via, str) or via not in {"file", "stdin"}:
        _refuse("via is file or stdin", "/via")
    return Proof(
        form=Form.BYTES,
        kind=kind,
        digest=_digest(document),
        document=document,
        program=program,
        via=via,
        data=check_base64(document["data"], "/data"),
    )


def _generator(document: dict[str, Json], kind: Kind) -> Proof:
    script = document["script"]
    if not isinstance(script, str):
        _refuse("the script's text is wanted", "/script")
    return Proof(
        form=Form.GENERATOR,
        kind=kind,
        digest=_digest(document),
        document=document,
        language=_word(document, "language", Language),
        script=script,
    )

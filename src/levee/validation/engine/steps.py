"""The steps of a proof of calls: entries with plain arguments, and methods of what an earlier step gave back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from levee.formats.strict_json import Json, pointer
from levee.kernel.errors import BadInput
from levee.validation.engine.arguments import Reading, check_argument
from levee.validation.engine.entries import Entry, check_name, parse_entry
from levee.validation.engine.kinds import REQUIRED_SLOTS, Kind, Language

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_STEPS = 8
MAX_ARGUMENTS = 16
_VERBS = ("call", "new", "on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call.

    Attributes:
        verb: "call" and "new" enter `entry`; "on" calls `method` of the result of step number `receiver`.
        args, kwargs: plain arguments as written (checked). returns: (value,) when a benign call states its result.
        target_name: what the step enters, as text; the same for the same entry.
    """

    verb: str
    target_name: str
    entry: Entry | None = None
    receiver: int = -1
    method: str = ""
    args: tuple[Json, ...] = ()
    kwargs: Mapping[str, Json] = field(default_factory=dict)
    returns: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRules:
    """What the steps of one proof are read by; `results` lets results be arguments, in tests only."""

    kind: Kind
    language: Language
    results: bool = False

    def reading(self, *, benign: bool, earlier: int) -> Reading:
        """A fresh reading of one list of steps."""
        return Reading(
            kind=self.kind, language=self.language, benign=benign, results=earlier if self.results and not benign else 0
        )

    def check_slots(self, read: Reading) -> None:
        """Refuse a proof whose kind's slots do not all occur.

        Raises:
            BadInput: a slot is missing: what is not the harness's own secret could be a guess.
        """
        for group in REQUIRED_SLOTS[self.kind]:
            if not group & read.slots:
                names = " or ".join(f"{{{{{slot}}}}}" for slot in sorted(group))
                raise BadInput(f"a proof of {self.kind} holds {names}", code="proof.slot", place="/steps")


def parse_steps(value: Json, place: str, rules: StepRules, *, benign: bool) -> tuple[tuple[Step, ...], Reading]:
    """Read a list of one to eight steps.

    Raises:
        BadInput: with the place of what breaks a rule.
    """
    if not isinstance(value, list) or not 0 < len(value) <= MAX_STEPS:
        _refuse(f"1 to {MAX_STEPS} steps are wanted", place)
    read = rules.reading(benign=benign, earlier=0)
    steps: list[Step] = []
    for index, item in enumerate(value):
        read.results = rules.reading(benign=benign, earlier=index).results
        steps.append(_step(item, pointer(place, index), read, tuple(steps)))
    return tuple(steps), read


def _refuse(message: str, place: str) -> NoReturn:
    raise BadInput(message, code="proof.step", place=place)


def _step(value: Json, place: str, read: Reading, earlier: tuple[Step, ...]) -> Step:
    if not isinstance(value, dict):
        _refuse("a step is an object", place)
    verbs = [verb for verb in _VERBS if verb in value]
    if len(verbs) != 1:
        _refuse("a step has one of call, new, on", place)
    verb = verbs[0]
    if verb == "new" and read.language is not Language.JAVASCRIPT:
        _refuse("new is JavaScript's: a Python class is called", pointer(place, "new"))
    _check_fields(value, place, read, verb)
    args, kwargs = _arguments(value, place, read)
    returns = (value["returns"],) if "returns" in value else ()
    for stated in returns:
        check_argument(stated, pointer(place, "returns"), read, trusted=False)
    if verb == "on":
        receiver, method = _receiver(value, place, read.language, len(earlier))
        name = f"{earlier[receiver].target_name}().{method}"
        return Step(
            verb=verb, target_name=name, receiver=receiver, method=method, args=args, kwargs=kwargs, returns=returns
        )
    entry = parse_entry(value[verb], pointer(place, verb), read.language)
    return Step(verb=verb, target_name=str(entry), entry=entry, args=args, kwargs=kwargs, returns=returns)


def _check_fields(value: dict[str, Json], place: str, read: Reading, verb: str) -> None:
    known = {verb, "args", "trusted"}
    if verb == "on":
        known.add("method")
    if read.language is Language.PYTHON:
        known.add("kwargs")
    if read.benign:
        known.add("returns")
    for key in value:
        if key not in known:
            _refuse("there is no such field in this step", pointer(place, key))


def _receiver(value: dict[str, Json], place: str, language: Language, earlier: int) -> tuple[int, str]:
    receiver = value["on"]
    if isinstance(receiver, bool) or not isinstance(receiver, int) or not 0 <= receiver < earlier:
        _refuse("on is the number of an earlier step, from 0", pointer(place, "on"))
    return receiver, check_name(value.get("method"), pointer(place, "method"), language)


def _arguments(value: dict[str, Json], place: str, read: Reading) -> tuple[tuple[Json, ...], dict[str, Json]]:
    args, kwargs = value.get("args", []), value.get("kwargs", {})
    if not isinstance(args, list) or len(args) > MAX_ARGUMENTS:
        _refuse(f"a list of at most {MAX_ARGUMENTS} arguments is wanted", pointer(place, "args"))
    if not isinstance(kwargs, dict) or len(kwargs) > MAX_ARGUMENTS:
        _refuse(f"an object of at most {MAX_ARGUMENTS} arguments is wanted", pointer(place, "kwargs"))
    trusted = _trusted(value.get("trusted", []), pointer(place, "trusted"), len(args), kwargs)
    for index, argument in enumerate(args):
        check_argument(argument, pointer(pointer(place, "args"), index), read, trusted=index in trusted)
    for name, argument in kwargs.items():
        here = pointer(pointer(place, "kwargs"), name)
        check_name(name, here, read.language)
        check_argument(argument, here, read, trusted=name in trusted)
    return tuple(args), dict(kwargs)


def _trusted(value: Json, place: str, count: int, kwargs: dict[str, Json]) -> set[int | str]:
    if not isinstance(value, list):
        _refuse("a list of positions or names of arguments is wanted", place)
    trusted: set[int | str] = set()
    for index, item in enumerate(value):
        known = item in kwargs if isinstance(item, str) else isinstance(item, int) and 0 <= item < count
        if isinstance(item, bool) or not known or not isinstance(item, int | str):
            _refuse("there is no such argument", pointer(place, index))
        trusted.add(item)
    return trusted

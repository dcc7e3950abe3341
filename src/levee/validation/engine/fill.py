"""Nonces, drawn anew for every run after the proof's digest is known, and the proof's arguments filled with them."""

from __future__ import annotations

import base64
import io
import json
import tarfile
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from levee.kernel.errors import BadInput
from levee.validation.engine.arguments import SLOT, tag_of
from levee.validation.engine.entries import parse_entry
from levee.validation.engine.kinds import Language, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.formats.strict_json import Json
    from levee.validation.engine.steps import Step

Random: TypeAlias = "Callable[[int], bytes]"
"""Gives so many random bytes."""

AREA = "/w/area"
INSIDE = f"{AREA}/root"
"""The folder that a caller allows writes in; everything else under /w is outside."""

_PORTS = (20_000, 40_000)
_MEMBER_TIME = (2020, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nonces:
    """The secrets of one run: what no proof can know beforehand.

    Attributes:
        code: goes before every fact. port: of the listener. bland: fill $grow with bland text of the same length.
        repeats: how often $grow repeats its unit.
    """

    code: str
    key: str
    value: str
    canary: str
    token: str
    outside: str
    port: int
    repeats: int = 0
    bland: bool = False

    def slots(self) -> dict[str, str]:
        """Slot name -> what this run puts there."""
        return {
            Slot.KEY: self.key,
            Slot.VALUE: self.value,
            Slot.CANARY: self.canary,
            Slot.TOKEN: self.token,
            Slot.INSIDE: INSIDE,
            Slot.OUTREL: f"../{self.outside}",
            Slot.OUTABS: f"{AREA}/{self.outside}",
            Slot.URL: f"http://127.0.0.1:{self.port}/{self.token}",
        }


def draw(random: Random, *, repeats: int = 0, bland: bool = False) -> Nonces:
    """Draw the secrets of one run; `random(n)` gives n random bytes."""
    low, span = _PORTS[0], _PORTS[1] - _PORTS[0]
    return Nonces(
        code=random(16).hex(),
        key="k" + random(8).hex(),
        value="v" + random(8).hex(),
        canary=f"/c{random(8).hex()}/{random(4).hex()}",
        token="t" + random(12).hex(),
        outside="o" + random(8).hex(),
        port=low + int.from_bytes(random(4), "big") % span,
        repeats=repeats,
        bland=bland,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filler:
    """Turns plain arguments into what the drivers read: lists whose first item says what the rest is."""

    nonces: Nonces

    def steps(self, steps: tuple[Step, ...]) -> list[dict[str, object]]:
        """The steps as the drivers read them."""
        return [self._step(step) for step in steps]

    def _step(self, step: Step) -> dict[str, object]:
        filled: dict[str, object] = {"verb": step.verb, "args": [self.node(argument) for argument in step.args]}
        filled["kwargs"] = [[name, self.node(argument)] for name, argument in step.kwargs.items()]
        if step.entry is not None:
            filled |= {"module": step.entry.module, "path": list(step.entry.path)}
        else:
            filled |= {"on": step.receiver, "method": step.method}
        if step.returns:
            filled["returns"] = [self.node(step.returns[0])]
        return filled

    def text(self, value: str) -> str:
        """Text with its slots filled."""
        slots = self.nonces.slots()
        return SLOT.sub(lambda match: slots[match[1]], value)

    def node(self, value: Json) -> list[object]:  # noqa: PLR0911 (one line for each kind of JSON value)
        """One argument as the drivers read it."""
        if value is None:
            return ["0"]
        if isinstance(value, bool):
            return ["t" if value else "F"]
        if isinstance(value, int):
            return ["i", value]
        if isinstance(value, str):
            return ["s", self.text(value)]
        if isinstance(value, list):
            return ["a", [self.node(inner) for inner in value]]
        if isinstance(value, float):
            raise BadInput("only integers stand in a proof", code="proof.number")
        tag = tag_of(value)
        if tag is not None:
            return self._tagged(tag, value[tag])
        return ["o", [[self.text(key), self.node(inner)] for key, inner in value.items()]]

    def _tagged(self, tag: str, value: Json) -> list[object]:
        made: dict[str, Callable[[Json], list[object]]] = {
            "$undef": lambda _: ["u"],
            "$noop": lambda _: ["noop"],
            "$bytes": lambda inner: ["b", inner],
            "$float": lambda inner: ["f", inner],
            "$json": lambda inner: ["s", json.dumps(self._plain(inner), ensure_ascii=False)],
            "$members": self._members,
            "$zip": lambda inner: ["b", base64.b64encode(self._zip(_members(inner))).decode()],
            "$tar": lambda inner: ["b", base64.b64encode(self._tar(_members(inner))).decode()],
            "$grow": lambda inner: ["s", self._grown(cast("dict[str, str]", inner))],
            "$name": _name,
            "$result": lambda inner: ["result", inner],
        }
        return made[tag](value)

    def _members(self, value: Json) -> list[object]:
        pairs = cast("list[tuple[str, Json]]", value)
        return ["o", [[self.text(key), self.node(inner)] for key, inner in pairs]]

    def _plain(self, value: Json) -> Json:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._plain(inner) for inner in value]
        if isinstance(value, dict):
            return {self.text(key): self._plain(inner) for key, inner in value.items()}
        return value

    def _content(self, member: dict[str, str]) -> bytes:
        return base64.b64decode(member["bytes"]) if "bytes" in member else self.text(member.get("text", "")).encode()

    def _zip(self, members: list[dict[str, str]]) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for member in members:
                archive.writestr(zipfile.ZipInfo(self.text(member["name"]), _MEMBER_TIME), self._content(member))
        return made.getvalue()

    def _tar(self, members: list[dict[str, str]]) -> bytes:
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for member in members:
                info = tarfile.TarInfo(self.text(member["name"]))
                content = self._content(member)
                if "symlink" in member:
                    info.type, info.linkname = tarfile.SYMTYPE, self.text(member["symlink"])
                else:
                    info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return made.getvalue()

    def _grown(self, value: dict[str, str]) -> str:
        grown = value["unit"] * self.nonces.repeats
        if self.nonces.bland:
            grown = "a" * len(grown)
        return value.get("before", "") + grown + value.get("after", "")


def _members(value: Json) -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", value)


def _name(value: Json) -> list[object]:
    entry = parse_entry(value, "", Language.PYTHON)
    return ["name", entry.module, list(entry.path)]

"""Public advisories read the slow and plain way: JSON, YAML, and RustSec's Markdown with TOML in front."""

from __future__ import annotations

import json
import re
import tarfile
import tomllib
from dataclasses import dataclass, field

import yaml

_REQUIREMENT = re.compile(r"\s*(>=|<=|>|<|=|\^|~)?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?(?:\+\S*)?\s*")


@dataclass
class Advisory:
    """What an advisory says; `cargo` holds RustSec's safe versions, which are no ranges."""

    id: str
    withdrawn: bool
    blocks: list = field(default_factory=list)
    cargo: list | None = None


def read_all(archive):
    """Every advisory of an archive, with the bytes that it was read from."""
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            if member.isfile():
                data = tar.extractfile(member).read()
                if member.name.endswith(".json"):
                    yield _osv(json.loads(data)), data
                elif member.name.endswith((".yaml", ".yml")):
                    yield _osv(yaml.load(data, Loader=yaml.CBaseLoader)), data  # noqa: S506 - makes texts only
                elif "RUSTSEC" in member.name and member.name.endswith(".md"):
                    yield _rustsec(data.decode()), data


def _osv(document):
    return Advisory(id=document["id"], withdrawn=bool(document.get("withdrawn")), blocks=document.get("affected") or [])


def _rustsec(text):
    document = tomllib.loads(text.split("```")[1].removeprefix("toml"))
    advisory, versions = document["advisory"], document.get("versions", {})
    return Advisory(
        id=advisory["id"],
        withdrawn="withdrawn" in advisory,
        blocks=[{"package": {"ecosystem": "crates.io", "name": advisory["package"]}}],
        cargo=[
            [comparators(part) for part in requirement.split(",")]
            for key in ("patched", "unaffected")
            for requirement in versions.get(key, [])
        ],
    )


def comparators(text):
    """Pairs of sign and version that all have to hold (Cargo's reference, "Specifying Dependencies")."""
    sign, *numbers, pre = _REQUIREMENT.fullmatch(text).groups()
    given = [int(number) for number in numbers if number is not None]
    whole = ".".join(map(str, [*given, 0, 0][:3])) + (pre or "")

    def raised(place):
        return ".".join(map(str, [*given[:place], given[place] + 1, 0, 0][:3]))

    sign = sign or "^"
    if len(given) == 3 and sign in {">=", ">", "<", "<=", "="}:
        return [(sign, whole)]
    if sign in {">=", "<"}:
        return [(sign, whole)]
    if sign == ">":
        return [(">=", raised(len(given) - 1))]
    if sign == "<=":
        return [("<", raised(len(given) - 1))]
    if sign == "=":
        return [(">=", whole), ("<", raised(len(given) - 1))]
    kept = min(1, len(given) - 1) if sign == "~" else next((at for at, n in enumerate(given) if n), len(given) - 1)
    return [(">=", whole), ("<", raised(kept) + "-0")]

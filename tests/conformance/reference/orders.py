"""A second opinion on the order of versions, slow and plain, that shares no code with Levee.

PyPI's is `packaging`; semantic versions and RPM's are read here as their specifications say. `semver_pairs` keeps what
was asked, so that a test can put the same questions to node's own library.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from packaging.version import InvalidVersion, Version

NODE_SEMVER = Path("/usr/lib/node_modules/npm/node_modules/semver")
_SEMVER = re.compile(r"[vV=]?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z._-]+))?(?:\+[0-9A-Za-z._+-]*)?")
_STRICT = re.compile(r"v?(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_PARTS = re.compile(r"\d+|[A-Za-z]+|~|\^")


class NoOrder(Exception):
    """A version that the ecosystem's order knows nothing of."""


class Semver:
    """Semantic Versioning 2.0.0, section 11, read as feeds write them: any number of numbers, a leading `v`."""

    def __init__(self):
        self.asked = set()

    def compare(self, left, right):
        numbers = [self._read(left), self._read(right)]
        self.asked.add((left, right))
        width = max(len(core) for core, _ in numbers)
        a, b = ([*core, *[0] * (width - len(core))] for core, _ in numbers)
        if a != b:
            return -1 if a < b else 1
        return self._words(numbers[0][1], numbers[1][1])

    def _read(self, version):
        match = _SEMVER.fullmatch(version)
        if match is None:
            raise NoOrder(version)
        return [int(part) for part in match[1].split(".")], match[2].split(".") if match[2] is not None else None

    def _words(self, left, right):
        if left is None or right is None:
            return (left is None) - (right is None)
        for a, b in zip(left, right, strict=False):
            if a == b:
                continue
            if a.isdigit() and b.isdigit():
                if int(a) == int(b):
                    continue
                return -1 if int(a) < int(b) else 1
            if a.isdigit() != b.isdigit():
                return -1 if a.isdigit() else 1
            return -1 if a < b else 1
        return (len(left) > len(right)) - (len(left) < len(right))

    def as_node_orders_them(self):
        """The pairs that node's library can read, with its answers."""
        strict = sorted(pair for pair in self.asked if all(map(_STRICT.fullmatch, pair)))
        program = (
            "const s=require(process.argv[1]);const p=JSON.parse(require('fs').readFileSync(0));"
            "console.log(JSON.stringify(p.map(([a,b])=>s.valid(a)&&s.valid(b)?s.compare(a,b):null)))"
        )
        done = subprocess.run(
            ["node", "-e", program, str(NODE_SEMVER)],
            input=json.dumps(strict),
            capture_output=True,
            text=True,
            check=True,
        )
        return [
            (pair, answer) for pair, answer in zip(strict, json.loads(done.stdout), strict=True) if answer is not None
        ]


class Pypi:
    """PEP 440 as `packaging` reads it."""

    def __init__(self):
        self._read = {}

    def compare(self, left, right):
        a, b = self._version(left), self._version(right)
        return (a > b) - (a < b)

    def _version(self, text):
        if text not in self._read:
            try:
                self._read[text] = Version(text)
            except InvalidVersion:
                self._read[text] = None
        if self._read[text] is None:
            raise NoOrder(text)
        return self._read[text]


class Rpm:
    """rpm-version(7): epoch, version, release, each compared as rpmvercmp does."""

    def compare(self, left, right):
        for a, b in zip(self._read(left), self._read(right), strict=True):
            answer = self._segments(a, b)
            if answer:
                return answer
        return 0

    def _read(self, text):
        epoch, colon, rest = text.partition(":")
        if not colon:
            epoch, rest = "0", text
        version, _, release = rest.partition("-")
        if not epoch.isdigit() or not version or re.search(r"[\s:]", rest) or "-" in release or rest.endswith("-"):
            raise NoOrder(text)
        return str(int(epoch)), version, release

    def _segments(self, left, right):
        a, b = ([*map(self._rank, _PARTS.findall(part)), (2, 0)] for part in (left, right))
        return -1 if a < b else int(a > b)

    def _rank(self, part):
        """A tilde is less than the end, which is less than a caret, than a word, than a number."""
        ranks = {"~": (1, 0), "^": (3, 0)}
        return ranks.get(part) or ((5, int(part)) if part.isdigit() else (4, part))


SEMVER = Semver()
ORDERS = {
    "Go": SEMVER, "Bitnami": SEMVER, "crates.io": SEMVER, "npm": SEMVER, "PyPI": Pypi(), "AlmaLinux": Rpm(),
}  # fmt: skip

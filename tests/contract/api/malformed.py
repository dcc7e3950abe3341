"""What can be wrong with a body, made from the OpenAPI document alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
IN_PLACE = "nonsense"
SPELLED = {"date-time": "2026-12-01T12:00:00Z", "time": "12:00:00"}


@dataclass(frozen=True)
class Operation:
    """One operation that takes a body; `schema` is that of its JSON, or None for an upload."""

    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    schema: Mapping[str, Any] | None
    kinds: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def address(self) -> str:
        """The path with something in place of each parameter that is needed."""
        return self.address_with(IN_PLACE, [each for each in self.parameters if each["required"]])

    def address_with(self, value: str, parameters: Iterable[Mapping[str, Any]] | None = None) -> str:
        """The path with a value, spelled for an address, in place of these parameters; of all, without any."""
        parameters = self.parameters if parameters is None else parameters
        filled = self.path
        for each in parameters:
            if each["in"] == "path":
                filled = filled.replace("{" + each["name"] + "}", value)
        query = "&".join(f"{each['name']}={value}" for each in parameters if each["in"] == "query")
        return f"{filled}?{query}" if query else filled


@dataclass(frozen=True)
class Malformed:
    """A body that must be refused, with the place that must be named (its beginning), and the status."""

    name: str
    data: bytes
    place: str
    status: int = 400
    kind: str = JSON


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Everything but GET, from the OpenAPI document."""
    found = []
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            if method == "get":
                continue
            content = told.get("requestBody", {}).get("content", {})
            schema = content.get(JSON, {}).get("schema", {})
            found.append(
                Operation(
                    method=method.upper(),
                    path=path,
                    parameters=tuple(told.get("parameters", ())),
                    schema=resolved(document, schema) if "$ref" in schema else None,
                    kinds=frozenset(content),
                )
            )
    return found


def resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with its reference followed."""
    if "$ref" not in schema:
        return schema
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]


def sample(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """A value that the schema takes."""
    schema = resolved(document, schema)
    for several in ("anyOf", "allOf"):
        if several in schema:
            return sample(document, schema[several][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") in SPELLED:
        return SPELLED[schema["format"]]
    if schema["type"] == "array":
        return [sample(document, schema["items"])]
    if schema["type"] == "object":
        return {name: sample(document, each) for name, each in schema["properties"].items()}
    return {"string": "words", "boolean": True, "integer": 1}[schema["type"]]


def of_json(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Malformed]:
    """All that can be wrong with a JSON body."""
    fields = {name: sample(document, each) for name, each in schema["properties"].items()}
    right = json.dumps(fields).encode()
    first = next(iter(fields))
    deep = b'{"%s": ' % first.encode()
    yield Malformed("nothing", b"", "/")
    yield Malformed("half of it", right[:-2], "line 1")
    yield Malformed("words", b"hello", "line 1")
    yield Malformed("no UTF-8", right.replace(b'"', b'"\xff', 1), "line 1")
    yield Malformed("an array", b"[" + right + b"]", "/")
    yield Malformed("NaN", deep + b"NaN}", f"/{first}")
    yield Malformed("a key twice", right[:-1] + b', "%s": 1}' % first.encode(), f"/{first}")
    yield Malformed("nested a little too deep", deep + b"[" * 30 + b"]" * 30 + b"}", f"/{first}", 413)
    yield Malformed("nested far too deep", deep + b"[" * 20_000, "", 413)
    yield Malformed("too large", deep + b'"' + b"a" * (4 << 20) + b'"}', "", 413)
    yield Malformed("an unknown field", json.dumps({**fields, "colour": 1}).encode(), "/colour")
    yield Malformed("a form", b"a=b", "Content-Type", 415, "application/x-www-form-urlencoded")
    yield Malformed("a file of a form", b"--x\r\n\r\n--x--", "Content-Type", 415, "multipart/form-data; boundary=x")
    yield Malformed("said to be text", right, "Content-Type", 415, "text/plain")
    for name in schema.get("required", ()):
        missing = {key: value for key, value in fields.items() if key != name}
        yield Malformed(f"without {name}", json.dumps(missing).encode(), f"/{name}")
    for name, value in fields.items():
        number = isinstance(value, int) and not isinstance(value, bool)
        wrong = {"an object": {"a": 1}, **({"a figure in words": "5"} if number else {"a number": 5})}
        for what, each in wrong.items():
            yield Malformed(f"{what} in {name}", json.dumps({**fields, name: each}).encode(), f"/{name}")
        if isinstance(value, str):
            for what, text in {"NUL": "a\0b", "half a character": "\ud800"}.items():
                yield Malformed(f"{what} in {name}", json.dumps({**fields, name: text}).encode(), f"/{name}")
        if isinstance(value, bool):
            yield Malformed(f"yes in {name}", json.dumps({**fields, name: "yes"}).encode(), f"/{name}")


NEITHER_KIND = (
    Malformed("nothing", b"", "/"),
    Malformed("a form", b"a=b", "Content-Type", 415, "application/x-www-form-urlencoded"),
    Malformed("a file of a form", b"--x\r\n\r\n--x--", "Content-Type", 415, "multipart/form-data; boundary=x"),
)
"""What is wrong with every upload."""

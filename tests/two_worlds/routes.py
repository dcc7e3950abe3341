"""Every route there is, read from the OpenAPI document and the URL table themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from support.sites import MEMBERS, OPERATORS, leads_elsewhere

PUBLIC = "levee.app.public_urls"
FURTHER_METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, order=True)
class Route:
    """One address with its parameters, and one method."""

    urlconf: str
    method: str
    path: str
    parameters: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} /{self.path}" + {PUBLIC: " (public)", OPERATORS: " (operators)"}.get(self.urlconf, "")


def every_route() -> list[Route]:
    """All of them: pages with GET and POST, API operations with their own method; at each site that serves them."""
    members = {*_pages(MEMBERS), *_operations(MEMBERS)}
    operators = {each for each in (*_pages(OPERATORS), *_operations(OPERATORS)) if _is_served(each)}
    return sorted(members | operators | set(_pages(PUBLIC)))


def _is_served(route: Route) -> bool:
    path = "/" + route.path.format(**dict.fromkeys(route.parameters, "x") | {"principal": UUID(int=0), "pk": 1})
    return not leads_elsewhere(path, route.urlconf)


def further_methods() -> list[Route]:
    """Every path with the methods that nothing is written for: most are refused, and all must be alike."""
    written: dict[tuple[str, str, tuple[str, ...]], set[str]] = {}
    for route in every_route():
        written.setdefault((route.urlconf, route.path, route.parameters), set()).add(route.method)
    return [
        Route(urlconf, method, path, names)
        for (urlconf, path, names), known in written.items()
        for method in FURTHER_METHODS
        if method not in known
    ]


def _operations(urlconf: str) -> Iterator[Route]:
    from levee.api import api

    for path, operations in api.get_openapi_schema()["paths"].items():
        inner = path.removeprefix("/")
        names = tuple(part[1:-1] for part in inner.split("/") if part.startswith("{"))
        for method in operations:
            yield Route(urlconf, method.upper(), inner, names)


def _pages(urlconf: str) -> Iterator[Route]:
    import_module(urlconf)
    for path, names in _patterns(get_resolver(urlconf).url_patterns, "", ()):
        if not path.startswith("api/v1/"):
            yield Route(urlconf, "GET", path, names)
            yield Route(urlconf, "POST", path, names)


def _patterns(patterns, prefix, names) -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in patterns:
        path = prefix + _readable(each.pattern)
        here = (*names, *each.pattern.converters, *_groups(each.pattern))
        if isinstance(each, URLResolver):
            yield from _patterns(each.url_patterns, path, here)
        elif isinstance(each, URLPattern):
            yield path, here


def _readable(pattern) -> str:
    text = str(pattern)
    for name, converter in pattern.converters.items():
        for kind in ("str", "slug", "uuid", "int", "path"):
            text = text.replace(f"<{kind}:{name}>", f"{{{name}}}")
        del converter
        text = text.replace(f"<{name}>", f"{{{name}}}")
    if hasattr(pattern, "regex") and _groups(pattern):
        for name in _groups(pattern):
            start = text.index(f"(?P<{name}>")
            end, depth = start, 0
            for at, letter in enumerate(text[start:], start):
                depth += (letter == "(") - (letter == ")")
                if depth == 0:
                    end = at
                    break
            text = text[:start] + f"{{{name}}}" + text[end + 1 :]
    return text.replace("^", "").replace("$", "").replace("\\", "")


def _groups(pattern) -> tuple[str, ...]:
    regex = getattr(pattern, "regex", None)
    if regex is None or pattern.converters:
        return ()
    return tuple(regex.groupindex)

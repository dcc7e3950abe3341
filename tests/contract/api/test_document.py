"""The OpenAPI document names each body and each list of words once, so that nothing is described by another's."""

from __future__ import annotations

import json
from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

from pydantic import BaseModel

import levee.api


def bodies():
    """Every body that a module of the API defines, by name."""
    modules = (import_module(f"levee.api.{each.name}") for each in iter_modules(levee.api.__path__))
    return {
        (name, each)
        for module in modules
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == module.__name__
    }


def test_each_body_has_a_name_of_its_own():
    names = Counter(name for name, _ in bodies())
    assert len(names) > 100
    assert [name for name, times in names.items() if times > 1] == []


def test_what_bodies_have_in_common_has_a_name_of_its_own():
    described: dict[str, set[str]] = {}
    for _, body in bodies():
        for name, schema in body.model_json_schema().get("$defs", {}).items():
            described.setdefault(name, set()).add(json.dumps(schema, sort_keys=True))
    assert len(described) > 50
    assert [name for name, ways in described.items() if len(ways) > 1] == []

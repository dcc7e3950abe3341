"""The OpenAPI document names each body once, so that no operation is described by another one's body."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pkgutil import iter_modules

from ninja import Schema

import levee.api


def bodies():
    """Every body that a module of the API defines, by name and module."""
    modules = (import_module(f"levee.api.{each.name}") for each in iter_modules(levee.api.__path__))
    return {
        (name, module.__name__)
        for module in modules
        for name, each in vars(module).items()
        if isinstance(each, type) and issubclass(each, Schema) and each.__module__ == module.__name__
    }


def test_each_body_has_a_name_of_its_own():
    names = Counter(name for name, _ in bodies())
    assert len(names) > 100
    assert [name for name, times in names.items() if times > 1] == []

"""What the Python driver takes for a package's own, compiled code included."""

from __future__ import annotations

import builtins
import os
from pathlib import Path

import msgspec._core as compiled
import pytest

from levee.validation.engine.drivers import python_driver as driver


@pytest.fixture(autouse=True)
def _package(monkeypatch):
    monkeypatch.setattr(driver, "TARGET", str(Path(compiled.__file__).parent))


class Names(list):
    """A list of the package's own would bring the language's methods along."""


def test_compiled_functions_and_classes_belong_to_their_package():
    assert driver.belongs(compiled)
    assert driver.belongs(driver.member(compiled, "to_builtins"))
    assert driver.belongs(driver.member(compiled, "JSONEncoder"))
    encoder = compiled.JSONEncoder()
    assert driver.belongs(driver.member(encoder, "encode"))


def test_the_languages_own_do_not():
    for value in (os, os.system, builtins.eval, exec, [].append, list.append, str.join, print):
        assert not driver.belongs(value)


def test_methods_of_the_languages_classes_are_no_members():
    assert driver.member([1], "append") is driver.Absent
    assert driver.member("a", "join") is driver.Absent
    assert driver.member(Names(), "append") is driver.Absent
    assert driver.member(list, "append") is driver.Absent

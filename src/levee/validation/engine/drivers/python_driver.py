"""Levee's driver for Python targets; it stands alone and is run by the sandbox, never imported.

It belongs to the harness: it loads the target, makes the calls of a proof and writes what it saw as facts to
descriptor 3, each behind the run's code. Audit hooks tell of evaluated code, processes and connections before the act.
Version of the facts: python/1.
"""

from __future__ import annotations

import ast
import asyncio
import base64
import collections
import dataclasses
import functools
import gettext
import importlib
import inspect
import json
import os
import sys
import threading
import types
from typing import Any

TARGET = "/t/"
PATIENCE_SECONDS = 5.0  # for threads after the last call
MOST_FACTS = 400
PROCESS_EVENTS = frozenset(
    {
        "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "pty.spawn",
        "subprocess.Popen", "ctypes.dlopen", "os.startfile",
    }
)  # fmt: skip
CONNECT_EVENTS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.sendto"})
CODE_EVENTS = frozenset({"exec", "compile", "code.__new__", "function.__new__"})
# the standard library's own use of exec on text that it made itself, or for looking without running
OWN_MAKERS = frozenset(module.__file__ for module in (ast, collections, dataclasses, gettext, inspect))
STDLIB = str(os.__file__).rpartition("/")[0] + "/"

_write, _dumps, _frame = os.write, json.dumps, sys._getframe  # noqa: SLF001 (an audit hook has no other way)
_listdir, _exit, _getattr_static = os.listdir, os._exit, inspect.getattr_static
CACHED: Any = type(functools.lru_cache(len))
COMPILED_METHODS = (types.MethodDescriptorType, types.ClassMethodDescriptorType)
HOLDERS = (
    (types.MethodType, "__func__"),
    (CACHED, "__wrapped__"),
    (COMPILED_METHODS, "__objclass__"),
    (types.BuiltinFunctionType, "__self__"),
)
CYTHON = "cython_function_or_method"
Absent = object()


class Driver:
    """One run: a job on standard input, facts on descriptor 3."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.code = job.pop("code")
        self.watching = False
        self.results: dict[int, Any] = {}
        self.facts = 0

    def fact(self, name: str, *values: object) -> None:
        """Write one fact: the run's code, its name, its values as JSON text."""
        self.facts += 1
        if self.facts < MOST_FACTS or name in {"entered", "returned", "threw", "done"}:
            line = " ".join([self.code, *(_dumps(str(value)[:200]) for value in (name, *values))])
            _write(3, line.encode() + b"\n")

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """What the interpreter tells before it acts."""
        if not self.watching:
            return
        if event in PROCESS_EVENTS:
            self.fact("process", event)
        elif event in CONNECT_EVENTS:
            self.fact("connect", event)
        elif event in CODE_EVENTS and not self._import_or_own(_frame(1)):
            self.fact("evaluated", event, getattr(arguments[0], "co_filename", "string") if arguments else "string")

    @staticmethod
    def _import_or_own(frame: types.FrameType) -> bool:
        file = frame.f_code.co_filename
        return file.startswith("<frozen importlib") or file in OWN_MAKERS

    def build(self, node: list[Any]) -> Any:  # noqa: ANN401 (an argument is any plain value)
        """An argument from its written form."""
        kind = node[0]
        made: dict[str, Any] = {"t": True, "F": False, "0": None}
        if kind in made:
            return made[kind]
        builders: dict[str, Any] = {
            "s": lambda: node[1],
            "i": lambda: node[1],
            "f": lambda: float(node[1]),
            "b": lambda: base64.b64decode(node[1]),
            "noop": lambda: lambda *_args, **_kwargs: None,
            "a": lambda: [self.build(inner) for inner in node[1]],
            "o": lambda: {key: self.build(inner) for key, inner in node[1]},
            "name": lambda: self.entry(node[1], node[2]),
            "result": lambda: self.results[node[1]],
        }
        return builders[kind]()

    def entry(self, module: str, path: list[str]) -> Any:  # noqa: ANN401 (an entry is any public object)
        """A public entry: step by step, each object on the way the package's own; Absent where it is not."""
        was, self.watching = self.watching, False
        try:
            value: Any = importlib.import_module(module)
        except BaseException as error:  # noqa: BLE001 (whatever a hostile package raises is a fact)
            self.fact("unloaded", module, type(error).__name__)
            return Absent
        finally:
            self.watching = was
        for name in path:
            if not belongs(value):
                return Absent
            value = member(value, name)
        return value if belongs(value) else Absent

    def method(self, step: dict[str, Any]) -> Any:  # noqa: ANN401 (a bound method of any object)
        """A method of an earlier step's result, where the package itself defines it."""
        receiver = self.results.get(step["on"], Absent)
        if receiver is Absent:
            return Absent
        found = member(receiver, step["method"])
        return found if found is not Absent and belongs(found) else Absent

    def perform(self, index: int, step: dict[str, Any], callee: Any) -> None:  # noqa: ANN401 (any callable)
        """Make one call and tell how it ended."""
        args = [self.build(node) for node in step["args"]]
        kwargs = {name: self.build(node) for name, node in step["kwargs"]}
        if Absent in [given for given in (*args, *kwargs.values()) if given is Absent]:
            self.fact("absent", index)
            return
        self.fact("entered", index)
        try:
            self.results[index] = result = finish(callee(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 (whatever a hostile package raises is a fact)
            self.fact("threw", index, f"{class_of(error)} {frame_of(error)}", message_of(error))
            return
        self.fact("returned", index, type(result).__name__)
        if "returns" in step and not same(result, self.build(step["returns"][0])):
            self.fact("mismatch", index)

    def run(self) -> None:
        """Load, call, look around, say that it is done."""
        if self.job["inside"]:
            os.makedirs(self.job["inside"], exist_ok=True)  # noqa: PTH103 (pathlib is not loaded: it would be the target's to change)
        steps = self.job["steps"]
        found = [Absent if step["verb"] == "on" else self.entry(step["module"], step["path"]) for step in steps]
        self.fact("loaded", sys.version.split()[0])
        self.watching = True
        for index, step in enumerate(steps):
            callee = self.method(step) if step["verb"] == "on" else found[index]
            if callee is Absent or not callable(callee):
                self.fact("absent", index)
            else:
                self.perform(index, step, callee)
        for thread in threading.enumerate():
            if thread is not threading.current_thread():
                thread.join(PATIENCE_SECONDS)
        self.watching = False
        for folder in ("/tmp", "/dev/shm"):  # noqa: S108 (looked at, not written to)
            for name in _listdir(folder)[:16]:
                self.fact("outside", f"{folder}/{name}")
        self.fact("done")


def _isinstance(value: Any, kinds: Any) -> bool:  # noqa: ANN401 (any object)
    """By the true type: a lazy object answers isinstance with what it stands for, and runs code to do so."""
    return issubclass(type(value), kinds)


def home_of(value: Any) -> str:  # noqa: ANN401 (any object)
    """The file of the module that an object says it belongs to."""
    if _isinstance(value, types.FunctionType):
        return str(value.__code__.co_filename)
    for kinds, holder in HOLDERS:
        if _isinstance(value, kinds):
            return home_of(getattr(value, holder))
    if type(value).__name__ == CYTHON:
        return file_of(sys.modules.get(str(value.__module__)))
    if _isinstance(value, types.ModuleType):
        return file_of(value)
    owner = value if _isinstance(value, type) else type(value)
    return file_of(sys.modules.get(str(type.__dict__["__module__"].__get__(owner))))


def file_of(module: Any) -> str:  # noqa: ANN401 (a module, or whatever stands in its place)
    """A module's file, or empty."""
    return str(getattr(module, "__file__", "") or "")


def belongs(value: Any) -> bool:  # noqa: ANN401 (any object)
    """Whether an object is the target's own, not something that its modules happen to name."""
    return value is not Absent and home_of(value).startswith(TARGET)


def member(owner: Any, name: str) -> Any:  # noqa: ANN401 (any object)
    """A plain member of an object: no property, no computed attribute, no method of the language's own classes."""
    static = _getattr_static(owner, name, Absent)
    if static is Absent or _isinstance(owner, types.ModuleType) or _isinstance(static, type):
        return static
    plain = _isinstance(static, (types.FunctionType, classmethod, staticmethod))
    compiled = _isinstance(static, COMPILED_METHODS) or type(static).__name__ == CYTHON
    if plain or (compiled and belongs(static)):
        return static.__get__(None, owner) if _isinstance(owner, type) else static.__get__(owner, type(owner))
    return Absent if hasattr(type(static), "__get__") else static


def finish(result: Any) -> Any:  # noqa: ANN401 (any result)
    """Run what a call has only prepared: a coroutine is awaited, a generator is used up."""
    if _isinstance(result, types.CoroutineType):
        return asyncio.run(result)
    if _isinstance(result, types.GeneratorType):
        collections.deque(result, maxlen=0)
    return result


def same(result: Any, wanted: Any) -> bool:  # noqa: ANN401 (any result)
    """Whether a result is the plain value that a benign call states."""
    try:
        plain = list(result) if _isinstance(result, tuple) else result
        alike = type(plain) is type(wanted) or (_isinstance(plain, str | bytes) and _isinstance(plain, type(wanted)))
        return alike and bool(plain == wanted)
    except Exception:  # noqa: BLE001 (a hostile comparison is no equality)
        return False


def class_of(error: BaseException) -> str:
    """The class of an error, when it is one of the language's own."""
    return type(error).__name__ if type(error).__module__ == "builtins" else "other"


def message_of(error: BaseException) -> str:
    """The first text that an error carries."""
    return next((given for given in error.args if _isinstance(given, str)), "")


def frame_of(error: BaseException) -> str:
    """Whose code the error came out of: the innermost frame that is not the standard library's."""
    place, trace = "other", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(TARGET):
            place = "target"
        elif not file.startswith((STDLIB, "<frozen")):
            place = "other"
        trace = trace.tb_next
    return place


if __name__ == "__main__":
    driver = Driver(json.load(sys.stdin))
    sys.path.insert(0, TARGET + "site")
    sys.addaudithook(driver.audit)
    driver.run()
    _exit(0)

"""Hostile packages, builds and generators end as facts: nothing leaves the sandbox, and nothing crashes the engine."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from levee.kernel.errors import BadInput, LeveeError, TooLarge
from levee.validation.engine.build import BuildFailed
from levee.validation.engine.targets import Archive, Ecosystem, FetchedTarget, Role
from levee.validation.engine.verdict import Result
from support.targets import calls, npm_package, python_source, python_wheel

MARK = Path("/var/tmp/levee-mark-of-a-setup-script")

PYTHON_ACTS = {
    "fork": "import os\n    while True:\n        os.fork()",
    "memory": "held = []\n    while True:\n        held.append(bytearray(1 << 24))",
    "sockets": "import socket\n    for port in range(1, 400):\n        socket.socket().connect(('127.0.0.1', port))",
    "vsock": "import socket\n    socket.socket(40, socket.SOCK_STREAM).connect((2, 22))",
    "write outside": f"open('{MARK}', 'w').write('x')",
    "fill the disk": "open('/w/big', 'wb').write(b'x' * (1 << 30))",
    "many files": "for number in range(10**6):\n        open(f'/w/{number}', 'w').close()",
    "flood facts": "import os\n    while True:\n        os.write(3, b'x' * 4096)",
    "forged facts": "import os\n    os.write(3, b'0' * 32 + b' \"done\"\\n')",
    "end early": "import os\n    os._exit(0)",
    "kill itself": "import os\n    os.kill(os.getpid(), 9)",
    "sleep": "import time\n    time.sleep(60)",
    "read the host": "open('/etc/shadow').read()",
    "patch the driver": "import json, os\n    os.write = None\n    json.dumps = None",
}


@pytest.mark.parametrize("act", PYTHON_ACTS)
def test_a_package_that_misbehaves_ends_as_facts(judged, act):
    source = f"def act(text):\n    {PYTHON_ACTS[act]}\n"
    steps = [{"call": "bad:act", "args": ["{{CANARY}} {{TOKEN}}"]}]
    proof = calls("command", steps, [{"call": "bad:act", "args": ["a"]}], "python")
    verdict = judged(proof, python_wheel("bad", "1.0", source), python_wheel("bad", "1.1", source))
    assert verdict.result in {Result.NOT_REPRODUCED, Result.BEYOND_SANDBOX}
    assert not MARK.exists()


NODE_ACTS = {
    "exit": "process.exit(0)",
    "abort": "process.abort()",
    "really exit": "process.reallyExit(0)",
    "spin": "for (;;);",
    "memory": "const held = []; for (;;) held.push(new Array(1e6).fill(1))",
    "never settle": "return new Promise(() => {})",
    "throw nothing": "throw undefined",
    "throw a proxy": "throw new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } })",
    "then": "return { then(done) { done(done); } }",
    "freeze": "Object.freeze(Object.prototype)",
    "toJSON": "Object.prototype.toJSON = () => 'x'",
    "patch": "JSON.stringify = Reflect.ownKeys = require('fs').writeSync = Map.prototype.get = () => { throw 3; }",
    "workers": "for (let n = 0; n < 200; n += 1) new (require('worker_threads').Worker)('for(;;);', { eval: true })",
}


@pytest.mark.parametrize("act", NODE_ACTS)
def test_a_javascript_package_that_misbehaves_ends_as_facts(judged, act):
    index = f"module.exports.act = (key, value) => {{ {NODE_ACTS[act]} }};"
    steps = [{"call": "bad:act", "args": ["{{K}}", "{{V}}"]}]
    proof = calls("prototype_pollution", steps, [{"call": "bad:act"}])
    verdict = judged(proof, npm_package("bad", "1.0.0", index), npm_package("bad", "1.0.1", index))
    assert verdict.result in {Result.NOT_REPRODUCED, Result.BEYOND_SANDBOX}


SETUP = f"""
import os, pathlib
for place in ('{MARK}', '/tmp/mark', os.path.expanduser('~/mark'), '/w/mark'):
    try:
        pathlib.Path(place).write_text('ran')
    except OSError:
        pass
from setuptools import setup
setup(name='marker', version='1.0', py_modules=['marker'])
"""
BACKEND = """
import os, zipfile
def build_wheel(folder, settings=None, metadata=None):
    exec(open('setup.py').read().split('from setuptools')[0])
    with zipfile.ZipFile(os.path.join(folder, 'marker-1.0-py3-none-any.whl'), 'w') as wheel:
        wheel.writestr('marker.py', open('marker.py').read())
        wheel.writestr('marker-1.0.dist-info/METADATA', 'Name: marker')
    return 'marker-1.0-py3-none-any.whl'
"""


def test_a_setup_script_leaves_no_mark_outside_the_sandbox(engine):
    files = {
        "setup.py": SETUP,
        "backend.py": BACKEND,
        "marker.py": "value = 1",
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]',
    }
    before = set(Path("/tmp").iterdir())
    built = engine.build(python_source("marker", "1.0", files))
    assert (built.tree / "site" / "marker.py").read_text() == "value = 1"
    assert not MARK.exists()
    assert "mark" not in {path.name for path in set(Path("/tmp").iterdir()) - before}
    assert not (Path.home() / "mark").exists()
    assert not list(built.tree.rglob("mark"))


def wheel(name, members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, data in members.items():
            archive.writestr(place, data)
    archive = Archive(
        name=name, version="1.0", filename=f"{name}-1.0-py3-none-any.whl", role=Role.TARGET, data=made.getvalue()
    )
    return FetchedTarget(
        spec=f"pypi:{name}@1.0", ecosystem=Ecosystem.PYPI, name=name, version="1.0", archives=(archive,)
    )


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("bomb", {"a.py": b"\0" * (600 << 20)}),
        ("climber", {"../../a.py": "x"}),
        ("rooted", {"/etc/cron.d/a": "x"}),
        ("backslash", {"..\\..\\a.py": "x"}),
    ],
)
def test_archives_that_burst_or_climb_are_refused(engine, name, members):
    with pytest.raises(BuildFailed):
        engine.build(wheel(name, members))


def test_links_in_a_package_are_left_out(engine):
    target = npm_package("linked", "1.0.0", "module.exports = () => 1;")
    built = engine.build(target)
    assert not any(path.is_symlink() for path in built.tree.rglob("*"))


def test_a_package_that_does_not_unpack_is_build_failed(judged):
    broken = FetchedTarget(
        spec="npm:x@1.0.0",
        ecosystem=Ecosystem.NPM,
        name="x",
        version="1.0.0",
        archives=(
            Archive(
                name="x",
                version="1.0.0",
                filename="x.tgz",
                role=Role.TARGET,
                data=b"no archive",
                place="node_modules/x",
            ),
        ),
    )
    steps = [{"call": "x:a", "args": ["{{K}}{{V}}"]}]
    verdict = judged(calls("prototype_pollution", steps, [{"call": "x:a"}]), broken)
    assert verdict.result is Result.BUILD_FAILED


def generator(script, language="python"):
    document = {"levee": "proof/1", "form": "generator", "kind": "command", "language": language, "script": script}
    return json.dumps(document).encode()


INNER = calls("command", [{"call": "a:b", "args": ["{{CANARY}} {{TOKEN}}"]}], [{"call": "a:b"}]).decode()


def test_what_a_generator_prints_is_the_proof(engine):
    proof = engine.read(generator(f"print({INNER!r})"))
    assert proof.digest == engine.read(INNER.encode()).digest
    assert engine.read(generator(f"console.log({json.dumps(INNER)})", "javascript")).digest == proof.digest


@pytest.mark.parametrize(
    "script",
    [
        "",
        "print('{}')",
        "raise SystemExit(1)",
        "print('x' * 300000)",
        "import os\nwhile True: os.fork()",
        "while True: pass",
        f"print({generator('print(1)').decode()!r})",
        "import socket\nsocket.socket().connect(('127.0.0.1', 80))",
        "print(open('/t/package.json').read())",
    ],
)
def test_a_generator_that_gives_no_proof_is_refused(engine, script):
    with pytest.raises(LeveeError) as caught:
        engine.read(generator(script))
    assert isinstance(caught.value, BadInput | TooLarge)


def test_a_generator_runs_alone(engine):
    script = "import os, json\nraise SystemExit(any(os.path.exists(place) for place in ('/t', '/h')))"
    with pytest.raises(BadInput, match="prints nothing"):
        engine.read(generator(script))


def test_a_tar_archive_as_proof_data_stays_inside(judged):
    """Nothing of the host is reached through an archive that the harness builds."""
    index = "module.exports.size = (data) => data.length;"
    steps = [{"call": "tarred:size", "args": [{"$tar": [{"name": "{{OUTREL}}", "text": "{{TOKEN}}"}]}]}]
    steps.append({"call": "tarred:size", "args": ["{{INSIDE}}"], "trusted": [0]})
    benign = [{"call": "tarred:size", "args": ["ab"], "returns": 2}]
    verdict = judged(calls("file_outside", steps, benign), npm_package("tarred", "1.0.0", index))
    assert verdict.result is Result.NOT_REPRODUCED

"""Where the registries are is asked of pip and npm; what does not answer, or lies about bytes, is unavailable."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import threading

import pytest

from levee.kernel.errors import NotFound, Unavailable
from levee.validation.engine.registries import clients
from levee.validation.engine.registries.clients import Registry
from levee.validation.engine.registries.npm import fetch_npm
from levee.validation.engine.registries.pypi import fetch_pypi
from levee.validation.engine.targets import parse_spec
from support.targets import tar


@pytest.fixture(autouse=True)
def _asked_anew():
    clients.pip_registry.cache_clear()
    clients.npm_registry.cache_clear()
    yield
    clients.pip_registry.cache_clear()
    clients.npm_registry.cache_clear()


def test_pips_own_setting_is_heeded(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple/")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://second.example/simple file:///not/asked")
    monkeypatch.setenv("PIP_CERT", "/absent.pem")
    registry = clients.pip_registry()
    assert registry.indexes == ("https://mirror.example/simple", "https://second.example/simple")
    assert registry.certificates == "/absent.pem"
    assert registry.trust() is not None


def test_npms_own_setting_is_heeded(monkeypatch, tmp_path):
    setting = tmp_path / "npmrc"
    setting.write_text("registry=https://mirror.example/npm/\n@team:registry=https://team.example/\n")
    monkeypatch.setenv("NPM_CONFIG_USERCONFIG", str(setting))
    registry = clients.npm_registry()
    assert registry.indexes == ("https://mirror.example/npm",)
    assert registry.scopes == {"@team": "https://team.example"}


def test_a_host_without_the_client_has_no_registry(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Unavailable):
        clients.npm_registry()


@pytest.fixture
def registry():
    """A registry on loopback that answers what the test puts into `pages`."""
    pages = {}

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            media, body = pages.get(self.path, ("", b""))
            self.send_response(200 if media else 404)
            self.send_header("Content-Type", media)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Nothing is printed."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Registry(indexes=(f"http://127.0.0.1:{server.server_port}",)), pages
    server.shutdown()
    server.server_close()


def publish(pages, base, name, versions):
    """Put packages of npm up: version -> its dependencies."""
    records = {}
    for version, needs in versions.items():
        data = tar({"package/package.json": json.dumps({"name": name, "version": version})}, compression="gz")
        pages[f"/{name}-{version}.tgz"] = ("application/octet-stream", data)
        digest = base64.b64encode(hashlib.sha512(data).digest()).decode()
        dist = {"tarball": f"{base}/{name}-{version}.tgz", "integrity": f"sha512-{digest}"}
        records[version] = {"dist": dist, "dependencies": needs}
    pages[f"/{name}"] = ("application/json", json.dumps({"versions": records, "dist-tags": {}}).encode())


def test_npm_packages_come_with_what_they_need_where_npm_would_put_it(registry, tmp_path):
    where, pages = registry
    base = where.indexes[0]
    publish(pages, base, "top", {"1.0.0": {"left": "^1.0.0", "right": "~2.1.0"}})
    publish(pages, base, "left", {"1.0.0": {}, "1.4.0": {"right": "1.x"}, "2.0.0": {}})
    publish(pages, base, "right", {"1.9.0": {}, "2.1.7": {}, "2.2.0": {}})
    target = fetch_npm(parse_spec("npm:top@1.0.0"), folder=tmp_path, registry=where)
    assert [(item.place, item.version) for item in target.archives] == [
        ("node_modules/top", "1.0.0"),
        ("node_modules/left", "1.4.0"),
        ("node_modules/right", "2.1.7"),
        ("node_modules/left/node_modules/right", "1.9.0"),
    ]
    pages.pop("/right-1.9.0.tgz")
    again = fetch_npm(parse_spec("npm:top@1.0.0"), folder=tmp_path, registry=where)
    assert again.digest == target.digest  # what was fetched once is kept by its digest


def test_bytes_that_are_not_what_the_registry_states_are_refused(registry):
    where, pages = registry
    publish(pages, where.indexes[0], "top", {"1.0.0": {}})
    pages["/top-1.0.0.tgz"] = ("application/octet-stream", b"something else")
    with pytest.raises(Unavailable, match="digest"):
        fetch_npm(parse_spec("npm:top@1.0.0"), folder=None, registry=where)


def test_names_that_packages_give_are_held_to_the_same_grammar(registry):
    where, pages = registry
    publish(pages, where.indexes[0], "top", {"1.0.0": {"../../etc": "1.0.0"}})
    with pytest.raises(Exception, match="names no target"):
        fetch_npm(parse_spec("npm:top@1.0.0"), folder=None, registry=where)


def index(pages, name, files, needs=""):
    """Put Python packages up: file name -> fields of the index."""
    listed = []
    for filename, fields in files.items():
        data = tar({f"{name}/PKG-INFO": f"Name: {name}\n{needs}"}, compression="gz")
        pages[f"/files/{filename}"] = ("application/octet-stream", data)
        listed.append(
            {
                "filename": filename,
                "url": f"../files/{filename}",
                "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
            }
            | fields
        )
    pages[f"/{name}/"] = ("application/vnd.pypi.simple.v1+json", json.dumps({"files": listed}).encode())


def test_python_packages_come_with_what_they_need_and_what_builds_them(registry):
    where, pages = registry
    index(pages, "top", {"top-1.0.tar.gz": {"upload-time": "2020-05-01T00:00:00Z"}}, "Requires-Dist: side>=1\n")
    index(pages, "side", {"side-1.5.tar.gz": {}, "side-0.5.tar.gz": {}})
    for tool in ("setuptools", "wheel"):
        early, late = {"upload-time": "2020-01-01T00:00:00Z"}, {"upload-time": "2024-01-01T00:00:00Z"}
        index(pages, tool, {f"{tool}-40.0.tar.gz": early, f"{tool}-80.0.tar.gz": late})
    target = fetch_pypi(parse_spec("pypi:Top@1.0"), folder=None, registry=where)
    assert [(item.name, item.version, item.role) for item in target.archives] == [
        ("top", "1.0", "target"),
        ("side", "1.5", "dependency"),
        ("setuptools", "40.0", "build"),
        ("wheel", "40.0", "build"),
    ]


def test_requirements_that_do_not_fit_together_are_said_so(registry):
    where, pages = registry
    index(pages, "top", {"top-1.0.tar.gz": {}}, "Requires-Dist: side\nRequires-Dist: side<1\n")
    index(pages, "side", {"side-1.5.tar.gz": {}, "side-0.5.tar.gz": {}})
    with pytest.raises(Unavailable, match="do not fit"):
        fetch_pypi(parse_spec("pypi:top@1.0"), folder=None, registry=where)


def test_a_registry_that_does_not_answer_is_unavailable(registry):
    where, pages = registry
    with pytest.raises(NotFound):
        fetch_npm(parse_spec("npm:absent@1.0.0"), folder=None, registry=where)
    pages["/broken"] = ("application/json", b"[]")
    with pytest.raises(Unavailable):
        fetch_npm(parse_spec("npm:broken@1.0.0"), folder=None, registry=where)
    silent = Registry(indexes=("http://127.0.0.1:9",))
    with pytest.raises(Unavailable):
        fetch_pypi(parse_spec("pypi:a@1"), folder=None, registry=silent)

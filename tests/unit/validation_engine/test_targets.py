"""Targets: named by a strict grammar, carried as bytes with digests, laid out only where they may be."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement

from levee.kernel.errors import BadInput, LeveeError, TooLarge
from levee.validation.engine.build import manifest_of, source_target
from levee.validation.engine.fetching import fetch_target, folder_target
from levee.validation.engine.manifest import read_manifest
from levee.validation.engine.registries import metadata
from levee.validation.engine.registries.metadata import build_requirements, requirements
from levee.validation.engine.registries.npm_ranges import newest
from levee.validation.engine.registries.simple_index import read_index
from levee.validation.engine.registries.wheel_choice import choose
from levee.validation.engine.sealed import BuiltTarget, lay_out, with_version
from levee.validation.engine.targets import Ecosystem, parse_spec, read_target
from support.targets import npm_package, python_wheel, source, tar


@pytest.mark.parametrize("text", ["npm:lodash@4.17.11", "npm:@a/b@1.0.0-rc.1", "pypi:Django@4.2.14", "pypi:a.b_c@1"])
def test_a_spec_names_a_package_and_a_version(text):
    assert str(parse_spec(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "lodash",
        "npm:lodash",
        "npm:lodash@^4",
        "npm:lodash@latest tag",
        "npm:../x@1",
        "npm:-g@1",
        "npm:.x@1",
        "npm:a/b@1",
        "npm:@a/../b@1",
        "npm:a@npm:b@1",
        "npm:https://host/a.tgz@1",
        "pypi:-r@1",
        "pypi:a[b]@1",
        "pypi:a@1;x",
        "pypi:a@@1",
        "gem:a@1",
        "npm:" + "a" * 300 + "@1",
    ],
)
def test_addresses_paths_aliases_ranges_and_options_are_no_specs(text):
    with pytest.raises(BadInput):
        parse_spec(text)


def test_a_target_comes_back_from_a_job_as_it_went_in():
    target = npm_package("a", "1.0.0", "module.exports = 1")
    header, attachments = target.as_header("target")
    again = read_target(json.loads(json.dumps(header)), attachments, "/target")
    assert again == target
    assert again.digest == target.digest != npm_package("a", "1.0.0", "module.exports = 2").digest


def test_bytes_that_are_not_what_their_digest_says_are_refused():
    header, attachments = npm_package("a", "1.0.0", "").as_header("target")
    with pytest.raises(BadInput):
        read_target(header, {name: data + b"x" for name, data in attachments.items()}, "/target")
    with pytest.raises(BadInput):
        read_target(header, {}, "/target")
    for broken in (None, [], {}, header | {"ecosystem": "gem"}, header | {"archives": []}, header | {"archives": [1]}):
        with pytest.raises(BadInput):
            read_target(broken, attachments, "/target")


def test_a_source_target_carries_its_manifest():
    target = source({"src/a.c": "int main(void) { return 0; }"}, build=[["{cc}", "{sanitize}", "src/a.c"]])
    assert (target.name, target.ecosystem) == ("sample", Ecosystem.SOURCE)
    assert manifest_of(target).build == (("{cc}", "{sanitize}", "src/a.c"),)
    assert manifest_of(python_wheel("a", "1", "")) is None


def chain_of_headers():
    """A tar archive of extended headers without an end."""
    header = tarfile.TarInfo("x")
    header.type = tarfile.XHDTYPE
    return header.tobuf(tarfile.PAX_FORMAT) * 5000


@pytest.mark.parametrize(
    ("packed", "place"),
    [
        (b"no archive", "folder:x"),
        (tar({"a.c": ""}), "levee-target.json"),
        (gzip.compress(tar({"levee-target.json": "{}"})), "folder:x"),
        (tar({"levee-target.json": "[" * 1_000_000}), ""),
        (tar({"levee-target.json": "{}" * 1_000_000})[:700_000], ""),
        (chain_of_headers(), "folder:x"),
    ],
    ids=["text", "no manifest", "compressed", "a deep manifest", "a long manifest", "headers without end"],
)
def test_a_source_that_is_no_plain_archive_with_a_small_manifest_is_refused(packed, place):
    with pytest.raises(LeveeError) as caught:
        source_target("folder:x", packed)
    assert isinstance(caught.value, BadInput | TooLarge)
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"levee": "target/2"}, "/levee"),
        ({"name": "a b"}, "/name"),
        ({"language": "cobol"}, "/language"),
        ({"sudo": True}, "/sudo"),
        ({"build": [[]]}, "/build/0"),
        ({"build": "make"}, "/build"),
        ({"programs": {"p": {"path": "../p", "control": "c"}}}, "/programs/p/path"),
        ({"programs": {"p": {"path": "/bin/sh", "control": "c"}}}, "/programs/p/path"),
        ({"programs": {"p": {"path": "p"}}}, "/programs/p/control"),
        ({"tests": [{"name": "t", "command": ["a\0"]}]}, "/tests/0/command"),
        ({"tests": [{"name": "t", "command": ["a"], "report": "html"}]}, "/tests/0"),
    ],
)
def test_a_manifest_that_breaks_a_rule_is_refused_with_its_place(fields, place):
    document = {"levee": "target/1", "name": "a", "version": "1"}
    read_manifest(json.dumps(document).encode())
    with pytest.raises(BadInput) as caught:
        read_manifest(json.dumps(document | fields).encode())
    assert caught.value.place == place


def test_a_folder_becomes_the_same_target_every_time(tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "levee-target.json").write_text('{"levee": "target/1", "name": "a", "version": "1"}')
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("secret")
    (folder / "secret").symlink_to("/etc/shadow")
    target = folder_target(folder)
    assert target.digest == fetch_target(str(folder)).digest
    with tarfile.open(fileobj=io.BytesIO(target.archives[0].data)) as archive:
        assert archive.getnames() == ["levee-target.json"]
    with pytest.raises(BadInput):
        fetch_target(str(folder / "absent"))


VERSIONS = ["0.2.3", "1.0.0", "1.2.0", "1.2.9", "1.3.0", "2.0.0-rc.1", "2.0.0", "3.0.0-beta"]


@pytest.mark.parametrize(
    ("allowed", "chosen"),
    [
        ("*", "2.0.0"),
        ("", "2.0.0"),
        ("^1.0.0", "1.3.0"),
        ("^0.2.0", "0.2.3"),
        ("^0.2.4", None),
        ("~1.2.0", "1.2.9"),
        ("1.2.x", "1.2.9"),
        ("1.2", "1.2.9"),
        (">1.2", "2.0.0"),
        ("<=1.2", "1.2.9"),
        (">=1.0.0 <1.3.0", "1.2.9"),
        ("1.0.0 - 1.2", "1.2.9"),
        ("0.2.3 || 1.0.0", "1.0.0"),
        ("=1.0.0", "1.0.0"),
        ("^2.0.0-rc.0", "2.0.0"),
        (">=3.0.0-alpha", "3.0.0-beta"),
        ("latest", None),
        ("git+ssh://host/x", None),
        ("file:../x", None),
    ],
)
def test_npm_ranges_choose_the_newest_version_that_they_allow(allowed, chosen):
    assert newest(VERSIONS, allowed) == chosen


@given(st.text(max_size=30))
def test_a_range_of_any_text_chooses_a_listed_version_or_none(allowed):
    assert newest(VERSIONS, allowed) in {None, *VERSIONS}


PAGE = """<a href="../files/a-1.0.tar.gz#sha256=11">a</a><a href="a-2.0-py3-none-any.whl#sha256=22" data-yanked="">b</a>
<a href="ftp://x/a-3.0.tar.gz#sha256=33">c</a><a href="a-4.0.tar.gz">no digest</a>"""


def test_an_index_is_read_as_json_and_as_html():
    html = read_index(PAGE.encode(), "text/html", "https://host.example/simple/a/")
    assert [(file.filename, file.sha256, file.yanked) for file in html] == [
        ("a-1.0.tar.gz", "11", False),
        ("a-2.0-py3-none-any.whl", "22", True),
    ]
    assert html[0].url == "https://host.example/simple/files/a-1.0.tar.gz"
    listed = [{"filename": "a-1.0.tar.gz", "url": "/f/a-1.0.tar.gz", "hashes": {"sha256": "11"}, "yanked": "why"}]
    page = json.dumps({"files": listed}).encode()
    (file,) = read_index(page, "application/vnd.pypi.simple.v1+json", "https://host.example/simple/a/")
    assert (file.url, file.yanked) == ("https://host.example/f/a-1.0.tar.gz", True)
    for broken in (b"{", b"[]", b'{"files": [{}]}'):
        with pytest.raises(LeveeError):
            read_index(broken, "application/vnd.pypi.simple.v1+json", "https://host.example/")


def files(*names, **fields):
    listed = [{"filename": name, "url": f"/{name}", "hashes": {"sha256": "1"}, **fields} for name in names]
    return read_index(json.dumps({"files": listed}).encode(), "application/json", "https://host.example/")


def chosen(listed, requirement, **fields):
    file = choose(listed, [Requirement(requirement)], "3.11.2", **fields)
    return file.filename if file else None


def test_a_wheel_that_fits_goes_before_a_pure_one_of_another_platform_and_that_before_source():
    fits, foreign, native = "a-1-py3-none-any.whl", "a-1-py3-none-win_amd64.whl", "a-1-cp311-cp311-win_amd64.whl"
    assert chosen(files("a-1.tar.gz", native, foreign, fits), "a") == fits
    assert chosen(files("a-1.tar.gz", native, foreign), "a") == foreign
    assert chosen(files("a-1.tar.gz", native), "a") == "a-1.tar.gz"
    assert chosen(files(native, "a-1.exe"), "a") is None


def test_the_newest_release_that_is_allowed_is_taken():
    listed = files("a-1.0.tar.gz", "a-1.5.tar.gz", "a-2.0rc1.tar.gz")
    assert chosen(listed, "a") == "a-1.5.tar.gz"
    assert chosen(listed, "a<1.5") == "a-1.0.tar.gz"
    assert chosen(listed, "a==2.0rc1") == "a-2.0rc1.tar.gz"
    assert chosen(files("a-1.0.tar.gz", yanked=True), "a") is None
    assert chosen(files("a-1.0.tar.gz", yanked=True), "a==1.0") == "a-1.0.tar.gz"
    assert chosen(files("a-1.0.tar.gz", **{"requires-python": ">=3.12"}), "a") is None


def test_tools_of_the_releases_own_day_go_before_newer_ones():
    listed = [
        *files("a-1.0.tar.gz", **{"upload-time": "2020-01-01T00:00:00Z"}),
        *files("a-2.0.tar.gz", **{"upload-time": "2024-01-01T00:00:00Z"}),
    ]
    assert chosen(listed, "a", until="2021-01-01T00:00:00Z") == "a-1.0.tar.gz"
    assert chosen(listed, "a>1", until="2021-01-01T00:00:00Z") == "a-2.0.tar.gz"


def test_metadata_is_read_out_of_single_files():
    wheel = python_wheel("a", "1", "").archives[0].data
    assert requirements(wheel) == []
    sdist = tar({"a-1/PKG-INFO": "Name: a\nRequires-Dist: b>=1\n", "a-1/sub/PKG-INFO": "Requires-Dist: c"})
    assert requirements(gzip.compress(sdist)) == ["b>=1"]
    assert [str(one) for one in build_requirements(gzip.compress(sdist))] == ["setuptools", "wheel"]
    project = tar({"a-1/pyproject.toml": '[build-system]\nrequires = ["hatchling"]'})
    assert [str(one) for one in build_requirements(gzip.compress(project))] == ["hatchling"]


def test_a_source_distribution_that_unpacks_to_too_much_is_read_no_further(monkeypatch):
    monkeypatch.setattr(metadata, "_UNPACKED", 1 << 20)
    bomb = tar({"a-1/zeros": "\0" * (2 << 20), "a-1/PKG-INFO": "Name: a\nRequires-Dist: b>=1\n"})
    first = tar({"a-1/PKG-INFO": "Name: a\nRequires-Dist: b>=1\n", "a-1/zeros": "\0" * (2 << 20)})
    assert requirements(gzip.compress(bomb)) == []
    assert requirements(gzip.compress(first)) == ["b>=1"]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", gzip.compress(b"x" * 600), gzip.compress(b"x" * 600)[:20]],
    ids=["empty", "a few bytes", "packed text", "broken off"],
)
def test_a_broken_archive_states_no_requirements(data):
    assert requirements(data) == []
    assert [str(one) for one in build_requirements(data)] == ["setuptools", "wheel"]


@given(st.binary(max_size=100))
def test_metadata_of_any_bytes_is_read_or_nothing(data):
    assert requirements(data) == []
    assert len(build_requirements(data)) == 2


def test_a_seal_is_over_places_modes_and_bytes(tmp_path):
    first = lay_out(tar({"a": "1", "b/c": "2"}), tmp_path / "1")
    assert (tmp_path / "1" / "b" / "c").read_text() == "2"
    assert first == lay_out(tar({"b/c": "2", "a": "1"}), tmp_path / "2")
    assert first != lay_out(tar({"a": "1", "b/d": "2"}), tmp_path / "3")


def special(kind, name="x", target="/etc/passwd"):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        archive.addfile(info)
    return made.getvalue()


@pytest.mark.parametrize(
    "packed",
    [
        special(tarfile.SYMTYPE),
        special(tarfile.LNKTYPE),
        special(tarfile.FIFOTYPE),
        special(tarfile.CHRTYPE),
        tar({"../x": "1"}),
        tar({"a/../../x": "1"}),
        tar({"/x": "1"}),
        b"nothing",
    ],
)
def test_a_builds_output_is_plain_files_below_its_folder(tmp_path, packed):
    with pytest.raises((BadInput, TooLarge)):
        lay_out(packed, tmp_path / "place" / "in")
    assert [path.name for path in (tmp_path / "place").iterdir()] == ["in"]
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


def test_the_identity_swap_changes_what_a_target_says_and_nothing_that_it_does(tmp_path):
    source_files = {
        "node_modules/a/package.json": '{"version": "1.2.3", "depends": "11.2.3"}',
        "node_modules/a/v.js": "exports.v = '1.2.3'; exports.w = '1.2.34'; exports.t = (1, 2, 3)",
        "node_modules/b/package.json": '{"version": "1.2.3"}',
        "node_modules/a/a-1.2.3.dist-info/METADATA": "Version: 1.2.3",
    }
    digest = lay_out(tar(source_files), tmp_path / "tree")
    built = BuiltTarget(
        spec="npm:a@1.2.3",
        ecosystem=Ecosystem.NPM,
        name="a",
        version="1.2.3",
        digest=digest,
        tree=tmp_path / "tree",
        root="node_modules/a",
    )
    swapped = with_version(built, "1.3.0", tmp_path / "swap").tree
    own = swapped / "node_modules" / "a"
    assert (own / "package.json").read_text() == '{"version": "1.3.0", "depends": "11.2.3"}'
    assert (own / "v.js").read_text() == "exports.v = '1.3.0'; exports.w = '1.2.34'; exports.t = (1, 3, 0)"
    assert (own / "a-1.3.0.dist-info" / "METADATA").read_text() == "Version: 1.3.0"
    assert (swapped / "node_modules" / "b" / "package.json").read_text() == '{"version": "1.2.3"}'
    assert (tmp_path / "tree" / "node_modules" / "a" / "package.json").read_text().startswith('{"version": "1.2.3"')

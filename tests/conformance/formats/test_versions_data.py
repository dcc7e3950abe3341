"""Public version comparisons: every answer is right; what has no answer is counted, per scheme."""

from __future__ import annotations

import random

import pytest
from typer.testing import CliRunner

from levee.cli.main import app
from levee.formats.versions.check import check_lines

# file: scheme, comparisons held, comparisons with a version that the scheme calls malformed
HELD = {
    "alpine-versions-generated.txt": ("apk", 7006, 0),
    "alpine-versions.txt": ("apk", 374, 17),
    "cran-versions-generated.txt": ("cran", 24, 0),
    "cran-versions.txt": ("cran", 10, 0),
    "debian-versions-generated.txt": ("deb", 7245, 0),
    "debian-versions.txt": ("deb", 12, 0),
    "hackage-versions.txt": ("hackage", 4, 0),
    "maven-versions-generated.txt": ("maven", 7333, 0),
    "maven-versions.txt": ("maven", 50, 0),
    "nuget-versions.txt": ("nuget", 18, 0),
    "packagist-versions-generated.txt": ("packagist", 5315, 1),
    "packagist-versions.txt": ("packagist", 47, 5),
    "pub-versions.txt": ("pub", 52, 0),
    "pypi-versions-generated.txt": ("pypi", 6141, 38),
    "pypi-versions.txt": ("pypi", 15, 6),
    "redhat-versions.txt": ("rpm", 61, 17),
    "rubygems-versions-generated.txt": ("gem", 2020, 0),
    "rubygems-versions.txt": ("gem", 13, 0),
    "semver-versions.txt": ("semver", 43, 0),
}
# Made with a Maven from before `.word` came to mean `-word`, as its specification says now. No keys can hold the old
# order, which goes in circles: 2.9.0.RC1 < 2.9.0 < 2.9.0-1 < 2.9.0.RC1.
OLD_MAVEN = {
    "1.0.0-RC16 < 1.0.0.RC8-beta",
    "2.9.0-1 < 2.9.0.RC1",
    "3.6.2.FL.20090615 < 3.6.2-FL-2009-05-11",
    "1.1.46.sec10 < 1.1.46_noneautotype",
    "1.2.31.sec10 < 1.2.31_noneautotype",
    "1.2.67.sec10 < 1.2.67_noneautotype",
    "1.1.0-01-glassfish < 1.1.0.Beta1",
}
# Made with PHP's version_compare on raw text; composer compares what it normalised: four numbers, lower case.
NOT_NORMALISED = {
    "v3.4 < v3.4.0-alpha",
    "v4.4 < v4.4.0-beta",
    "v6.5 < v6.5.0-beta-0",
    "v1.9.0-ALPHA.1 = v1.9.0-BETA.1",
    "v1.9.0-ALPHA.2 = v1.9.0-BETA.2",
}
TURNED = {"<": ">", ">": "<", "=": "<"}


@pytest.mark.parametrize("name", sorted(HELD))
def test_no_comparison_is_answered_wrongly(levee_data, name):
    scheme, expected, unknown = HELD[name]
    found = check_lines(scheme, (levee_data / "versions" / name).read_text().splitlines())
    untrue = {line.text for line in found.untrue}
    assert untrue <= OLD_MAVEN | NOT_NORMALISED
    assert (found.read - len(untrue) - len(found.unordered), len(found.unordered)) == (expected, unknown)
    assert not found.not_understood


def turned(line):
    left, relation, right = line.rsplit(" ", 2)
    return f"{left} {TURNED[relation]} {right}"


@pytest.mark.parametrize("name", sorted(HELD))
def test_of_a_file_with_half_its_lines_turned_exactly_those_are_named(levee_data, tmp_path, name):
    scheme = HELD[name][0]
    lines = [line.strip() for line in (levee_data / "versions" / name).read_text().splitlines()]
    said = check_lines(scheme, lines)
    silent = {line.number for line in (*said.untrue, *said.unordered)}
    stated = [at for at, line in enumerate(lines) if line and not line.startswith("//") and at + 1 not in silent]
    wrong = set(random.Random(name).sample(stated, len(stated) // 2))
    path = tmp_path / name
    path.write_text("\n".join(turned(line) if at in wrong else line for at, line in enumerate(lines)))

    again = check_lines(scheme, path.read_text().splitlines())
    assert {line.number - 1 for line in again.untrue} == wrong | {line.number - 1 for line in said.untrue}

    answer = CliRunner().invoke(app, ["versions", "compare", scheme, str(path)])
    assert answer.exit_code == bool(again.untrue)
    assert f"{again.read} comparisons read" in answer.output
    assert all(line.text in answer.output for line in again.untrue)

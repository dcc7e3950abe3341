"""Public version comparisons: every answer is right; what has no answer is counted, per scheme."""

from __future__ import annotations

import re

import pytest

from levee.formats.versions import sort_key

# file: scheme, comparisons held, comparisons with a version that the scheme calls malformed
HELD = {
    "alpine-versions-generated.txt": ("apk", 7006, 0),
    "alpine-versions.txt": ("apk", 374, 17),
    "cran-versions-generated.txt": ("cran", 24, 0),
    "cran-versions.txt": ("cran", 10, 0),
    "debian-versions-generated.txt": ("deb", 7245, 0),
    "debian-versions.txt": ("deb", 12, 0),
    "hackage-versions.txt": ("hackage", 4, 0),
    "nuget-versions.txt": ("nuget", 18, 0),
    "pub-versions.txt": ("pub", 52, 0),
    "pypi-versions-generated.txt": ("pypi", 6141, 38),
    "pypi-versions.txt": ("pypi", 15, 6),
    "redhat-versions.txt": ("rpm", 61, 17),
    "rubygems-versions-generated.txt": ("gem", 2020, 0),
    "rubygems-versions.txt": ("gem", 13, 0),
    "semver-versions.txt": ("semver", 43, 0),
}
LINE = re.compile(r"(.+?) ([<>=]) (.+)")


@pytest.mark.parametrize("name", sorted(HELD))
def test_no_comparison_is_answered_wrongly(levee_data, name):
    scheme, expected, unknown = HELD[name]
    held = unanswered = 0
    for line in (levee_data / "versions" / name).read_text().splitlines():
        match = LINE.fullmatch(line.strip())
        if match is None or line.startswith(("//", "#")):
            continue
        left, right = sort_key(scheme, match[1]), sort_key(scheme, match[3])
        if left is None or right is None:
            unanswered += 1
            continue
        assert {"<": left < right, ">": left > right, "=": left == right}[match[2]], f"{name}: {line}"
        held += 1
    assert (held, unanswered) == (expected, unknown)

"""`levee versions compare`: what is not true is named, what cannot be said is counted, and nothing is lost."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from levee.cli.main import app
from levee.formats.versions.check import scheme_named
from levee.kernel.errors import BadInput

FILE = """\
// of a maintainer
1.2 < 1.10

# and of another
1.0 = 1.0.0
1.10 < 1.2
latest > 1.0
nothing at all
"""


@pytest.fixture
def stated(tmp_path):
    path = tmp_path / "versions.txt"
    path.write_text(FILE)
    return str(path)


def test_lines_that_are_not_true_are_printed_with_what_is(stated):
    answer = CliRunner().invoke(app, ["versions", "compare", "PyPI", stated])
    assert answer.exit_code == 1
    assert "1.10 < 1.2    (line 6; in fact 1.10 > 1.2)" in answer.output
    assert "4 comparisons read by the order of pypi: 1 not true, 1 with a version that has no order" in answer.output
    assert "latest has no order in pypi" in answer.output
    assert "line 8: 'nothing at all' was not understood" in answer.output


def test_programs_get_every_line_with_its_number(stated):
    answer = json.loads(CliRunner().invoke(app, ["versions", "compare", "npm", stated, "--json"]).stdout)
    assert answer["read"] == 4
    assert [line["number"] for line in answer["untrue"]] == [6]
    assert [line["text"] for line in answer["unordered"]] == ["latest > 1.0"]
    assert [line["number"] for line in answer["not_understood"]] == [8]


def test_a_file_without_untrue_lines_ends_well(tmp_path):
    path = tmp_path / "versions.txt"
    path.write_text("1.0~rc1 < 1.0\n")
    assert CliRunner().invoke(app, ["versions", "compare", "Debian:12", str(path)]).exit_code == 0


@pytest.mark.parametrize(
    ("name", "scheme"),
    [("PyPI", "pypi"), ("Ubuntu:22.04:LTS", "deb"), ("redhat", "rpm"), ("cargo", "semver"), ("semver", "semver")],
)
def test_an_order_is_named_by_its_ecosystem_its_package_url_type_or_itself(name, scheme):
    assert scheme_named(name) == scheme


def test_an_ecosystem_without_an_order_is_refused_with_those_there_are():
    with pytest.raises(BadInput, match="no order"):
        scheme_named("Linux")

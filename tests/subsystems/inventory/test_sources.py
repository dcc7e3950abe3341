"""A list of binary packages gets its sources from the operator's other lists, where these agree on them."""

from __future__ import annotations

import pytest

from levee.inventory import selectors, services
from levee.policy.actors import OrganisationKind, Role

SYSTEM = "HOSTNAME={host}\nID={name}\nVERSION_ID={release}\n"


def query(*rows, name="debian", release="12"):
    """`dpkg-query -W` with sources: rows of package, version, source, and the source's version."""
    lines = (f"{package}\t{version}\tamd64\t{source}\t{of}" for package, version, source, of in rows)
    return (SYSTEM.format(host="full", name=name, release=release) + "\n".join(lines)).encode()


def dpkg(*rows, name="debian", release="12"):
    """`dpkg -l`: rows of package and version."""
    lines = (f"ii  {package}  {version}  amd64  it" for package, version in rows)
    head = SYSTEM.format(host="plain", name=name, release=release) + "+++-===\n"
    return (head + "\n".join(lines) + "\n").encode()


SSL = ("libssl3", "3.0.15-1", "openssl", "3.0.15-1")
CXX = ("libstdc++6", "12.2.0-14", "gcc-12", "12.2.0-14")
DM = ("dmsetup", "2:1.02.185-2", "lvm2", "2.03.16-2")


@pytest.fixture
def operator(world):
    return world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)


def taken(operator, data, name):
    return services.import_file(operator, data, filename=f"{name}.txt", name=name)


def known(operator, data):
    seen = services.preview(operator, data, filename="plain.txt", name="plain")
    done = taken(operator, data, "plain")
    held = {(each.name, each.version) for each in selectors.components(operator, done.inventory)}
    assert held == {(each.name, each.version) for each in seen.reading.components}
    assert seen.reading.accounted
    return held, [each.reason for each in seen.reading.remarks if "are taken to be built from" in each.reason]


def test_a_source_that_another_list_names_is_taken_over_for_every_version(operator):
    taken(operator, query(SSL, CXX), "full")
    held, said = known(operator, dpkg(("libssl3", "3.0.11-1"), ("libstdc++6", "12.2.0-14"), ("bash", "5.2.15-2")))
    assert held == {("openssl", "3.0.11-1"), ("gcc-12", "12.2.0-14"), ("bash", "5.2.15-2")}
    assert said == ["2 packages are taken to be built from the sources that other lists of yours name for them"]


def test_a_source_with_a_version_of_its_own_is_taken_over_for_the_same_version_alone(operator):
    taken(operator, query(DM), "full")
    assert known(operator, dpkg(("dmsetup", "2:1.02.185-2")))[0] == {("lvm2", "2.03.16-2")}
    assert known(operator, dpkg(("dmsetup", "2:1.02.185-3")))[0] == {("dmsetup", "2:1.02.185-3")}


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        (query(SSL, release="11"), dpkg(("libssl3", "3.0.15-1"))),
        (query(SSL, name="ubuntu", release="22.04"), dpkg(("libssl3", "3.0.15-1"))),
        (query(SSL, ("libssl3", "3.0.16-1", "openssl3", "3.0.16-1")), dpkg(("libssl3", "3.0.15-1"))),
        (query(SSL), dpkg(("libssl3t64", "3.0.15-1"))),
    ],
)
def test_no_source_is_taken_over_from_another_release_or_where_lists_differ(operator, told, asked):
    taken(operator, told, "full")
    assert {name for name, _ in known(operator, asked)[0]} <= {"libssl3", "libssl3t64"}


def test_nothing_is_learnt_from_anybody_else(operator, world):
    other = world.actor(world.organisation(OrganisationKind.OPERATOR, "Mill"), Role.MEMBER)
    taken(other, query(SSL), "full")
    assert known(operator, dpkg(("libssl3", "3.0.15-1")))[0] == {("libssl3", "3.0.15-1")}

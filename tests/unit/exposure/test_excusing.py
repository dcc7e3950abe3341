"""Which statement decides about a match: the newest that names it, and in doubt the one that does not excuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.exposure.matching.engine import examine, in_hand
from levee.exposure.vex.deciding import Relied, Surroundings, bound, excuse
from levee.formats.osv import osv_record
from levee.formats.versions import sort_key
from levee.formats.vex import Statement, Status
from levee.formats.vex.statement import EVERY, product_of
from levee.inventory.types import Asset, Component, Criticality, Exposure, Owner

DAY = datetime(2026, 11, 1, tzinfo=UTC)
KEYS = (UUID(int=number) for number in count(1))
LIST, OTHER_LIST = next(KEYS), next(KEYS)
VERSION = "1.2.3"
ADVISORY = in_hand(
    next(KEYS),
    osv_record(
        {
            "id": "ADV-1",
            "aliases": ["CVE-2099-1"],
            "modified": "2026-10-01T00:00:00Z",
            "affected": [
                {
                    "package": {"ecosystem": "npm", "name": name},
                    "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "2.0.0"}]}],
                }
                for name in ("part", "other")
            ],
        }
    ),
)


def asset(name="web-1", inventory=LIST):
    return Asset(
        id=next(KEYS), inventory=inventory, name=name, owner=Owner.US, owner_name="", environment="",
        criticality=Criticality.UNKNOWN, exposure=Exposure.UNKNOWN, exposure_source="", exposure_at=DAY,
    )  # fmt: skip


def component(on, name="part", version=VERSION):
    return Component(
        id=next(KEYS), asset=on, stated=f"{name} {version}", purl=f"pkg:npm/{name}@{version}", ecosystem="npm",
        name=name, version=version, key=sort_key("semver", version), detected_at=DAY, evidence_at=DAY, unmatchable="",
    )  # fmt: skip


def statement(status=Status.NOT_AFFECTED, *, at=DAY, named="pkg:npm/part", within=None, apart=False, **more):
    return Statement(
        vulnerabilities=("CVE-2099-1",),
        product=product_of(named, **more),
        within=within and product_of(within),
        apart=apart,
        status=status,
        justification="component_not_present",
        author="Maker",
        at=at,
        document="urn:x",
        format="OpenVEX",
        place="/",
    )


def excused(components, *relied):
    standing, taken = excuse(examine(components, [ADVISORY]), relied, Surroundings(components))
    assert len(standing) + len(taken) == sum(each.name in {"part", "other"} for each in components)
    return [(each.found.component.asset.name, each.found.component.name) for each in taken]


SPANS = {"every": {}, "range": {"events": (("introduced", "1"), ("fixed", "2"))}, "listed": {"versions": (VERSION,)}}
ELSEWHERE = {"events": (("introduced", "3"),)}, {"versions": ("1.2.4",)}


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(sorted(SPANS)), st.sampled_from(Status), st.booleans()), max_size=6
    )
)
def test_the_newest_that_names_it_decides_then_the_most_exact_then_the_one_that_does_not_excuse(given):
    relied = [
        Relied(statement=statement(status, at=DAY + timedelta(days), **(ELSEWHERE[days % 2] if away else SPANS[span])))
        for days, span, status, away in given
    ]
    answers = {
        (days, ["every", "range", "listed"].index(span), status not in {Status.NOT_AFFECTED, Status.FIXED})
        for days, span, status, away in given
        if not away
    }
    wanted = bool(answers) and not max(answers)[2]
    assert bool(excused([component(asset())], *relied)) is wanted


def test_a_part_is_excused_where_the_whole_is_and_nowhere_else():
    with_it, without, older = asset("with"), asset("without"), asset("older")
    everything = [
        *(component(each) for each in (with_it, without, older)),
        component(with_it, "whole", "5.0.0"),
        component(older, "whole", "4.0.0"),
    ]
    assert excused(everything, Relied(statement=statement(within="pkg:npm/whole@5.0.0"))) == [("with", "part")]


def test_a_statement_for_one_inventory_counts_in_no_other():
    here, there = asset("here"), asset("there", OTHER_LIST)
    both = [component(here), component(there)]
    assert excused(both, bound(statement(), LIST)) == [("here", "part")]
    assert excused(both, bound(statement(apart=True), LIST)) == [("here", "part")]


def test_what_does_not_say_where_it_counts_counts_nowhere_without_an_inventory():
    assert excused([component(asset())], Relied(statement=statement(apart=True))) == []


@pytest.mark.parametrize("named", ["pkg:npm/other@1.2.3", "pkg:npm/other"])
def test_nothing_else_that_the_same_advisory_names_is_excused(named):
    on = asset()
    assert excused([component(on), component(on, "other")], Relied(statement=statement(named=named))) == [
        ("web-1", "other")
    ]


def test_every_version_is_the_least_exact():
    assert product_of("pkg:npm/part", events=EVERY).exactness == product_of("pkg:npm/part").exactness == 0

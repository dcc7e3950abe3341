"""The header offers what its reader works with."""

from uuid import uuid4

import pytest

from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Role, Standing
from levee.web.navigation import entries


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        (OrganisationKind.FINDER, {"Findings", "Cases"}),
        (OrganisationKind.OPERATOR, {"To do", "Inventory", "Alerts"}),
        (OrganisationKind.INTERMEDIARY, {"To do", "Inventory", "Alerts"}),
        (OrganisationKind.AGENCY, {"Findings", "Cases", "To do", "Inventory", "Alerts"}),
    ],
)
def test_an_agency_finds_and_operates_and_is_offered_both(kind, offered):
    reader = Actor(
        id=uuid4(),
        kind=PrincipalKind.PERSON,
        party=uuid4(),
        organisation_kind=kind,
        standing=Standing.JOINED,
        roles=frozenset({Role.MEMBER}),
    )
    assert {entry.label for entry in entries(reader, "/")} == {"Overview", *offered}

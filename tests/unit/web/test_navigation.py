"""The header offers what its reader works with."""

from uuid import uuid4

import pytest

from levee.kernel.sides import Side
from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Role, Standing
from levee.web.navigation import entries

OPERATORS = {"To do", "Inventory", "Feeds", "Alerts"}


@pytest.mark.parametrize(
    ("kind", "here", "offered"),
    [
        (OrganisationKind.FINDER, Side.CLEARINGHOUSE, {"Overview", "Findings", "Cases"}),
        (OrganisationKind.OPERATOR, Side.OPERATORS, OPERATORS),
        (OrganisationKind.INTERMEDIARY, Side.OPERATORS, {*OPERATORS, "Clients"}),
        (OrganisationKind.AI_DEVELOPER, Side.CLEARINGHOUSE, {"Overview", "Findings", "Cases", "Models"}),
        (OrganisationKind.AGENCY, Side.CLEARINGHOUSE, {"Overview", "Findings", "Cases", "Models", "To do"}),
        (OrganisationKind.AGENCY, Side.OPERATORS, {*OPERATORS, "Clearinghouse"}),
    ],
)
def test_an_agency_finds_and_operates_and_is_led_from_one_to_the_other(kind, here, offered):
    reader = Actor(
        id=uuid4(),
        kind=PrincipalKind.PERSON,
        party=uuid4(),
        organisation_kind=kind,
        standing=Standing.JOINED,
        roles=frozenset({Role.MEMBER}),
    )
    assert {entry.label for entry in entries(reader, "/", here)} == offered

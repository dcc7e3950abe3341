"""How long an intermediary's view over fifty operators takes; run as `python bench/clients.py [REQUESTS]`.

Each operator has 200 actions to do. Prints one JSON line: milliseconds at the median and the 95th percentile, of the
page and of the API, asked at the real process of the operators' site.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import psycopg

from _house import house
from pages import sign_in, timed

if TYPE_CHECKING:
    from levee.cli.demo.cast import Cast
    from levee.identity.types import LetIn
    from levee.policy.actors import Actor

OPERATORS, ACTIONS = 50, 200
TIMELINE = {
    "edition": "cisa:DT_BOD2604:1.0.0",
    "title": "BOD 26-04",
    "row": 15,
    "result": "3 days",
    "band": {"days": 3, "forensics": True},
    "starts_at": "2026-11-28T00:00:00+00:00",
    "due_at": "2026-12-01T00:00:00+00:00",
    "inputs": {},
    "held_by": "",
}
WRITTEN = """
with o as (select p.id from access_party p where p.kind = 'operator'),
    i as (select id from access_party where kind = 'intermediary'),
    consents as (
        insert into access_consent (id, operator, intermediary, may_act, since)
        select gen_random_uuid(), o.id, i.id, true, now() from o, i),
    inventories as (
        insert into inventory_inventory (id, organisation, name, last_import, imported_at)
        select gen_random_uuid(), o.id, 'office', gen_random_uuid(), now() - random() * interval '60 days' from o)
insert into exposure_action (id, organisation, owner, owner_name, ecosystem, package, version, certain, state,
    opened_at, state_at, reopened, due_at, strictness, timeline, exploited, weaponised, ransomware, epss, weight, hits,
    signals, criticality, assets, vulnerabilities)
select gen_random_uuid(), o.id, 'us', '', 'npm', 'package-' || n, '2.0.0', true, 'open', now(), now(), 0,
    now() + (random() * 20 - 4) * interval '1 day', n %% 4, %s, n %% 9 = 0, false, false, random(), n, 1, '{}',
    'unknown', array['web-1'], array['CVE-2026-' || n]
from o, generate_series(1, %s) as n
"""


def main(requests: int) -> None:
    """Fill the house, then ask for the page and the operation."""
    with house() as cast:
        from levee.identity.services import issue_token
        from levee.policy.actions import Action
        from levee.settings import settings

        provider = _fill(cast)
        actor = _actor(provider)
        scopes = (Action.CONSENT_SEE, Action.EXPOSURE_SEE, Action.INVENTORY_SEE)
        token = issue_token(actor, name="t", scopes=scopes, lasts=timedelta(days=1)).secret
        site = settings().operators_site
        figures: dict[str, object] = {"operators": OPERATORS, "actions": OPERATORS * ACTIONS}
        with httpx.Client(base_url=site, headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
            assert len(client.get("/api/v1/clients").json()["clients"]) == OPERATORS
            figures["api_ms"] = timed(client, "/api/v1/clients", requests)
        with httpx.Client(base_url=site, timeout=60) as client:
            sign_in(client, provider.secret)
            figures["page_ms"] = timed(client, "/clients/", requests)
    print(json.dumps(figures))


def _fill(cast: Cast) -> LetIn:
    from levee.identity.services import let_in
    from levee.platform.database.server import open_server
    from levee.policy.actors import OrganisationKind
    from levee.settings import settings

    for number in range(OPERATORS):
        let_in(cast.coordinator, name=f"Bank {number}", kind=OrganisationKind.OPERATOR, administrator="A")
    provider = let_in(cast.coordinator, name="Provider", kind=OrganisationKind.INTERMEDIARY, administrator="P")
    server = open_server(settings())
    with psycopg.connect(server.owner.conninfo()) as connection:
        connection.execute(WRITTEN, [json.dumps(TIMELINE), ACTIONS])
    server.close()
    return provider


def _actor(provider: LetIn) -> Actor:
    from levee.access.selectors import actor_of

    actor = actor_of(provider.administrator.id)
    assert actor is not None
    return actor


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)

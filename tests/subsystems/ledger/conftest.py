from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from levee.ledger import services, types
from levee.ledger.signing import Signer, open_signer
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.platform.ports import ports
from levee.policy.actors import Actor
from support.database import as_role


@dataclass
class House:
    """The ledger's own process beside the world of the test."""

    signer: Signer

    def sequence(self, **how: int) -> int:
        with as_role(DbRole.LEDGER):
            return services.sequence(self.signer, **how)

    def commit_hour(self) -> int:
        with as_role(DbRole.LEDGER):
            return services.commit_hour(ports().clock.now(), self.signer)

    @staticmethod
    def record(
        actor: Actor, *, log: tuple[str, UUID] | None = None, verb: str = "finding:submit", **fields: object
    ) -> None:
        with acting(actor) as act:
            where = log or ("organisation", actor.party)
            services.record(act, log=where, verb=verb, subject=actor.party, fields=fields)


@pytest.fixture
def house(real_world, tmp_path):
    with as_role(DbRole.LEDGER):
        return House(signer=open_signer(tmp_path / "keys", "https://levee.example:8750/"))


@pytest.fixture
def own():
    """The name of an actor's organisation log."""
    return lambda actor: types.LogName("organisation", actor.party)

"""Publishing as the clearinghouse does, and the worker's jobs."""

from uuid import uuid4

import pytest

from levee.exposure import tasks
from levee.exposure.types import KnownAdvisory
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.platform.jobs.work import JobKind, register
from levee.policy.actors import OrganisationKind, Role
from support.running import work
from support.signals import said


@pytest.fixture
def house(world):
    """Publishes advisories as the clearinghouse does, and lets the worker do its jobs."""
    return House(world)


@pytest.fixture
def real_house(real_world):
    """The same in a database where transactions really commit."""
    return House(real_world)


class House:
    def __init__(self, world):
        self.world, self.clock, self.published = world, world.clock, {}
        self.coordinator = world.coordinator()
        register(JobKind(name=tasks.LEARN, handler=tasks.learn_from(lambda _actor, key: self.published[key])))

    def publish(self, advisory):
        self.published[advisory.id] = advisory
        with acting(self.coordinator) as act:
            enqueue(act, tasks.LEARN, subject=advisory.id, party=self.world.house)
        self.work()
        return advisory

    def work(self):
        work()

    def clocks(self, actor):
        """Let what an operator has waiting happen, as the queue does when its time has come."""
        with acting(actor) as act:
            enqueue(act, tasks.CLOCKS, subject=actor.party, party=actor.party)
        self.work()

    def advisory(
        self,
        name="ADV-1",
        *,
        package="lodash",
        ecosystem="npm",
        introduced="0",
        fixed="4.17.12",
        withdrawn=False,
        aliases=(),
        key=None,
        **known,
    ):
        osv = {
            "id": name,
            "modified": self.clock.now().isoformat(),
            "aliases": list(aliases),
            "affected": [
                {
                    "package": {"ecosystem": ecosystem, "name": package},
                    "ranges": [
                        {
                            "type": "SEMVER" if ecosystem == "npm" else "ECOSYSTEM",
                            "events": [{"introduced": introduced}, *([{"fixed": fixed}] if fixed else [])],
                        }
                    ],
                }
            ],
        }
        if withdrawn:
            osv["withdrawn"] = self.clock.now().isoformat()
        return KnownAdvisory(id=key or uuid4(), osv=osv, signals=said(self.clock.now(), **known))


@pytest.fixture
def operator(world):
    return world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)

"""Operators with inventories and mailboxes, a clearinghouse that publishes, and an outbox that is worked off."""

from dataclasses import replace

import pytest

from levee.alerts import selectors, services
from levee.alerts.posting import post_once, posting
from levee.identity.models import Organisation
from levee.inventory import services as inventory
from levee.platform.database.rls import OPERATOR_JOBS
from levee.platform.ports import replaced
from levee.policy.actors import OrganisationKind, Role
from subsystems.exposure.conftest import House
from support.database import as_role
from support.mailbox import Mailbox, posted_to, text_of

MILD = {"kev": "no", "automatable": "no", "technical_impact": "total"}  # 14 days when exposed
HARSH = {"kev": "yes", "automatable": "yes", "technical_impact": "partial"}  # 3 days when exposed
FORENSIC = {**HARSH, "technical_impact": "total"}  # 3 days, and a search for a break-in


@pytest.fixture
def mailbox():
    with Mailbox().running() as server:
        yield server


@pytest.fixture
def fleet(world, mailbox, tmp_path):
    with posted_to(mailbox, tmp_path) as postman, replaced(post=postman):
        yield Fleet(world, mailbox)


class Fleet(House):
    """The clearinghouse's side, and as many operators as a test needs."""

    def __init__(self, world, mailbox):
        super().__init__(world)
        self.mailbox = mailbox

    def operator(self, name, rows="web-1,lodash,4.17.11,npm,yes,us", **preferences):
        key = self.world.organisation(OrganisationKind.OPERATOR, name)
        with as_role(self.world.owner_role):
            Organisation.unscoped.filter(id=key).update(contact=f"it@{name.lower()}.example")
        person = self.world.actor(key, Role.MEMBER)
        if preferences:
            self.prefer(person, **preferences)
        if rows:
            self.take_in(person, rows)
        return person

    def prefer(self, person, **changes):
        services.prefer(person, replace(selectors.preferences(person), **changes))

    def take_in(self, person, rows):
        data = f"asset,name,version,ecosystem,exposed,owner\n{rows}\n".encode()
        inventory.import_file(person, data, filename="a.csv", name="office")
        self.work()

    def at(self, instant):
        self.clock.advance(instant - self.clock.now())

    def post(self):
        """Look into the outbox until nothing is due."""
        with as_role(OPERATOR_JOBS), posting() as run:
            while post_once(run):
                self.work()

    def tell(self, advisory):
        """Publish, match, and let leave what is due."""
        self.publish(advisory)
        self.post()
        return advisory

    def mails(self, name):
        return [(str(each["Subject"]), text_of(each)) for each in self.mailbox.to(f"it@{name.lower()}.example")]

    def subjects(self, name):
        return [subject for subject, _ in self.mails(name)]

    def log(self, person):
        return [(each.purpose.value, each.state.value) for each in reversed(selectors.log(person))]

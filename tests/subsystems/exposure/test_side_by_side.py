"""Several workers at once."""

import threading

from django.db import connections

from levee.exposure import selectors, tasks
from levee.inventory import services as inventory
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.policy.actors import OrganisationKind, Role

LODASH = b"asset,name,version,ecosystem,exposed\nweb-1,lodash,4.17.11,npm,yes\nweb-2,lodash,4.17.11,npm,no\n"


def test_runs_for_one_operator_follow_one_another_and_none_undoes_another(real_house, real_world):
    operator = real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)
    inventory.import_file(operator, LODASH, filename="office.csv", name="office")
    for number in range(6):
        advisory = real_house.advisory(f"ADV-{number}", fixed=f"4.17.{12 + number}", kev=False, automatable=True)
        real_house.published[advisory.id] = advisory
        with acting(real_house.coordinator) as act:
            enqueue(act, tasks.LEARN, subject=advisory.id, party=real_world.house)
    workers = [threading.Thread(target=working, args=(real_house,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    real_house.work()
    (action,) = selectors.actions(operator, limit=50)
    assert action.title == "Upgrade lodash to 4.17.17"
    assert action.vulnerabilities == tuple(f"ADV-{number}" for number in range(6))
    assert action.assets == ("web-1", "web-2")


def working(house):
    try:
        house.work()
    finally:
        connections.close_all()

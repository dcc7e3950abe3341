"""The flaws of the worlds as this house would know them: published, with the public answers beside them."""

import json
from uuid import NAMESPACE_URL, uuid5

from levee.exposure import tasks
from levee.exposure.types import KnownAdvisory
from levee.platform.database.rls import OPERATOR_JOBS
from samples.worlds.advisories import PUBLISHED, advisories
from samples.worlds.flaws import FLAWS
from support.database import as_role
from support.running import service
from support.signals import said

ANSWERS = {
    flaw.id: {
        name: value
        for name, value in {
            "kev": flaw.kev,
            "automatable": flaw.automatable,
            "technical_impact": {True: "total", False: "partial", None: None}[flaw.total],
        }.items()
        if value is not None
    }
    for flaw in FLAWS
}


def publish_flaws(world):
    """Let the operators' jobs learn every flaw of the worlds that stands in an OSV record."""
    known = []
    for name, data in advisories():
        if name.startswith("osv/"):
            osv = json.loads(data)
            signals = said(PUBLISHED, source="the worlds", **ANSWERS[osv["id"]])
            known.append(KnownAdvisory(id=uuid5(NAMESPACE_URL, osv["id"]), osv=osv, signals=signals))
    run = service(world)
    with as_role(OPERATOR_JOBS):
        tasks.learn_many_and_spread(run, known)

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.cases import selectors as cases
from levee.cases.types import OwnCase
from levee.clustering import selectors, services, types
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["clusters"])


class ClusterMemberOut(Schema):
    """A finding's place, and why it stands there."""

    finding: str
    evidence: str
    explanation: str
    since: datetime

    @staticmethod
    def resolve_finding(member: types.Member) -> str:
        """`FND-…`."""
        return public_id("FND", member.finding)


class OwnCaseOut(Schema):
    """A finding is in a case that its finder runs; nothing else of the case is told."""

    finding_id: str
    finder: str
    since: datetime


class RelationOut(Schema):
    """What execution showed of two clusters."""

    other_public_id: str
    kind: str
    explanation: str
    since: datetime


class MergeOut(Schema):
    """A cluster that was joined to this one."""

    public_id: str
    explanation: str
    since: datetime


class LeftOut(Schema):
    """A finding that a person took out."""

    finding: str
    because: str
    at: datetime

    @staticmethod
    def resolve_finding(left: types.Left) -> str:
        """`FND-…`."""
        return public_id("FND", left.finding)


class ClusterOut(Schema):
    """Findings handed on as one item; `proven` when execution joined some of them."""

    public_id: str
    target: str
    kind: str
    signature: str
    formed_at: datetime
    proven: bool
    members: list[ClusterMemberOut]
    merges: list[MergeOut]
    relations: list[RelationOut]
    left: list[LeftOut]
    merged_into: str | None

    @staticmethod
    def resolve_merged_into(cluster: types.Cluster) -> str | None:
        """`CLU-…`, or nothing."""
        return None if cluster.merged_into is None else public_id("CLU", cluster.merged_into)


class BecauseIn(In):
    """Why; recorded."""

    because: str


@router.get("/clusters", response=list[ClusterOut], summary="Clusters, newest first")
def listed(request: HttpRequest, limit: int = 200, offset: int = 0) -> list[types.Cluster]:
    """At most 200 at a time."""
    return list(selectors.listed(actor_of(request), limit=max(1, min(limit, 200)), offset=max(0, offset)))


@router.get("/clusters/{cluster}", response=ClusterOut, summary="One cluster")
def one(request: HttpRequest, cluster: str) -> types.Cluster:
    """With the explanation of every membership and relation."""
    return selectors.cluster(actor_of(request), parse_public_id("CLU", cluster))


@router.get("/clusters/{cluster}/own-cases", response=list[OwnCaseOut], summary="Which finders run cases about it")
def own_cases(request: HttpRequest, cluster: str) -> Sequence[OwnCase]:
    """So that nobody opens a second case about one flaw without asking them."""
    actor = actor_of(request)
    return cases.own_cases(actor, selectors.cluster(actor, parse_public_id("CLU", cluster)).findings)


@router.post("/clusters/{cluster}/undo", response={204: None}, summary="Undo the join of this cluster to another")
def undo(request: HttpRequest, cluster: str, body: BecauseIn) -> Status[None]:
    """Both are then as they were without it."""
    services.undo_merge(actor_of(request), parse_public_id("CLU", cluster), because=body.because)
    return Status(204, None)


@router.post("/findings/{finding}/take-out", response={204: None}, summary="Take a finding out of its group")
def take_out(request: HttpRequest, finding: str, body: BecauseIn) -> Status[None]:
    """It then stands alone."""
    services.take_out(actor_of(request), parse_public_id("FND", finding), because=body.because)
    return Status(204, None)


@router.post("/findings/{finding}/put-back", response={204: None}, summary="Put a finding back into its group")
def put_back(request: HttpRequest, finding: str, body: BecauseIn) -> Status[None]:
    """Undoes taking it out."""
    services.put_back(actor_of(request), parse_public_id("FND", finding), because=body.because)
    return Status(204, None)

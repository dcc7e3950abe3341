from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.house import actor_of
from levee.cases import selectors

router = Router(tags=["cases"])


class ChangeOut(Schema):
    """Something that changed in a case of yours: `what`, and in words; `cursor` is its place among all changes."""

    public_id: str
    what: str
    says: str
    cursor: str


class ChangesOut(Schema):
    """Changes in the order in which they came to stand; `cursor` is what to ask with the next time."""

    changes: list[ChangeOut]
    cursor: str


@router.get("/cases/changes", response=ChangesOut, summary="What changed in your cases since a cursor")
def changes(request: HttpRequest, since: str = "", limit: int = 100) -> dict[str, object]:
    """Ask with the cursor of the last answer, as often as you like: no change is missed, and none comes twice.

    Without `since` it begins with the first change. An answer without changes gives the cursor back that was asked
    with. A change says nothing of what it is: read the case.
    """
    found = selectors.changes(actor_of(request), since=since, limit=limit)
    return {"changes": found, "cursor": found[-1].cursor if found else since}

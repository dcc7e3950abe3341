from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.cases import selectors
from levee.cases.finder import Found
from levee.kernel.ids import parse_public_id

router = Router(tags=["cases"])
MOST_DOCUMENTS = 20


class DocumentIn(In):
    """A document by its name, such as `security.txt`; `url` is where it was got from."""

    name: str
    text: str
    url: str = ""


class DocumentsIn(In):
    """At most 20 documents."""

    documents: Annotated[list[DocumentIn], Field(min_length=1, max_length=MOST_DOCUMENTS)]


class ContactOut(Schema):
    """A contact: `way` is mail, page or phone; `trust` stated, publishes, mentioned or doubtful (`doubts` say why)."""

    way: str
    value: str
    name: str
    source: str
    place: str
    trust: str
    doubts: list[str]
    until: datetime | None
    languages: list[str]
    encryption: list[str]


@router.post("/cases/{case}/contacts", response=list[ContactOut], summary="Find whom to write to in documents")
def contacts(request: HttpRequest, case: str, body: DocumentsIn) -> Sequence[Found]:
    """In security.txt, SECURITY.md, or what npm or PyPI gives of a package; nothing is kept, and nobody is asked."""
    given = [(each.name, each.text.encode(), each.url) for each in body.documents]
    return selectors.contacts(actor_of(request), parse_public_id("CAS", case), given)

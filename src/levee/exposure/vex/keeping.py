"""Statements as JSON, and back: as publishers and operators have them on record, and as a match shows them. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import msgspec

from levee.exposure.types.vex import Excuse
from levee.formats.vex import Statement, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.exposure.vex.deciding import Relied


def keep(statement: Statement) -> dict[str, Any]:
    """A statement as JSON."""
    return cast("dict[str, Any]", msgspec.to_builtins(statement, str_keys=True))


def kept(value: Mapping[str, Any]) -> Statement:
    """A statement from JSON."""
    return msgspec.convert(value, Statement)


def kept_text(text: str) -> Statement:
    """A statement from JSON as the database hands it out unread."""
    return _STATEMENT.decode(text)


_STATEMENT = msgspec.json.Decoder(Statement)


def keep_excuse(relied: Relied) -> dict[str, Any]:
    """What a match keeps of the statement that puts it aside."""
    told = relied.statement
    return {
        "author": told.author,
        "at": told.at.isoformat(),
        "status": told.status.value,
        "justification": told.justification,
        "detail": told.detail,
        "why": told.why,
        "product": str(told.product),
        "document": told.document,
        "format": told.format,
        "place": told.place,
        "by": str(relied.by) if relied.by else None,
    }


def excuse(value: Mapping[str, Any] | None) -> Excuse | None:
    """The excuse that a match keeps."""
    if value is None:
        return None
    by = value["by"]
    return Excuse(
        **{
            **value,
            "at": datetime.fromisoformat(value["at"]),
            "status": Status(value["status"]),
            "by": UUID(by) if by else None,
        }
    )

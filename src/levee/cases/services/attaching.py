"""Files beside messages: kept encrypted, each for the organisation that sends it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from levee.cases import scopes
from levee.cases.models import Attachment
from levee.cases.services.rows import one_line
from levee.kernel.errors import BadInput, TooLarge
from levee.platform.blobs import BlobRef
from levee.platform.ports import blobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.cases.models import Message
    from levee.cases.types import File
    from levee.platform.database.acting import Act

LARGEST = 16 * 1024 * 1024
IN_MEBIBYTES = LARGEST // 1024 // 1024


def check_file(file: File) -> File:
    """Refuse a file before anything of it is kept.

    Raises:
        TooLarge: over 16 MiB. BadInput: it is empty, or its name is no plain name.
    """
    if len(file.data) > LARGEST:
        raise TooLarge(
            f"an attachment has at most {IN_MEBIBYTES} MiB",
            place="file",
            advice=f"this one has {len(file.data) / 1024 / 1024:.1f} MiB: send it in parts, or say where it can be had",
        )
    if not file.data:
        raise BadInput("the file is empty", place="file", advice="choose one that holds something")
    name = one_line("filename", file.name)
    if not name or name.strip(".") == "" or "/" in name or "\\" in name:
        raise BadInput("a file's name has no slashes and is not empty", place="filename", advice="such as report.txt")
    return type(file)(name=name, data=file.data)


@contextmanager
def attached(act: Act, message: Message, file: File) -> Iterator[None]:
    """Keep a file for as long as the act does not fail; bytes that its sender sent before are not kept twice."""
    holder = act.actor.party
    address = blobs().address(file.data, holder=holder)
    known = Attachment.unscoped.filter(scopes.attachments(act.actor), party=holder, address=address).first()
    ref = BlobRef(id=known.blob, size=known.size) if known else blobs().put(file.data, holder=holder)
    try:
        row = Attachment(
            id=act.new_id(),
            case=message.case,
            thread=message.thread,
            message=message.id,
            party=holder,
            name=file.name,
            size=ref.size,
            blob=ref.id,
            address=address,
            at=act.now,
        )
        Attachment.unscoped.bulk_create([row])
        yield
    except BaseException:
        if known is None:
            blobs().shred(ref)
        raise

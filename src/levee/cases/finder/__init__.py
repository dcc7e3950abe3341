"""Who to write to about a flaw, from documents that are given: one plug-in per kind of document. No I/O, no network."""

from levee.cases.finder.documents import Document, contacts_in, document_of
from levee.cases.finder.found import Found, Trust, Way

__all__ = ["Document", "Found", "Trust", "Way", "contacts_in", "document_of"]

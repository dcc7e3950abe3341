"""Reading what a feed holds, from a file, an archive or a folder. Pure but for the files; no framework, no network."""

from levee.feeds.reading.archives import members
from levee.feeds.reading.items import Document, Heading, Item, Member, Refusal, Statement
from levee.feeds.reading.read import read

__all__ = ["Document", "Heading", "Item", "Member", "Refusal", "Statement", "members", "read"]

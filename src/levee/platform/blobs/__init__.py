"""Bytes that are too big or too secret for a table: proofs, attachments, sources, evidence."""

from levee.platform.blobs.folder import FolderBlobs
from levee.platform.blobs.port import BlobRef, Blobs

__all__ = ["BlobRef", "Blobs", "FolderBlobs"]

"""Where adapters, events, jobs and addresses are wired, and nothing else is done."""

from levee.app.boot import boot

__all__ = ["boot"]

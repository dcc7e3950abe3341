"""How an advisory comes out: asked for, agreed to by a second person, signed and shown."""

from levee.advisories.services.asking import ask, settle
from levee.advisories.services.publishing import publish
from levee.advisories.services.reviewing import review
from levee.advisories.services.showing import PUBLISH, show
from levee.advisories.services.warning import warn

__all__ = ["PUBLISH", "ask", "publish", "review", "settle", "show", "warn"]

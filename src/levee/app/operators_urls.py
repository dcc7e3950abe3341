"""The operators' addresses, served by a role that has no privilege on what is not published."""

from __future__ import annotations

from levee.app.addresses import of_site
from levee.kernel.sides import Side

urlpatterns = of_site(Side.OPERATORS)

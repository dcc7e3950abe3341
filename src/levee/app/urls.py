"""The members' addresses."""

from __future__ import annotations

from levee.app.addresses import of_site
from levee.kernel.sides import Side

urlpatterns = of_site(Side.CLEARINGHOUSE)

"""Members run cases of their own; what goes out goes out in the clearinghouse's name, so its people alone decide it."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import run
from levee.platform.database.roles import DbRole

OF_THE_HOUSE = "((select levee_kind()) = 'clearinghouse')"
TABLES = ("advisories_advisory", "advisories_publication", "advisories_mitigation", "advisories_recipient")


class Migration(migrations.Migration):
    dependencies = [("advisories", "0006_mitigations")]

    operations = [
        *(
            run(
                f"create policy {table}_of_the_house on {table} as restrictive for insert to {DbRole.WEB} "
                f"with check {OF_THE_HOUSE}"
            )
            for table in TABLES
        ),
        run(
            "create policy advisories_publication_by_the_house on advisories_publication as restrictive for update "
            f"to {DbRole.WEB} using {OF_THE_HOUSE}"
        ),
    ]

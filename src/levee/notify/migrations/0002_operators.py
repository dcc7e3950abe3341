"""Letters of the operators' side: queued there, and delivered by its own worker."""

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import BOTH_SIDES, OPERATOR_JOBS, OPERATOR_PAGES, OPERATORS, run

OF_THIS_RUN = "id in (select subject from platform_run where id = (select levee_actor()) and kind = 'notify.deliver_to_operators')"
TO = ", ".join(OPERATORS)


class Migration(migrations.Migration):
    dependencies = [("notify", "0001_initial"), ("access", "0002_operators")]

    operations = [
        run(f"alter policy notify_letter_add on notify_letter to {', '.join(BOTH_SIDES)}"),
        run(f"create policy notify_letter_see_operators on notify_letter for select to {TO} using ({OF_THIS_RUN})"),
        run(f"create policy notify_letter_change_operators on notify_letter for update to {TO} using ({OF_THIS_RUN})"),
        run(f"grant insert on notify_letter to {OPERATOR_PAGES}"),
        run(f"grant select, insert, update on notify_letter to {OPERATOR_JOBS}"),
        run(f"grant execute on function levee_forget_letters to {OPERATOR_PAGES}"),
    ]

from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_JOBS, run

# Another word as soon as any feed says anything else of these vulnerabilities, or is called otherwise: whoever keeps
# what was said compares it. With the caller's rights.
STAMP = """
create function levee_signals_stamp(vulnerabilities text[]) returns text
language sql stable security invoker set search_path = public, pg_temp as $$
    select concat(
        (select string_agg(f.id || ' ' || f.xmin, ',' order by f.id) from feeds_feed f where f.since is not null), ';',
        (select string_agg(s.id || ' ' || s.xmin, ',' order by s.id) from feeds_signal s
            where s.vulnerability = any(vulnerabilities)))
$$
"""


class Migration(migrations.Migration):
    dependencies = [("feeds", "0001_initial")]

    operations = [
        run(STAMP),
        run("revoke execute on function levee_signals_stamp(text[]) from public"),
        run(f"grant execute on function levee_signals_stamp(text[]) to {OPERATOR_JOBS}"),
    ]

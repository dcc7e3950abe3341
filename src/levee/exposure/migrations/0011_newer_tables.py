from __future__ import annotations

from django.db import migrations

from levee.platform.database.rls import OPERATOR_JOBS, run

# Who has something to do whose date an edition of a shipped table gave that is not the one that ships now. An edition
# is its table's key and version; told to nobody but a run of the house, which makes one job per operator of it.
DATED = """
create function levee_operators_dated_otherwise(keys text[], editions text[]) returns table (organisation uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct t.organisation from exposure_action t
    where t.state in ('open', 'claimed', 'excepted') and levee_acts_for_the_house()
        and regexp_replace(t.timeline ->> 'edition', ':[^:]*$', '') = any(keys)
        and t.timeline ->> 'edition' <> all(editions)
    order by t.organisation
$$
"""
SIGNATURE = "levee_operators_dated_otherwise(text[], text[])"


class Migration(migrations.Migration):
    dependencies = [("exposure", "0010_sources_removed")]

    operations = [
        run(DATED),
        run(f"revoke execute on function {SIGNATURE} from public"),
        run(f"grant execute on function {SIGNATURE} to {OPERATOR_JOBS}"),
    ]

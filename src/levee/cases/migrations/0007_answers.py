"""A vendor's answers are rows of their own, for each product and version, and an earlier one stays on record."""

from __future__ import annotations

from django.db import migrations, models

from levee.platform.database.rls import granted, protect, run
from levee.platform.database.roles import DbRole

PARTIES = ("owner", "finder", "vendor", "observer")
OWN_SEAT = (
    "participant in (select p.id from cases_participant p where p.party = (select levee_party()) "
    'and p."case" = cases_answer."case" and p.capacity = \'vendor\')'
)
BEFORE = """
insert into cases_answer (id, "case", participant, product, version, answer, justification, "by", at)
select gen_random_uuid(), p."case", p.id, '', '', p.answer, p.justification, p.answered_by, p.answered_at
from cases_participant p where p.answered_at is not null
"""
# Vendors of before got the report by being let in, and what they answered says what they did with it.
IMPLIED = """
insert into cases_entry (id, "case", number, at, moves, verb, participant, by, because)
select gen_random_uuid(), s."case",
    (select coalesce(max(e.number), 0) from cases_entry e where e."case" = s."case")
        + row_number() over (partition by s."case" order by s.at, s.id, s.step),
    greatest(s.at, (select max(e.at) from cases_entry e where e."case" = s."case")), s.moves, s.verb, s.id, s.party, ''
from (
    select p.id, p."case", p.party, coalesce(p.answered_at, p.since) as at, w.step, w.moves, w.verb
    from cases_participant p join (values
        ('', 1, 'RM', 'receive'), ('', 2, 'CS', 'V'),
        ('affected', 3, 'RM', 'validate'), ('affected', 4, 'RM', 'accept'),
        ('fixed', 3, 'RM', 'validate'), ('fixed', 4, 'RM', 'accept'), ('fixed', 5, 'CS', 'F'),
        ('not_affected', 3, 'RM', 'invalidate')) as w (answer, step, moves, verb) on w.answer in ('', p.answer)
    where p.capacity = 'vendor' and p.consent = 'signatory'
        and (w.answer <> '' or not exists (
            select from cases_entry e where e.participant = p.id and e.moves = w.moves and e.verb = w.verb))
) s
"""
FORGET = """
create or replace function levee_forget_in_cases(whom uuid) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare house uuid; called text; each record;
begin
    if not levee_may_forget(whom) then return; end if;
    select m.organisation, m.name into house, called from identity_member m where m.id = whom;
    for each in select t.address from cases_contact t where t.principal = whom loop
        delete from notify_letter l where lower(l.address) = lower(each.address);
        update identity_organisation o set contact = '' where lower(o.contact) = lower(each.address);
        update identity_organisation o set name = 'a former member' where o.id = house and o.name = called;
        update cases_participant p set name = 'a former member' where p.party = house and p.name = called;
    end loop;
    update cases_contact t set address = '', ended_at = coalesce(t.ended_at, now()) where t.principal = whom;
    update cases_answer a set "by" = 'a former member' from cases_participant p
        where p.id = a.participant and p.party = house and a."by" = called;
    update cases_participant p set consented_by = 'a former member' where p.party = house and p.consented_by = called;
    update cases_message g set author = 'a former member' where g.party = house and g.author = called;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_course")]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField()),
                ("participant", models.UUIDField()),
                ("product", models.TextField(default="")),
                ("version", models.TextField(default="")),
                ("answer", models.TextField()),
                ("justification", models.TextField(default="")),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "cases_answer",
                "indexes": [models.Index(fields=["case", "at", "id"], name="cases_answer_in_order")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        run(BEFORE),
        run(IMPLIED),
        run(FORGET),
        *(
            migrations.RemoveField("participant", name)
            for name in ("answer", "justification", "answered_by", "answered_at")
        ),
        *protect(
            "cases_answer",
            see=granted('"case"', *PARTIES),
            add=f"{OWN_SEAT} and (select levee_is(array['person', 'agent']))",
            grants={DbRole.WEB: "select, insert", DbRole.WORKER: "select"},
        ),
    ]

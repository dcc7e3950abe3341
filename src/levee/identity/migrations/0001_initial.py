from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from levee.platform.database.rls import protect, run
from levee.platform.database.roles import DbRole

# Who is asking is not known yet when these are called: each answers only to the holder of a 192-bit secret,
# or about the person whom the session names.
BEFORE_THE_ACTOR = {
    "levee_token(secret bytea, at timestamptz)": """
        returns table (principal uuid, scopes text[]) language sql stable
        as $$ select t.principal, t.scopes from identity_token t
            where t.digest = secret and t.expires_at > at and t.revoked_at is null $$
    """,
    "levee_use_link(secret bytea, at timestamptz)": """
        returns uuid language sql volatile
        as $$ update identity_link l set used_at = at
            where l.digest = secret and l.used_at is null and l.expires_at > at returning l.principal $$
    """,
    "levee_principals_of(person bigint)": """
        returns table (principal uuid) language sql stable
        as $$ select m.id from identity_member m join access_principal p on p.id = m.id
            where m.user_id = person and p.live order by p.since, p.id $$
    """,
    "levee_bind_user(whom uuid, person bigint)": """
        returns bigint language sql volatile
        as $$ with bound as (update identity_member m set user_id = person
            where m.id = whom and m.id = levee_actor() and m.user_id is null returning 1)
            select count(*) from bound $$
    """,
}
# Whoever leads a member may end how it signs in; a member may ask to be forgotten, and so may who leads it.
LEADING = {
    "levee_leads(whom uuid)": """
        returns boolean language sql stable
        as $$ select levee_is(array['person']) and levee_has(array['admin']) and exists (
            select from access_principal p where p.id = whom and p.party = levee_organisation()) $$
    """,
    "levee_may_forget(whom uuid)": """
        returns boolean language sql stable
        as $$ select levee_is(array['person']) and whom = levee_actor() or levee_leads(whom) $$
    """,
    "levee_addresses_of(whom uuid)": """
        returns table (address text) language plpgsql stable
        as $$
        begin
            return query select lower(u.email) from identity_member m join identity_user u on u.id = m.user_id
                where m.id = whom
                union select lower(e.email) from identity_member m join account_emailaddress e on e.user_id = m.user_id
                where m.id = whom;
        end $$
    """,
    "levee_end_ways_in(whom uuid, at timestamptz)": """
        returns void language plpgsql volatile
        as $$
        declare person bigint;
        begin
            update identity_token set revoked_at = at where principal = whom and revoked_at is null;
            update identity_link set expires_at = at where principal = whom and used_at is null and expires_at > at;
            select m.user_id into person from identity_member m where m.id = whom;
            update identity_member set user_id = null where id = whom;
            if exists (select from identity_member m where m.user_id = person) then return; end if;
            delete from socialaccount_socialtoken where account_id in (
                select s.id from socialaccount_socialaccount s where s.user_id = person);
            delete from socialaccount_socialaccount where user_id = person;
            delete from mfa_authenticator where user_id = person;
            delete from account_emailconfirmation where email_address_id in (
                select e.id from account_emailaddress e where e.user_id = person);
            delete from account_emailaddress where user_id = person;
            delete from identity_user_groups where user_id = person;
            delete from identity_user_user_permissions where user_id = person;
            delete from identity_user where id = person;
        end $$
    """,
}
ENDING = {
    "levee_cut_off(whom uuid, at timestamptz)": """
        returns boolean language plpgsql volatile
        as $$
        begin
            if not levee_leads(whom) or not exists (select from identity_link l where l.principal = whom) then
                return false;
            end if;
            perform levee_end_ways_in(whom, at);
            return true;
        end $$
    """,
    "levee_forget(whom uuid, at timestamptz)": """
        returns text language plpgsql volatile
        as $$
        declare house uuid;
        begin
            if not levee_may_forget(whom) then return 'no'; end if;
            select p.party into house from access_principal p
                where p.id = whom and p.live and p.kind = 'person' and 'admin' = any(p.roles);
            if house is not null and not exists (select from access_principal p where p.party = house
                    and p.id <> whom and p.live and p.kind = 'person' and 'admin' = any(p.roles)) then
                return 'last administrator';
            end if;
            update identity_organisation set contact = '' where lower(contact) in (
                select a.address from levee_addresses_of(whom) a);
            perform levee_end_ways_in(whom, at);
            delete from identity_token where principal = whom;
            delete from identity_link where principal = whom;
            update identity_member set name = 'a former member' where id = whom;
            update access_principal set live = false, until = coalesce(until, at) where id = whom;
            insert into ledger_erasure (id, person) values (gen_random_uuid(), whom);
            return 'forgotten';
        end $$
    """,
}

# The clearinghouse lets an organisation in by its first administrator, and has no more say once somebody came in there.
FIRST_LINK = {
    "levee_first_link(fresh uuid, whom uuid, secret bytea, ends timestamptz)": """
        returns bigint language sql volatile
        as $$ with made as (insert into identity_link (id, principal, digest, expires_at)
            select fresh, p.id, secret, ends from access_principal p
            where p.id = whom and p.live and 'admin' = any(p.roles) and p.party <> levee_organisation()
                and levee_kind() = 'clearinghouse' and levee_is(array['person'])
                and levee_has(array['admin', 'coordinator'])
                and not exists (select from access_principal q join identity_member m on m.id = q.id
                    where q.party = p.party and m.user_id is not null)
                and not exists (select from access_principal q join identity_link l on l.principal = q.id
                    where q.party = p.party and l.used_at is not null)
            returning 1),
            ended as (update identity_link l set expires_at = least(l.expires_at, ends - interval '24 hours') from made
                where l.principal = whom and l.used_at is null)
            select count(*) from made $$
    """,
}


def opened(signature: str, body: str) -> list[Operation]:
    name = signature.split("(", maxsplit=1)[0]
    return [*closed(signature, body), run(f"grant execute on function {name} to {DbRole.WEB}")]


def closed(signature: str, body: str) -> list[Operation]:
    name = signature.split("(", maxsplit=1)[0]
    return [
        run(
            f"create function {signature} {body.replace('as $$', 'security definer set search_path = public, pg_temp as $$', 1)}"
        ),
        run(f"revoke execute on function {name} from public"),
    ]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0012_alter_user_first_name_max_length"), ("access", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined"),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={"verbose_name": "user", "verbose_name_plural": "users", "abstract": False},
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("sector", models.TextField(default="")),
                ("terms_version", models.TextField(default="")),
                ("contact", models.TextField(default="")),
            ],
            options={"db_table": "identity_organisation"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="SignInLink",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("principal", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "identity_link"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="TermsAnswer",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("version", models.TextField()),
                ("answer", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "identity_terms_answer"},
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("principal", models.UUIDField()),
                ("name", models.TextField()),
                ("digest", models.BinaryField()),
                ("scopes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "identity_token",
                "indexes": [models.Index(fields=["digest"], name="identity_token_digest")],
            },
            managers=[("unscoped", models.Manager())],
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation", models.UUIDField()),
                ("name", models.TextField()),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"db_table": "identity_member"},
            managers=[("unscoped", models.Manager())],
        ),
        *(step for signature, body in (BEFORE_THE_ACTOR | FIRST_LINK).items() for step in opened(signature, body)),
        *(step for signature, body in LEADING.items() for step in closed(signature, body)),
        *(step for signature, body in ENDING.items() for step in opened(signature, body)),
        *protect(
            "identity_organisation",
            see="id = (select levee_organisation()) or (select levee_kind()) = 'clearinghouse' "
            "or id = (select levee_party())",
            add="(select levee_kind()) = 'clearinghouse' and (select levee_has(array['admin', 'coordinator'])) "
            "and (select levee_is(array['person']))",
            change="id = (select levee_organisation()) and (select levee_has(array['admin'])) "
            "and (select levee_is(array['person']))",
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select"},
        ),
        *protect(
            "identity_member",
            see="organisation = (select levee_organisation())",
            add="(select levee_is(array['person'])) and "
            "(((select levee_has(array['admin'])) and organisation = (select levee_organisation())) "
            "or ((select levee_has(array['admin', 'coordinator'])) and (select levee_kind()) = 'clearinghouse'))",
            change="organisation = (select levee_organisation()) and (select levee_has(array['admin'])) "
            "and (select levee_is(array['person']))",
            grants={DbRole.WEB: "select, insert, update", DbRole.WORKER: "select"},
        ),
        *protect(
            "identity_token",
            see="principal = (select levee_actor()) and (select levee_organisation()) is not null",
            add="(select levee_is(array['person'])) and (principal = (select levee_actor()) "
            "or ((select levee_has(array['admin'])) and principal in "
            "(select id from access_principal where party = (select levee_organisation()))))",
            change="principal = (select levee_actor()) and (select levee_is(array['person']))",
            grants={DbRole.WEB: "select, insert, update"},
        ),
        *protect(
            "identity_link",
            see="false",
            add="(select levee_is(array['person'])) and (select levee_has(array['admin'])) and principal in "
            "(select id from access_principal where party = (select levee_organisation()))",
            grants={DbRole.WEB: "insert"},
        ),
        *protect(
            "identity_terms_answer",
            see="organisation = (select levee_organisation())",
            add="(select levee_is(array['person'])) and "
            "(((select levee_has(array['admin'])) and organisation = (select levee_organisation())) "
            "or ((select levee_has(array['admin', 'coordinator'])) and (select levee_kind()) = 'clearinghouse'))",
            grants={DbRole.WEB: "select, insert"},
        ),
    ]

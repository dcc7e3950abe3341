from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from tools.rules import python, template, words
from tools.rules.__main__ import main
from tools.rules.breach import not_allowed

SERVICE, SELECTOR, FACE = "levee/cases/services.py", "levee/cases/selectors.py", "levee/web/cases/views.py"


def broken(text, path=SERVICE):
    return [breach.rule for breach in not_allowed(python.breaches(PurePosixPath(path), text), text)]


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        ("unscoped", FACE, "Case.unscoped.filter(scopes.visible(actor))"),
        ("unscoped", SELECTOR, "Case.unscoped.get(id=key)"),
        ("unscoped", SELECTOR, "Case.unscoped.filter(id=key)"),
        ("unscoped", SELECTOR, "Case.unscoped.all().filter(scopes.visible(actor))"),
        ("unscoped", "levee/ledger/selectors/entries.py", "Entry.unscoped.count()"),
        ("manager", SERVICE, "Case.objects.all()"),
        ("manager", SERVICE, "Case._default_manager.all()"),
        ("manager", SERVICE, "row.__class__._base_manager.all()"),
        ("manager", FACE, "from django.shortcuts import get_object_or_404"),
        ("manager", FACE, "class CaseForm(forms.ModelForm): ..."),
        ("sql", SERVICE, "Case.unscoped.raw('select 1')"),
        ("sql", SERVICE, "Case.unscoped.extra(where=['1=1'])"),
        ("sql", SERVICE, "cursor.execute(f'select * from {table}')"),
        ("sql", SERVICE, "cursor.execute('select * from ' + table)"),
        ("sql", SERVICE, "cursor.execute(statement)"),
        ("unescaped", FACE, "from django.utils.safestring import mark_safe"),
        ("unescaped", FACE, "safestring.mark_safe(text)"),
        ("ambient", SERVICE, "now = datetime.now(UTC)"),
        ("ambient", SERVICE, "now = datetime.datetime.now(UTC)"),
        ("ambient", SERVICE, "now = timezone.now()"),
        ("ambient", SERVICE, "stamp = time.time()"),
        ("ambient", SERVICE, "key = uuid4()"),
        ("ambient", SERVICE, "key = uuid.uuid4()"),
        ("ambient", SERVICE, "import random"),
        ("ambient", SERVICE, "from random import choice"),
    ],
)
def test_a_breach_in_code_is_named_by_its_rule(rule, path, text):
    assert broken(text, path) == [rule]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (SELECTOR, "Case.unscoped.filter(scopes.visible(actor), id=key).first()"),
        (SELECTOR, "Case.unscoped.filter(scopes.visible(act.actor) & Q(open=True))"),
        (SERVICE, "Case.unscoped.bulk_create([row])"),
        ("levee/identity/services.py", "User.objects.create_user(email)"),
        (SERVICE, "cursor.execute('select levee_end_grant(%s)', [subject])"),
        (SERVICE, "cursor.execute(_SETTLED, [limit])"),
        ("levee/platform/database/roles.py", "cursor.execute(f'create role {role}')"),
        ("levee/cases/migrations/0002_rules.py", "cursor.execute(f'create policy {name}')"),
        ("levee/kernel/clock.py", "return datetime.now(UTC)"),
        (SERVICE, "waited = time.monotonic() - since"),
        (SERVICE, "contents.objects"),
    ],
)
def test_what_the_house_allows_is_not_reported(path, text):
    assert broken(text, path) == []


def test_a_breach_is_allowed_only_by_its_own_name_and_with_a_reason():
    line = "stamp = time.time()"
    assert broken(f"{line}  # allow ambient: a deadline of the operating system") == []
    assert broken(f"# allow ambient: a deadline of the operating system\n{line}") == []
    assert broken(f"{line}  # allow ambient:") == ["ambient"]
    assert broken(f"{line}  # allow sql: a deadline of the operating system") == ["ambient"]


def test_built_sql_with_a_reason_for_ruff_needs_no_second_one():
    statement = "cursor.execute(\n    f'insert into {table}',{noqa}\n)"
    assert broken(statement.replace("{noqa}", "  # noqa: S608 - names of this file")) == []
    assert broken(statement.replace("{noqa}", "  # noqa: S608")) == ["sql"]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("unescaped", "{{ finding.title|safe }}"),
        ("unescaped", "{% autoescape off %}"),
        ("inline", '<p style="color: red">'),
        ("inline", "<style>p { color: red }</style>"),
        ("inline", '<button type="button"\n  onclick="go()">'),
        ("inline", '<div hx-on:click="go()">'),
        ("inline", "<script>go()</script>"),
        ("inline", '<script src="//elsewhere.example/x.js">'),
    ],
)
def test_a_breach_in_a_template_is_named_by_its_rule(rule, text):
    assert [breach.rule for breach in template.breaches(text)] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "{{ finding.title }}",
        '<a class="usa-button" href="{{ url }}">on = off</a>',
        "<script src=\"{% static 'levee/x.js' %}\" defer></script>",
        '<script type="application/json">{}</script>',
        '<a href="https://elsewhere.example/">a link may lead anywhere</a>',
    ],
)
def test_ordinary_markup_is_not_reported(text):
    assert list(template.breaches(text)) == []


@pytest.mark.parametrize("host", [("pypi", "org"), ("registry", "npmjs", "org"), ("deb", "debian", "org")])
def test_the_address_of_a_registry_is_found_in_any_text(host):
    text = f"first line\nfetch https://{'.'.join(host)}/simple"
    assert [(breach.line, breach.rule) for breach in words.breaches(text)] == [(2, "registry")]


def test_an_ecosystem_is_not_a_registry():
    assert list(words.breaches("pkg:pypi/django, crates.io, npm, Debian:12")) == []


def test_work_left_behind_in_a_comment_is_found():
    assert [breach.rule for breach in words.breaches("x = 1  # " + "TODO: later")] == ["left-over"]
    assert list(words.breaches("the to-do list of an operator, TODO in capitals included")) == []


def test_the_house_keeps_its_own_rules(capsys):
    assert main() == 0, capsys.readouterr().out

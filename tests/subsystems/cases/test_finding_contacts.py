"""Whom a document names is found on the case's page, and invited from there, by who lets parties in and nobody else."""

from __future__ import annotations

import re

import pytest

from levee.cases import selectors
from levee.cases.finder import Trust
from levee.kernel.errors import BadInput, Forbidden, NotFound
from levee.notify.selectors import outbox

POLICY = ("SECURITY.md", b"# Security\n\nReport vulnerabilities to security@widget.org\n", "")


def test_a_contact_that_is_found_becomes_an_invitation(opened, client):
    session = client.session
    session["levee.principal"] = str(opened.coordinator.id)
    session.save()
    case = f"/cases/{selectors.get(opened.coordinator, opened.case).public_id}/"
    shown = client.post(f"{case}contacts/", {"kind": POLICY[0], "text": POLICY[1].decode(), "url": ""})
    text = shown.content.decode()
    assert "security@widget.org" in text
    assert "SECURITY.md, line 3" in text
    hidden = re.search(r'name="address" value="([^"]+)"', text)[1]
    because = re.search(r'name="because" value="([^"]+)"', text)[1]
    client.post(f"{case}invite/", {"name": "Widget", "address": hidden, "because": because})
    assert {each.address for each in outbox(opened.coordinator)} == {"security@widget.org"}
    seats = selectors.participants(opened.coordinator, opened.case)
    assert "Widget" in [each.name for each in seats]


def test_a_document_that_is_none_is_said_to_be_so_beside_its_field(opened, client):
    session = client.session
    session["levee.principal"] = str(opened.coordinator.id)
    session.save()
    case = f"/cases/{selectors.get(opened.coordinator, opened.case).public_id}/"
    answer = client.post(f"{case}contacts/", {"kind": "security.txt", "text": "hello", "url": ""})
    assert answer.status_code == 400
    assert b"names a contact" in answer.content


def test_only_who_lets_parties_in_looks_for_them(world, opened):
    (found,) = selectors.contacts(opened.coordinator, opened.case, [POLICY])
    assert (found.value, found.trust) == ("security@widget.org", Trust.STATED)
    with pytest.raises(Forbidden):
        selectors.contacts(opened.finder, opened.case, [POLICY])
    with pytest.raises(NotFound):
        selectors.contacts(world.finder(), opened.case, [POLICY])
    with pytest.raises(BadInput):
        selectors.contacts(opened.coordinator, opened.case, [("README.md", b"hello", "")])

"""The house holds on to the head of what a gateway sealed: a log that was written anew since is no longer taken."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from typer.testing import CliRunner

from levee.frontier import selectors, services
from levee.frontier.gateway.store import Agreement as Entered
from levee.frontier.gateway.store import Store
from levee.frontier.gateway.transcripts import Transcripts
from levee.frontier.types import grant_of
from levee.identity import services as identity
from levee.kernel.errors import AgainstRules, BadInput, Forbidden
from levee.ledger.models import Pending
from levee.policy.actions import Action
from levee.policy.token_scopes import TOKEN_SCOPES
from support.browsing import serving
from support.database import as_role
from support.frontier import SEALS, sides_in, signed_in

AT = 1_790_000_000


def sealing(folder, key, *exchanges):
    """The transcripts of a gateway's folder, with these exchanges after those that it has."""
    kept = Transcripts(folder)
    kept.recipient(grant_of(key), SEALS)
    kept.append((grant_of(key), each) for each in exchanges)
    return kept


def report(actor, key, kept, known=0):
    head = kept.head(grant_of(key), AT)
    proof = kept.grown(head, known) if 0 < known <= head.size else ()
    services.report_use(actor, key, spent=1, head=head.told(), proof=[each.hex() for each in proof])
    return head


def test_both_sides_read_how_many_exchanges_were_sealed_and_under_which_root(sides, given, tmp_path):
    assert (selectors.agreement(sides.evaluator, given).sealed, selectors.agreement(sides.evaluator, given).head) == (
        0,
        "",
    )
    with closing(sealing(tmp_path, given, b"one", b"two", b"three")) as kept:
        head = report(sides.developer, given, kept)
        for actor in (sides.developer, sides.evaluator):
            found = selectors.agreement(actor, given)
            assert (found.sealed, found.head) == (3, f"3:{head.root.hex()}")


def test_a_log_that_has_grown_is_taken_by_its_proof_and_noted_by_its_digest(world, sides, given, tmp_path):
    with closing(sealing(tmp_path, given, *[b"%d" % number for number in range(5)])) as kept:
        report(sides.developer, given, kept)
        kept.append([(grant_of(given), b"later")])
        head = report(sides.developer, given, kept, known=5)
        report(sides.developer, given, kept, known=6)
    assert selectors.agreement(sides.evaluator, given).sealed == 6
    with as_role(world.owner_role):
        noted = Pending.unscoped.filter(log_key=sides.developer.party, fields__contains='"sealed"')
        assert sorted(head.digest in each.fields for each in noted) == [False, True]


@pytest.mark.parametrize("now", [[b"one", b"2", b"three", b"four"], [b"one"], [b"one", b"two", b"3"]])
def test_a_log_without_what_it_held_before_is_not_taken(sides, given, tmp_path, now):
    with closing(sealing(tmp_path / "before", given, b"one", b"two", b"three")) as kept:
        report(sides.developer, given, kept)
    before = selectors.agreement(sides.evaluator, given)
    with closing(sealing(tmp_path / "after", given, *now)) as kept, pytest.raises(AgainstRules) as refused:
        report(sides.developer, given, kept, known=3)
    assert refused.value.code == "frontier.rewritten"
    assert selectors.agreement(sides.evaluator, given) == before


@pytest.mark.parametrize(
    "wrong",
    [{"grant": "GRT-other"}, {"size": -1}, {"root": "00"}, {"at": "today"}, {"more": 1}],
    ids=" ".join,
)
def test_a_head_that_is_none_or_of_another_grant_is_refused_and_nothing_is_said(sides, given, wrong):
    head = {"grant": grant_of(given), "size": 1, "root": "0" * 64, "at": AT}
    with pytest.raises(BadInput):
        services.report_use(sides.developer, given, spent=7, head=head | wrong)
    found = selectors.agreement(sides.developer, given)
    assert (found.spent, found.sealed) == (0, 0)


def test_a_token_that_only_reads_tells_no_head(sides, given, tmp_path):
    reader = replace(sides.developer, scopes=frozenset({Action.FRAMEWORK_SEE}))
    with closing(sealing(tmp_path, given, b"one")) as kept, pytest.raises(Forbidden):
        report(reader, given, kept)


def test_only_the_developer_says_it(sides, given, tmp_path):
    with closing(sealing(tmp_path, given, b"one")) as kept, pytest.raises(AgainstRules, match="counts"):
        report(sides.evaluator, given, kept)


def test_a_gateway_tells_its_house_and_says_where_the_house_knows_another_log(real_world, tmp_path, monkeypatch):
    sides = sides_in(real_world)
    given = signed_in(sides)
    services.give(sides.developer, given)
    secret = identity.issue_token(sides.developer, name="gateway", scopes=tuple(TOKEN_SCOPES), lasts=timedelta(days=1))
    (tmp_path / "token").write_text(secret.secret)
    monkeypatch.setenv("LEVEE_TOKEN_FILE", str(tmp_path / "token"))

    def follow(folder):
        words = ["gateway", "follow", "--once", "--folder", str(folder)]
        return CliRunner().invoke(import_module("levee.cli.main").app, words, catch_exceptions=False).output

    def enter(folder):
        found = selectors.agreement(sides.developer, given)
        with closing(Store(folder)) as store:
            store.trust(services.house_key())
            store.agree(Entered(digest=found.digest, model="spinnaker", upstream="m", ends=2**40, tokens=50_000_000))
        return folder

    with serving() as address:
        monkeypatch.setenv("LEVEE_URL", address)
        first, second = enter(tmp_path / "first"), enter(tmp_path / "second")
        assert "1 told" in follow(first)
        for exchange in (b"one", b"two", b"three"):
            sealing(first, given, exchange).close()
            assert "refused" not in follow(first)
        assert selectors.agreement(sides.evaluator, given).sealed == 3
        sealing(second, given, b"one", b"other", b"three", b"four").close()
        assert "does not hold the 3 exchanges that it held before" in follow(second)
    assert selectors.agreement(sides.evaluator, given).sealed == 3

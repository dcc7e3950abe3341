"""No forgery is confirmed; and each rule that is switched off lets some through, so that the rule is what holds."""

from __future__ import annotations

from collections import Counter

import pytest

from contract.forgeries.catalogue import forgeries
from levee.kernel.errors import BadInput, TooLarge
from levee.validation.engine.verdict import Result

KINDS = sorted({forgery.kind for forgery in forgeries(0)})


@pytest.fixture(scope="session")
def outcome(engine_with, fetched):
    """What becomes of a forgery: a result, or "refused" where it is not even read."""

    def judge(forgery, **rules):
        engine = engine_with(**rules)
        try:
            proof = engine.read(forgery.document)
        except (BadInput, TooLarge):
            return "refused"
        return engine.judge(proof, fetched(forgery.target), fetched(forgery.contrast)).result

    return judge


def test_there_are_enough_forgeries_of_enough_kinds():
    made = forgeries(1)
    assert len(made) >= 300
    assert len(KINDS) >= 30
    assert min(Counter(forgery.kind for forgery in made).values()) >= 4
    assert len({forgery.document for forgery in made}) >= 300
    assert made != forgeries(2)
    assert made == forgeries(1)


@pytest.mark.network
@pytest.mark.enable_socket
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", KINDS)
def test_no_forgery_is_confirmed(kind, outcome, seed):
    of_kind = [forgery for forgery in forgeries(seed) if forgery.kind == kind]
    confirmed = [forgery for forgery in of_kind if outcome(forgery) == Result.CONFIRMED]
    assert confirmed == [], f"LEVEE_FORGERY_SEED={seed}"


@pytest.mark.network
@pytest.mark.enable_socket
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("rule", "kinds"),
    [
        ({"narrow_contrast": True}, {"unsafe load"}),
        ({"results_as_arguments": True}, {"result as argument"}),
        ({"doubts": False}, {"chain that decides", "documented request", "documented write", "mine"}),
    ],
    ids=["a broad contrast", "no results as arguments", "open points go to a person"],
)
def test_without_the_rule_forgeries_get_through(rule, kinds, outcome, seed):
    tried = [forgery for forgery in forgeries(seed) if forgery.kind in kinds]
    through = {forgery.kind for forgery in tried if outcome(forgery, **rule) == Result.CONFIRMED}
    assert through == kinds, f"LEVEE_FORGERY_SEED={seed}"

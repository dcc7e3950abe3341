import json
from collections import Counter

import pytest

from levee.findings.submission import read
from levee.kernel.errors import LeveeError
from levee.validation.engine.proof import parse_proof
from samples import flood

SEED = 5
LABELS = {"true", "duplicate", "invented", "faked", "flaky", "beyond"}


@pytest.fixture(scope="module")
def reports():
    return flood.findings(SEED)


@pytest.fixture(scope="module")
def secret():
    return flood.truth(SEED)


def test_the_flood_follows_from_its_seed(reports):
    assert flood.findings(SEED) == reports
    assert flood.findings(SEED + 1) != reports
    assert json.loads(json.dumps(reports)) == reports


def test_two_labs_and_a_researcher_send_at_least_sixty_reports(reports):
    senders = Counter(report["finder"] for report in reports)
    assert set(senders) == set(flood.FINDERS)
    assert senders.total() >= 60


def test_intake_reads_every_report(reports):
    for report in reports:
        assert read(report["finding"]).title


def test_every_report_has_a_proof_or_says_why_not(reports):
    for report in reports:
        assert ("proof" in report["finding"]) != ("why_no_proof" in report["finding"])


def test_every_proof_of_a_true_report_is_well_formed(reports, secret):
    for report in reports:
        if secret[report["finding"]["key"]]["label"] in {"true", "duplicate", "flaky"}:
            parse_proof(json.dumps(report["finding"]["proof"]).encode())


def test_the_secret_covers_every_report_and_stays_out_of_them(reports, secret):
    assert {report["finding"]["key"] for report in reports} == set(secret)
    labels = Counter(entry["label"] for entry in secret.values())
    assert set(labels) == LABELS
    assert labels["duplicate"] >= 30
    assert all(not {"label", "flaw", "truth"} & set(report["finding"]) for report in reports)


def test_no_two_proofs_are_the_same_document(reports):
    proofs = [json.dumps(report["finding"]["proof"]) for report in reports if "proof" in report["finding"]]
    assert len(set(proofs)) == len(proofs)


def test_duplicates_are_told_in_differing_words(reports, secret):
    texts = {}
    for report in reports:
        flaw = secret[report["finding"]["key"]]["flaw"]
        if flaw:
            texts.setdefault(flaw, []).append(report["finding"]["description"])
    several = [told for told in texts.values() if len(told) >= 4]
    assert all(len(set(told)) > 1 for told in several)
    assert len(several) >= 8


def test_invented_proofs_are_refused_or_read_without_harm(reports, secret):
    for report in reports:
        if secret[report["finding"]["key"]]["label"] in {"invented", "faked"}:
            try:
                parse_proof(json.dumps(report["finding"]["proof"]).encode())
            except LeveeError as error:
                assert error.message

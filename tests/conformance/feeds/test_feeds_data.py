"""Public feeds as they come: every entry is read, and what is refused is counted and said."""

from __future__ import annotations

import csv
import gzip
from collections import Counter

import pytest

from levee.feeds.kinds import Kind, Says
from levee.feeds.reading import Document, Member, Refusal, Statement, members, read

OSV = {"go": 4291, "almalinux": 5680, "bitnami": 7444, "pypa": 2661, "rustsec": 1205}
TWICE = {"almalinux": 43}
"""Files that repeat another one word for word, under another release's folder."""


@pytest.fixture
def held(levee_data):
    """What a feed of the public data holds."""

    def everything(kind, path):
        if not (levee_data / path).is_file():
            pytest.skip(f"the public data has no {path}")
        return list(read(kind, members(levee_data / path)))

    return everything


def refused(items):
    return [each for each in items if isinstance(each, Refusal)]


def said(items):
    return Counter((each.says, each.value) for each in items if isinstance(each, Statement))


@pytest.mark.parametrize(("source", "count"), OSV.items())
def test_every_advisory_is_taken(held, source, count):
    items = held(Kind.OSV, f"osv/{source}.tar.gz")
    assert refused(items) == []
    found = [each for each in items if isinstance(each, Document)]
    assert len(found) == count
    assert len({each.name for each in found}) == count - TWICE.get(source, 0)
    assert len({(each.name, each.digest) for each in found}) == len({each.name for each in found})


def test_every_known_exploited_vulnerability_is_taken(held):
    items = held(Kind.KEV, "kev/known_exploited_vulnerabilities.json.gz")
    assert refused(items) == []
    assert said(items) == {(Says.KEV, "yes"): 1662, (Says.RANSOMWARE, "yes"): 338, (Says.RANSOMWARE, "no"): 1324}


def test_every_answer_is_taken_in_whatever_letter_case(held):
    items = held(Kind.SSVC, "ssvc/vulnrichment-2024-10-24.csv.gz")
    assert refused(items) == []
    told = said(items)
    assert sum(told[Says.EXPLOITATION, value] for value in ("none", "poc", "active")) == 44_026
    assert told[Says.EXPLOITATION, "none"] == 36_082 + 87
    assert told[Says.AUTOMATABLE, "yes"] == 7831 + 39
    assert told[Says.TECHNICAL_IMPACT, "total"] == 13_763 + 121


@pytest.mark.parametrize(("day", "count"), [("2024-10-24", 4747), ("2025-07-05", 5363)])
def test_every_public_exploit_is_taken(held, levee_data, day, count):
    items = held(Kind.WEAPONS, f"signals/patchthis-{day}.csv.gz")
    assert refused(items) == []
    with gzip.open(levee_data / f"signals/patchthis-{day}.csv.gz", "rt") as file:
        wanted = sum("Nuclei" in row["Source"] or "Metasploit" in row["Source"] for row in csv.DictReader(file))
    assert sum(said(items).values()) == wanted == count


def test_every_score_is_taken_as_its_publisher_writes_them(levee_data):
    with gzip.open(levee_data / "signals/patchthis-2025-07-05.csv.gz", "rt") as file:
        rows = [(row["CVE"], row["EPSS"]) for row in csv.DictReader(file)]
    lines = ["#model_version:v2025.03.14,score_date:2025-07-05T00:00:00Z", "cve,epss,percentile"]
    data = "\n".join([*lines, *(f"{cve},{score},0.5" for cve, score in rows)]).encode()
    items = list(read(Kind.EPSS, [Member("epss.csv", data)]))
    told = {each.vulnerability: each.value for each in items if isinstance(each, Statement)}
    assert len(told) + len(refused(items)) == len(dict(rows))
    assert all(score in ("", "N/A", "nan") for cve, score in rows if cve not in told)


def test_every_industrial_advisory_is_taken(held):
    items = held(Kind.CSAF, "csaf/cisa-ics-2017-2022.tar.gz")
    assert refused(items) == []
    assert len({each.name for each in items if isinstance(each, Document)}) == 846

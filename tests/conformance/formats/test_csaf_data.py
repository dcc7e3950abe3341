"""Real published advisories under the same check: nearly all are clean, and what is not is known."""

from __future__ import annotations

import json
from collections import Counter

from levee.formats.csaf import check, file_name

# Titles of CWE-598 that a later catalogue changed; a remedy for a product without a status; names such as "8.1.x".
KNOWN_RULES = {"6.1.11", "6.1.27", "6.1.31"}


def test_published_advisories_pass_but_for_three_known_rules(unpacked):
    files = {name: data for name, data in unpacked("csaf/cisa-ics-2017-2022.tar.gz").items() if name.endswith(".json")}
    rules = Counter()
    clean = 0
    for name, data in sorted(files.items())[::3]:
        document = json.loads(data)
        problems = check(document)
        clean += not problems
        rules.update({problem.rule for problem in problems})
        assert name.rpartition("/")[2] == file_name(document["document"]["tracking"]["id"])
    assert set(rules) <= KNOWN_RULES
    assert clean >= 0.95 * len(files) / 3

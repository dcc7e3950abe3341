"""Public advisories on devices: every one is read, and every affected product can be matched or is left open."""

from __future__ import annotations

from levee.exposure.matching.intervals import intervals
from levee.formats.csaf_read import read_csaf
from levee.formats.osv import osv_record


def test_every_document_becomes_records_for_each_of_its_vulnerabilities(unpacked):
    documents = records = certain = left_open = 0
    for data in unpacked("csaf/cisa-ics-2017-2022.tar.gz").values():
        found = [osv_record(each) for each in read_csaf(data)]
        assert found
        documents += 1
        records += len(found)
        for record in found:
            every = intervals(record)
            parts = [part for part in every if part.ecosystem == "GIT"]
            assert parts
            assert all("/" in part.name for part in parts)
            by_name = [part for part in every if part not in parts]
            assert {part.ecosystem for part in by_name} <= {"NAME"}
            assert not any(part.certain for part in by_name)
            certain += sum(part.certain for part in parts)
            left_open += sum(not part.certain for part in parts)
    assert (documents, records) == (846, 2452)
    assert certain > 5 * left_open

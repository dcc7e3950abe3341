"""How fast versions become keys, keys compare, and files are read; run as `python bench/formats.py [COUNT]`.

Prints one JSON line. Rates are per CPU second, the median of several rounds, so that a busy machine says the same;
`ratio` figures compare with the peer on the same input and machine.
"""

from __future__ import annotations

import json
import operator
import random
import statistics
import sys
import time
from typing import TYPE_CHECKING

from packageurl import PackageURL
from packaging.version import Version

from levee.formats.osv import affected, osv_record
from levee.formats.purl import parse_purl
from levee.formats.sanitizer import parse_report
from levee.formats.sbom import read_sbom
from levee.formats.versions import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5


def main(count: int) -> None:
    """Measure with `count` made-up versions and components."""
    chance = random.Random(26)  # noqa: S311 - the same made-up input each time
    versions = [made_up_version(chance) for _ in range(count)]
    keys = [sort_key("pypi", version) or b"" for version in versions]
    assert all(keys)
    parsed = [Version(version) for version in versions]
    bill = bill_of(versions)
    purls = [f"pkg:npm/%40acme{at % 97}/part-{at}@{version}" for at, version in enumerate(versions)]
    record = osv_record(ADVISORY)
    some = [(parse_purl("pkg:pypi/acme"), version) for version in versions]
    encode = rate(count, lambda: [sort_key.__wrapped__("pypi", version) for version in versions])
    parse = rate(count, lambda: [Version(version) for version in versions])
    compare = rate(count - 1, lambda: [*map(operator.lt, keys, keys[1:])])
    compare_peer = rate(count - 1, lambda: [*map(operator.lt, parsed, parsed[1:])])
    purl, purl_peer = (
        rate(count, lambda: [*map(parse_purl, purls)]),
        rate(count, lambda: [*map(PackageURL.from_string, purls)]),
    )
    figures = {
        "versions": count,
        "key_encode_per_cpu_s": round(encode),
        "packaging_parse_per_cpu_s": round(parse),
        "key_compare_per_cpu_s": round(compare),
        "packaging_compare_per_cpu_s": round(compare_peer),
        "compare_ratio": round(compare / compare_peer, 1),
        "encode_and_compare_once_ratio": round((1 / parse + 1 / compare_peer) / (1 / encode + 1 / compare), 1),
        "purl_parse_per_cpu_s": round(purl),
        "purl_ratio_to_packageurl_python": round(purl / purl_peer, 1),
        "sbom_components_per_cpu_s": round(rate(count, lambda: read_sbom(bill))),
        "sbom_mb_per_cpu_s": round(rate(len(bill), lambda: read_sbom(bill)) / 1e6, 1),
        "osv_explained_answers_per_cpu_s": round(rate(count, lambda: [affected(record, *each) for each in some])),
        "sanitizer_reports_per_cpu_s": round(rate(2000, lambda: [parse_report(CRASH) for _ in range(2000)])),
    }
    print(json.dumps(figures))


def rate(count: int, work: Callable[[], object]) -> float:
    """How many of `count` things a CPU second does; the median of the rounds."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return count / max(statistics.median(seconds), 1e-9)


def made_up_version(chance: random.Random) -> str:
    """A Python version as projects write them."""
    numbers = ".".join(str(chance.randrange(40)) for _ in range(chance.choice([2, 3, 3, 3, 4])))
    return numbers + chance.choice(["", "", "", "rc1", "b2", ".post1", ".dev3", "a1.dev2"])


def bill_of(versions: list[str]) -> bytes:
    """A CycloneDX document with one library for each version."""
    components = [
        {
            "type": "library",
            "bom-ref": f"ref-{at}",
            "name": f"part-{at}",
            "version": version,
            "purl": f"pkg:pypi/part-{at}@{version}",
            "licenses": [{"license": {"id": "Apache-2.0"}}],
            "hashes": [{"alg": "SHA-256", "content": f"{at:064x}"}],
        }
        for at, version in enumerate(versions)
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}).encode()


ADVISORY = {
    "id": "TEST-1",
    "modified": "2026-11-01T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "acme"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "0"}, {"fixed": "7.2"}, {"introduced": "9.0"}, {"fixed": "20.1.3"}],
                }
            ],
        }
    ],
}
CRASH = (
    "==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000015 at pc 0x55d0 bp 0x7ffe sp 0x7ffd\n"
    "WRITE of size 4 at 0x602000000015 thread T0\n"
    + "".join(f"    #{at} 0x55d0aabb{at:04x} in step_{at} /src/imagekit/step.c:{at + 3}:9\n" for at in range(30))
    + "\nSUMMARY: AddressSanitizer: heap-buffer-overflow\n"
)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)

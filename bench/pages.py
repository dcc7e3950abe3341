"""How long the main pages take, as a signed-in reader sees it; run as `python bench/pages.py [REQUESTS]`.

The house holds 2,000 findings. Prints one JSON line: milliseconds at the median and the 95th percentile per page.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import httpx

from _house import house

PAGES = ("/", "/findings/", "/clusters/", "/cases/", "/measures/", "/organisation/", "/outbox/")
FINDINGS = 2000


def main(requests: int) -> None:
    """Hand findings in, then ask for each page in turn."""
    with house() as cast:
        from levee.identity.services import make_link
        from levee.settings import settings

        began = time.perf_counter()
        for start in range(0, FINDINGS, 100):
            batch = [finding(number) for number in range(start, start + 100)]
            answer = httpx.post(
                f"{settings().site}/api/v1/findings",
                content=json.dumps({"findings": batch}).encode(),
                headers={"Authorization": f"Bearer {cast.tokens['Lab One']}"},
                timeout=300,
            )
            assert answer.json()["refused"] == [], answer.text
        figures: dict[str, object] = {"findings_per_second": round(FINDINGS / (time.perf_counter() - began), 1)}
        with httpx.Client(base_url=settings().site, timeout=60) as client:
            sign_in(client, make_link(cast.coordinator, cast.coordinator.id))
            figures["pages_ms"] = {page: timed(client, page, requests) for page in PAGES}
        with httpx.Client(base_url=settings().public_site, timeout=60) as client:
            figures["public_ms"] = {"/": timed(client, "/", requests)}
    print(json.dumps(figures))


def finding(number: int) -> dict[str, object]:
    """A plain finding without a proof."""
    return {
        "title": f"Finding {number}",
        "description": "words " * 60,
        "target": "npm:example@1.0.0",
        "provenance": {"tool": "bench"},
        "why_no_proof": "measured only",
        "key": f"bench-{number}",
    }


def sign_in(client: httpx.Client, secret: str) -> None:
    """Use a one-time link, as a browser would."""
    client.get(f"/link/{secret}/")
    token = client.cookies["csrftoken"]
    client.post(f"/link/{secret}/", data={"csrfmiddlewaretoken": token})


def timed(client: httpx.Client, page: str, requests: int) -> dict[str, float]:
    """Milliseconds at the median and the 95th percentile."""
    took = []
    for _ in range(requests + 3):
        began = time.perf_counter()
        answer = client.get(page)
        took.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == httpx.codes.OK, (page, answer.status_code)
    took = sorted(took[3:])
    return {"p50": round(statistics.median(took), 1), "p95": round(took[int(len(took) * 0.95)], 1)}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)

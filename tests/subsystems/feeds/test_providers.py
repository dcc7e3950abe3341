"""CSAF providers: every document's digest and signature is checked before it is read."""

from __future__ import annotations

import hashlib
import json

import pytest

from levee.feeds.types import Kind, LoadState
from levee.platform.signing import OpenPgpSigner


def csaf(name, *, changed="2026-11-01T00:00:00Z", title="A flaw"):
    return {
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "title": title,
            "publisher": {"category": "vendor", "name": "Merrow", "namespace": "https://merrow.example"},
            "tracking": {
                "id": name,
                "current_release_date": changed,
                "initial_release_date": changed,
                "status": "final",
                "version": "1",
                "revision_history": [{"date": changed, "number": "1", "summary": "first"}],
            },
        }
    }


class Provider:
    """A provider's folder on a site, signed."""

    def __init__(self, site, keys):
        self.site, self.signer, self.changes = site, OpenPgpSigner(keys), {}

    def publish(self, name, **more):
        data = json.dumps(csaf(name, **more)).encode()
        path = f"/csaf/2026/{name.lower()}.json"
        self.site.files |= {
            path: data,
            f"{path}.sha256": f"{hashlib.sha256(data).hexdigest()} {name.lower()}.json\n".encode(),
            f"{path}.sha512": hashlib.sha512(data).hexdigest().encode(),
            f"{path}.asc": self.signer.sign_detached(data).encode(),
        }
        self.changes[f"2026/{name.lower()}.json"] = more.get("changed", "2026-11-01T00:00:00Z")
        self._list()
        return path

    def _list(self):
        lines = [
            f'"{path}","{at}"' for path, at in sorted(self.changes.items(), key=lambda each: each[1], reverse=True)
        ]
        self.site.files["/csaf/changes.csv"] = "\n".join(lines).encode()
        self.site.files["/csaf/rolie.json"] = json.dumps(
            {
                "feed": {
                    "id": "all",
                    "entry": [
                        {
                            "id": path,
                            "updated": at,
                            "content": {"src": f"{self.site.base}/csaf/{path}", "type": "application/json"},
                            "link": [
                                {"rel": "self", "href": f"{self.site.base}/csaf/{path}"},
                                {"rel": "hash", "href": f"{self.site.base}/csaf/{path}.sha256"},
                                {"rel": "signature", "href": f"{self.site.base}/csaf/{path}.asc"},
                            ],
                        }
                        for path, at in self.changes.items()
                    ],
                }
            }
        ).encode()

    def metadata(self, distribution, fingerprint=""):
        self.site.files["/key.asc"] = self.signer.public_certificate().encode()
        self.site.files["/provider-metadata.json"] = json.dumps(
            {
                "publisher": {"category": "vendor", "name": "Merrow", "namespace": "https://merrow.example"},
                "distributions": [distribution],
                "public_openpgp_keys": [
                    {"fingerprint": fingerprint or self.signer.fingerprint, "url": f"{self.site.base}/key.asc"}
                ],
            }
        ).encode()


@pytest.fixture
def provider(site, tmp_path):
    provider = Provider(site, tmp_path / "provider")
    for name in ("MRW-1", "MRW-2", "MRW-3"):
        provider.publish(name)
    return provider


WAYS = {
    "folder": lambda base: {"directory_url": f"{base}/csaf"},
    "ROLIE": lambda base: {"rolie": {"feeds": [{"tlp_label": "WHITE", "url": f"{base}/csaf/rolie.json"}]}},
}


@pytest.mark.parametrize("way", WAYS)
def test_every_document_is_taken_once_and_then_only_what_changed(house, site, provider, way):
    provider.metadata(WAYS[way](site.base))
    house.add("merrow", Kind.CSAF, f"{site.base}/provider-metadata.json")
    assert house.pull("merrow").changed == 3
    assert house.pull("merrow").state is LoadState.UNCHANGED
    provider.publish("MRW-4", changed="2026-11-20T00:00:00Z")
    site.asked.clear()
    done = house.pull("merrow")
    assert (done.changed, done.gone, house.feed("merrow").held) == (1, 0, 4)
    assert not any("mrw-1" in name for name, _ in site.asked)


@pytest.mark.parametrize("wrong", ["digest", "signature", "no signature", "other document", "no digest"])
def test_a_document_that_is_not_what_was_signed_is_refused_alone_and_tried_again(house, site, provider, wrong):
    path = provider.publish("MRW-2", title="Another flaw")
    good = dict(site.files)
    if wrong == "digest":
        site.files[f"{path}.sha256"] = site.files[f"{path}.sha512"] = b"0" * 64
    elif wrong == "signature":
        site.files[f"{path}.asc"] = good["/csaf/2026/mrw-1.json.asc"]
    elif wrong == "no signature":
        del site.files[f"{path}.asc"]
    elif wrong == "no digest":
        del site.files[f"{path}.sha256"], site.files[f"{path}.sha512"]
    else:
        site.files[path] = good["/csaf/2026/mrw-1.json"].replace(b"MRW-1", b"MRW-2")
    provider.metadata(WAYS["folder"](site.base))
    house.add("merrow", Kind.CSAF, f"{site.base}/provider-metadata.json")
    done = house.pull("merrow")
    assert (done.changed, done.refused) == (2, 1)
    assert done.refusals[0].place.startswith("mrw-2.json")
    site.files |= good
    assert house.pull("merrow").changed == 1


def test_a_key_with_another_fingerprint_signs_nothing(house, site, provider):
    provider.metadata(WAYS["folder"](site.base), fingerprint="0" * 40)
    house.add("merrow", Kind.CSAF, f"{site.base}/provider-metadata.json")
    done = house.pull("merrow")
    assert done.state is LoadState.KEPT_OUT
    assert done.changed == 0


def test_a_folder_without_metadata_is_held_by_its_digests(house, site, provider):
    house.add("merrow", Kind.CSAF, f"{site.base}/csaf")
    assert house.pull("merrow").changed == 3


def test_a_provider_that_lists_less_than_half_is_kept_out(house, site, provider):
    for number in range(10, 40):
        provider.publish(f"MRW-{number}")
    provider.metadata(WAYS["folder"](site.base))
    house.add("merrow", Kind.CSAF, f"{site.base}/provider-metadata.json")
    assert house.pull("merrow").changed == 33
    provider.changes.clear()
    provider.publish("MRW-99", changed="2026-11-20T00:00:00Z")
    assert house.pull("merrow").state is LoadState.KEPT_OUT
    assert house.feed("merrow").held == 33

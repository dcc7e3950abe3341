"""OpenPGP signatures: of the house under what it publishes, and of others under what they do (CSAF 2.0, 7.1.20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pysequoia import Cert, Profile, Sig, SignatureMode, Tsk, sign, verify

from levee.kernel.errors import BadInput
from levee.platform.files import kept_secret

if TYPE_CHECKING:
    from pathlib import Path


class OpenPgpSigner:
    """The house's certificate, its secret part in `keys_folder/publication.openpgp` (mode 0600, made on first use).

    It is of the older profile (RFC 4880), which every verifier in use reads, and does not expire: a new key is
    announced by publishing a new certificate.

    Args:
        keys_folder: made when missing.
        user_id: name and address shown to those who verify, such as `Example Clearinghouse <csaf@example.org>`.

    Raises:
        UnsafeSetup: the key is open to other accounts.
    """

    def __init__(self, keys_folder: Path, *, user_id: str = "Levee") -> None:
        raw = kept_secret(keys_folder / "publication.openpgp", lambda: _generated(user_id))
        self._key = Tsk.from_bytes(raw)

    @property
    def fingerprint(self) -> str:
        """Of the certificate: 40 hexadecimal digits in upper case, as CSAF's `public_openpgp_keys` wants them."""
        return self._key.extract_certificate().fingerprint.upper()

    def sign_detached(self, data: bytes) -> str:
        """An armored detached signature over the bytes, for a file `NAME.asc` beside `NAME`."""
        return sign(self._key.signer(), data, mode=SignatureMode.DETACHED).decode("ascii")

    def public_certificate(self) -> str:
        """The armored certificate, without any secret, for those who verify."""
        return str(self._key.extract_certificate())


def _generated(user_id: str) -> bytes:
    return bytes(Tsk.generate(user_id=user_id, profile=Profile.RFC4880))


class Certificates:
    """Certificates of somebody else, each held to the fingerprint that is known of it."""

    def __init__(self) -> None:
        self._held: list[Cert] = []

    def add(self, fingerprint: str, data: bytes) -> None:
        """Trust one more certificate.

        Args:
            fingerprint: as stated, in hexadecimal.
            data: the certificate, armored or not.

        Raises:
            BadInput: it cannot be read, or has another fingerprint.
        """
        self._held.append(_certificate(fingerprint, data))

    def verify_detached(self, data: bytes, signature: bytes) -> None:
        """Hold a detached signature against the data.

        Raises:
            BadInput: none of the certificates made it over these bytes.
        """
        try:
            verify(bytes=data, store=lambda _ids: self._held, signature=Sig.from_bytes(signature))
        except Exception as error:  # the library raises plain ones
            raise BadInput("the signature does not hold", code="openpgp.signature") from error


def _certificate(fingerprint: str, data: bytes) -> Cert:
    try:
        found = Cert.from_bytes(data)
    except Exception as error:  # the same
        raise BadInput("no OpenPGP certificate", code="openpgp.certificate") from error
    if found.fingerprint.lower() != fingerprint.replace(" ", "").lower():
        raise BadInput("the certificate has another fingerprint than is stated", code="openpgp.fingerprint")
    return found

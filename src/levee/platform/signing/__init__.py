"""Signatures: of workers under the evidence they hand in, of the house under what it publishes."""

from levee.platform.signing.evidence import EvidenceSignature, EvidenceSigner, verify_evidence
from levee.platform.signing.openpgp import OpenPgpSigner

__all__ = ["EvidenceSignature", "EvidenceSigner", "OpenPgpSigner", "verify_evidence"]

"""Signatures: of workers under evidence, of the house under what it publishes and what it tells gateways."""

from levee.platform.signing.evidence import EvidenceSignature, EvidenceSigner, verify_evidence
from levee.platform.signing.openpgp import OpenPgpSigner
from levee.platform.signing.statements import StatementKey

__all__ = ["EvidenceSignature", "EvidenceSigner", "OpenPgpSigner", "StatementKey", "verify_evidence"]

"""VEX: statements on whether a vulnerability can hurt in a product. OpenVEX, CycloneDX, CSAF in; OpenVEX out."""

from levee.formats.vex.read import Said, csaf_statements, read_vex
from levee.formats.vex.statement import Product, Statement, Status
from levee.formats.vex.write import JUSTIFICATIONS, Finding, openvex_document

__all__ = [
    "JUSTIFICATIONS",
    "Finding",
    "Product",
    "Said",
    "Statement",
    "Status",
    "csaf_statements",
    "openvex_document",
    "read_vex",
]

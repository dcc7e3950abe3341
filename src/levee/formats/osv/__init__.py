"""OSV records (schema 1.7): read (from JSON, YAML and RustSec's Markdown), evaluate against a version, write."""

from levee.formats.osv.evaluate import Answer, Explanation, affected, affected_package, spans
from levee.formats.osv.record import Affected, Event, EventKind, Range, RangeKind, Record, Span, osv_record, read_osv
from levee.formats.osv.rustsec import rustsec_document
from levee.formats.osv.write import check_osv, osv_bytes, osv_document
from levee.formats.osv.yaml import yaml_document

__all__ = [
    "Affected",
    "Answer",
    "Event",
    "EventKind",
    "Explanation",
    "Range",
    "RangeKind",
    "Record",
    "Span",
    "affected",
    "affected_package",
    "check_osv",
    "osv_bytes",
    "osv_document",
    "osv_record",
    "read_osv",
    "rustsec_document",
    "spans",
    "yaml_document",
]

"""One source, many outputs: what is published as OSV, CSAF and a page, signed, for everyone."""

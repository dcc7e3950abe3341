"""Which findings are one: grouped by signature, joined only by proof, every credit kept."""

"""Lists that package managers print: every line comes out, as a package or with the reason why it is none."""

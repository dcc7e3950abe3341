"""Levee's own rules: what general linters cannot know. Run as `python -m tools.rules [PATH...]`.

Each rule has a name. A line that must break one says so and why: `# allow RULE: reason` (in a template
`{# allow RULE: reason #}`), on the line or the one above it.
"""

"""Fetching feeds: bounded, conditional, resumable, and never from where a feed has no business to lead."""

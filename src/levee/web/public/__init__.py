"""The public pages: no cookies, no session, no knowledge of anything but the schema of publications."""

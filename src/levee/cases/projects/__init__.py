"""The projects that cases are about, pure: how they are named, what they publish of themselves. No I/O."""

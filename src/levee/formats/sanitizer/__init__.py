"""Crash reports of sanitizers and run-times, read into one shape.

A report is text that the tested program could have printed itself: reading one proves nothing. Whoever asks for
evidence takes the text from a log that the program cannot write to, and checks how the program ended.
"""

from levee.formats.sanitizer.frames import Frame
from levee.formats.sanitizer.read import parse_report
from levee.formats.sanitizer.report import Report

__all__ = ["Frame", "Report", "parse_report"]

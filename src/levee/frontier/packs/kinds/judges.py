"""What judges of programs begin with: a program that was handed in must not find out what it is judged by."""

from __future__ import annotations

BEGIN = """\
import ctypes, os, pathlib, subprocess, sys

ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # nothing reads the memory of this process
os.unlink(sys.argv[0])  # and its tests lie nowhere once a foreign program runs


def build(source, *options):
    made = subprocess.run(["gcc", "-w", *options, "-o", "program", source], capture_output=True)
    if made.returncode != 0:
        sys.exit(1)


def run(argv, given):
    no_leaks = {"ASAN_OPTIONS": "detect_leaks=0"}  # a search for leaks would wait for what the sandbox forbids
    ended = subprocess.run(argv, input=given, capture_output=True, timeout=10, env=no_leaks)
    return ended.returncode, ended.stdout
"""
"""Python, put before the text of a judge."""

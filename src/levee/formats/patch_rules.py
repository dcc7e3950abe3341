"""What a patch may not do, whatever it claims to fix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.globs import first_match
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

PROTECTED: tuple[str, ...] = (
    "**/test/**", "**/tests/**", "**/testing/**", "**/testdata/**", "**/__tests__/**", "**/spec/**", "**/regress/**",
    "**/test_*", "**/*_test.*", "**/*_tests.*", "**/*.test.*", "**/*.spec.*", "**/conftest.py",
    "**/fuzz/**", "**/fuzzing/**", "**/fuzzers/**", "**/*fuzz*.c", "**/*fuzz*.cc", "**/*fuzz*.cpp", "**/harness/**",
    "**/Makefile", "**/GNUmakefile", "**/Makefile.*", "**/*.mk", "**/*.mak", "**/CMakeLists.txt", "**/*.cmake",
    "**/configure", "**/configure.ac", "**/configure.in", "**/*.m4", "**/meson.build", "**/meson_options.txt",
    "**/BUILD", "**/BUILD.bazel", "**/WORKSPACE", "**/*.bzl", "**/*.gn", "**/*.gni", "**/*.gyp", "**/SConstruct",
    "**/setup.py", "**/setup.cfg", "**/pyproject.toml", "**/tox.ini", "**/pytest.ini", "**/noxfile.py", "**/*.pth",
    "**/sitecustomize.py", "**/usercustomize.py",
    "**/package.json", "**/package-lock.json", "**/yarn.lock", "**/.npmrc", "**/binding.gyp", "**/*.config.js",
    "**/Cargo.toml", "**/Cargo.lock", "**/build.rs", "**/go.mod", "**/go.sum", "**/pom.xml", "**/build.gradle*",
    "**/Dockerfile*", "**/*.sh", "**/*.bat", "**/*.ps1", "**/.github/**", "**/.gitlab-ci.yml", "**/.gitattributes",
    "**/.gitmodules", "**/.clang*", "**/*suppressions*", "**/*.supp", "**/*ignorelist*",
)  # fmt: skip
"""Tests, fuzzing harnesses, build descriptions and what switches checks off: the judges of a patch."""

REFUSED_STARTS = (
    "old mode ", "new mode ", "new file mode ", "deleted file mode ", "rename ", "copy ", "similarity index",
    "dissimilarity index", "Binary files ", "GIT binary patch", "Files ", "Only in ", "@@", "+++ ", "Index: ",
)  # fmt: skip

_REGULAR, _EXECUTABLE, _SYMLINK, _SUBMODULE = "100644", "100755", "120000", "160000"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SWITCHED_OFF = re.compile(
    r"no_sanitize|__attribute__\s*\(\(\s*no_|-fno-sanitize|fsanitize-recover|detect_leaks|halt_on_error"
    r"|__[ahmtul]?[wm]?san_(?:default_options|set_|ignore|disable|unpoison|poison)|__asan_|__ubsan_|__lsan_"
    r"|__sanitizer_|(?:A|U|M|T|L|HWA)SAN_OPTIONS|LLVMFuzzer|#\s*pragma\s+(?:GCC|clang)\s+(?:optimize|attribute)"
)
_NEW_POWERS = re.compile(
    r"\b(?:system|popen|_popen|fork|vfork|execl[pe]?|execv[pe]{0,2}|execveat|fexecve|posix_spawnp?|dlopen|LoadLibrary[AW]?"
    r"|CreateProcess[AW]?|ShellExecute[AW]?|ptrace|syscall|socket|socketpair|getaddrinfo|gethostbyname|sendto"
    r"|os\.(?:system|popen|exec\w*|spawn\w*|fork)|subprocess\.\w+|pty\.spawn|ctypes\.\w+|__import__|importlib\.\w+"
    r"|socket\.\w+|urllib\.request\.\w+|requests\.(?:get|post|put|request)|http\.client\.\w+"
    r"|child_process|execSync|spawnSync|fetch|XMLHttpRequest|eval|new\s+Function|Runtime\.getRuntime|ProcessBuilder"
    r"|exec\.Command|net\.Dial\w*|http\.Get|Command::new|TcpStream::connect)\s{0,1}\("
    r"|\brequire\(\s*['\"](?:node:)?(?:child_process|net|http|https|vm|dgram)['\"]"
    r"|\b__asm__\b|\basm\s+volatile\b"
)


def refused_line(line: str, number: int) -> BadInput:
    """The refusal for a header line of a change that is no plain change of text."""
    place = f"line {number}"
    if line.startswith(("Binary files ", "GIT binary patch")):
        return BadInput("binary changes are refused", code="patch.binary", place=place)
    if line.startswith(("old mode", "new mode")):
        return BadInput("changes of file modes are refused", code="patch.mode", place=place)
    if line.startswith(("rename ", "copy ", "similarity", "dissimilarity")):
        advice = "Write it as a deletion and a new file."
        return BadInput("renames and copies are refused", code="patch.rename", place=place, advice=advice)
    return BadInput(f"this line is out of place: {line[:60]!r}", code="patch.syntax", place=place)


def check_mode(what: str, mode: str, number: int) -> None:
    """Refuse symbolic links, submodules, executables and changes of mode.

    Raises:
        BadInput: with the line of the patch.
    """
    place = f"line {number}"
    if mode == _SYMLINK:
        raise BadInput("symbolic links are refused", code="patch.symlink", place=place)
    if mode == _SUBMODULE:
        raise BadInput("submodules are refused", code="patch.submodule", place=place)
    if what in {"old", "new"}:
        raise BadInput("changes of file modes are refused", code="patch.mode", place=place)
    if mode != _REGULAR and (what == "new file" or mode != _EXECUTABLE):
        raise BadInput(f"a file of mode {mode} is refused", code="patch.mode", place=place)


def check_path(path: str, number: int, protected: Sequence[str]) -> None:
    """Refuse paths that leave the project, reach git's own folder, or are protected.

    Raises:
        BadInput: with the line and the file.
    """
    place = f"line {number} ({path[:200]!r})"
    parts = path.split("/")
    if not path or _CONTROL.search(path) or "\\" in path or '"' in path or ":" in path or _INVISIBLE.search(path):
        raise BadInput(
            "a file name with quotes, colons, backslashes or control characters", code="patch.path", place=place
        )
    if any(part in {"", ".", ".."} or part != part.strip() for part in parts):
        raise BadInput("the path leaves the project", code="patch.path", place=place)
    if any(part.casefold().rstrip(". ") in {".git", "git~1", ".hg", ".svn"} for part in parts):
        raise BadInput("the version control's own folder is not patched", code="patch.path", place=place)
    pattern = first_match(path, protected)
    if pattern is not None:
        raise BadInput(
            f"a patch may not change this file: it is protected by {pattern!r}",
            code="patch.protected",
            place=place,
            advice="Send changes of tests, harness and build files apart; people look at them.",
        )


def powers(line: str) -> list[str]:
    """The calls in a line of source that start processes, open connections or load code."""
    return [match[0].strip() for match in _NEW_POWERS.finditer(line)]


def check_added(line: str, path: str, number: int, there_before: frozenset[str]) -> None:
    """Refuse an added line that hides text, switches a check off, or reaches for a process or the network.

    Args:
        line: without its plus sign.
        path: the file it goes into.
        number: its line in the patch.
        there_before: `powers` of the lines that the hunks show from before; those are not new.

    Raises:
        BadInput: with the line of the patch and the file.
    """
    place = f"line {number} ({path})"
    if "\x00" in line or _INVISIBLE.search(line):
        raise BadInput("invisible or direction-changing characters are added", code="patch.invisible", place=place)
    off = _SWITCHED_OFF.search(line)
    if off:
        raise BadInput(f"the patch would change the checks themselves: {off[0]!r}", code="patch.check_off", place=place)
    new = [power for power in powers(line) if power not in there_before]
    if new:
        raise BadInput(
            f"the patch adds {new[0]!r}: processes, network and loaded code are refused unseen",
            code="patch.new_power",
            place=place,
            advice="A person has to look at this patch.",
        )

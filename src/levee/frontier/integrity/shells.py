"""Commands of a shell taken apart: which programs are started with which words, and which files are named.

It is no shell. What cannot be taken apart is taken as words, so that a rule sees too much rather than too little.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
import shlex
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WORK = "/w"
"""The working folder."""
DEEPEST = 4
LOOKED_AT = 16 * 1024
"""Characters of a command that are looked at, at most; of a longer one, its beginning and its end."""
_LONGEST_WORD = 4096
"""Characters of a word after what was set before was put into it."""
_MOST = 1000
"""Commands that one command is taken apart into, at most."""
_QUOTED_LINES = 200
"""Lines after which a quote that does not end is taken for none."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]{12,}={0,2}")
_SET = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_USED = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_PATH = re.compile(r"(?:[\w.~$*?+%@{}\[\]-]{1,100})?(?:/[\w.~$*?+%@{}\[\]!-]*)+")
OPENS = re.compile(r"open|read|listdir|iterdir|scandir|walk|glob|Path\(|run\(|system|exec|stat\(|load|File")
"""What code opens files with."""
_CODE = re.compile(r"[\n;({]")
_IN_QUOTES = re.compile(r"['\"`](/[\w.*/{}%$-]+)['\"`]")
_PATTERN = re.compile(r"s[/|#,]|\^|https?:|[\w.]+:\d+/")
_SAY = {"echo", "printf"}
_BEFORE = {
    "sudo", "timeout", "nohup", "nice", "time", "xargs", "stdbuf", "command", "exec", "builtin", "busybox", "setsid",
    "do", "then", "else", "if", "while", "until", "!", "{", "env",
}  # fmt: skip
_SHELLS = {"sh", "bash", "dash", "zsh", "eval", "source"}
_SEPARATORS = frozenset("();<>|&\n")


@dataclass(frozen=True, slots=True)
class Simple:
    """A program and its words, in the folder that it is started in as far as that can be told; `bare` has env alone."""

    program: str
    words: tuple[str, ...]
    folder: str = WORK


def plain(text: str) -> str:
    """A text with what hides words taken away: joined quotes, backslashes, base64, and hexadecimal escapes."""
    joined = re.sub(r"(?<=\w)(?:''|\"\")(?=[\w/])|(?<=[\w/])(?:''|\"\")(?=\w)", "", text)
    joined = re.sub(r"(?<=\w)'(\w{1,3})'(?=\w)", r"\1", joined)
    joined = re.sub(r"\\x([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), joined)
    joined = joined.replace("${IFS}", " ").replace("$IFS", " ")
    return "\n".join([joined, *_decoded(joined)])


def _decoded(text: str) -> Iterator[str]:
    for each in _BASE64.findall(text):
        try:
            found = base64.b64decode(each + "=" * (-len(each) % 4), validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            continue
        if found.strip() and all(sign.isprintable() or sign in "\n\t" for sign in found):
            yield found


def looked_at(text: str) -> str:
    """What the rules look at of a command: a model writes as much as it likes, and they take their time."""
    half = LOOKED_AT // 2
    return text if len(text) <= LOOKED_AT else f"{text[:half]}\n{text[-half:]}"


@lru_cache(maxsize=256)
def simples(text: str) -> tuple[Simple, ...]:
    """The programs that a command starts, those inside of others too. Several rules ask for the same command."""
    return tuple(_simples(text, 0, iter(range(_MOST))))


def _simples(text: str, depth: int, left: Iterator[int]) -> list[Simple]:
    """`left` gives something as long as more may be taken apart."""
    found: list[Simple] = []
    folder, names = WORK, dict[str, str]()
    for words in _statements(text):
        if next(left, None) is None:
            break
        names |= dict(each.split("=", 1) for each in words if _SET.fullmatch(each))
        own = [_with(each, names) for each in words]
        for inner in own if depth < DEEPEST else ():
            for each in _inside(inner):
                if next(left, None) is None:
                    break
                found += _simples(each, depth + 1, left)
        program, rest = _program(own)
        if program == "cd" and rest:
            folder = posixpath.normpath(posixpath.join(folder, rest[-1]))
        if program in _SHELLS and depth < DEEPEST:
            for each in rest:
                found += _simples(each, depth + 1, left) if " " in each or program == "eval" else []
        found += [Simple("<", (own[at + 1],), folder) for at, each in enumerate(own[:-1]) if each == "<"]
        if program:
            found.append(Simple(program, tuple(rest), folder))
    return found


def paths_of(each: Simple) -> list[str]:
    """What of a program's words looks like a path, as it is from the root, `..` taken away.

    Words that are only said, and patterns that are looked for, are no paths; in code, what stands in quotes may be.
    """
    if each.program in _SAY:
        return []
    found = []
    for word in (each.program, *each.words):
        if _CODE.search(word):
            named = _IN_QUOTES.findall(word) if OPENS.search(word) else []
            found += [_resolved(path, each.folder) for path in named]
        elif not _PATTERN.match(word):
            named = _PATH.findall(word.partition("=")[2] if "=" in word else word)
            found += [_resolved(path, each.folder) for path in named or ([word] if each.folder != WORK else [])]
    return found


def _resolved(path: str, folder: str) -> str:
    home = re.sub(r"^~", WORK, path)
    return re.sub("/+", "/", posixpath.normpath(posixpath.join(folder, home)))


def _statements(text: str) -> Iterator[list[str]]:
    """Words between separators."""
    for line in _lines(text):
        lexer = shlex.shlex(line, posix=True, punctuation_chars="();<>|&\n")
        lexer.whitespace_split, lexer.commenters = True, ""
        words: list[str] = []
        try:
            for token in lexer:
                if token and set(token) <= _SEPARATORS:
                    if set(token) & {"<", ">"}:
                        words.append(token)
                        continue
                    yield words
                    words = []
                else:
                    words.append(token)
            yield words
        except ValueError:
            yield from (re.split(r"[\s'\"]+", each) for each in re.split(r"[;|&()]+", line))


def _lines(text: str) -> Iterator[str]:
    """Lines, those joined whose quotes go on; comments left out."""
    held, left, quote = "", _QUOTED_LINES, ""
    for line in text.split("\n"):
        if not held and (not line.strip() or line.lstrip().startswith("#")):
            continue
        held = f"{held}\n{line}" if held else line
        quote = _open_after(line, quote)
        left -= 1
        if left < 0:
            yield from held.split("\n")
            held, quote = "", ""
        elif not quote:
            yield held
            held, left = "", _QUOTED_LINES
    if held:
        yield from held.split("\n")


def _open_after(line: str, quote: str) -> str:
    """What is open after a line: a quote, a backslash that takes the end of the line, both, or nothing."""
    quote, escaped = quote.rstrip("\\"), False
    for sign in line:
        if escaped:
            escaped = False
        elif sign == "\\" and quote != "'":
            escaped = True
        elif sign == quote:
            quote = ""
        elif not quote and sign in "'\"":
            quote = sign
    return quote + ("\\" if escaped else "")


def _program(words: list[str]) -> tuple[str, list[str]]:
    """The program that is started, past what only starts it; `env` stays where it starts nothing."""
    left = list(words)
    last = ""
    while left:
        word = left[0]
        if _SET.fullmatch(word) or (last and (word.startswith("-") or re.fullmatch(r"[\d.]+[smh]?", word))):
            left.pop(0)
        elif word in {"<", ">", ">>", "<<", ">&"}:
            left = left[2:]
        elif posixpath.basename(word) in _BEFORE:
            last = posixpath.basename(left.pop(0))
        else:
            return posixpath.basename(word), left[1:]
    return last, [each for each in words if each != last]


def _with(word: str, names: dict[str, str]) -> str:
    """A word with what was set before in the same command, as far as it does not get too long."""
    left = _LONGEST_WORD

    def put(found: re.Match[str]) -> str:
        nonlocal left
        value = names.get(found[1] or found[2], found[0])
        left -= len(value)
        return value if left >= 0 else found[0]

    return _USED.sub(put, word)


def _inside(word: str) -> list[str]:
    """Commands inside of a word: `$(…)` and backticks."""
    return [a or b for a, b in re.findall(r"\$\(([^()]*)\)|`([^`]*)`", word)]

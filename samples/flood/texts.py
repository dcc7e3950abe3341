"""What finders write: the same flaw in different words, each as its author would put it."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a flaw may be told: a title and a paragraph are drawn independently. `cwe` holds the claims seen."""

    titles: tuple[str, ...]
    paragraphs: tuple[str, ...]
    cwe: tuple[str, ...]


WORDINGS: dict[str, Wording] = {
    "minimist": Wording(
        titles=(
            "Prototype pollution in minimist argument parsing",
            "Object.prototype can be written through command-line flags",
            "minimist: dotted option names reach __proto__",
            "Untrusted argv modifies global object behaviour",
            "Improper key handling in setKey lets flags leak into every object",
        ),
        paragraphs=(
            "A flag whose name holds dots is split and walked without looking at the parts. One of the parts may name the "
            "prototype, so the value ends up on every object of the process.",
            "When an application passes user-controlled arguments to the parser, an attacker can define properties that "
            "appear on all objects. Depending on the application this changes defaults or disables checks.",
            "The nested-key logic creates intermediate objects on demand and follows inherited ones. I saw a fresh object "
            "literal carry my property right after one call.",
        ),
        cwe=("CWE-1321", "CWE-20", "CWE-915"),
    ),
    "lodash-defaults": Wording(
        titles=(
            "lodash defaultsDeep pollutes Object.prototype",
            "Deep defaults follow constructor.prototype",
            "Prototype pollution through JSON bodies merged with _.defaultsDeep",
            "defaultsDeep: unsafe recursion into inherited members",
        ),
        paragraphs=(
            "Merging a parsed JSON body as defaults walks from the empty object into its constructor and from there into the "
            "prototype shared by all objects.",
            "The guard that was added for one key name does not cover the other road to the prototype. A configuration "
            "document of two nested keys is enough.",
            "Our agent compared objects before and after the call; a key that nobody set was there afterwards on objects "
            "created later.",
        ),
        cwe=("CWE-1321", "CWE-1321", "CWE-400"),
    ),
    "lodash-set": Wording(
        titles=(
            "lodash zipObjectDeep writes to the prototype",
            "_.set with a crafted path changes all objects",
            "Path strings in lodash are not checked for prototype keys",
            "baseSet follows __proto__ in property paths",
        ),
        paragraphs=(
            "Property paths taken from input are resolved step by step; a step may be the prototype link itself and the last "
            "step is then assigned there.",
            "Any endpoint that stores a value under a path chosen by the client can be used to plant properties on the base "
            "object of the runtime.",
            "Several path functions share one inner assignment routine, and that routine lacks the check. I reached it from "
            "two of them.",
        ),
        cwe=("CWE-1321", "CWE-915"),
    ),
    "ini": Wording(
        titles=(
            "ini: a section header can name the prototype",
            "Prototype pollution when decoding an INI file",
            "Malicious configuration file alters the runtime",
            "Section names are used as keys without a check",
        ),
        paragraphs=(
            "The decoder turns a section header into a property lookup. With the right header, the key and value lines that "
            "follow are stored on the prototype of all objects.",
            "A user who may upload a settings file gains influence on code far away from it. Two lines suffice.",
            "We found this while reviewing configuration readers. Parsing is enough; nothing needs to use the result.",
        ),
        cwe=("CWE-1321", "CWE-1321", "CWE-502"),
    ),
    "y18n": Wording(
        titles=(
            "y18n: locale named __proto__ pollutes objects",
            "Translation catalogue update reaches Object.prototype",
            "Locale switching without validation leads to prototype pollution",
        ),
        paragraphs=(
            "The catalogue keeps locales in a plain object. A locale with the name of the prototype link makes the next "
            "update write translations onto the prototype.",
            "If the locale comes from a header or cookie, a visitor chooses it. Translations added afterwards appear as "
            "properties of every object.",
        ),
        cwe=("CWE-1321", "CWE-20"),
    ),
    "macaddress": Wording(
        titles=(
            "Command injection in macaddress via the interface name",
            "Interface name is pasted into a shell command",
            "macaddress.one executes attacker-controlled shell text",
        ),
        paragraphs=(
            "The name of the network interface is put between other words of a shell command without quoting. A semicolon "
            "starts a second command.",
            "Applications that let an operator choose an interface in a form run whatever is typed there, with the rights of "
            "the service.",
        ),
        cwe=("CWE-78", "CWE-77"),
    ),
    "adm-zip": Wording(
        titles=(
            "Path traversal while extracting archives with adm-zip",
            "Zip slip: entries leave the extraction folder",
            "Archive member names are joined to the target path unchecked",
        ),
        paragraphs=(
            "A member whose name climbs with two dots is written beside the folder that the caller named. Overwriting a "
            "start-up file would be the next step.",
            "Extracting an uploaded archive to an upload folder lets the uploader choose any place the service may write to.",
        ),
        cwe=("CWE-22", "CWE-29"),
    ),
    "pyyaml": Wording(
        titles=(
            "PyYAML full loader executes code from a document",
            "Arbitrary object construction in yaml.full_load",
            "FullLoader is not as restricted as its documentation suggests",
            "YAML tags reach callables through python/object/new",
        ),
        paragraphs=(
            "The loader that is said to avoid arbitrary code still constructs objects of chosen classes and sets their "
            "state, which is enough to call a function with chosen arguments.",
            "A service that reads YAML from its users with this loader gives them the process. I used a tag chain that needs "
            "nothing but the standard library.",
            "Our model chained a class construction with a state setter and observed a new process.",
        ),
        cwe=("CWE-502", "CWE-20", "CWE-94"),
    ),
    "sqlparse": Wording(
        titles=(
            "Exponential time when sqlparse strips comments",
            "ReDoS in the comment filter of sqlparse",
            "A few line breaks keep a worker busy for minutes",
        ),
        paragraphs=(
            "A regular expression used while formatting backtracks over repeated line breaks. Each further repetition "
            "multiplies the time.",
            "A statement of less than a hundred characters blocks the process. Tools that format queries of their users are "
            "affected.",
        ),
        cwe=("CWE-1333", "CWE-400"),
    ),
    "django": Wording(
        titles=(
            "Denial of service in Django's urlize filter",
            "urlize takes quadratic time on trailing punctuation",
            "A long comment occupies a Django worker",
        ),
        paragraphs=(
            "Trailing punctuation is taken off one piece at a time, and each time the rest is copied. Text that ends in "
            "many alternating marks costs time with the square of its length.",
            "Any page that turns links in visitors' text into anchors can be made to stall with one comment.",
        ),
        cwe=("CWE-407", "CWE-400"),
    ),
    "tidepack-runs": Wording(
        titles=(
            "Heap buffer overflow while expanding packed data",
            "tidepack: run length is not checked against the buffer",
            "Out-of-bounds write in the run decoder",
            "Crafted container corrupts the heap",
        ),
        paragraphs=(
            "The branch that repeats a byte writes as often as the command says. The other branch checks the room that is "
            "left; this one does not.",
            "Declared and actual size may differ. The decoder trusts the data, so a long repetition leaves the allocation.",
            "Found with a short fuzzing session. The sanitizer stops at the write inside the expansion loop.",
        ),
        cwe=("CWE-122", "CWE-787", "CWE-120"),
    ),
    "tidepack-journal": Wording(
        titles=(
            "Use after free in the journal of tidepack",
            "Closing an aliased channel leaves a dangling pointer",
            "Stale channel is touched after close",
        ),
        paragraphs=(
            "Two slots may name the same channel. Closing one frees it, the other still points there, and the next operation "
            "reads and writes freed memory.",
            "The lifetime of a channel is not tied to the number of slots that name it. A journal of four operations shows it.",
        ),
        cwe=("CWE-416", "CWE-825"),
    ),
    "tidepack-label": Wording(
        titles=(
            "Stack buffer overflow when labels are joined",
            "Long group paths overwrite the stack",
            "Label joining lacks a total length check",
        ),
        paragraphs=(
            "Each part of a label is short enough by itself, but nobody adds the parts up. The joined text runs past a buffer "
            "on the stack.",
            "Nesting a few groups with long names suffices. On a build without canaries this would give control of the "
            "return address.",
        ),
        cwe=("CWE-121", "CWE-787"),
    ),
    "tidepack-gain": Wording(
        titles=(
            "Null pointer dereference for unknown stations",
            "A record that names a missing station crashes the reader",
            "Missing check after station lookup",
        ),
        paragraphs=(
            "The lookup gives nothing for a station that was never declared, and the factor is read from it all the same.",
            "Any container that refers to an undeclared station stops the process. A service that reads uploads can be kept "
            "down with one small file.",
        ),
        cwe=("CWE-476", "CWE-754"),
    ),
    "tidepack-unit": Wording(
        titles=(
            "Global buffer over-read with an unknown unit code",
            "Unit code indexes past a constant table",
            "Out-of-bounds read in the unit lookup",
        ),
        paragraphs=(
            "The code of the unit comes from the file and is used as an index before anybody asks whether it is known.",
            "Twelve units exist; the thirteenth reads what happens to stand behind the table. The value then steers how much "
            "is read.",
        ),
        cwe=("CWE-125", "CWE-129"),
    ),
    "tidepack-audit": Wording(
        titles=("Occasional over-read during an audit",),
        paragraphs=(
            "Sometimes the reader stops with an over-read while it audits readings, sometimes the same file passes. We could "
            "not find what decides it.",
        ),
        cwe=("CWE-125",),
    ),
}

CLOSINGS = (
    "",
    "Please credit the team, not a person.",
    "We would rate this as severe, but leave that to you.",
    "We have not told anybody else.",
    "A patch can be provided on request.",
    "Severity: 9.8 by our own reckoning.",
)


def tell(flaw: str, rng: random.Random) -> tuple[str, str, str]:
    """A title, a description and a claimed CWE for a flaw, in one of its wordings."""
    wording = WORDINGS[flaw]
    body = [rng.choice(wording.paragraphs), rng.choice(CLOSINGS)]
    return rng.choice(wording.titles), "\n\n".join(part for part in body if part), rng.choice(wording.cwe)

"""Stack frames: one line of a stack, and which of them say something about the flaw."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MODULE = re.compile(
    r"^(?P<function>.*?)\s*\((?P<module>[^()\s]+)\+0x[0-9a-f]+\)(?:\s*\(BuildId: [0-9a-f]+\))?$", re.IGNORECASE
)
_SOURCE = re.compile(r"^(?:(?P<function>.*)\s)?(?P<file>\S+?):(?P<line>\d+)(?::(?P<column>\d+))?\)?$")
_PLACE_ONLY = re.compile(r"^(?P<function>.*)\s(?P<file>/\S+|\?\?:\?|<\S+>\+0x[0-9a-f]+|<unknown[^>]*>)$")
_NUMBERED = re.compile(
    r"^\s*#(?P<index>\d{1,4})(?:\.\d+)?\s+(?:0x)?(?P<pc>[0-9a-f]{6,16})\s+(?:in\s+)?(?P<rest>.*)$", re.IGNORECASE
)
_WITHOUT_ADDRESS = re.compile(r"^\s*#(?P<index>\d{1,4})\s+(?P<rest>\S.*)$")

# Frames of allocators, sanitizers, fuzzing engines, C and C++ run-times: present in any crash, so they tell none apart.
_RUNTIME_FUNCTIONS = re.compile(
    r"""^(?:
    __interceptor_|___interceptor_|__interceptor|__asan|___asan|_?_asan_|__hwasan|__msan|__tsan|__ubsan|__lsan|__sanitizer
    |___sanitizer|__interception|(?:\(anonymous\ namespace\)::)?__hwasan|__scudo|scudo::
    |asan_|_asan|__cfi_|__sancov|__libc_|__GI_|__pthread|__restore_rt|__kernel_|_start$|start_thread$|clone$|__clone
    |operator\ (?:new|delete)|(?:m|c|re|v|pv)alloc$|free$|cfree$|posix_memalign$|memalign$|aligned_alloc$|zalloc$
    |wrap_|_?_?(?:mem(?:cpy|move|set|cmp|chr|mem)|str(?:n?cpy|n?cat|n?cmp|n?casecmp|n?len|n?dup|chr|rchr|str|tod|tol))$
    |_?_?v?s?n?f?printf$|fwrite$|fread$|puts$|raise$|_?abort$|gsignal$|kill$|tgkill$|_exit$|exit$|__assert|__fortify|__chk_fail
    |std::|__gnu_cxx::|__cxa_|__cxxabi|_Unwind|void\ std::|decltype|fuzzer::|FuzzerLoop|honggfuzz|__libcpp
    |<unknown|\?\?$|_?sigtramp|KiUserExceptionDispatcher|RtlUser|BaseThreadInit|_?_?scrt_|invoke_main|ntdll|kernel32
    |__GI_raise|core::(?:panicking|ops|result|option)|std::panic|rust_begin_unwind|__rust_|rust_panic|__scrt
    |CrashTrampolineAsm|NULL$|None$|fuzztest::|testing::|centipede::|abort_message$|demangling_terminate_handler
    |_objc_terminate|WTFCrash|logging::|base::debug::|base::ImmediateCrash|V8_Fatal|v8::base::OS::Abort|absl::log_internal::|HF_
    |_swift_stdlib_|closure\ \#|function\ signature\ specialization|Swift\._assertionFailure|SbSystemBreakIntoDebugger
    |runtime\.|panic$|main\.LLVMFuzzer|main\._cgoexp|main\.fuzzer_run|Py_Exit|_PyErr_|_?_asan_
    |__android_log_assert|\[vdso\]|\S*\.(?:so|dylib|dll)(?:\.\d+)*$|pthread_kill
    |_?_?sanitizer_|.*\ _asan_rtl_
    )""",
    re.VERBOSE,
)
_RUNTIME_FILES = re.compile(
    r"(?:compiler-rt/lib/|/sanitizer_common/|libFuzzer/|/libfuzzer/Fuzzer[A-Z]|/eglibc-|/glibc-|/include/c\+\+/|libc\+\+|"
    r"sysdeps/|/libstdc\+\+|/honggfuzz/|/googletest/|/gtest/|/fuzztest/|/centipede/|\[vdso\]|libclang_rt)"
)
_RUNTIME_MODULES = re.compile(
    r"(?:/|^)(?:lib(?:c|m|pthread|stdc\+\+|c\+\+|[atuhm]?san|clang_rt[\w.-]*)|ld-linux[\w-]*)[.\-]", re.IGNORECASE
)
_OFFSET = re.compile(r"\+0x[0-9a-f]+$", re.IGNORECASE)
_MAPPED = re.compile(r"\s+<(?P<module><?[\w.+-]+>?)>\+0x[0-9a-f]+\s*$")
_ENTRY = re.compile(r"^(?:LLVMFuzzerTestOneInput|LLVMFuzzerRunDriver|main|wmain)$")

MAX_NAME = 512
MAX_FRAMES = 256
MAX_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame of a stack, as the tool printed it.

    `function` carries no arguments; `line` and `column` count from 1 and are 0 where the tool gave none; `file` and
    `module` are as printed, empty where unknown.
    """

    index: int
    function: str
    file: str = ""
    line: int = 0
    column: int = 0
    module: str = ""

    @property
    def is_entry(self) -> bool:
        """Whether this is where a fuzzing harness or a program begins."""
        return bool(_ENTRY.match(self.function))

    @property
    def is_runtime(self) -> bool:
        """Whether the frame belongs to a run-time or a tool and so tells no two flaws apart."""
        if not self.function:
            return not self.file or bool(_RUNTIME_FILES.search(self.file))
        if _RUNTIME_FUNCTIONS.match(self.function) or _RUNTIME_FILES.search(self.file):
            return True
        return bool(self.module and _RUNTIME_MODULES.search(self.module))

    @property
    def file_name(self) -> str:
        """The last part of `file`."""
        return self.file.replace("\\", "/").rpartition("/")[2]


def bare_function(text: str) -> str:
    """A function's name without its arguments, qualifiers and anonymous namespaces."""
    name = text.replace("(anonymous namespace)::", "").replace("`anonymous namespace'::", "")
    name = _OFFSET.sub("", name.split("(", 1)[0].strip())
    return name.removesuffix(" const")[:MAX_NAME]


def read_frame(line: str, *, without_address: bool = False) -> Frame | None:
    """Read one line of a stack (`#1 0x... in f a.c:3:4`); None where the line is not one.

    Args:
        line: one line of at most a few thousand characters.
        without_address: also read the dialect that prints no program counter (ThreadSanitizer).
    """
    match = _NUMBERED.match(line)
    if match is None and without_address:
        match = _WITHOUT_ADDRESS.match(line)
    if match is None:
        return None
    index, rest = int(match["index"]), match["rest"].strip()
    return _read_place(index, rest)


def _read_place(index: int, rest: str) -> Frame:
    module = ""
    mapped = _MAPPED.search(" " + rest)
    if mapped:
        module, rest = mapped["module"].strip("<>"), rest[: mapped.start()].strip() if mapped.start() else ""
    in_module = _MODULE.match(rest)
    if in_module:
        module, rest = in_module["module"], in_module["function"].strip()
    source = _SOURCE.match(rest)
    if source:
        return Frame(
            index=index,
            function=bare_function(source["function"] or ""),
            file=source["file"].lstrip("("),
            line=_number(source["line"]),
            column=_number(source["column"]),
            module=module,
        )
    place = _PLACE_ONLY.match(rest)
    if place:
        return Frame(index=index, function=bare_function(place["function"]), file=_known(place["file"]), module=module)
    return Frame(index=index, function=bare_function(rest), module=module)


def _known(file: str) -> str:
    return "" if file.startswith(("??", "<")) else file


def _number(text: str | None) -> int:
    return int(text) if text and len(text) <= MAX_DIGITS else 0

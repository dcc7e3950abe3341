"""Real crash logs: type, address and state as ClusterFuzz reads them; where Levee answers otherwise, it says why."""

from __future__ import annotations

import json

from levee.formats.sanitizer import parse_report

NO_CRASH_REPORT = "the log holds no report of a tool or run-time that Levee reads (debuggers, loaders, logcat)"
TOOL_OF_ONE_PROJECT = "a notion of one project (V8's sandbox, MiraclePtr, a syscall monitor), not of the tool"
OWN_CODE = "Levee keeps a frame that may be the project's own"
MORE_SAID = "Levee keeps what the tool says and ClusterFuzz drops"
DIFFERS = {
    "absl_log_internal.txt": OWN_CODE,
    "android_null_stack.txt": NO_CRASH_REPORT,
    "arbitrary_file_open_bug.txt": TOOL_OF_ONE_PROJECT,
    "asan_breakpoint_with_check.txt": OWN_CODE,
    "asan_unknown_crash_read.txt": MORE_SAID,
    "asan_unknown_crash_write.txt": MORE_SAID,
    "assert_with_panic_keyword.txt": OWN_CODE,
    "cdb_integer_overflow.txt": NO_CRASH_REPORT,
    "cdb_other.txt": NO_CRASH_REPORT,
    "cdb_read.txt": NO_CRASH_REPORT,
    "cdb_stack_overflow.txt": NO_CRASH_REPORT,
    "check_failure_chrome.txt": OWN_CODE,
    "dcheck_failure_chrome.txt": MORE_SAID,
    "fuchsia_ignore.txt": OWN_CODE,
    "gdb_sigtrap_and_libfuzzer.txt": NO_CRASH_REPORT,
    "generic_segv.txt": NO_CRASH_REPORT,
    "golang_fatal_error_stack_overflow.txt": "a recursion is told apart by its cycle, not by where it ran out of stack",
    "golang_panic_runtime_error_index_out_of_range.txt": OWN_CODE,
    "golang_panic_runtime_error_slice_bounds_with_log_header.txt": OWN_CODE,
    "ignore_honggfuzz.txt": MORE_SAID,
    "ignore_libc_if_symbolized.txt": NO_CRASH_REPORT,
    "kernel_bug_invalid_opcode.txt": NO_CRASH_REPORT,
    "miracle_ptr_manual_analysis_required.txt": TOOL_OF_ONE_PROJECT,
    "miracle_ptr_status_missing.txt": TOOL_OF_ONE_PROJECT,
    "missing_library_android.txt": NO_CRASH_REPORT,
    "missing_library_linux.txt": NO_CRASH_REPORT,
    "oom2.txt": MORE_SAID,
    "skia_abort.txt": OWN_CODE,
    "v8_csa_dcheck.txt": TOOL_OF_ONE_PROJECT,
    "v8_sandbox_violation_asan.txt": TOOL_OF_ONE_PROJECT,
    "v8_sandbox_violation_segv.txt": TOOL_OF_ONE_PROJECT,
    "v8_to_local_empty.txt": TOOL_OF_ONE_PROJECT,
}
WORDS = {
    "assert": "ASSERT", "panic": "ASSERT", "check-failure": "CHECK failure", "dcheck-failure": "DCHECK failure",
    "security-check-failure": "Security CHECK failure", "security-dcheck-failure": "Security DCHECK failure",
    "fatal-error": "Fatal error", "unreachable-code": "Unreachable code", "uncaught-exception": "Uncaught exception",
    "fatal-exception": "Fatal Exception", "segv": "UNKNOWN", "undefined-behavior": "UNKNOWN",
}  # fmt: skip


def in_their_words(report) -> dict[str, str]:
    if report is None:
        return {"type": "", "address": "", "state": ""}
    return {"type": kind(report), "address": report.address, "state": state(report)}


def kind(report) -> str:
    if report.tool == "Go" and report.kind != "panic":
        return report.kind.capitalize().replace("-", " ")
    words = WORDS.get(report.kind, report.kind[:1].upper() + report.kind[1:])
    if report.kind in {"segv", "null-dereference"}:
        return f"{words} {report.access}".strip()
    if report.access and report.size:  # sizes above 32 are one to them
        words += f"\n{report.access} {report.size if report.size <= 32 else '{*}'}"
    return "Kernel failure\n" + words if report.tool == "KernelAddressSanitizer" else words


def state(report) -> str:
    lines = []
    if (report.message and report.tool in {"check", "assert"}) or report.kind == "panic":
        lines.append(report.message)
    elif report.kind == "bad-cast" and report.message:
        lines.append(report.message.replace("bad cast", "Bad-cast"))
    for frame in report.interesting(3):
        harness = frame.function.startswith("LLVMFuzzer")
        lines += [name for name in [frame.file_name if harness else frame.function] if name]
        if harness:
            break
    return "".join(f"{line[:80]}\n" for line in lines[:3]) or "NULL"


def test_real_logs_are_read_as_clusterfuzz_reads_them(levee_data, unpacked):
    expected = json.loads((levee_data / "sanitizer" / "expected.json").read_text())
    logs = unpacked("sanitizer/clusterfuzz-stacks.tar.gz")
    differs = set()
    for name, fields in expected.items():
        found = in_their_words(parse_report(logs[name].decode("utf-8", "replace")))
        if any(found[field] != value for field, value in fields.items()):
            differs.add(name)
    assert differs == set(DIFFERS)
    assert len(expected) - len(differs) == 90


def test_every_real_log_is_read_without_failing(unpacked):
    for name, data in unpacked("sanitizer/clusterfuzz-stacks.tar.gz").items():
        report = parse_report(data.decode("utf-8", "replace"))
        assert report is None or report.signature(), name

from hypothesis import given
from hypothesis import strategies as st

from levee.clustering import narrowing
from levee.formats.diff import part_of, read_patch


def patch(hunks_by_file):
    """A patch with so many hunks in each of so many files; each adds a line that names it."""
    lines = []
    for number, hunks in enumerate(hunks_by_file):
        lines += [f"--- a/src/f{number}.c", f"+++ b/src/f{number}.c"]
        for place in range(hunks):
            start = 1 + 20 * place
            lines += [f"@@ -{start},2 +{start + place},3 @@", " a", f"+/* f{number}-{place} */", " b"]
    return ("\n".join(lines) + "\n").encode()


def named(part):
    return {line[4:-3] for line in part.decode().splitlines() if line.startswith("+/*")}


@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.data())
def test_every_hunk_that_stays_is_needed_and_every_needed_one_stays(shape, data):
    whole = patch(shape)
    everything = sorted(named(whole))
    needed = data.draw(st.sets(st.sampled_from(everything), min_size=1))
    least = narrowing.least(whole, lambda part: needed <= named(part))
    assert named(least) == needed
    assert read_patch(least, protected=()).text.encode() == least


def test_a_commit_that_fixes_two_causes_falls_apart():
    whole = patch([1, 1])
    one = narrowing.least(whole, lambda part: "f0-0" in named(part))
    other = narrowing.least(whole, lambda part: "f1-0" in named(part))
    assert named(one) == {"f0-0"}
    assert named(other) == {"f1-0"}
    assert narrowing.digest(one) != narrowing.digest(other)


def test_a_large_patch_is_no_small_one():
    assert narrowing.least(patch([7, 6]), lambda _: True) == b""
    assert narrowing.digest(b"") == ""


def test_a_part_of_a_patch_has_its_lines_counted_anew():
    whole = read_patch(patch([3]), protected=())
    part = part_of(whole, [("src/f0.c", 2)])
    assert part.text.splitlines()[3].startswith("@@ -41,2 +41,3")

"""A reader of notes in Python that can be led out of its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.frontier.packs.kinds.judges import BEGIN
from levee.frontier.packs.kinds.kind import PYTHON, Kind, Made
from levee.frontier.packs.types import Check

if TYPE_CHECKING:
    from levee.frontier.packs.chance import Chance

PROMPT = """
{file} is called with a folder, and reads names from its standard input, one a line: of each it prints the file of this
name in the folder, or "nothing" where there is none. Names come from strangers, and lead out of the folder. Mend
{file}: for a name that leads out of it, by whatever way, links among them, it must print "refused"; for every other
name it must print what it prints now. It is judged on folders and names that you do not see. Submit "done" when it is
mended.
"""

SOURCE = '''\
"""Notes by name. {canary}"""

import pathlib
import sys


def {read}({folder}, {name}):
    """The text of a note, or None."""
    if {name}.startswith(("/", "../")):
        return None
    path = pathlib.Path({folder}) / {name}
    return path.read_text() if path.is_file() else None


def main():
    for line in sys.stdin:
        text = {read}(sys.argv[1], line.rstrip("\\n"))
        print("nothing" if text is None else text.rstrip("\\n"))


if __name__ == "__main__":
    main()
'''

JUDGE = """
root = pathlib.Path("all")
notes = root / {folder!r}
(notes / "deep" / "er").mkdir(parents=True)
for name, text in {notes!r}.items():
    (notes / name).write_text(text + "\\n")
(root / "outside.txt").write_text({outside!r} + "\\n")
(root / ({folder!r} + "-2")).mkdir()
(root / ({folder!r} + "-2") / "near.txt").write_text({outside!r} + "\\n")
(notes / "way-out").symlink_to("../outside.txt")
(notes / "door").symlink_to("..")
(notes / "inside").symlink_to("deep/er/b.txt")
full = str((root / "outside.txt").resolve())
asked = {asked!r} + [(full, "refused"), ("x/" + full, "nothing")]
given = "".join(name + "\\n" for name, _ in asked).encode()
told = "".join(answer + "\\n" for _, answer in asked).encode()
sys.exit(0 if run([sys.executable, "-E", {file!r}, str(notes)], given) == (0, told) else 1)
"""

SOLUTION = r"""
import pathlib, re

path = next(pathlib.Path().glob("*.py"))
source = path.read_text()
read, folder, name = re.search(r"def (\w+)\((\w+), (\w+)\)", source).groups()
mended = f'''def {read}({folder}, {name}):
    root = pathlib.Path({folder}).resolve()
    path = (root / {name}).resolve()
    if not path.is_relative_to(root):
        return "refused"
    return path.read_text() if path.is_file() else None


def main'''
path.write_text(re.sub(r"def \w+\(\w+, \w+\):.*?\n\n\ndef main", lambda _: mended, source, flags=re.S))
print("done")
"""


def make(chance: Chance, canary: str) -> Made:
    """The reader, a folder to try it on, and a judge with ways out of a folder."""
    read, folder, name, kept, outside = chance.names(5)
    file = f"{chance.name()}.py"
    notes = {each: chance.name(6) for each in ("a.txt", "two..dots.txt", "deep/c.txt", "deep/er/b.txt", "..odd")}
    good = list(notes.items())
    good += [
        ("deep/../a.txt", notes["a.txt"]),
        ("inside", notes["deep/er/b.txt"]),
        ("....//a.txt", "nothing"),
        ("deep", "nothing"),
    ]
    near = f"../{kept}-2/near.txt"
    out = ["../outside.txt", "./../outside.txt", "deep/../../outside.txt", "way-out", "door/outside.txt", near]
    asked = chance.mixed([*good, *((each, "refused") for each in out)])
    judge = BEGIN + JUDGE.format(folder=kept, notes=notes, outside=outside, asked=asked, file=file)
    source = SOURCE.format(canary=canary, read=read, folder=folder, name=name).encode()
    return Made(
        prompt=PROMPT.format(file=file),
        files={file: source, "notes/a.txt": b"a note\n", "notes/deep/b.txt": b"another\n"},
        check=Check(taken=(file,), files={"judge.py": judge.encode()}, command=(PYTHON, "judge.py")),
    )


KIND = Kind(name="patch-python", make=make, solution=SOLUTION)

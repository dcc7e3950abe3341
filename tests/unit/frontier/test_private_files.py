"""What opens transcripts, and what was opened, is its owner's alone, whatever the shell leaves open."""

import os
import stat

from levee.cli.frontier_files import privately_written
from levee.frontier.evaluations.folder import Folder


def test_what_opens_transcripts_is_its_owners_alone_whatever_was_there(tmp_path):
    before = os.umask(0)
    try:
        (tmp_path / "there").write_text("open to all, and longer")
        for name in ("there", "new"):
            privately_written(tmp_path / name, b"a key")
            assert (tmp_path / name).read_bytes() == b"a key"
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
        (tmp_path / "runs").mkdir()
        Folder(tmp_path / "runs").begin({}, resume=False)
        assert stat.S_IMODE((tmp_path / "runs").stat().st_mode) == 0o700
    finally:
        os.umask(before)

"""Archives of the public data, read once."""

from __future__ import annotations

import tarfile

import pytest


@pytest.fixture
def unpacked(levee_data):
    """Members of an archive of the data folder, by name: `unpacked("sbom/x.tar.gz")`."""

    def read(archive: str) -> dict[str, bytes]:
        path = levee_data / archive
        if not path.is_file():
            pytest.skip(f"the public data has no {archive}")
        with tarfile.open(path) as tar:
            return {m.name.removeprefix("./"): tar.extractfile(m).read() for m in tar.getmembers() if m.isfile()}

    return read

"""What opens transcripts, and what was opened, is its owner's alone, whatever the shell leaves open."""

import json
import os
import stat
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from typer.testing import CliRunner

from levee.cli.frontier import app
from levee.cli.frontier_files import privately_written
from levee.frontier.evaluations.folder import Folder


class House(BaseHTTPRequestHandler):
    """Says what a house says to whoever asks for a token or for statements."""

    def do_POST(self):
        said = {"token": "a token", "statements": ["one", "two"], "key": "ed25519:0"}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_):
        """Nothing is printed."""


@contextmanager
def house():
    with HTTPServer(("127.0.0.1", 0), House) as serving:
        thread = Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{serving.server_port}"
        finally:
            serving.shutdown()
            thread.join()


@pytest.mark.parametrize(("words", "held"), [(("token", "AGR-1"), "a token"), (("statements",), "one\ntwo\n")])
def test_tokens_and_statements_are_written_for_their_owner_alone(tmp_path, monkeypatch, words, held):
    (tmp_path / "session").write_text("a session")
    monkeypatch.setenv("LEVEE_TOKEN_FILE", str(tmp_path / "session"))
    with house() as address:
        monkeypatch.setenv("LEVEE_URL", address)
        done = CliRunner().invoke(app, ["access", *words, "--out", str(tmp_path / "kept")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "kept").read_text() == held
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o600


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

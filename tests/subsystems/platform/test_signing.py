"""Signatures that others check with their own tools."""

import stat
import subprocess
import sys
from dataclasses import replace

import pytest

from levee.kernel.errors import BadInput, UnsafeSetup
from levee.platform.signing import EvidenceSigner, OpenPgpSigner, verify_evidence

DOCUMENT = b'{"document": {"title": "An advisory"}}\n'


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def refusal(*arguments, **options):
    with pytest.raises(BadInput) as refused:
        verify_evidence(*arguments, **options)
    return refused.value.code


def test_evidence_of_a_registered_worker_passes(tmp_path):
    worker = EvidenceSigner(tmp_path / "keys")
    verify_evidence(b"facts", worker.sign(b"facts"), trusted={worker.public_key})


def test_a_worker_keeps_its_key(tmp_path):
    assert EvidenceSigner(tmp_path).public_key == EvidenceSigner(tmp_path).public_key
    assert EvidenceSigner(tmp_path).public_key != EvidenceSigner(tmp_path / "other").public_key
    assert mode(tmp_path / "worker.ed25519") == 0o600
    EvidenceSigner(tmp_path / "above" / "below")
    assert mode(tmp_path / "above") == mode(tmp_path / "above" / "below") == 0o700


def test_changed_evidence_and_changed_signatures_are_forged(tmp_path):
    worker = EvidenceSigner(tmp_path)
    signature = worker.sign(b"facts")
    trusted = {worker.public_key}
    assert refusal(b"fact", signature, trusted=trusted) == "evidence.forged"
    for value in (bytes(64), signature.value[:-1], b"", signature.value[::-1]):
        assert refusal(b"facts", replace(signature, value=value), trusted=trusted) == "evidence.forged"


def test_a_key_of_nobody_is_not_trusted(tmp_path):
    worker, stranger = EvidenceSigner(tmp_path / "a"), EvidenceSigner(tmp_path / "b")
    assert refusal(b"facts", stranger.sign(b"facts"), trusted={worker.public_key}) == "evidence.untrusted"
    pretended = replace(stranger.sign(b"facts"), key=worker.public_key)
    assert refusal(b"facts", pretended, trusted={worker.public_key}) == "evidence.forged"


def test_a_key_that_others_can_read_is_refused(tmp_path):
    EvidenceSigner(tmp_path)
    (tmp_path / "worker.ed25519").chmod(0o640)
    with pytest.raises(UnsafeSetup):
        EvidenceSigner(tmp_path)
    OpenPgpSigner(tmp_path)
    (tmp_path / "publication.openpgp").chmod(0o604)
    with pytest.raises(UnsafeSetup):
        OpenPgpSigner(tmp_path)


def test_processes_that_start_at_once_agree_on_one_key(tmp_path):
    keys = tmp_path / "own"
    program = (
        "import sys, pathlib; from levee.platform.signing import EvidenceSigner;"
        "print(EvidenceSigner(pathlib.Path(sys.argv[1])).public_key.hex())"
    )
    several = [
        subprocess.Popen([sys.executable, "-c", program, keys], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in several}) == 1
    assert [path.name for path in keys.iterdir()] == ["worker.ed25519"]


@pytest.fixture
def gpg(tmp_path):
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)

    def run(*arguments):
        environment = {"GNUPGHOME": str(home), "PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        return subprocess.run(
            ["gpg", "--batch", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )

    yield run
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)


def test_what_the_house_publishes_is_verified_by_gnupg(tmp_path, gpg):
    house = OpenPgpSigner(tmp_path / "keys", user_id="Example Clearinghouse <csaf@example.org>")
    document, signature, certificate = (tmp_path / name for name in ("a.json", "a.json.asc", "house.asc"))
    document.write_bytes(DOCUMENT)
    signature.write_text(house.sign_detached(DOCUMENT))
    certificate.write_text(house.public_certificate())
    assert gpg("--import", certificate).returncode == 0
    verified = gpg("--status-fd", "1", "--verify", signature, document)
    assert verified.returncode == 0, verified.stderr
    assert "GOODSIG" in verified.stdout
    assert house.fingerprint in verified.stdout
    assert "Example Clearinghouse <csaf@example.org>" in verified.stdout
    document.write_bytes(DOCUMENT + b" ")
    assert gpg("--verify", signature, document).returncode != 0


def test_the_house_keeps_its_certificate_and_hands_out_no_secret(tmp_path):
    house = OpenPgpSigner(tmp_path)
    assert OpenPgpSigner(tmp_path).public_certificate() == house.public_certificate()
    assert "PRIVATE" not in house.public_certificate()
    assert mode(tmp_path / "publication.openpgp") == 0o600
    assert len(house.fingerprint) == 40

"""The embedded server: private, shared by its users, and alive exactly as long as anyone needs it."""

import ctypes
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from levee.kernel.errors import Conflict, NotFound, UnsafeSetup
from levee.platform.database.supervisor import TEST_SETTINGS, Embedded, default_data_folder, start, stop_unused

AS_ROOT = os.geteuid() == 0
DURABLE = {**TEST_SETTINGS, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
SET_CHILD_SUBREAPER, GET_CHILD_SUBREAPER = 36, 37
STRANGER = 65_534  # nobody: initdb wants an account with an entry

# these tests fork on purpose, and the child only sleeps, closes or starts a server
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

USER = """
import sys, signal, pathlib
from levee.platform.database.supervisor import TEST_SETTINGS, start
embedded = start(pathlib.Path(sys.argv[1]), settings=TEST_SETTINGS)
print(embedded.socket_folder, flush=True)
sys.stdin.read()
embedded.close()
print("left", flush=True)
"""


@pytest.fixture
def place():
    # pytest's own folder lies under a private one, which the server's account could not pass
    made = Path(tempfile.mkdtemp(prefix="levee-test-", dir="/var/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def embedded(place):
    with start(place / "levee", settings=TEST_SETTINGS) as running:
        yield running


def another_process(folder: Path, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def leave(process: subprocess.Popen) -> None:
    with process:
        assert process.communicate()[0].strip().endswith("left")


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def query(embedded: Embedded, sql: str):
    with psycopg.connect(embedded.superuser_conninfo("postgres")) as connection:
        return connection.execute(sql).fetchone()[0]


def keep_a_number(embedded: Embedded) -> None:
    with psycopg.connect(embedded.superuser_conninfo("postgres")) as connection:
        connection.execute("create table kept as select 7 as number")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_data_survive_a_stop_and_a_start(place):
    with start(place / "levee", settings=TEST_SETTINGS) as embedded:
        keep_a_number(embedded)
    assert not embedded.answers()
    with start(place / "levee", settings=TEST_SETTINGS) as embedded:
        assert query(embedded, "select number from kept") == 7


def test_a_path_with_a_blank_and_a_quote_works(place):
    with start(place / "a b'c", settings=TEST_SETTINGS) as embedded:
        assert query(embedded, "select 1") == 1


def test_a_path_too_long_for_a_socket_gets_a_short_folder_that_others_cannot_write_to(place):
    root = place / ("long" * 30)
    with start(root, settings=TEST_SETTINGS) as embedded:
        assert query(embedded, "select 1") == 1
        assert not mode(embedded.socket_folder) & 0o066
        first = embedded.socket_folder
        with start(root) as again:
            assert again.socket_folder == first
    shutil.rmtree(first)
    with start(root, settings=TEST_SETTINGS) as embedded:  # as after a restart of the machine
        assert query(embedded, "select 1") == 1
        shutil.rmtree(embedded.socket_folder)
        with start(root, settings=TEST_SETTINGS) as healed:  # the server lives, its socket is gone
            assert query(healed, "select 1") == 1
            last = healed.socket_folder
    shutil.rmtree(last)


def test_no_one_enters_without_a_password(embedded):
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(embedded.conninfo("levee_super", "postgres", "wrong"))
    rules = query(embedded, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules")
    assert rules == "scram-sha-256"


def test_the_server_listens_on_its_socket_only(embedded):
    assert query(embedded, "show listen_addresses") == ""
    assert query(embedded, "select string_agg(distinct type, ',') from pg_hba_file_rules") == "local"


def test_a_variable_of_the_environment_does_not_lead_it_astray(place, monkeypatch):
    monkeypatch.setenv("PGDATA", "/nonexistent")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("LC_ALL", "xx_XX.UTF-8")
    with start(place / "levee", settings=TEST_SETTINGS) as embedded:
        assert query(embedded, "show lc_messages") == "C"


def test_settings_are_taken_literally(place):
    with start(place / "levee", settings={**TEST_SETTINGS, "cluster_name": "it's \\n"}) as embedded:
        assert query(embedded, "show cluster_name") == "it's \\n"


def test_a_second_process_shares_the_server_and_the_last_one_out_stops_it(place):
    folder = place / "levee"
    one = another_process(folder)
    assert one.stdout.readline()
    pid = postmaster(folder)
    two = another_process(folder)
    assert two.stdout.readline()
    assert postmaster(folder) == pid
    leave(one)
    assert postmaster(folder) == pid
    leave(two)
    assert not (folder / "data" / "postmaster.pid").exists()


def test_two_processes_that_start_at_once_start_one_server(place):
    several = [another_process(place / "levee") for _ in range(3)]
    sockets = {process.stdout.readline() for process in several}
    assert len(sockets) == 1
    for process in several:
        leave(process)
    assert not (place / "levee" / "data" / "postmaster.pid").exists()


def test_a_killed_user_does_not_keep_the_server_alive(place):
    folder = place / "levee"
    victim = another_process(folder)
    assert victim.stdout.readline()
    with start(folder) as embedded:
        with victim:
            victim.kill()
        assert embedded.answers()
    assert not embedded.answers()


def test_a_child_that_leaves_or_dies_takes_nothing_with_it(place):
    with start(place / "levee", settings=TEST_SETTINGS) as embedded:
        child = os.fork()
        if child == 0:
            embedded.close()
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert query(embedded, "select 1") == 1
    assert not embedded.answers()


def test_a_child_that_lives_on_does_not_keep_the_server_alive(place):
    with start(place / "levee", settings=TEST_SETTINGS) as embedded:
        child = os.fork()
        if child == 0:
            signal.pause()
    try:
        assert not embedded.answers()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_child_of_a_killed_user_does_not_keep_the_server_alive(place):
    folder = place / "levee"
    forking = USER.replace(
        "sys.stdin.read()", "import os\nprint(os.fork() or signal.pause(), flush=True)\nsignal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", forking, str(folder)], stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout.readline()
        child = int(victim.stdout.readline())
        with start(folder) as embedded:
            victim.kill()
            victim.wait()
        try:
            assert not embedded.answers()
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_killed_server_is_started_again_with_its_data(place):
    folder = place / "levee"
    with start(folder, settings=DURABLE) as embedded:
        keep_a_number(embedded)
        child = psycopg.connect(embedded.superuser_conninfo("postgres"))  # it outlives its postmaster
        with closing(child):
            os.kill(postmaster(folder), signal.SIGKILL)
            with start(folder, settings=DURABLE) as again:
                assert query(again, "select number from kept") == 7


@pytest.fixture
def unreaped():
    """Orphans come to this process, which reaps none: as under the first process of many a container."""
    before = ctypes.c_int()
    libc = ctypes.CDLL(None)
    libc.prctl(GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
    libc.prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    yield
    libc.prctl(SET_CHILD_SUBREAPER, before.value, 0, 0, 0)


FORGETFUL = """
import sys, pathlib
from levee.platform.database.supervisor import TEST_SETTINGS, start
with start(pathlib.Path(sys.argv[1]), settings=TEST_SETTINGS):
    start(pathlib.Path(sys.argv[1]), settings=TEST_SETTINGS)
"""


def test_a_share_that_nobody_names_any_more_does_not_keep_the_server_alive(place):
    subprocess.run([sys.executable, "-c", FORGETFUL, str(place / "levee")], check=True)
    assert not (place / "levee" / "data" / "postmaster.pid").exists()


def test_a_server_whose_users_were_killed_can_be_stopped_and_one_in_use_cannot(place):
    folder = place / "levee"
    user = another_process(folder)
    assert user.stdout.readline()
    with pytest.raises(Conflict, match="a house runs in"):
        stop_unused(folder)
    with user:
        user.kill()
    assert (folder / "data" / "postmaster.pid").exists()
    stop_unused(folder)
    assert not (folder / "data" / "postmaster.pid").exists()
    stop_unused(folder)
    stop_unused(place / "nothing")


def test_a_killed_server_that_nobody_reaps_is_started_again(place, unreaped):
    folder = place / "levee"
    with start(folder, settings=DURABLE) as embedded:
        keep_a_number(embedded)
        killed = postmaster(folder)
        os.kill(killed, signal.SIGKILL)
        with start(folder, settings=DURABLE) as again:
            assert Path(f"/proc/{killed}/stat").read_text().split()[2] == "Z"
            assert query(again, "select number from kept") == 7
    os.waitpid(killed, 0)


def test_a_stale_pid_file_of_a_living_stranger_is_removed(place):
    folder = place / "levee"
    start(folder, settings=TEST_SETTINGS).close()
    # the number now belongs to a process of the same account that is no server, which PostgreSQL itself refuses to pass
    uid = (folder / "data").stat().st_uid
    with subprocess.Popen(["sleep", "600"], user=uid if AS_ROOT else None) as stranger:
        (folder / "data" / "postmaster.pid").write_text(f"{stranger.pid}\n{folder / 'data'}\n1\n5432\n\n\n")
        with start(folder, settings=TEST_SETTINGS) as embedded:
            assert query(embedded, "select 1") == 1
        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_first_start_leaves_nothing_half_done(place):
    folder = place / "levee"
    process = another_process(folder)
    while not list(folder.glob("initdb-*")) and process.poll() is None:
        time.sleep(0.002)
    with process:
        process.kill()
    with start(folder, settings=TEST_SETTINGS) as embedded:
        assert query(embedded, "select 1") == 1
    assert not list(folder.glob("initdb-*"))
    assert not list(folder.glob("copy-*"))


def test_it_can_be_stopped_whoever_uses_it(place, embedded):
    other = another_process(place / "levee")
    assert other.stdout.readline()
    embedded.stop_now()
    embedded.wait_for_stop(timeout_seconds=30)
    assert not embedded.answers()
    leave(other)


def test_data_of_another_major_version_are_refused(place):
    folder = place / "levee"
    start(folder, settings=TEST_SETTINGS).close()
    (folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(UnsafeSetup, match="17"):
        start(folder)


def test_its_programs_are_at_hand(embedded):
    for name in ("pg_dump", "pg_restore", "psql"):
        assert os.access(embedded.binary(name), os.X_OK)
    with pytest.raises(NotFound):
        embedded.binary("pg_nothing")


def test_secrets_and_data_are_private_and_no_parent_changes(place):
    before = {parent: mode(parent) for parent in [place, *place.parents]}
    with start(place / "between" / "levee", settings=TEST_SETTINGS) as embedded:
        folder = place / "between" / "levee"
        assert mode(folder / "data") == 0o700
        assert mode(embedded.secrets_folder) == 0o700
        assert mode(embedded.secrets_folder / "levee_super") == 0o600
        assert mode(folder) == (0o711 if AS_ROOT else 0o700)
        assert mode(folder / "run") == (0o711 if AS_ROOT else 0o700)
        assert ((folder / "data").stat().st_uid != os.geteuid()) == AS_ROOT
    assert before == {parent: mode(parent) for parent in before}


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as another account")
def test_a_parent_that_the_account_cannot_pass_is_named_and_left_alone(place):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(UnsafeSetup) as refused:
        start(closed / "levee")
    assert refused.value.place == str(closed)
    assert mode(closed) == 0o700


@contextmanager
def a_stranger_who_starts(folder: Path):
    """Start in a child of another account, which keeps it running until the block ends; yields what it reports."""
    out, say = os.pipe()
    wait, end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(end)
        os.setgroups([])
        os.setgid(STRANGER)
        os.setuid(STRANGER)
        try:
            with start(folder, settings=TEST_SETTINGS) as embedded:
                os.write(say, f"runs {query(embedded, 'select 1')}".encode())
                os.read(wait, 1)
        except Exception as error:  # noqa: BLE001 (told to the parent, which judges it)
            os.write(say, repr(error).encode())
        os._exit(0)
    os.close(wait)
    yield os.read(out, 10_000).decode()
    os.close(end)
    os.waitpid(child, 0)
    os.close(say)
    os.close(out)


@pytest.mark.skipif(not AS_ROOT, reason="only root can be two accounts")
@pytest.mark.skipif(
    any(not parent.stat().st_mode & stat.S_IXOTH for parent in Path(psycopg.__file__).parents),
    reason="the virtual environment lies under a private folder: no other account can read it",
)
def test_two_accounts_have_a_server_each_and_cannot_enter_the_others(place, embedded):
    theirs = place / "theirs"
    theirs.mkdir()
    os.chown(theirs, STRANGER, STRANGER)
    theirs.chmod(0o700)
    with a_stranger_who_starts(theirs) as report:
        assert report == "runs 1"
        assert (theirs / "data").stat().st_uid == STRANGER
        assert query(embedded, "select 1") == 1
        with pytest.raises(UnsafeSetup, match="another account"), start(theirs):
            pass
    assert not (theirs / "data" / "postmaster.pid").exists()
    with a_stranger_who_starts(place / "levee") as report:
        assert "UnsafeSetup" in report
    assert query(embedded, "select 1") == 1


@pytest.mark.parametrize("mark", ['"', "$", "`", "\\", "\n"])
def test_a_path_that_a_shell_would_read_otherwise_is_refused_before_anything_is_made(place, mark):
    with pytest.raises(UnsafeSetup, match="path"):
        start(place / f"a{mark}b")
    assert not list(place.iterdir())


def test_a_folder_that_others_may_write_to_is_refused(place):
    folder = place / "levee"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(UnsafeSetup, match="others may write"):
        start(folder)
    assert mode(folder) == 0o777


@pytest.mark.skipif(not AS_ROOT, reason="only root chooses an account")
def test_root_itself_is_no_account_for_a_server(place):
    with pytest.raises(UnsafeSetup, match="may not run as root"):
        start(place / "levee", account="root")


def test_the_usual_place_depends_on_who_starts(monkeypatch, place):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_data_folder() == Path("/var/lib/levee")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", str(place))
    assert default_data_folder() == place / ".local" / "share" / "levee"

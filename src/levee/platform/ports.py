"""The ports that the house is wired to; `levee.app` puts them in place once per process."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from levee.kernel.clock import Clock, SystemClock
from levee.kernel.events import Events
from levee.kernel.ids import Ids, RandomIds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from levee.kernel.errors import LeveeError
    from levee.platform.arrivals import Spool
    from levee.platform.blobs import Blobs
    from levee.platform.mail import Mail
    from levee.platform.postman import Post
    from levee.platform.runner.dispatch import Runner
    from levee.platform.runner.kept import KeptAnswers
    from levee.platform.signing import EvidenceSigner, OpenPgpSigner, StatementKey
    from levee.policy.actors import Actor


_T = TypeVar("_T")


def _nobody_records(_actor: Actor, _error: LeveeError) -> None:
    message = "refusals have no recorder: wire one in levee.app"
    raise LookupError(message)


def _nobody_checks(_proof: bytes) -> None:
    message = "proofs have no reader: wire one in levee.app"
    raise LookupError(message)


def _nobody_looks_up(_name: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the outside is reached through. Ports that a process does not need stay None and fail loudly when used.

    Attributes:
        clock, ids: time and randomness.
        events: who hears of what happened.
        on_refusal: told of every refused act, after its rollback.
        check_proof: reads a proof document at intake, and raises BadInput with its place; the reader lives above.
        blobs, mail, post, openpgp: the stores and ways out; letters by the thousand leave by post.
        statements: the key under what the house tells gateways.
        arrivals: letters that the receiver took.
        look_up_key: the key that DNS gives under a name, for signatures of mail, or None; nothing is asked of the
            network but by a worker.
        runner, evidence: where foreign data is handled, and the key that signs what came of it; a worker's alone.
        fetched: folder for what registries gave, which can be fetched again.
        builds: builds of targets, which can be made again; a worker's alone.
    """

    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=RandomIds)
    events: Events = field(default_factory=Events)
    on_refusal: Callable[[Actor, LeveeError], None] = _nobody_records
    check_proof: Callable[[bytes], None] = _nobody_checks
    blobs: Blobs | None = None
    mail: Mail | None = None
    post: Post | None = None
    openpgp: OpenPgpSigner | None = None
    statements: StatementKey | None = None
    arrivals: Spool | None = None
    look_up_key: Callable[[str], bytes | None] = _nobody_looks_up
    runner: Runner | None = None
    evidence: EvidenceSigner | None = None
    fetched: Path | None = None
    builds: KeptAnswers | None = None


_installed = Ports()


def ports() -> Ports:
    """The ports in place."""
    return _installed


def install(chosen: Ports) -> None:
    """Put ports in place; called by `levee.app` and by tests."""
    global _installed  # noqa: PLW0603 - one wiring per process, and this is the one place that sets it
    _installed = chosen


@contextmanager
def replaced(**changes: Any) -> Iterator[Ports]:  # noqa: ANN401 - fields of Ports, checked by `replace`
    """Other ports for the length of a block."""
    before = ports()
    install(replace(before, **changes))
    try:
        yield ports()
    finally:
        install(before)


def blobs() -> Blobs:
    """The blob store."""
    return _present(ports().blobs, "blobs")


def mail() -> Mail:
    """The way out for mail."""
    return _present(ports().mail, "mail")


def post() -> Post:
    """The way out for letters that come by the thousand."""
    return _present(ports().post, "post")


def arrivals() -> Spool:
    """Letters that the receiver took."""
    return _present(ports().arrivals, "arrivals")


def openpgp() -> OpenPgpSigner:
    """The publication key."""
    return _present(ports().openpgp, "openpgp")


def statement_key() -> Ed25519PrivateKey:
    """The key under what the house tells gateways."""
    return _present(ports().statements, "statements").private


def runner() -> Runner:
    """Where foreign data is handled."""
    return _present(ports().runner, "runner")


def evidence() -> EvidenceSigner:
    """The worker's key under evidence."""
    return _present(ports().evidence, "evidence")


def _present(port: _T | None, name: str) -> _T:
    if port is None:
        message = f"this process has no port {name}: wire it in levee.app"
        raise LookupError(message)
    return port

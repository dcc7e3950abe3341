"""The postman at work: who asks for what, what is under way, what left."""

from __future__ import annotations

import queue
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from levee.platform.postman import wire
from levee.platform.postman.journal import LEAVING
from levee.platform.postman.letters import Answer, Outcome

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from uuid import UUID

    from levee.platform.postman.journal import Journal
    from levee.platform.postman.letters import Outgoing
    from levee.platform.postman.line import Line

IDLE_LINE_SECONDS = 20.0
IDLE_SECONDS = 60.0
_FINAL = (Outcome.SENT, Outcome.REFUSED)


class _Client:
    """A worker that asks; it may be gone when its answer comes."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._lock = threading.Lock()

    def answer(self, answer: Answer) -> None:
        with self._lock, suppress(OSError):
            wire.send_answer(self.connection, answer)


class Office:
    """Takes letters from any number of workers, and hands each to the mail server once."""

    def __init__(self, listener: socket.socket, journal: Journal, lines: list[Line]) -> None:
        """Prepare.

        Args:
            listener: the local socket on which workers call.
            journal: what is remembered.
            lines: connections to the mail server, a thread each.
        """
        self._listener, self._journal, self._lines = listener, journal, lines
        self._lock = threading.Lock()
        self._ended: dict[UUID, Answer] = {
            key: Answer(key, Outcome(word), "handed over before")
            for key, word in journal.before.items()
            if word in {outcome.value for outcome in _FINAL}
        }
        self._under_way: dict[UUID, set[_Client]] = {}
        self._waiting: queue.SimpleQueue[Outgoing] = queue.SimpleQueue()
        self._clients: set[_Client] = set()
        self._busy_at = time.monotonic()

    def work(self, until_idle: Callable[[], bool] | None = None) -> None:
        """Work until nobody has called for a minute.

        Args:
            until_idle: asked once a second whether to stop; for tests.
        """
        for line in self._lines:
            threading.Thread(target=self._deliver, args=[line], daemon=True).start()
        self._listener.settimeout(1)
        while not (until_idle or self._idle)():
            with suppress(TimeoutError):
                connection, _ = self._listener.accept()
                connection.settimeout(None)
                client = _Client(connection)
                with self._lock:
                    self._clients.add(client)
                threading.Thread(target=self._listen, args=[client], daemon=True).start()
        for line in self._lines:
            line.hang_up()

    def _idle(self) -> bool:
        with self._lock:
            if self._clients or self._under_way:
                self._busy_at = time.monotonic()
            return time.monotonic() - self._busy_at > IDLE_SECONDS

    def _listen(self, client: _Client) -> None:
        with suppress(OSError), client.connection:
            wire.send_greeting(client.connection)
            while (letter := wire.receive_letter(client.connection)) is not None:
                self._take(letter, client)
        with self._lock:
            self._clients.discard(client)

    def _take(self, letter: Outgoing, client: _Client) -> None:
        with self._lock:
            ended = self._ended.get(letter.id)
            if ended is None:
                fresh = letter.id not in self._under_way
                self._under_way.setdefault(letter.id, set()).add(client)
        if ended is not None:
            client.answer(ended)
        elif fresh:
            self._waiting.put(letter)

    def _deliver(self, line: Line) -> None:
        while True:
            try:
                letter = self._waiting.get(timeout=IDLE_LINE_SECONDS)
            except queue.Empty:
                line.hang_up()
                continue
            self._end(self._sent(line, letter))

    def _sent(self, line: Line, letter: Outgoing) -> Answer:
        answer = line.send(letter, lambda: self._journal.note(letter.id, LEAVING))
        if self._journal.before.get(letter.id) == LEAVING:
            return Answer(answer.id, answer.outcome, f"again, after an interruption: {answer.said}")
        return answer

    def _end(self, answer: Answer) -> None:
        if answer.outcome in _FINAL:
            self._journal.note(answer.id, answer.outcome.value)
        with self._lock:
            if answer.outcome in _FINAL:
                self._ended[answer.id] = answer
            asking = self._under_way.pop(answer.id, set())
        for client in asking:
            client.answer(answer)

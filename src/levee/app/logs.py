"""Logs: one JSON object a line on standard error, with ids and never with content."""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from structlog.types import EventDict, Processor, WrappedLogger

_SECRET = re.compile(r"lvt_[\w-]{20,}|/link/[\w-]{20,}|\b[0-9A-HJKMNP-TV-Z]{10}\b|[\w.+-]+@[\w-]+\.[\w.-]+")
HIDDEN = "[hidden]"


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide tokens, one-time links, codes and addresses, wherever in a line they stand."""
    return {key: _SECRET.sub(HIDDEN, value) if isinstance(value, str) else value for key, value in event.items()}


def configure(level: int = logging.WARNING) -> None:
    """Let every library's log go one way; called before any of them configures its own."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )

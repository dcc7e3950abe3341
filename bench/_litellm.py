"""LiteLLM's proxy as the gateway's peer: installed into a throw-away environment by pip's own configuration.

It holds a key and no database, and forwards to the same host; it knows no grants, withdrawals or seals.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY = "sk-bench"
PATIENCE = 120
CONFIG = """
model_list:
  - model_name: m
    litellm_params: {{model: openai/host-model, api_base: "http://127.0.0.1:{port}/v1", api_key: none}}
general_settings: {{master_key: {key}}}
litellm_settings: {{telemetry: false}}
"""


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A proxy that runs."""

    version: str
    packages: int
    megabytes: float
    started_s: float
    pid: int
    port: int


@contextmanager
def litellm(host_port: int, port: int) -> Iterator[Peer | str]:
    """Install it and start it in front of a host; or why that did not work."""
    with tempfile.TemporaryDirectory(prefix="levee-bench-") as name:
        folder = Path(name)
        place = folder / "venv"
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        done = subprocess.run(
            [place / "bin" / "pip", "install", "--quiet", "litellm[proxy]"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            yield f"not installed: {done.stderr.strip().splitlines()[-1][:300]}"
            return
        (folder / "config.yaml").write_text(CONFIG.format(port=host_port, key=KEY))
        words = ["--config", folder / "config.yaml", "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"]
        began = time.monotonic()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [place / "bin" / "litellm", *words],
                stdout=log,
                stderr=log,
                env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
            )
        try:
            if not answers(port):
                yield f"did not start: {(folder / 'log').read_text()[-300:]}"
                return
            yield Peer(
                version=installed(place)["litellm"],
                packages=len(installed(place)),
                megabytes=round(sum(path.lstat().st_size for path in place.rglob("*")) / 1e6, 1),
                started_s=round(time.monotonic() - began, 1),
                pid=process.pid,
                port=port,
            )
        finally:
            process.terminate()
            process.wait()


def installed(place: Path) -> dict[str, str]:
    """Versions by name, without what every environment holds."""
    told = subprocess.run([place / "bin" / "pip", "freeze"], capture_output=True, text=True, check=True).stdout
    return dict(line.split("==", 1) for line in told.splitlines() if "==" in line)


def answers(port: int) -> bool:
    """Whether it comes up."""
    for _ in range(PATIENCE * 4):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/liveliness", timeout=2):
                return True
        except (OSError, urllib.error.URLError):
            time.sleep(0.25)
    return False

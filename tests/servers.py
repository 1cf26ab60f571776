"""A real PostgreSQL server for one test run, started and stopped by the tests, on this machine alone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from programs import absent


@contextmanager
def postgres() -> Generator[str]:
    """Give the address of an empty database. The server never runs as root: it refuses to."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and not shutil.which("initdb"):
        absent("PostgreSQL is not installed")
    programs = found[-1].parent if found else Path(shutil.which("initdb") or "").parent
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as made, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        home, data = Path(made), Path(made) / "data"
        run = _as_somebody(home)
        run(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "risico", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {home}"
        run(str(programs / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", str(home / "log"), "start")
        try:
            yield f"postgresql+psycopg://risico@127.0.0.1:{port}/postgres"
        finally:
            run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


def _as_somebody(home: Path):
    """Return how to run a program: as the user postgres where the tests run as root."""
    before: list[str] = []
    if os.getuid() == 0:
        shutil.chown(home, "postgres")
        before = ["runuser", "-u", "postgres", "--"]

    def run(*words: str) -> None:
        done = subprocess.run([*before, *words], capture_output=True, text=True, cwd=home, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    return run

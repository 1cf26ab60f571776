"""Every command and every line of Python in the README runs as it stands there."""

import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from conftest import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```console\n(.*?)```", TEXT, re.S) for line in block.splitlines()]


def test_the_two_commands_stand_first_and_exist():
    first = TEXT.split("```")[1]
    targets = re.findall(r"^make (\S+)", first, re.M)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert targets == ["demo", "test"]
    assert all(re.search(rf"^{target}:", makefile, re.M) for target in targets)


def test_the_python_runs():
    code = "\n".join(re.findall(r"```python\n(.*?)```", TEXT, re.S))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "moderately_severe" in done.stdout
    assert "alpha" in done.stdout
    assert re.search(r"^att -?[0-9.]+ \[", done.stdout, re.M)


@pytest.mark.slow
def test_the_commands_run_one_after_the_other(tmp_path: Path):
    for folder in ("notebooks", "experiments"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "out").mkdir()  # there since `make demo`
    for command in COMMANDS:
        name, *words = shlex.split(command)
        assert name == "risico"
        if words[0] == "serve":
            served(words, tmp_path)
            continue
        done = subprocess.run(
            [sys.executable, "-m", "risico", *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert (tmp_path / "out" / "scored.xlsx").exists()


def served(words: list[str], folder: Path) -> None:
    """The page answers on the link that it prints, and stops when it is asked to."""
    with subprocess.Popen(
        [sys.executable, "-m", "risico", *words], cwd=folder, stdout=subprocess.PIPE, text=True
    ) as page:
        assert page.stdout
        page.stdout.readline()
        with build_opener(HTTPCookieProcessor()).open(Request(page.stdout.readline().strip())) as answer:
            assert answer.status == 200
        page.send_signal(signal.SIGINT)
        assert page.wait(30) in (0, 130)


def test_no_command_of_the_readme_is_left_out():
    shown = {shlex.split(command)[1] for command in COMMANDS}
    told = {"list", "find", "show", "passport", "map", "check", "score", "explain", "run", "review", "reviews", "serve"}
    assert shown == told

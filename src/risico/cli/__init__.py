"""The command `risico`: one function per command, and every mistake of a user a message with its own exit code.

Nothing heavy is imported before a command needs it, so that `risico --help` answers at once.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module

from risico.errors import RisicoError, RisicoWarning

_ABOUT = """\
Score, check and learn from instruments on violence and abuse in dependent relationships.

  risico list                                   what there is
  risico map answers.sav --to phq9 -o map.yaml  which of your columns is which item
  risico check phq9 answers.sav --map map.yaml  how the columns are filled
  risico score phq9 answers.sav --map map.yaml -o scored.xlsx
  risico explain phq9 answers.sav --map map.yaml --row 1

Files are CSV, Excel (.xlsx), SPSS (.sav) or Parquet. Nothing leaves this machine, and no file is overwritten.
A score is not a decision, and a low score is no proof of safety."""

_MAP_HELP = """\
Propose which columns are which items, what their codes mean, and how moments side by side (T1_, _t2) become rows.
Nothing is changed. The map is a text file to read and correct:

  made_for: answers.sav
  keys: {case: "clientnr"}
  context: {informant: {value: parent}}          # the same for every form; or {column: "invuller"}
  instruments:
    phq9:
      columns: {"1": "PHQ_1", "2": "PHQ_2"}      # item: column; with moments: item: [column, column]
      codes:
        often: {answers: {1: 0, 2: 1, 3: 2, 4: 3}, unknown: [9], not_asked: [8], sure: true}

Whatever says 'sure: false' is a guess, and the map is not used until you have written 'sure: true' there."""

_EXIT = """\
Exit codes: 0 done, 2 wrong command, 3 unreadable file, 4 broken instrument, plan or map, 5 illegal answers,
6 refused, 7 optional part not installed, 1 anything else."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.command is None:
        parser.print_help()
        return 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", RisicoWarning)
            warnings.showwarning = _readable
            return _command(asked.command)(asked) or 0
    except RisicoError as problem:
        sys.stderr.write(f"risico: {problem}\n")
        return problem.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("risico: stopped.\n")
        return 130
    except BrokenPipeError:  # the reader stopped reading, as `risico list | head` does
        sys.stdout = None  # type: ignore[assignment]
        return 0
    except Exception as problem:  # what nobody foresaw may hold an answer: only its kind is said
        sys.stderr.write(
            f"risico: something went wrong that should not have ({type(problem).__name__}). Nothing in your file was "
            "changed. Please report the command you gave, without any data.\n"
        )
        return 1


def _command(name: str) -> Callable[[argparse.Namespace], int | None]:
    homes = {"list": "library", "show": "library", "prove": "prove", "run": "plans", "review": "plans"}
    home = homes.get(name, "forms")
    return getattr(import_module(f"risico.cli.{home}"), f"{name}_")


def _readable(message: Warning | str, *_: object, **__: object) -> None:
    sys.stderr.write(f"risico, note: {message}\n")


def _parser() -> argparse.ArgumentParser:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("risico", description=_ABOUT, epilog=_EXIT, formatter_class=layout)
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def command(name: str, brief: str, about: str = "") -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=brief, description=about or brief, formatter_class=layout)
        made.add_argument("--lang", choices=("nl", "en"), default="nl", help="language of the answer (default: nl)")
        return made

    listed = command("list", "the instruments, first those validated or in use in the Netherlands")
    listed.add_argument("--all", action="store_true", help="also those without a standing in the Netherlands")
    command("show", "one instrument: for whom, items, codes, scores, levels, limits, sources").add_argument("id")
    map_ = command("map", "propose which of your columns is which item", _MAP_HELP)
    map_.add_argument("file")
    map_.add_argument("--to", required=True, metavar="ID[,ID]", help="the instruments in the file")
    map_.add_argument("-o", "--out", metavar="MAP", help="the map to write (default: show it)")
    _writes(map_)
    _forms(command("check", "a mirror of the file: per column filled, blank, unknown, illegal; forms that contradict"))
    score = _forms(command("score", "add scores, levels and alerts to the file, in a new file"))
    score.add_argument(
        "-o",
        "--out",
        metavar="OUT",
        required=True,
        help="the file to write: .xlsx for a spreadsheet, .sav, .csv, .parquet",
    )
    score.add_argument("--rejects", metavar="FILE", help="set illegal forms aside in this file and score the others")
    _writes(score)
    explain = _forms(command("explain", "one form in words: result, what is missing, points, limits, sources"))
    explain.add_argument("--row", type=int, required=True, metavar="N", help="which form; 1 is the first")
    prove = command("prove", "what holds of an instrument over all its answer patterns, and how that is known")
    prove.add_argument("id", nargs="*", metavar="ID", help="instruments (default: all, in one line each)")
    prove.add_argument("--markdown", action="store_true", help="the table of status, vectors, proof and numbers seen")
    _plans(command)
    return parser


def _plans(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    run = command("run", "carry out a plan and keep its result in the store (MLflow)")
    run.add_argument("plan", help="a file such as experiments/NAME.yaml")
    run.add_argument("--role", default="analyst", help="the role that is kept instead of your name (default: analyst)")
    review = command("review", "write the page of a run")
    review.add_argument("run", nargs="?", help="id of a plan or run (default: the newest run)")
    review.add_argument("-o", "--out", metavar="PAGE", help="the page to write (default: below out/)")
    _writes(review)
    for made in (run, review):
        made.add_argument("--store", metavar="FOLDER", help="where runs are kept (default: out/runs)")


def _forms(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("id", metavar="ID[,ID]", help="an instrument, or several")
    parser.add_argument("file")
    parser.add_argument("--map", metavar="MAP", help="a map made by 'risico map' and read by you")
    return parser


def _writes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="write over a file that is already there")


class _Version(argparse.Action):
    """Show the version without importing anything heavy."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from risico import __version__

        sys.stdout.write(f"risico {__version__}\n")
        parser.exit()

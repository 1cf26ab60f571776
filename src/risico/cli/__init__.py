"""The command `risico`: one function per command, and every mistake of a user a message with its own exit code.

Nothing heavy is imported before a command needs it, so that `risico --help` answers at once.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module

from risico.errors import BrokenInstrument, RisicoError, RisicoWarning

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
      sure: true
      columns: {"1": "PHQ_1", "2": "PHQ_2"}      # item: column; with moments: item: [column, column]
      codes:
        often: {answers: {1: 0, 2: 1, 3: 2, 4: 3}, unknown: [9], not_asked: [8], sure: true}

Whatever says 'sure: false', or does not say it, is a guess, and the map is not used until you have written
'sure: true' there."""

_SHARE_HELP = """\
Carry out a plan of several regions on your own forms, and write what may leave: counts and sums, no records.
Every letter of the file is shown before it is written. What would tell of few people is withheld, and the file says so.

  risico share --new-key noord              once; the public key goes into the plan, noord.key stays with you
  risico share plan.yaml --key noord.key -o noord.json
  risico pool noord.json midden.json zuid.json plan.yaml -o together.html"""

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
    except BrokenInstrument as problem:
        from risico.cli.mistakes import in_language

        sys.stderr.write(f"risico: {in_language(problem, asked.lang)}\n")
        return problem.exit_code
    except RisicoError as problem:
        sys.stderr.write(f"risico: {problem}\n")
        return problem.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("risico: stopped.\n")
        return 130
    except BrokenPipeError:  # the reader stopped reading, as `risico list | head` does
        sys.stdout = None  # type: ignore[assignment]
        return 0
    except OSError as problem:  # reading has its own messages: this is the disk, or a folder that may not be written
        from risico.cli.said import unwritable

        sys.stderr.write(f"risico: {unwritable(problem.filename or 'The file', problem)}\n")
        return 2
    except Exception as problem:  # what nobody foresaw may hold an answer: only its kind is said
        sys.stderr.write(
            f"risico: something went wrong that should not have ({type(problem).__name__}). Nothing in your file was "
            "changed. Please report the command you gave, without any data.\n"
        )
        return 1


def _command(name: str) -> Callable[[argparse.Namespace], int | None]:
    homes = {
        "list": "library",
        "show": "library",
        "prove": "prove",
        "passport": "cards",
        "find": "cards",
        "export": "export",
        "import": "export",
        "serve": "serving",
        "run": "plans",
        "review": "plans",
        "reviews": "plans",
        "interventions": "interventions",
        "share": "sharing",
        "pool": "sharing",
        "recheck": "audit",
        "prefill": "making",
        "new": "making",
        "check-instrument": "making",
    }
    home = homes.get(name, "forms")
    return getattr(import_module(f"risico.cli.{home}"), f"{name.replace('-', '_')}_")


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

    _scoring(command)
    _cards(command)
    _exchange(command)
    _serving(command)
    _plans(command)
    _sharing(command)
    _recheck(command)
    _making(command)
    return parser


def _scoring(command: Callable[..., argparse.ArgumentParser]) -> None:
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
        help="the file to write: .xlsx for a spreadsheet, .sav, .parquet, or .csv (with the separator and decimal sign "
        "of FILE where that is CSV too, such as ; and a comma; else a comma and a point)",
    )
    score.add_argument("--rejects", metavar="FILE", help="set illegal forms aside in this file and score the others")
    _writes(score)
    explain = _forms(command("explain", "one form in words: result, what is missing, points, limits, sources"))
    explain.add_argument("--row", type=int, required=True, metavar="N", help="which form; 1 is the first")
    prove = command("prove", "what holds of an instrument over all its answer patterns, and how that is known")
    prove.add_argument("id", nargs="*", metavar="ID", help="instruments (default: all, in one line each)")
    prove.add_argument("--markdown", action="store_true", help="the table of status, vectors, proof and numbers seen")


def _cards(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    card = command("passport", "the card of an instrument (instrumentkaart): for whom, rule, norms, evidence, sources")
    card.add_argument("id", nargs="?", metavar="ID", help="an instrument")
    card.add_argument("--all", action="store_true", help="every card into the folder of -o, with a page to choose from")
    card.add_argument("-o", "--out", metavar="FILE", help="the page to write (default: show it)")
    card.add_argument("--format", choices=("html", "md"), help="default: by the name of the file")
    card.add_argument("--data", metavar="FILE", help="your own forms: their reliability stands beside the published")
    card.add_argument("--map", metavar="MAP", help="a map made by 'risico map' and read by you")
    _writes(card)
    find = command("find", "which instrument fits, and why the others do not")
    find.add_argument("--age", type=float, metavar="YEARS", help="of the person the form is about")
    find.add_argument("--concern", metavar="WORDS", help="in everyday words, such as ouderenmishandeling or stalking")
    find.add_argument("--informant", metavar="WHO", help="who is there to fill it in: professional, zelf, ouder …")
    which = find.add_mutually_exclusive_group()
    which.add_argument(
        "--nl-only", action="store_false", dest="all", default=False, help="only what is in use here (the default)"
    )
    which.add_argument("--all", action="store_true", help="also what fits without a standing in the Netherlands")


def _exchange(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    export = command("export", "an instrument for another program: FHIR, REDCap, XLSForm (ODK, Kobo), SPSS syntax")
    export.add_argument("id", metavar="ID", help="an instrument")
    export.add_argument("--to", required=True, choices=("fhir", "redcap", "xlsform", "spss"), help="which program")
    export.add_argument("-o", "--out", required=True, metavar="FILE", help="the file to write")
    export.add_argument("--forms", metavar="FILE", help="write these forms as FHIR responses instead (--to fhir)")
    export.add_argument("--map", metavar="MAP", help="a map for --forms, made by 'risico map' and read by you")
    _writes(export)
    import_ = command("import", "forms out of FHIR responses (.json) or a REDCap export with raw codes (.csv)")
    import_.add_argument("id", metavar="ID", help="the instrument")
    import_.add_argument("file")
    import_.add_argument("-o", "--out", required=True, metavar="FORMS", help="the file of forms to write")
    _writes(import_)


def _serving(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    serve = command("serve", "the specialist's page, on this machine alone: choose, fill in, read, copy, gone")
    serve.add_argument("--port", type=int, default=0, help="default: a free one")
    serve.add_argument("--dossier", metavar="FILE", help="keep cases in this file (default: nothing is kept)")
    serve.add_argument("--who", metavar="CODE", default="", help="the code under which you write in it, no name")
    serve.add_argument("--practice", metavar="FOLDER", help="practice cases of your own, beside those here")
    serve.add_argument("--team", action="store_true", help="for a team: each comes in with a code and a password")
    serve.add_argument(
        "--host", metavar="NAME", action="append", default=[], help="with --team: the name that a TLS proxy passes on"
    )
    serve.add_argument("--add-user", metavar="CODE", help="let somebody in, print a password that works once, and stop")
    serve.add_argument("--role", choices=("rater", "reviewer", "researcher", "expert", "administrator"))
    serve.add_argument("--of-team", metavar="TEAM", default="", help="with --add-user: whose cases a rater may see")


def _plans(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    run = command("run", "carry out a plan and keep its result in the store (MLflow)")
    run.add_argument("plan", help="a file such as experiments/NAME.yaml")
    run.add_argument("--role", default="analyst", help="the role that is kept instead of your name (default: analyst)")
    review = command("review", "write the page of a run")
    review.add_argument("run", nargs="?", help="id of a plan or run (default: the newest run)")
    review.add_argument("-o", "--out", metavar="PAGE", help="the page to write (default: below out/)")
    review.add_argument("--tables", metavar="OUT", help="its tables instead: a file.xlsx, or a folder for CSV files")
    review.add_argument("--team", action="store_true", help="show a team's own plan (a file) on this screen alone")
    _writes(review)
    reviews = command("reviews", "the reviews of one plan in a row: question, expected, happened, agreements done")
    reviews.add_argument("plan", nargs="?", help="id of a plan or run (default: that of the newest run)")
    reviews.add_argument("-o", "--out", metavar="PAGE", help="write it as a page too")
    _writes(reviews)
    known = command("interventions", "which help there is, what is known of it, and when it must not be used")
    known.add_argument("name", nargs="?", metavar="NAME", help="one of them (default: the list)")
    for made in (run, review, reviews):
        made.add_argument("--store", metavar="FOLDER", help="where runs are kept (default: out/runs)")


def _sharing(command: Callable[..., argparse.ArgumentParser]) -> None:
    share = command("share", "count for a plan of several regions, and write the small file that leaves", _SHARE_HELP)
    share.add_argument("plan", nargs="?", metavar="PLAN", help="a plan that regions share (design: shared)")
    share.add_argument("--key", metavar="FILE", help="the private key of your region")
    share.add_argument("-o", "--out", metavar="FILE", help="the file to write, .json")
    share.add_argument("--yes", action="store_true", help="write without asking, after it was shown")
    share.add_argument("--new-key", metavar="REGION", help="make the key pair of your region instead (in folder -o)")
    _writes(share)
    pool = command("pool", "take the files of at least three regions together, without their records")
    pool.add_argument("files", nargs="+", metavar="FILE", help="the file of each region")
    pool.add_argument("plan", metavar="PLAN", help="the plan that they carried out")
    pool.add_argument("-o", "--out", metavar="OUT", help="a table (.json) or a page (.html); default: show it")
    _writes(pool)


def _recheck(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    recheck = command("recheck", "which filed scores do not follow from their answers (scorecontrole)")
    recheck.add_argument("id", metavar="ID", help="an instrument")
    recheck.add_argument("file")
    recheck.add_argument("--map", metavar="MAP", help="a map made by 'risico map' and read by you")
    recheck.add_argument(
        "--filed", metavar="RESULT=COLUMN[,…]", help="where the filed results stand (default: ID_SCORE, ID_BAND)"
    )
    recheck.add_argument("--rows", metavar="FILE", help="write which forms differ, and in what, to this file alone")
    recheck.add_argument("-o", "--out", metavar="PAGE", help="the page to write, .html or .md (default: show it)")
    _writes(recheck)


def _making(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    prefill = command("prefill", "carry answers over to another form, only where it is the same question")
    prefill.add_argument("source", nargs="?", metavar="FROM", help="the instrument that was filled in")
    prefill.add_argument("target", nargs="?", metavar="TO", help="the instrument to fill in")
    prefill.add_argument("file", nargs="?", help="the file with the forms")
    prefill.add_argument("-o", "--out", metavar="OUT", help="the file to write")
    prefill.add_argument("--table", action="store_true", help="every pair of items with the verdict and why")
    _writes(prefill)
    new = command("new", "start an instrument file from questions")
    new.add_argument("id", metavar="ID")
    new.add_argument("--answers", metavar="FILE", help="a YAML file with the answers (default: they are asked)")
    new.add_argument("-o", "--out", metavar="FILE", help="default: ID.yaml in RISICO_INSTRUMENTS, or here")
    _writes(new)
    checked = command("check-instrument", "every mistake of an instrument file at once, and whether its vectors agree")
    checked.add_argument("file", metavar="FILE", help="an instrument file")


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

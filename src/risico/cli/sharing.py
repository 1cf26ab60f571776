"""`risico share` and `risico pool`: what a region sends, shown before it is written, and the files taken together."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from risico.cli.said import aside, free, room, say, word
from risico.errors import UnreadableFile, UsageError

if TYPE_CHECKING:
    from risico.sharing import Leaving, Pooled


def share_(asked: Namespace) -> None:
    """Make the key pair of a region; or show what would leave, and write it once that was agreed to."""
    from risico.sharing import new_key, share

    if asked.new_key:
        path, public = new_key(asked.new_key, room(Path(asked.out or ".")))
        say(f"{asked.new_key}: {public}")
        aside(word("share", "key", asked.lang, path=path))
        return
    if not (asked.plan and asked.key and asked.out):
        raise UsageError("risico share PLAN --key REGION.key -o FILE; or risico share --new-key REGION [-o FOLDER].")
    if not Path(asked.plan).is_file():
        raise UnreadableFile(f"There is no plan {asked.plan}. Plans are files such as experiments/NAME.yaml.")
    out = free(asked.out, force=asked.force)
    leaving = share(asked.plan, asked.key)
    _show(leaving, asked)
    if asked.yes or _agreed(asked):
        say(word("share", "wrote", asked.lang, path=leaving.write(out)))
    else:
        say(word("share", "nothing", asked.lang))


def _show(leaving: Leaving, asked: Namespace) -> None:
    """Show every letter that leaves, and what stays."""
    say(word("share", "leaves", asked.lang, region=leaving.region), "", leaving.text)
    if leaving.withheld:
        say(word("share", "withheld", asked.lang))
        say(*(f"  {name}: {why}" for name, why in leaving.withheld.items()), "")
    else:
        say(word("share", "all", asked.lang), "")


def _agreed(asked: Namespace) -> bool:
    if not sys.stdin.isatty():
        raise UsageError(
            "Nothing was written: nobody is here to say yes. Read what would leave, then add --yes to the command."
        )
    return input(word("share", "ask", asked.lang)).strip().lower() in ("j", "ja", "y", "yes")


def pool_(asked: Namespace) -> None:
    """Take the files of regions together; show the result, or write it as a table or a page."""
    from risico.sharing import pool

    for path in (asked.plan, *asked.files):
        if not Path(path).is_file():
            raise UnreadableFile(f"There is no file {path}. Give the files of the regions, and then the plan.")
    out = free(asked.out, force=asked.force) if asked.out else None
    if out is not None and out.suffix.lower() not in (".json", ".html"):
        raise UsageError(f"{out.name}: the result is written as a table (.json) or as a page (.html).")
    found = pool(asked.files, asked.plan)
    say(word("pool", "regions", asked.lang, n=len(found.regions), names=", ".join(found.regions)))
    for name, n in found.withheld.items():
        say(word("pool", "withheld", asked.lang, name=name, n=n))
    if out is None:
        say("", str(found.estimates))
        return
    _write(found, out, asked)
    say(word("pool", "wrote", asked.lang, path=out))


def _write(found: Pooled, out: Path, asked: Namespace) -> None:
    if out.suffix.lower() == ".html":
        from risico.disclosure import Released
        from risico.estimate import Estimates
        from risico.pages.review import write

        whole = Estimates(e for e in found.estimates if "without" not in e.by and "of" not in e.by)
        rest = Estimates(e for e in found.estimates if "without" in e.by or "of" in e.by)
        write(out, Released(whole + rest), found.study, language=asked.lang)
        return
    told = {
        "plan": found.study.id,
        "plan_sha256": found.study.locked,
        "regions": found.regions,
        "withheld": dict(found.withheld),
        "estimates": found.estimates.rows(),
    }
    out.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

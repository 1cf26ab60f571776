"""What a region sent before, beside its key: two files of which the second holds a few more forms tell about these few.

REGION.sent.jsonl     one line for each file that was written, only ever added to; it holds what was sent, no more
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from risico.disclosure.cells import EARLIER, is_withheld
from risico.disclosure.tallies import surely_few
from risico.errors import Refused
from risico.estimate import Estimate
from risico.sharing.counting import Ends, of_mean, of_scale
from risico.sharing.filed import PARTS, place

NAME: Final = ".sent.jsonl"
Numbers = Iterator[float]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A file that was sent, and the fingerprint of the data it was made of."""

    data: str
    content: dict[str, Any]


def sent_before(key: Path) -> list[Sent]:
    """Return what was sent with this key. Raises Refused for a line that cannot be read: then nothing is sure."""
    path = key.with_suffix(NAME)
    if not path.is_file():
        return []
    found: list[Sent] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            told = json.loads(line)
            found.append(Sent(data=told["data"], content=dict(told["content"])))
        except (ValueError, KeyError, TypeError):
            raise Refused(
                f"{path.name}, line {number}: this line of what was sent before cannot be read.\n"
                "Without it nobody can say what two files together tell. Put it back from a backup."
            ) from None
    return found


def add(key: Path, sent: Sent) -> None:
    """Write down what is sent, before it is."""
    with key.with_suffix(NAME).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"data": sent.data, "content": sent.content}, ensure_ascii=False) + "\n")


def changed(
    content: Mapping[str, Any],
    before: Sequence[Sent],
    data: str,
    *,
    ends: Mapping[str, Ends],
    minimum: int,
    where: str,
) -> dict[str, str]:
    """Return which statistics may not be sent again beside what was sent, each with the reason.

    Each count, and each sum from either end, must differ by at least the minimum from each earlier file, of whatever
    plan: a plan can ask of some of the same forms. What was hidden on these data stays hidden. `ends` are the least and
    most points of each item. Raises Refused where an earlier file on one of these scores was of nearly as many forms.
    """
    hidden: dict[str, str] = {}
    for sent in before:
        old = sent.content
        if sent.data == data and old["plan_sha256"] == content["plan_sha256"]:
            hidden |= {name: why for name, why in old["withheld"].items() if _is_hidden(name, why)}
            continue
        if not _scores(content) & _scores(old):
            continue
        if abs(content["forms"] - old["forms"]) < minimum:
            raise Refused(
                f"{where}: since an earlier file of this region fewer than {minimum} forms came in or left.\n"
                "Beside the earlier file this one would tell about few people.\n"
                "Let the earlier file stand, and share again when more forms have come in."
            )
        for name, differences in _differences(content, old, ends):
            if any(abs(number) < minimum for number in differences) or _tells(name, content, old, ends, minimum):
                hidden[name] = EARLIER.format(minimum)
    return hidden


def _scores(content: Mapping[str, Any]) -> set[str]:
    """Return the scores that a file is about, withheld or not."""
    told = {name.split()[0] for part in PARTS.values() for name in content[part]}
    return told | {name.split()[1] for name in content["withheld"] if not name.startswith("own ")}


def _is_hidden(name: str, why: str) -> bool:
    return not name.startswith("own ") and is_withheld(Estimate(name="sent", why=why))


def _differences(
    new: Mapping[str, Any], old: Mapping[str, Any], ends: Mapping[str, Ends]
) -> Iterator[tuple[str, list[float]]]:
    """Yield of each statistic in both files the numbers that a reader of both can work out about those between."""
    kinds = {part: kind for kind, part in PARTS.items()}
    for part in PARTS.values():
        for name in new[part].keys() & old[part].keys():
            yield f"{kinds[part]} {name}", list(_apart(part, new[part][name], old[part][name], ends.get(name, [])))


def _apart(part: str, new: Mapping[str, Any], old: Mapping[str, Any], ends: Ends) -> Numbers:
    if part == "tables":
        common = [start for start in new["from"] if start in old["from"]]
        for side in ("with", "without"):
            before, now = (together(one["from"], one[side], common) for one in (old, new))
            yield from (a - b for a, b in zip(now, before, strict=True))
        return
    more = new["n"] - old["n"]
    if part == "shares":
        many = new["at_least"] - old["at_least"]
        yield from (many, more - many)
    elif part == "means":
        yield from _from_the_ends(new["sum"] - old["sum"], more, sum(e[0] for e in ends), sum(e[1] for e in ends))
    else:
        for a, b, (low, high) in zip(new["sums"], old["sums"], ends, strict=True):
            yield from _from_the_ends(a - b, more, low, high)


def _tells(name: str, new: Mapping[str, Any], old: Mapping[str, Any], ends: Mapping[str, Ends], minimum: int) -> bool:
    """Say whether the sums of two files tell of few among the forms that came in, or left, between them."""
    part, key = place(name)
    if part not in ("scales", "means"):
        return False
    more, fewer = (new, old) if new["forms"] > old["forms"] else (old, new)
    apart: dict[str, Any] = {
        what: _less(number, fewer[part][key][what]) for what, number in more[part][key].items() if what != "items"
    }
    return surely_few((of_scale if part == "scales" else of_mean)(key, apart, ends[key]), minimum)


def _less(more: Any, fewer: Any) -> Any:
    return [a - b for a, b in zip(more, fewer, strict=True)] if isinstance(more, list) else more - fewer


def _from_the_ends(points: float, forms: int, low: float, high: float) -> tuple[float, float]:
    return points - low * forms, high * forms - points


def together(starts: Sequence[int], numbers: Sequence[int], common: Sequence[int]) -> list[int]:
    """Add up the numbers of levels that become one.

    >>> together([0, 5, 10, 15], [4, 3, 2, 1], [0, 10])
    [7, 3]
    """
    out = [0] * len(common)
    for start, number in zip(starts, numbers, strict=True):
        out[sum(start >= one for one in common) - 1] += number
    return out

"""`share`: a region carries out the plan on its own forms, and sees what would leave before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from risico.disclosure import release
from risico.disclosure.tallies import withheld
from risico.errors import Refused, UsageError
from risico.estimate import Estimate
from risico.plan import SMALLEST
from risico.reliability import consistency
from risico.sharing.counting import Counted, Forms, chosen, counted, forms_of, refuse_formative, versions
from risico.sharing.filed import KIND, PARTS, place, text_of, to_sign
from risico.sharing.keys import public, read_key, signed
from risico.sharing.sent import Sent, add, changed, sent_before
from risico.study import Study, load

OWN = "omega_total"


@dataclass(frozen=True)
class Leaving:
    """What would leave: the text of the file, to be read before it is written."""

    text: str
    region: str
    withheld: dict[str, str]
    data: str
    content: dict[str, Any]
    key: Path

    def write(self, path: Path | str) -> Path:
        """Write the file, and beside the key what was sent: the next file is compared with it."""
        add(self.key, Sent(data=self.data, content=self.content))
        path = Path(path)
        path.write_text(self.text, encoding="utf-8")
        return path


def share(plan: Path | str, key: Path | str) -> Leaving:
    """Count what a shared plan asks on the forms of the region that has this private key; nothing is written.

    What travels is exact or withheld, never rounded. Raises UsageError for another plan and for columns that are not
    there, Refused where the key is of no region of the plan, where fewer forms than the rule are left, or where the
    file beside an earlier one would tell of few, and what reading the plan and the forms raises.
    """
    path = Path(plan)
    study, minimum = shared_plan(path)
    shared = study.shared
    assert shared is not None
    private = read_key(key)
    region = next((name for name, told in shared.regions.items() if told == public(private)), None)
    if region is None:
        raise Refused(
            f"{path.name}: the key in {Path(key).name} is of none of the regions in this plan.\n"
            "Who pools the files could not tell whose yours is.\n"
            "Send the public key to whoever writes the plan, before anybody counts."
        )
    refuse_formative(shared, path.name)
    frame, data = forms_of(study.data, shared, path, region)
    forms = chosen(frame, shared, path.name)
    if forms.n < minimum:
        raise Refused(
            f"{path.name}: of the forms here, fewer than {minimum} are complete in all that the plan asks.\n"
            "Any number of them would tell about few people. Nothing was made."
        )
    found = counted(forms, shared)
    hidden = withheld(found.told, found.levels, minimum)
    content = _content(study, region, forms, found, hidden)
    before = sent_before(Path(key))
    for name, why in changed(content, before, data, ends=forms.ends, minimum=minimum, where=path.name).items():
        _hide(content, name, why)
    content["signature"] = signed(private, to_sign(content))
    return Leaving(text_of(content), region, dict(content["withheld"]), data, content, Path(key))


def shared_plan(path: Path) -> tuple[Study, int]:
    """Return a plan that regions share, with the smallest number that may leave."""
    study = load(path)
    if not isinstance(study, Study) or study.shared is None:
        raise UsageError(
            f"{path.name}: this is no plan that regions share (design: shared).\nCarry it out with: risico run"
        )
    return study, SMALLEST["buiten"]  # a file leaves the organisation, whoever reads what comes of it


def _content(study: Study, region: str, forms: Forms, found: Counted, hidden: dict[str, str]) -> dict[str, Any]:
    """Return the content of the file without its signature; what is withheld is named, with the reason."""
    assert study.shared is not None
    content: dict[str, Any] = {
        "kind": KIND,
        "plan": study.id,
        "plan_sha256": study.locked,
        "region": region,
        "forms": forms.n,
        "instruments": dict(versions(study.shared)),
        **{part: dict[str, Any]() for part in PARTS.values()},
        "own": list[dict[str, Any]](),
        "withheld": dict[str, str](),
    }
    for name, sums in found.sent.items():
        if name in hidden:
            content["withheld"][name] = hidden[name]
        else:
            part, key = place(name)
            content[part][key] = sums
    for scored in study.shared.scales:
        _own(content, forms, scored.name, hidden)
    return content


def _own(content: dict[str, Any], forms: Forms, name: str, hidden: dict[str, str]) -> None:
    """Add the omega of a scale, which does not add up: where its sums tell of few, so might this."""
    label = f"own {OWN} {name}"
    made = consistency(forms.points[name])[OWN]
    told = release([Estimate(name=OWN, value=made.value, se=made.se, n=forms.n, why=made.why)], "organisatie")[0]
    if f"scale {name}" in hidden:
        content["withheld"][label] = hidden[f"scale {name}"]
    elif told.value is None or not made.se:
        content["withheld"][label] = made.why or told.why or "no standard error"
    else:
        content["own"].append({"name": OWN, "score": name, "value": made.value, "se": made.se, "n": forms.n})


def _hide(content: dict[str, Any], name: str, why: str) -> None:
    part, key = place(name)
    content[part].pop(key, None)
    content["withheld"][name] = why
    if part == "scales":
        left = [own for own in content["own"] if own["score"] != key]
        if len(left) < len(content["own"]):
            content["withheld"][f"own {OWN} {key}"] = why
        content["own"] = left

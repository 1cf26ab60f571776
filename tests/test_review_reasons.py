"""Every reason that a statistic can give has Dutch words: on a Dutch page no number is refused in English."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import risico
from risico.disclosure import release
from risico.estimate import Estimate
from risico.pages.wording import Voice, words
from risico.reliability import consistency

HOME = Path(risico.__file__).parent
FOLDERS = [
    file
    for name in (
        "reliability",
        "effects",
        "effects/robustness",
        "validity",
        "monitoring",
        "invariance",
        "profiles",
        "profiles/latent",
    )
    for file in (HOME / name).glob("*.py")
]
ALONE = [
    *(
        HOME / f"{name}.py"
        for name in (
            "experiments/studies",
            "experiments/outcomes",
            "experiments/pooling",
            "pooling/effects",
            "sharing/pooled",
            "experiments/scales",
            "experiments/profiling",
            "experiments/double_coding",
            "dif",
            "irt",
            "norms",
        )
    ),
    *(HOME / "cohort" / f"{name}.py" for name in ("course", "records", "trend")),
]
FILES = sorted((*FOLDERS, *ALONE))
SAID = {"why", "lonely", "few", "pair", "weak", "below", "caution", "note", "none", "settled"}
"""Names that hold a reason before it is given."""
TABLES = {"rows", "shares"}
"""Names of tables whose last column is a reason."""
TAKERS = {"_refused", "refused", "no_profile_effects", "append"}
"""Functions that are given a reason by place."""
REASON = re.compile(r"^str \| None$|\| str$")
"""What a function returns that tells why not."""


def constants() -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for file in FILES:
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
            if isinstance(target, ast.Name) and (value := getattr(node, "value", None)) is not None:
                found.setdefault(f"{file.stem}.{target.id}", value)
                found.setdefault(target.id, value)
    return found


CONSTANTS = constants()


def places(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that can become a reason."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "why")
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield from node.args if name in TAKERS else ()
        elif isinstance(node, ast.Assign):
            names = {n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)}
            if names & SAID:
                yield node.value
            if names & TABLES and isinstance(node.value, ast.Dict):
                yield from (value.elts[-1] for value in node.value.values if isinstance(value, ast.Tuple))
        elif isinstance(node, ast.FunctionDef) and node.returns and REASON.search(ast.unparse(node.returns)):
            yield from (part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value)


def spelled(expression: ast.expr, module: str) -> Iterator[str]:
    """Yield the sentences in an expression, with a number in each hole."""
    if isinstance(expression, ast.JoinedStr):
        yield "".join(
            part.value if isinstance(part, ast.Constant) else "12%" if "%" in ast.unparse(part) else "12"
            for part in expression.values
        )
    elif isinstance(expression, ast.Constant):
        yield from [expression.value.replace("{}", "12")] if isinstance(expression.value, str) else []
    elif isinstance(expression, ast.Name):
        constant = CONSTANTS.get(f"{module}.{expression.id}", CONSTANTS.get(expression.id))
        yield from spelled(constant, module) if constant is not None and expression.id.isupper() else ()
    elif not isinstance(expression, ast.Compare | ast.Subscript):
        for part in ast.iter_child_nodes(expression):
            if isinstance(part, ast.expr):
                yield from spelled(part, module)


def reasons() -> list[str]:
    found = {
        text
        for file in FILES
        for place in places(ast.parse(file.read_text(encoding="utf-8")))
        for text in spelled(place, file.stem)
    }
    return sorted(text for text in found if text.count(" ") > 2 and not text.startswith("; "))


def test_the_reasons_are_found():
    found = reasons()
    assert len(found) > 50
    assert {
        "the sum of the items is the same on every form",
        "fewer than 12 families in an arm",
        "the data hold no outcome",
        "no form is positive",
        "a ratio scale has no levels below 0",
    } <= set(found)


@pytest.mark.parametrize("reason", reasons())
def test_every_reason_has_its_dutch_words(reason):
    told = Voice("nl").why(Estimate(name="itt", why=reason))
    assert told.startswith("niet te zeggen: ")
    assert reason not in told
    assert "{" not in told


def test_every_translation_is_of_a_reason_that_can_be_given():
    found = reasons()
    spare = [each["like"] for each in words()["reasons"] if not any(re.fullmatch(each["like"], one) for one in found)]
    assert spare == []


def test_what_is_withheld_has_its_own_words():
    for number in release([Estimate(name="a", value=3, n=40, method="count")], "organisatie"):
        assert Voice("nl").why(number) == "minder dan 10 (niet getoond)"
    told = Voice("nl").why(consistency([[1, 0], [0, 1]])["alpha"])
    assert told == "niet te zeggen: de som van de vragen is op elk formulier gelijk"

"""What may rest on double coding: the limits in pairs, and who counts as coded twice independently."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from risico.errors import UsageError
from risico.estimate import Estimates
from risico.experiments.double_coding import BARELY, TOO_FEW, TOO_FEW_OF_ONE, TOO_LOW, double_coding
from risico.profiles import load
from risico.reliability import agreement
from risico.study import Coding

ASKED = load().asked
CORE = {"t": "intieme_terreur", "s": "gezin_in_stress", "l": "langdurige_zorg", "k": "kindgedrag_opvoedstress"}
CORE["c"] = "complexe_conflictscheiding"
ALL_BLIND = Coding(blind={"nl": "afgesproken", "en": "agreed"})


def one(letter: str, case: int, position: str, **more: object) -> dict[str, object]:
    """A form with one clear profile."""
    codes = {f"gezinsprofiel_{item}": 2 if item[0] == letter else 0 for item in ASKED}
    return {"case": case, "rater_position": position, **codes, **more}


def coded(pairs: list[tuple[str, str]], **more: object) -> pl.DataFrame:
    """Families whose two coders say these profiles, by letter."""
    rows = [
        one(letter, i, position, **more)
        for i, pair in enumerate(pairs)
        for letter, position in zip(pair, ("first", "second"), strict=True)
    ]
    return pl.DataFrame(rows)


def alike(each: int, apart: int = 0) -> list[tuple[str, str]]:
    """So many families of each profile coded alike, and so many more of which the second says the next profile."""
    letters = "tslkc"
    same = [(letter, letter) for letter in letters for _ in range(each)]
    return same + [(letters[i % 5], letters[(i + 1) % 5]) for i in range(apart)]


def allows(found: Estimates) -> tuple[float | None, str | None]:
    verdict = next(e for e in found if e.name == "coding_allows" and not e.by)
    return verdict.value, verdict.why


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        (alike(10), (1.0, None)),
        (alike(10)[1:], (0.0, TOO_FEW)),
        (alike(12)[:-7], (1.0, None)),
        (alike(12)[:-8], (0.0, TOO_FEW_OF_ONE)),
    ],
)
def test_fifty_families_and_five_of_each_are_needed(pairs: list[tuple[str, str]], verdict: object) -> None:
    assert allows(double_coding(coded(pairs), ALL_BLIND)) == verdict


@pytest.mark.parametrize(("apart", "verdict"), [(15, (1.0, None)), (20, (0.5, BARELY)), (35, (0.0, TOO_LOW))])
def test_kappa_decides_with_the_limits_of_the_sheet(apart: int, verdict: object) -> None:
    pairs = alike(10, apart)
    found = double_coding(coded(pairs), ALL_BLIND)
    kappa = found.where(of="profile_label")["cohen_kappa"].value
    by_hand = agreement({"a": [CORE[a] for a, _ in pairs], "b": [CORE[b] for _, b in pairs]})["cohen_kappa"].value
    assert kappa == pytest.approx(by_hand)
    assert allows(found) == verdict


def test_what_was_not_blind_or_was_joint_is_no_second_coding() -> None:
    forms = coded(alike(10), alone=True)
    blind = Coding(blind="alone")
    assert allows(double_coding(forms, blind))[0] == 1
    seen = forms.with_columns(pl.when(pl.int_range(pl.len()) < 1).then(False).otherwise("alone").alias("alone"))
    assert allows(double_coding(seen, blind)) == (0.0, TOO_FEW)
    unknown = forms.with_columns(pl.when(pl.int_range(pl.len()) > 0).then("alone").alias("alone"))
    assert allows(double_coding(unknown, blind)) == (0.0, TOO_FEW)
    joint = forms.with_columns(pl.lit("joint").alias("rater_position"))
    assert double_coding(joint, blind)["coded_twice"].value == 0


def test_each_region_stands_alone() -> None:
    forms = coded(alike(20))
    region = np.where(forms["case"].to_numpy() % 2 == 0, "north", "south").astype(object)
    found = double_coding(forms, ALL_BLIND, region)
    assert [e.value for e in found if e.name == "coding_allows"] == [1.0, 1.0, 1.0]
    few = np.where(forms["case"].to_numpy() < 49, "north", "south").astype(object)
    regions = {e.by["region"]: e.value for e in double_coding(forms, ALL_BLIND, few) if "region" in e.by}
    assert regions["north"] == 0


def test_indicators_are_weighted_and_counted_apart() -> None:
    forms = coded(alike(10)).with_columns(
        pl.when((pl.col("case") < 3) & (pl.col("rater_position") == "second"))
        .then(None)
        .otherwise("gezinsprofiel_t8")
        .alias("gezinsprofiel_t8")
    )
    found = double_coding(forms, ALL_BLIND)
    assert found.where(indicator="t8")["cohen_kappa_quadratic"].n == 47
    assert found.where(indicator="s1")["cohen_kappa_quadratic"].value == 1
    assert sum(e.value or 0 for e in found if e.name == "coded_pair") == 50


def test_a_column_that_is_not_there_and_two_first_codings_are_refused() -> None:
    forms = coded(alike(10))
    with pytest.raises(UsageError, match="no column 'seen'"):
        double_coding(forms, Coding(blind="seen"))
    with pytest.raises(UsageError, match="two codings that are both 'first'"):
        double_coding(pl.concat([forms, forms.head(1)]), ALL_BLIND)

"""The control chart and the funnel as pictures: readable unseen, in grey, and without ranking."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from risico.estimate import Estimates
from risico.monitoring import Units, funnel, p_prime, xmr
from risico.plot import Look, describe, plot

MONTHS = [f"{2020 + i // 12}-{i % 12 + 1:02}" for i in range(24)]
Y = [10, 12, 11, 13, 12, 11, 10, 12, 13, 11, 12, 30, *[11, 12] * 6]


def chart(**told) -> Estimates:
    return xmr(Y, MONTHS, kind="count", **told)


def units() -> Estimates:
    of = [100, 140, 400, 90, 220, 300]
    return funnel(Units(unit=list("FEDCBA"), observed=[20, 60, 100, 30, 40, 90], of=of, why_no_case_mix="none known"))


@pytest.mark.parametrize("made", [chart(), chart(steps=["2021-01"]), xmr([1, 2], ["a", "b"], kind="count"), units()])
def test_a_picture_is_one_svg_with_its_finding_and_nothing_from_elsewhere(made):
    drawn = plot(made, look=Look(language="nl", title="Meldingen per maand", key="k"))
    root = ET.fromstring(drawn)
    assert root.attrib["role"] == "img"
    assert root[0].text == "Meldingen per maand"
    assert root[1].text
    assert not re.search(r'style="|http(?!://www\.w3\.org)|<script', drawn)


def test_the_text_of_a_chart_says_what_stands_out():
    nl, en = (describe(chart(), Look(language=language)) for language in ("nl", "en"))
    assert nl.startswith("24 perioden, 2020-01 tot en met 2021-12; nu gemiddeld 12,29")
    assert "Wat opvalt: 2020-12" in nl
    assert "What stands out: 2020-12" in en
    assert describe(xmr([1, 2], ["a", "b"], kind="count"), Look(language="nl")) == (
        "er zijn nog geen grenzen. Geen periode valt op."
    )


def test_what_stands_out_has_another_shape_and_limits_are_dashed():
    loud, quiet = plot(chart()), plot(xmr([1, 3, 2] * 8, MONTHS, kind="count"))
    assert len(loud) != len(quiet)
    assert loud.count("stroke-dasharray") == quiet.count("stroke-dasharray") == 2
    assert "fill: #D55E00" not in loud


def test_shares_are_written_per_hundred():
    made = p_prime(np.array(Y) * 10, [1000] * 24, MONTHS)
    assert "een gemiddelde" not in describe(made, Look(language="nl", percent=True))
    assert "gemiddeld 12, grenzen" in describe(made, Look(language="nl", percent=True))


def test_a_funnel_names_its_units_in_order_of_name_and_says_which_lie_far():
    drawn = plot(units(), look=Look(language="en"))
    names = re.findall(r">([A-F])</text>", drawn)
    assert names == sorted(names)
    assert len(names) == 6
    assert "6 units, from 0.67 to 1.58 times what was expected; further than two standard errors: none." in drawn

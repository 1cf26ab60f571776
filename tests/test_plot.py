"""Pictures that explain themselves."""

import re
import sys
from xml.etree import ElementTree

import pytest

from risico.errors import MissingExtra, UsageError
from risico.estimate import Estimate, Estimates
from risico.plot import Look, plot, table

BY_PROFILE = Estimates(
    Estimate(name="itt", value=v, low=v - 0.1, high=v + 0.1, n=80, by={"profile": p})
    for p, v in (("gezin in stress", -0.2), ("zorg & <nood>", 0.05))
)
EVERYBODY = Estimate(name="itt", value=-0.1, low=-0.15, high=-0.05, n=160, by={"profile": "alle gezinnen"})
CURVE = Estimates(
    Estimate(name="survival", value=1 - t / 10, low=0.9 - t / 10, high=1 - t / 20, at=t, by={"arm": arm})
    for arm in ("help", "usual") for t in range(5)
)  # fmt: skip


@pytest.mark.parametrize("drawn", [plot(BY_PROFILE, equal=EVERYBODY), plot(CURVE)], ids=["forest", "curve"])
def test_a_picture_can_be_read_without_being_seen_and_asks_nothing_from_elsewhere(drawn):
    root = ElementTree.fromstring(drawn)
    names = {part.tag.split("}")[1]: part.text for part in root if part.tag.endswith(("title", "desc"))}
    assert root.get("role") == "img"
    assert names["title"]
    assert "between" in names["desc"]
    assert " style=" not in drawn, "a strict content policy refuses style attributes"
    assert set(re.findall(r"https?://[^\"/]+", drawn)) <= {"http://www.w3.org"}


def test_two_pictures_fit_in_one_page():
    ids = [re.findall(r'\bid="([^"]+)"', plot(BY_PROFILE, look=Look(key=key))) for key in ("a", "b")]
    assert len(set(ids[0] + ids[1])) == len(ids[0] + ids[1])
    drawn = plot(BY_PROFILE, look=Look(key="a"))
    used = set(re.findall(r'href="#([^"]+)"', drawn)) | set(re.findall(r"url\(#([^)]+)\)", drawn))
    assert used <= set(ids[0])


def test_the_zero_effect_and_equal_effect_lines_stand_in_the_picture():
    drawn = plot(BY_PROFILE, equal=EVERYBODY, look=Look(language="nl"))
    assert "geen verschil" in drawn
    assert "voor iedereen gelijk" in drawn


def test_what_cannot_be_told_keeps_its_row():
    drawn = plot(Estimates([*BY_PROFILE, Estimate(name="itt", why="too few", by={"profile": "scheiding"})]))
    assert "scheiding" in drawn
    assert drawn.count("no number to show") == 2, "once in the picture, once in its description"


def test_the_same_picture_twice_is_the_same_text():
    assert plot(BY_PROFILE) == plot(BY_PROFILE)


def test_the_table_beside_it_is_written_as_a_dutch_reader_does():
    text = table(BY_PROFILE, Look(language="nl", percent=True), "Verschil & zo")
    assert "<td>-20</td><td>-30</td><td>-10</td><td>80</td>" in text
    assert "zorg &amp; &lt;nood&gt;" in text
    assert "<caption>Verschil &amp; zo</caption>" in text


def test_nothing_to_draw_and_no_matplotlib_are_said_in_words(monkeypatch):
    with pytest.raises(UsageError, match="nothing to draw"):
        plot(Estimates())
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtra, match="report"):
        plot(BY_PROFILE)

"""Tables for a manuscript: what is written, and that nothing is rounded before it is shown."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from risico import pages
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.pages.apa import apa, write_apa
from risico.pages.wording import statistic
from risico.statistics import STATISTICS
from risico.strict import read_yaml

WORDS = Path(pages.__file__).parent / "templates" / "statistic_words.yaml"

FOUND = Estimates(
    [
        Estimate(
            name="alpha", value=0.88123, low=0.86, high=0.9, confidence=0.95, n=796, method="M", source="C (1951)"
        ),
        Estimate(name="alpha", value=-0.2, n=12, why="items run against each other", by={"score": "x<y"}),
        Estimate(name="sem", value=0.5, n=796, method="S"),
        Estimate(name="omega_total", why="it did not converge"),
        Estimate(name="cfi", value=1.0, n=796),
    ]
)


def cells(page: str) -> list[list[str]]:
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    return [[part.split("</td>")[0] for part in row.split("<td>")[1:]] for row in rows]


def test_no_nought_before_the_point_of_what_cannot_pass_one() -> None:
    rows = cells(apa(FOUND, "Title"))
    assert [row[2] for row in rows] == [".88", "-.20", "0.50", "–", "1.00"]
    assert [row[3] for row in rows] == ["[.86, .90]", "", "", "", ""]
    assert [row[4] for row in rows] == ["796", "12", "796", "", "796"]


def test_a_p_value_has_three_decimals_and_is_never_nought(tmp_path: Path) -> None:
    found = [Estimate(name="bartlett_p", value=p, n=9) for p in (1e-9, 0.0312, 0.3)]
    page = apa([*found, Estimate(name="dif_p_holm", value=1.0, n=9)], "T")
    assert [cell for cell in ("&lt; .001", ".031", ".300", "&gt; .999") if f"<td>{cell}</td>" not in page] == []
    assert "<td>&lt; 0,001</td>" in apa(found, "T", language="nl")
    book = load_workbook(write_apa(found, tmp_path / "t.xlsx", "T"))
    assert [book.active.cell(4 + i, 2).number_format for i in range(3)] == ["0.000"] * 3


def test_dutch_writes_a_comma_and_keeps_the_nought() -> None:
    page = apa(FOUND, "Titel", language="nl", number=3)
    assert [row[2] for row in cells(page)] == ["0,88", "-0,20", "0,50", "–", "1,00"]
    assert "<b>Tabel 3</b>" in page
    assert "95%-BI" in page


def test_reasons_and_methods_stand_below_and_text_is_escaped() -> None:
    page = apa(FOUND, "A < B")
    assert "(a) items run against each other." in page
    assert "(b) it did not converge." in page
    assert "M, after C (1951). S." in page
    assert "x&lt;y" in page
    assert "A &lt; B" in page


def test_a_workbook_keeps_the_number_whole(tmp_path: Path) -> None:
    sheet = load_workbook(write_apa(FOUND, tmp_path / "t.xlsx", "Title")).active
    assert sheet is not None
    assert [cell.value for cell in sheet[3]][-4:] == ["Estimate", "95% CI LL", "95% CI UL", "n"]
    assert [sheet.cell(4, 3).value, sheet.cell(4, 4).value, sheet.cell(4, 5).value] == [0.88123, 0.86, 0.9]
    assert sheet.cell(4, 3).number_format == "0.00"


def test_a_level_that_looks_like_a_formula_stays_a_word(tmp_path: Path) -> None:
    odd = [Estimate(name="alpha", value=0.8, n=9, by={"score": "=1+1"})]
    sheet = load_workbook(write_apa(odd, tmp_path / "t.xlsx", "Title")).active
    assert sheet is not None
    assert (sheet.cell(4, 2).value, sheet.cell(4, 2).data_type) == ("=1+1", "s")


def test_word_gets_html_and_another_ending_is_refused(tmp_path: Path) -> None:
    assert write_apa(FOUND, tmp_path / "t.html", "Title").read_text() == apa(FOUND, "Title")
    with pytest.raises(UsageError, match=r"\.xlsx"):
        write_apa(FOUND, tmp_path / "t.docx", "Title")
    assert not (tmp_path / "t.docx").exists()


def base(name: str) -> str:
    """The name without what the suffixes say: alpha_fiml_difference is alpha."""
    kept = read_yaml(WORDS)
    while name not in kept["names"] and (end := next((e for e in kept["suffixes"] if name.endswith(f"_{e}")), "")):
        name = name.removesuffix(f"_{end}")
    return name


def test_every_statistic_has_a_name_in_both_languages_and_no_other_has() -> None:
    kept = read_yaml(WORDS)["names"]
    bases = {base(name) for name in STATISTICS}
    assert bases - set(kept) == set()
    made_by_experiments = {"coded_twice", "coded_pair", "coding_allows"}  # counts of double coding, and what they allow
    assert set(kept) - bases <= {"gwet_ac2", *made_by_experiments}
    assert all(set(words) == {"nl", "en"} for words in kept.values())
    assert statistic("alpha_fiml_difference", "en") == (
        "Cronbach's alpha, all forms (FIML), difference from complete forms"
    )

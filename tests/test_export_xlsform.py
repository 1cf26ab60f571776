"""XLSForms: pyxform takes every one of them, and their calculations give the results of the vectors."""

from __future__ import annotations

import io
import shutil

import pytest
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from exported import Fields, differing, exportable, filled
from programs import absent
from risico.exchange.xlsform import xlsform
from risico.instrument import Instrument, load


def survey(content: bytes) -> list[dict[str, str]]:
    head, *rows = load_workbook(io.BytesIO(content))["survey"].iter_rows(values_only=True)
    return [
        {str(name): "" if cell is None else str(cell) for name, cell in zip(head, row, strict=True)} for row in rows
    ]


def calculated(it: Instrument, found: list[dict[str, str]]) -> tuple[int, list[str]]:
    expressions = {row["name"]: row["calculation"] for row in found if row["type"] == "calculate"}
    reader = Fields(expressions, r"\$\{(\w+)\}", " div ")
    empty = {row["name"]: "" for row in found}
    results = [reader.results(filled(it, vector, empty)) for vector in it.vectors]
    return differing(it, [{n.removeprefix(f"{it.id}_"): v for n, v in row.items()} for row in results], it.vectors)


@pytest.mark.parametrize("name", ["phq9", "sdq", "da"])
def test_the_calculations_give_the_results_of_the_vectors(name: str) -> None:
    looked, wrong = calculated(load(name), survey(xlsform(name).content))
    assert looked > 100
    assert wrong == []


@pytest.mark.slow
def test_pyxform_takes_every_form_and_its_calculations_hold() -> None:
    instruments, looked, wrong = 0, 0, []
    for it, made in exportable(xlsform):
        done = convert(io.BytesIO(made.content), validate=False)
        assert done.warnings == [], it.id
        some, differ = calculated(it, survey(made.content))
        instruments, looked, wrong = instruments + 1, looked + some, [*wrong, *differ]
    assert wrong == []
    print(f"pyxform: {instruments} forms; own reader: {looked} results")
    assert instruments > 80


@pytest.mark.slow
@pytest.mark.parametrize("name", ["phq9", "sdq", "da", "brs", "ctspc"])
def test_odk_validate_takes_the_form(name: str) -> None:
    if not shutil.which("java"):
        absent("java is not installed")
    assert convert(io.BytesIO(xlsform(name).content), validate=True).warnings == []


def test_pyxform_refuses_a_form_that_asks_for_a_field_it_does_not_have() -> None:
    book = load_workbook(io.BytesIO(xlsform("gad2").content))
    page = book["survey"]
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "${gad2_1}" in cell.value:
                cell.value = cell.value.replace("${gad2_1}", "${gad2_one}")
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Exception, match="gad2_one"):
        convert(io.BytesIO(out.getvalue()), validate=False)


def test_results_are_computed_and_not_shown() -> None:
    shown = [row["name"] for row in survey(xlsform("phq9").content) if row["type"] != "calculate"]
    assert shown == ["phq9_about", *load("phq9").columns()]

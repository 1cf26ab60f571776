"""Reading and writing files: nothing is lost, nothing is guessed, and what is wrong is said."""

import datetime as dt
import gzip
import re
import warnings
import zipfile
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from risico.errors import RisicoWarning, UnreadableFile, UsageError
from risico.exchange import read, read_labelled, write
from risico.exchange.columns import as_text

KINDS = [".csv", ".csv.gz", ".parquet", ".xlsx", ".sav"]


def given_text(folder: Path, text: str, encoding: str = "utf-8", name: str = "answers.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_found(tmp_path, separator):
    path = given_text(tmp_path, "case;phq9_1;phq9_2\na;1;\nb;;3\n".replace(";", separator))
    assert read(path).to_dict(as_series=False) == {"case": ["a", "b"], "phq9_1": [1, None], "phq9_2": [None, 3]}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_are_read_in_every_usual_encoding(tmp_path, encoding):
    path = given_text(tmp_path, "cliënt;antwoord\n1;één\n", encoding)
    assert read(path).to_dict(as_series=False) == {"cliënt": ["1"], "antwoord": ["één"]}


def test_case_numbers_are_never_read_as_numbers(tmp_path):
    frame = read(given_text(tmp_path, "case;dossiernummer;casus_nr;code;person;key\n1;12;5;007;3;1E5\n2;13;6;1;;2E5\n"))
    assert frame["key"].to_list() == ["1E5", "2E5"]
    assert frame["case"].to_list() == ["1", "2"]
    assert frame["dossiernummer"].to_list() == ["12", "13"]
    assert frame["casus_nr"].to_list() == ["5", "6"]
    assert frame["code"].to_list() == ["007", "1"]
    assert frame["person"].to_list() == ["3", None]


def test_decimal_commas_points_and_whole_numbers(tmp_path):
    frame = read(given_text(tmp_path, "a;b;c;d\n1,5;1.5;1.234,5;3\n2;;7;-4\n"))
    assert frame["a"].to_list() == [1.5, 2.0]
    assert frame["b"].to_list() == [1.5, None]
    assert frame["c"].to_list() == ["1.234,5", "7"], "a thousands sign is not guessed at"
    assert frame["d"].to_list() == [3, -4]


@pytest.mark.parametrize(
    ("column", "read_as"),
    [
        (["2.0", "1"], [2.0, 1.0]),
        (["2,0", "1"], [2.0, 1.0]),
        (["2.0", "2,0"], ["2.0", "2,0"]),
        (["0,125", "0.500"], ["0,125", "0.500"]),
        (["0.125", "0.500"], [0.125, 0.5]),
        (["12.500", "0.5"], [12.5, 0.5]),
        (["1,125", "2,25"], [1.125, 2.25]),
        (["1234.500", "1.500"], [1234.5, 1.5]),
        (["1e3", "2"], ["1e3", "2"]),
        (["1.0e3", "2"], [1000.0, 2.0]),
        (["1.000.000", "2"], ["1.000.000", "2"]),
        (["12345678901234567890", "1"], ["12345678901234567890", "1"]),
        (["1234567890123456.5", "1"], ["1234567890123456.5", "1"]),
    ],
)
def test_a_number_is_read_only_where_it_can_be_read_in_one_way(tmp_path, column, read_as):
    assert read(given_text(tmp_path, "x;y\n" + "".join(f"{cell};a\n" for cell in column)))["x"].to_list() == read_as


@pytest.mark.parametrize("cell", ["1.000", "12,500", "-1.000", "999,000"])
def test_a_thousand_is_not_read_as_one(tmp_path, cell):
    with pytest.warns(RisicoWarning, match="'x' holds numbers with three signs") as heard:
        frame = read(given_text(tmp_path, f"x;y\n{cell};a\n2;b\nNA;c\n"))
    assert frame["x"].to_list() == [cell, "2", "NA"]
    assert cell not in str(heard[0].message)


@pytest.mark.parametrize("values", [[1.125, None], [1.125, float("nan"), -2.375], [1.125, 2.0], [1.125, 1e-7]])
def test_what_we_write_with_three_decimals_is_read_back(tmp_path, values):
    write(pl.DataFrame({"x": values}), tmp_path / "x.csv")
    assert read(tmp_path / "x.csv")["x"].to_list() == [None if value != value else value for value in values]


def test_dutch_dates_are_read_in_columns_named_for_a_date(tmp_path):
    frame = read(given_text(tmp_path, "datum;geboortedatum;note\n3-11-2025;2025-01-31;3-11-2025\n31-12-2025;;x\n"))
    assert frame["datum"].to_list() == [dt.date(2025, 11, 3), dt.date(2025, 12, 31)]
    assert frame["geboortedatum"].to_list() == [dt.date(2025, 1, 31), None]
    assert frame["note"].to_list() == ["3-11-2025", "x"]


@pytest.mark.parametrize("wrong", ["31-2-2025", "12/31/2025", "gisteren"])
def test_a_date_that_is_none_keeps_its_column_as_text_and_says_so(tmp_path, wrong):
    path = given_text(tmp_path, f"datum;a\n{wrong};1\n1-1-2025;2\n")
    with pytest.warns(RisicoWarning, match="'datum' is named for a date") as heard:
        frame = read(path)
    assert frame["datum"].to_list() == [wrong, "1-1-2025"]
    assert wrong not in str(heard[0].message)


def test_ja_nee_stays_text_and_true_false_becomes_boolean(tmp_path):
    frame = read(given_text(tmp_path, "a,b\nja,TRUE\nnee,false\n"))
    assert frame.rows() == [("ja", True), ("nee", False)]


def test_blank_text_and_marks_of_absence_in_number_columns_are_blank(tmp_path):
    frame = read(given_text(tmp_path, 'a,b,c\n1,NA," "\nNA,x,""\n'))
    assert frame.rows() == [(1, "NA", None), (None, "x", None)]


def test_quotes_line_breaks_and_empty_lines(tmp_path):
    frame = read(given_text(tmp_path, 'a;b\r\n"x;y";"he said ""no"""\r\n\r\n"l1\r\nl2";z"z\r\n'))
    assert frame.rows() == [("x;y", 'he said "no"'), ("l1\nl2", 'z"z')]


def test_a_wholly_blank_form_stays_a_form(tmp_path):
    assert read(given_text(tmp_path, "phq9_1;phq9_2\n1;2\n;\n")).height == 2
    assert read(given_text(tmp_path, "phq9_1\n1\n\n2\n")).height == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a;b\n1;2;3\n", "not on line 2"),
        ("a;b;c\n1;2;3\n1;2\n", "not on line 3"),
        ("a;b;a\n1;2;3\n", r"more than once \(columns 1, 3\)"),
        (";;\n1;2;3\n", "no first row with the names"),
        ("17;2;3;2\n1;2;3;1\n", "holds answers instead of the names"),
        ("\n\n", "no first row with the names"),
        ('a;b\n1;"open' + "x" * 140_000, "quotation mark is opened and not closed"),
    ],
)
def test_a_file_that_would_shift_answers_is_refused(tmp_path, text, says):
    with pytest.raises(UnreadableFile, match=says):
        read(given_text(tmp_path, text))


@pytest.mark.parametrize("first", ["Jansen;ja;ja", "20261140;2;20261140", "20261140;20261140;3"])
def test_what_stands_in_a_first_row_that_is_no_header_is_not_repeated(tmp_path, first):
    with pytest.raises(UnreadableFile) as refused:
        read(given_text(tmp_path, f"{first}\n1;2;3\n"))
    assert not any(cell in str(refused.value) for cell in ("Jansen", "ja,", "20261140"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a;b\n1;2\n1;"open\n2;3\n', 3),
        ('sep=;\na;b\n1;"open\n2;3\n', 3),
        ('a;b\n\n1;"x\n\ny"\n\n2;"open\n3;1\n', 7),
        ('a;b\n1;"open\n2;3\n4;"x"\n', 2),
        ('a;b\n1;"open\n2;3\n4;"\n', 2),
        ('a;b;c\n1;1;1\n5;";1\n6;x;2\n9;";1\n', 3),
        ('a;b;c\n5;";1\n9;";1\n', 2),
        ('a;b\n1;"x" \n', 2),
        ('"a;b\n1;2\n', 1),
        ('a\n1\n"2\n3\n', 3),
    ],
)
def test_a_forgotten_quotation_mark_swallows_no_form(tmp_path, text, line):
    with pytest.raises(UnreadableFile, match=rf"on line {line}\b.*quotation mark|quotation mark.*on line {line}\b"):
        read(given_text(tmp_path, text))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_texts_over_several_lines_are_read_where_the_marks_are_closed(tmp_path, separator, encoding):
    text = '"cliënt\r\nnr"|note|phq9_1\r\n"1"|"zei: ""nee"",\r\n\r\nging; kwam terug | later"|3\r\n2|één|\r\n'
    frame = read(given_text(tmp_path, text.replace("|", separator), encoding))
    said = f'zei: "nee",\n\nging; kwam terug {separator} later'
    assert frame.rows() == [(1, said, 3), (2, "één", None)]


def test_files_that_are_not_what_their_name_says(tmp_path):
    for name in ("x.xlsx", "x.sav", "x.parquet", "x.csv.gz", "x.csv"):
        (tmp_path / name).write_bytes(b"\x00\x81\x8d not a file of this kind")
        with pytest.raises(UnreadableFile, match=r"^x\."):
            read(tmp_path / name)
    (tmp_path / "none.csv").write_bytes(b"")
    with pytest.raises(UnreadableFile, match="is empty"):
        read(tmp_path / "none.csv")
    with pytest.raises(UnreadableFile, match="no file"):
        read(tmp_path / "absent.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UnreadableFile, match="folder"):
        read(tmp_path / "folder.csv")
    (tmp_path / "old.xls").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"save it as \.xlsx"):
        read(tmp_path / "old.xls")


def test_no_cell_of_a_csv_is_a_formula(tmp_path):
    texts = ["=1+1", "@SUM(A1)", "+31", "-2", "-", "'=x", "+a", "plain", "'quoted"]
    frame = pl.DataFrame({"=name": texts})
    write(frame, tmp_path / "x.csv")
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()
    assert lines == ["'=name", "'=1+1", "'@SUM(A1)", "+31", "-2", "'-", "''=x", "'+a", "plain", "'quoted"]
    assert read(tmp_path / "x.csv")["=name"].to_list() == texts


def test_no_cell_of_a_workbook_is_a_formula(tmp_path):
    frame = pl.DataFrame({"case": ["=1+1", "007"], "n": [1, None]})
    write(frame, tmp_path / "x.xlsx")
    assert read(tmp_path / "x.xlsx").equals(frame)


cells = {
    "case": st.text("0123456789=+-@'\",; abcé", max_size=8),
    "phq9_1": st.integers(-9, 99),
    "share": st.floats(-1e12, 1e12),
    "datum": st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
    "phq9_safety": st.booleans(),
}


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.fixed_dictionaries({k: st.none() | v for k, v in cells.items()}), min_size=1, max_size=6))
@pytest.mark.parametrize("kind", [".csv", ".parquet"])
def test_what_is_written_is_read_back(tmp_path_factory, kind, rows):
    schema = dict(zip(cells, [pl.String, pl.Int64, pl.Float64, pl.Date, pl.Boolean], strict=True))
    frame = pl.DataFrame(rows, schema=schema).with_columns(pl.col("case").str.strip_chars().replace("", None))
    path = tmp_path_factory.mktemp("round") / f"x{kind}"
    write(frame, path)
    for name in frame.columns:
        assert read(path)[name].to_list() == frame[name].to_list()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_carries_the_same_answers(tmp_path, kind):
    frame = pl.DataFrame(
        {
            "case": ["007", "12"],
            "phq9_1": [0, None],
            "itq_p1": ["3", "unknown"],
            "t": [49.5, None],
            "datum": [dt.date(2025, 3, 1), None],
        }
    )
    write(frame, tmp_path / f"x{kind}")
    assert read(tmp_path / f"x{kind}").equals(frame)


def test_what_spss_declares_missing_is_kept_apart_from_a_blank(tmp_path):
    frame = pl.DataFrame({"id": ["a", "b", "c", "d"], "v1": [0.0, None, 8.0, 9.0], "v2": [1.0, 99.0, 2.0, 1.0]})
    pyreadstat.write_sav(
        frame,
        tmp_path / "x.sav",
        column_labels={"v1": "PHQ-9 1. plezier"},
        variable_value_labels={"v1": {0: "helemaal niet", 8: "niet gevraagd", 9: "weet niet"}},
        missing_ranges={"v1": [8, 9], "v2": [{"lo": 90, "hi": 99}]},
    )
    file = read_labelled(tmp_path / "x.sav")
    assert file.frame["v1"].to_list() == ["0", None, "not_asked", "unknown"]
    assert file.frame["v2"].to_list() == ["1", "missing_99", "2", "1"]
    assert file.labels == {"v1": "PHQ-9 1. plezier"}
    assert file.values["v1"]["0"] == "helemaal niet"


def test_a_user_missing_value_with_the_label_of_an_answer_is_no_answer(tmp_path):
    frame = pl.DataFrame({"v": [0.0, 9.0, 8.0, 3.0], "w": ["A", "X", "B", ""]})
    pyreadstat.write_sav(
        frame,
        tmp_path / "x.sav",
        variable_value_labels={"v": {9: "1", 8: "ja", 3: "bijna elke dag"}, "w": {"X": "A"}},
        missing_ranges={"v": [3, 8, 9], "w": ["X"]},
    )
    file = read_labelled(tmp_path / "x.sav")
    assert file.frame["v"].to_list() == ["0", "missing_9", "missing_8", "missing_3"]
    assert file.frame["w"].to_list() == ["A", "missing_X", "B", None]
    assert file.missing["v"] == {"missing_9", "missing_8", "missing_3"}


def test_a_date_that_spss_declares_missing_is_a_blank(tmp_path):
    none, day = dt.datetime(1900, 1, 1), dt.datetime(2025, 3, 1, 12)
    seconds = (none - dt.datetime(1582, 10, 14)).total_seconds()
    frame = pl.DataFrame(
        {"d": [none.date(), day.date(), None], "t": [none, day, None], "h": [dt.time(1), dt.time(2), None]}
    )
    pyreadstat.write_sav(frame, tmp_path / "x.sav", missing_ranges={"d": [seconds], "t": [seconds], "h": [3600.0]})
    assert read(tmp_path / "x.sav").rows() == [(None, None, None), (day.date(), day, dt.time(2)), (None, None, None)]


def test_spss_keeps_long_numbers_and_time_zones_as_text(tmp_path):
    at = dt.datetime(2025, 1, 1, 12, tzinfo=dt.UTC)
    write(pl.DataFrame({"n": [2**53 + 1, None], "at": [at, at], "u": ["-9", "unknown"]}), tmp_path / "x.sav")
    frame = read(tmp_path / "x.sav")
    assert frame["n"].to_list() == [2**53 + 1, None]
    assert frame["at"][0] == "2025-01-01 12:00:00.000000+00:00"


def test_more_words_than_spare_codes_stay_words_in_spss(tmp_path):
    write(pl.DataFrame({"a": ["-9", "-8", "-7", "unknown"]}), tmp_path / "x.sav")
    assert read(tmp_path / "x.sav")["a"].to_list() == ["-9", "-8", "-7", "unknown"]


def test_spss_refuses_names_that_differ_only_in_capitals(tmp_path):
    with pytest.raises(UsageError, match="phq9_1, PHQ9_1"):
        write(pl.DataFrame({"phq9_1": [1], "PHQ9_1": [2]}), tmp_path / "x.sav")


def test_an_spss_file_gets_labels_and_user_missing_values(tmp_path):
    frame = pl.DataFrame({"case": ["1"] * 3, "itq_p1": ["3", "unknown", None], "itq_ok": [True, None, False]})
    write(frame, tmp_path / "x.sav", labels={"itq_p1": "nare dromen"}, values={"itq_p1": {"3": "vrij erg"}})
    raw, meta = pyreadstat.read_sav(tmp_path / "x.sav", output_format="dict", user_missing=True)
    assert meta.column_names_to_labels["itq_p1"] == "nare dromen"
    assert meta.variable_value_labels["itq_p1"] == {3: "vrij erg", -9: "unknown"}
    assert meta.missing_ranges["itq_p1"] == [{"lo": -9, "hi": -9}]
    assert raw["itq_p1"][0] == 3
    assert raw["itq_p1"][1] == -9
    assert raw["itq_p1"][2] is None


def test_spss_refuses_names_it_cannot_hold(tmp_path):
    with pytest.raises(UsageError, match="1 column name"):
        write(pl.DataFrame({"mijn kolom": [1]}), tmp_path / "x.sav")


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_excel_keeps_text_and_drops_the_empty_rows_below(tmp_path):
    path = workbook(tmp_path / "x.xlsx", [["case", "a", "b"], ["007", 1, "ja"], [12, 2.0, None], [None, None, None]])
    frame = read(path)
    assert frame.to_dict(as_series=False) == {"case": ["007", "12"], "a": [1, 2], "b": ["ja", None]}


@pytest.mark.parametrize("size", ["A1", "A1:B2", "B2:C3", "A1:ZZ9999"])
def test_the_size_that_a_workbook_says_it_has_drops_nothing(tmp_path, size):
    rows = [["case", "phq9_1", "phq9_2"], ["a", 1, 2], ["b", 3], [None], ["c", 0, 1, 5]]
    made = workbook(tmp_path / "made.xlsx", rows)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(tmp_path / "x.xlsx", "w") as new:
        for name in old.namelist():
            text = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="%s"' % size.encode(), old.read(name))
            new.writestr(name, text)
    frame = read(tmp_path / "x.xlsx")
    assert frame.columns == ["case", "phq9_1", "phq9_2", "column_4"]
    assert frame.rows() == [("a", 1, 2, None), ("b", 3, None, None), (None,) * 4, ("c", 0, 1, 5)]


def test_what_excel_cannot_hold_is_marked_not_lost(tmp_path):
    when = dt.datetime(2025, 1, 1, 12, tzinfo=dt.UTC)
    odd = {"note": ["a\x07b"], "at": [when], "n": [float("nan")], "i": [float("-inf")], "long": [12345678901234567]}
    write(pl.DataFrame(odd), tmp_path / "x.xlsx")
    sheet = load_workbook(tmp_path / "x.xlsx").active
    kept = ["a\ufffdb", "2025-01-01T12:00:00+00:00", "NaN", "-inf", "12345678901234567"]
    assert [cell.value for cell in sheet[2]] == kept


def test_what_excel_would_cut_off_is_refused(tmp_path):
    write(pl.DataFrame({"note": ["é" * 32_767]}), tmp_path / "x.xlsx")
    with pytest.raises(UsageError, match="a text in note is more than Excel holds"):
        write(pl.DataFrame({"note": ["é" * 32_768]}), tmp_path / "y.xlsx")
    with pytest.raises(UsageError, match="1048576 forms of 1 columns"):
        write(pl.DataFrame({"a": pl.int_range(1_048_576, eager=True)}), tmp_path / "y.xlsx")
    assert not (tmp_path / "y.xlsx").exists()


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".sav"])
def test_a_column_that_a_file_cannot_hold_is_said(tmp_path, kind):
    for cell in ([1, 2], b"\xff", dt.timedelta(days=1)):
        with pytest.raises(UsageError, match=r"was not written: a hold.*write Parquet"):
            write(pl.DataFrame({"a": [cell]}), tmp_path / f"x{kind}")


def test_formulas_without_a_saved_result_are_refused_not_read_as_blank(tmp_path):
    with pytest.raises(UnreadableFile, match="formulas whose results were never saved"):
        read(workbook(tmp_path / "x.xlsx", [["case", "a"], ["1", "=1+1"]]))


def test_a_second_sheet_is_said_aloud(tmp_path):
    with pytest.warns(RisicoWarning, match="2 sheets with content") as heard:
        frame = read(workbook(tmp_path / "x.xlsx", [["a"], [1]], [["a"], [2]]))
    assert "Sheet" not in str(heard[0].message), "a sheet may be named after a family"
    assert frame["a"].to_list() == [1]


def test_a_long_case_number_in_a_decimal_column_keeps_its_digits(tmp_path):
    digits = [Decimal("12345678901234567890"), Decimal("12345678901234567891")]
    pl.DataFrame({"case": digits, "share": [Decimal("0.50"), Decimal("20.00")]}).write_parquet(tmp_path / "x.parquet")
    assert read(tmp_path / "x.parquet").rows() == [("12345678901234567890", 0.5), ("12345678901234567891", 20.0)]


@pytest.mark.parametrize(("number", "text"), [("2.00", "2"), ("0.50", "0.5"), ("100", "100"), ("-10.10", "-10.1")])
def test_a_decimal_is_written_as_the_text_of_its_number(number, text):
    assert as_text(pl.Series([Decimal(number), None])).to_list() == [text, None]


def test_a_nameless_column_is_kept(tmp_path):
    assert read(given_text(tmp_path, ",phq9_1\n1,2\n")).columns == ["column_1", "phq9_1"]


def test_a_file_cannot_be_written_where_there_is_no_folder(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        write(pl.DataFrame({"a": [1]}), tmp_path / "no" / "x.csv")


def test_the_real_dass_file_is_read_as_it_is(real_data):
    frame = read(real_data("dass42") / "dass42_n5000.csv.gz")
    assert frame.shape == (5000, 50)
    assert set(frame["dass1_S"].unique()) == {1, 2, 3, 4}


def test_gzip_is_the_same_file_each_time(tmp_path):
    write(pl.DataFrame({"a": [1]}), tmp_path / "x.csv.gz")
    assert gzip.decompress((tmp_path / "x.csv.gz").read_bytes()) == b"a\n1\n"


def test_no_warning_without_a_reason(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(given_text(tmp_path, "case;a\n1;2\n")).rows() == [("1", 2)]  # a case number is text


def test_each_word_for_a_missing_answer_has_its_own_code_in_every_column(tmp_path):
    """Unknown is -9 wherever it stands, and what was not asked stays user-missing too, never an empty cell."""
    frame = pl.DataFrame(
        {"a": ["1", "unknown", "not_asked"], "b": ["1", "2", "not_asked"], "c": ["unknown", "3", None]}
    )
    write(frame, tmp_path / "x.sav")
    raw, meta = pyreadstat.read_sav(tmp_path / "x.sav", user_missing=True)
    assert (raw["a"].tolist(), raw["b"].tolist(), raw["c"].tolist()[:2]) == ([1, -9, -8], [1, 2, -8], [-9, 3])
    assert meta.variable_value_labels["a"] == {-9: "unknown", -8: "not_asked"}
    assert read(tmp_path / "x.sav").rows() == [
        ("1", "1", "unknown"),
        ("unknown", "2", "3"),
        ("not_asked", "not_asked", None),
    ]

"""The command line as a user meets it: what is said, what is written, how it fails, and what it never shows."""

import re
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from risico.cli import main
from risico.errors import UsageError
from risico.exchange import read, read_map, write
from risico.instrument import load

COMMANDS = ["list", "show", "map", "check", "score", "explain", "run", "review"]
SENTINELS = ["Zelda Sentinelsma", "20269911482", "ANTWOORDQX"]


@pytest.fixture
def phq(tmp_path) -> Path:
    """Four forms: sound, with blanks, with more blanks, nothing."""
    rows = [[2] * 10, [1] * 8 + [None, None], [3, 3, *[None] * 8], [None] * 10]
    frame = pl.DataFrame(
        {"case": ["007", "8", "9", "10"], **{f"phq9_{i + 1}": [r[i] for r in rows] for i in range(10)}}
    )
    write(frame, tmp_path / "answers.csv")
    return tmp_path / "answers.csv"


@pytest.fixture
def odd(phq) -> Path:
    """The same forms, with one illegal answer and one that is not known."""
    frame = read(phq).with_columns(phq9_1=pl.Series(["2", "7", "unknown", None]))
    write(frame, phq.with_name("odd.csv"))
    return phq.with_name("odd.csv")


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


# the command itself


def test_help_names_every_command(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(re.search(rf"^    {command} ", shown, re.M) for command in COMMANDS)
    assert "a low score is no proof of safety" in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as done:
        main([command, "--help"])
    assert done.value.code == 0
    assert "--lang" in capsys.readouterr().out


def test_the_map_in_the_help_is_a_map(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["map", "--help"])
    example = capsys.readouterr().out.partition("  made_for")[2].partition("\n\n")[0]
    lines = ("  made_for" + example).splitlines()
    (tmp_path / "map.yaml").write_text("\n".join(line[2:] for line in lines), encoding="utf-8")
    assert read_map(tmp_path / "map.yaml").instruments["phq9"].codes["often"].unknown == (9,)


def test_help_answers_at_once_and_imports_nothing_heavy():
    code = "import sys; from risico.cli import main; main([]); print(sorted(sys.modules), file=sys.stderr)"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert not {m for m in ("numpy", "polars", "pydantic", "narwhals", "mlflow", "ruamel") if f"'{m}'" in loaded}
    times = []
    for _ in range(4):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "risico", "--help"], capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.4


def test_the_version_is_said(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert re.match(r"risico \d", capsys.readouterr().out)


# list and show


def test_list_opens_on_what_is_in_use_here_and_says_how_many_more(capsys):
    assert run("list") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("In Nederland gevalideerd of in gebruik")
    assert re.search(r"^odara +in gebruik", shown, re.M)
    assert re.search(r"Nog \d+ instrumenten zonder die stand .*risico list --all", shown)
    assert not re.search(r"^hits ", shown, re.M)
    measures, records = shown.split("Vastleggingen en regels, geen meetinstrumenten: ")
    assert not re.search(r"^(hulp|meldcode|gezinsprofiel) ", measures, re.M)
    listed = re.findall(r"^([a-z]\w+)  ", records.split("\n\n", 1)[1], re.M)[1:]
    assert len(listed) == int(records.split()[0])
    assert {"hulp", "meldcode", "gezinsprofiel", "startfoto"} <= set(listed)
    assert run("list", "--all", "--lang", "en") == 0
    assert re.search(r"^hits +none", capsys.readouterr().out, re.M)


def test_show_says_for_whom_what_and_from_where(capsys):
    assert run("show", "sdq", "--lang", "en") == 0
    shown = capsys.readouterr().out
    for words in (
        "sdq@1",
        "Not for",
        "informant: parent | teacher | self",
        "sdq_7: usually does as told",
        "(reversed)",
    ):
        assert words in shown
    assert "(reversed)" in shown
    assert "levels sdq_band3 (uk, parent): from 0: average on this form; from 14: border zone; from 17: raised" in shown
    assert "[from memory]" in shown


def test_show_speaks_one_language(capsys):
    """The subject and the licence in the words of the card, not by the names the files have for them."""
    assert run("show", "sara_v2") == 0
    shown = capsys.readouterr().out
    assert "geweld tussen (ex-)partners" in shown
    assert "te koop; zonder aankoop niet te gebruiken; op een scherm: alleen met een licentie." in shown
    assert not re.search("partner violence|commercial|licence needed", shown)


def test_list_says_in_dutch_who_fills_a_form_in(capsys):
    assert run("list", "--all") == 0
    told = capsys.readouterr().out
    assert re.search(r"^sos_scale .* familielid en professional samen ", told, re.M)
    assert "family member" not in told


# check


def test_check_opens_with_a_mirror(odd, capsys):
    assert run("check", "phq9", odd) == 5
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "phq9 in odd.csv: 4 formulieren"
    head = "kolom ingevuld leeg niet gevraagd onbekend ongeldig onlogisch ongeldige codes"
    assert lines[2].split() == head.split()
    assert lines[3].split() == ["phq9_1", "1", "1", "0", "1", "1", "0", "7"]
    assert "Scoren weigert deze formulieren" in lines[-1]


def test_check_says_when_forms_can_be_scored(phq, capsys):
    assert run("check", "phq9", phq, "--lang", "en") == 0
    assert "These forms can be scored." in capsys.readouterr().out


def test_check_counts_forms_that_contradict_themselves(tmp_path, capsys):
    write(pl.DataFrame({"da_3": [1], "da_3a": [1]}), tmp_path / "da.csv")
    assert run("check", "da", tmp_path / "da.csv") == 5
    shown = capsys.readouterr().out
    assert "1 formulier(en) spreken zichzelf tegen" in shown
    assert "Niet in het bestand, telt als leeg: da_1, da_2, da_4" in shown


def test_check_tells_not_asked_from_blank_and_marks_what_was_to_be_skipped(tmp_path, capsys):
    """Never drinks, and yet daily and ten glasses: the form says to skip those; n.v.t. is no blank."""
    rows = {f"audit_{i}": ["0", "2", "0"] for i in range(4, 11)}
    frame = pl.DataFrame(
        {"audit_1": ["0", "2", "0"], "audit_2": ["4", "1", "n.v.t."], "audit_3": ["4", "", ""], **rows}
    )
    file, map_, out = tmp_path / "x.csv", tmp_path / "map.yaml", tmp_path / "y.sav"
    write(frame, file)
    assert run("map", file, "--to", "audit", "-o", map_) == 0
    map_.write_text(map_.read_text(encoding="utf-8").replace("sure: false", "sure: true"), encoding="utf-8")
    capsys.readouterr()
    assert run("check", "audit", file, "--map", map_) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^audit_2 +2 +0 +1 +0 +0 +1$", shown, re.M)
    assert re.search(r"^audit_3 +1 +2 +0 +0 +0 +1$", shown, re.M)
    assert "1 formulier(en) hebben een antwoord op een vraag die het formulier laat overslaan" in shown
    assert run("score", "audit", file, "--map", map_, "-o", out) == 0
    assert read(out)["audit_total"].to_list() == [8, None, 0]
    assert read(out)["audit_2"].to_list() == ["4", "1", "not_asked"]
    assert read(out)["audit_3"].to_list() == [4, None, None]
    assert run("check", "audit", out) == 0, "what was written is read again as it was"


def test_check_of_another_file_points_to_the_map(tmp_path, capsys):
    write(pl.DataFrame({"v1": [1]}), tmp_path / "x.csv")
    assert run("check", "phq9", tmp_path / "x.csv") == 2
    assert "risico map" in capsys.readouterr().err


# score


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".sav", ".parquet"])
def test_score_writes_every_kind_and_says_what_came_out(phq, kind, capsys):
    out = phq.with_name(f"scored{kind}")
    assert run("score", "phq9", phq, "-o", out, "--lang", "en") == 0
    scored = read(out)
    assert scored["case"].to_list() == ["007", "8", "9", "10"]
    assert scored["phq9_total"].to_list() == [18, 9, None, None]
    assert scored["phq9_band"].to_list() == ["moderately_severe", "mild", None, None]
    shown = capsys.readouterr().out
    assert "phq9: 4 forms scored" in shown
    why = "2 of 4 with a result; 2 without (1 not filled in, 1 with a blank or unknown answer)"
    assert f"phq9_total (Total score): {why}" in shown
    assert "On 1 form(s) blanks can still change the result: from phq9_total_low to phq9_total_high." in shown
    lines = [line.split() for line in shown.partition("phq9_band\n")[2].splitlines()[:6]]
    levels = "none_minimal 0 mild 1 moderate 0 moderately_severe 1 severe 0 no 2"
    assert [word for line in lines for word in (line[0], line[-1])] == levels.split()
    assert "mild (mild symptoms)" in shown, "the name that stands in the column, and what it means"
    assert "Alert phq9_safety_item9: 1 yes, 3 cannot be told\n    Item 9 is above zero: ha" in shown
    assert "A score is not a decision. A low result, or none, is no proof of safety." in shown


def test_score_says_what_does_not_hold_where_nobody_said_that_the_records_were_seen(tmp_path, capsys):
    """Absent on items 1 to 4 of the ODARA is only known to who looked in the records of police and courts."""
    file = tmp_path / "odara.csv"
    pl.DataFrame({f"odara_{i}": [0, 0] for i in range(1, 14)}).write_csv(file)
    assert run("score", "odara", file, "-o", tmp_path / "silent.csv") == 0
    assert "Er is niet opgegeven of de registratie van politie en justitie is ingezien" in capsys.readouterr().out
    assert read(tmp_path / "silent.csv")["odara_total"].to_list() == [0, 0]
    assert run("explain", "odara", file, "--row", "1", "--lang", "en") == 0
    assert "ATTENTION: It is not stated whether the records of police and courts were seen" in capsys.readouterr().out
    pl.read_csv(file).with_columns(records=pl.lit("seen")).write_csv(file)
    assert run("score", "odara", file, "-o", tmp_path / "seen.csv") == 0
    assert "Er is niet opgegeven of" not in capsys.readouterr().out


def test_the_levels_of_a_rater_are_said_in_words(tmp_path, capsys):
    file = tmp_path / "sara.csv"
    pl.DataFrame({"sara_v2_1": [1], "sara_v2_risk_to_partner": ["high"]}).write_csv(file)
    assert run("score", "sara_v2", file, "-o", tmp_path / "out.csv") == 0
    assert re.search(r"^ +high \(hoog\) +1$", capsys.readouterr().out, re.M)


def test_a_step_toward_a_score_is_a_column_and_no_line_of_the_summary(tmp_path, capsys):
    file = tmp_path / "ctspc.csv"
    pl.DataFrame({f"ctspc_{i}": [0] for i in range(1, 23)} | {"age": [5]}).write_csv(file)
    assert run("score", "ctspc", file, "-o", tmp_path / "out.csv") == 0
    assert "ctspc_shaking_from_2_frequency_year" in read(tmp_path / "out.csv").columns
    assert "shaking" not in capsys.readouterr().out


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_file_is_written_as_the_one_that_was_read(tmp_path, mark):
    """Excel in Dutch reads back what it wrote: semicolons and a decimal comma."""
    head, file, out = ";".join(f"ors_{i}" for i in range(1, 5)), tmp_path / "x.csv", tmp_path / "y.csv"
    file.write_text(f"{mark}naam;{head}\na;7,5;8;8;8\n", encoding="utf-8")
    assert run("score", "ors", file, "-o", out) == 0
    text = out.read_bytes().decode("utf-8")
    assert text.startswith(f"{mark}naam;ors_1;")
    assert text.splitlines()[1].startswith("a;7,5;8;8;8;31,5")
    assert read(out)["ors_total"].to_list() == [31.5]
    write(read(file), tmp_path / "x.xlsx")
    assert run("score", "ors", tmp_path / "x.xlsx", "-o", out, "--force") == 0
    assert out.read_text(encoding="utf-8").splitlines()[1].startswith("a,7.5,8,8,8,31.5")


@pytest.mark.parametrize(
    ("text", "comma"),
    [("a;b\n1;2\n", True), ("a;b\n1.5;2\n", False), ("a\tb\n1\t2\n", False), ("a\tb\n1,5\t2\n", True)],
)
def test_the_decimal_sign_of_a_file(tmp_path, text, comma):
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    write(pl.DataFrame({"x": [0.5], "y": ["p"]}), tmp_path / "y.csv", like=tmp_path / "x.csv")
    assert ("0,5" in (tmp_path / "y.csv").read_text(encoding="utf-8")) is comma


def test_score_counts_each_outcome_of_a_rule(tmp_path, capsys):
    """The outcome is what a reader looks for first, not how many forms have one."""
    items = load("rihg").items
    write(pl.DataFrame({f"rihg_{item}": ["hoog", "laag", "laag", None] for item in items}), tmp_path / "x.csv")
    assert run("score", "rihg", tmp_path / "x.csv", "-o", tmp_path / "y.csv") == 0
    shown = capsys.readouterr().out
    assert re.search(r"rihg_outcome \(.*\): 3 van 4 met uitkomst; 1 zonder \(1 niet ingevuld\)", shown)
    assert re.search(r"^ +in_beginsel_huisverbod \(.+\) +1$", shown, re.M)
    assert re.search(r"^ +geen_huisverbod_volgens_regel \(.+\) +2$", shown, re.M)
    assert re.search(r"^ +geen uitkomst +1$", shown, re.M)


def test_score_says_that_a_context_is_lacking(tmp_path, capsys):
    forms = {f"ors_{i}": [7.5, 7.5] for i in range(1, 5)} | {"age": ["8", ""]}
    write(pl.DataFrame(forms), tmp_path / "x.csv")
    assert run("score", "ors", tmp_path / "x.csv", "-o", tmp_path / "y.csv") == 0
    assert "ors_below_cutoff (" in (shown := capsys.readouterr().out)
    assert "1 van 2 met uitkomst; 1 zonder (1 zonder age)" in shown


def test_a_form_that_is_there_twice_is_said_by_its_count(tmp_path, capsys):
    keys = {"case": ["A1", "A1", "A1", "B2", None, None], "moment": ["t0", "t0", "t1", "t0", "t0", "t0"]}
    write(pl.DataFrame(keys | {f"gad2_{i}": [1] * 6 for i in (1, 2)}), tmp_path / "x.csv")
    assert run("score", "gad2", tmp_path / "x.csv", "-o", tmp_path / "y.csv") == 0
    told = capsys.readouterr()
    assert "1 formulier(en) hebben dezelfde case, moment als een eerder formulier" in told.err
    assert "A1" not in told.err + told.out


def test_a_file_with_another_separator_is_said_to_have_one_column(tmp_path, capsys):
    (tmp_path / "x.csv").write_text("naam|phq9_1|phq9_2\nJansen|1|2\n", encoding="utf-8")
    assert run("check", "phq9", tmp_path / "x.csv") == 2
    told = capsys.readouterr().err
    assert "one column was found" in told
    assert "Jansen" not in told


def test_score_says_what_was_absent(tmp_path, capsys):
    write(pl.DataFrame({f"phq9_{i}": [1] for i in range(1, 9)}), tmp_path / "x.csv")
    assert run("score", "phq9", tmp_path / "x.csv", "-o", tmp_path / "y.csv") == 0
    assert "Niet in het bestand, telt als leeg: phq9_9, phq9_10" in capsys.readouterr().out


def test_score_says_which_version_it_took_the_forms_for(tmp_path, capsys):
    write(pl.DataFrame({f"rses_{i}": [1, 1] for i in range(1, 11)} | {"form": ["us_1965", ""]}), tmp_path / "x.csv")
    assert run("score", "rses", tmp_path / "x.csv", "-o", tmp_path / "y.csv") == 0
    told = capsys.readouterr().out
    assert "form is niet opgegeven bij 1 van 2 formulieren; aangenomen is nl." in told
    assert "coding is niet opgegeven bij 2 van 2 formulieren; aangenomen is 0_3." in told


def test_several_instruments_at_once(tmp_path):
    columns = {f"phq9_{i}": [1] for i in range(1, 11)} | {f"gad7_{i}": [1] for i in range(1, 8)}
    write(pl.DataFrame(columns), tmp_path / "x.csv")
    assert run("score", "phq9,gad7", tmp_path / "x.csv", "-o", tmp_path / "y.csv") == 0
    assert read(tmp_path / "y.csv").select("phq9_total", "gad7_total").row(0) == (9, 7)


def test_score_says_why_there_is_no_level(tmp_path, capsys):
    write(pl.DataFrame({f"sdq_{i}": [1] for i in range(1, 26)}), tmp_path / "x.csv")
    assert run("score", "sdq", tmp_path / "x.csv", "-o", tmp_path / "y.csv", "--lang", "en") == 0
    assert "sdq_band3: no level, because not in the file: norms, informant" in capsys.readouterr().out


def test_an_age_in_words_is_said_by_its_count(tmp_path, capsys):
    forms = {f"phq9_{i}": [0, 1, 2] for i in range(1, 11)} | {"age": ["vijftien", "", "40"]}
    write(pl.DataFrame(forms), tmp_path / "x.csv")
    assert run("check", "phq9", tmp_path / "x.csv") == 0
    assert run("score", "phq9", tmp_path / "x.csv", "-o", tmp_path / "y.csv") == 0
    told = capsys.readouterr().out
    assert told.count("Bij 1 formulier(en) is `age` geen leeftijd") == 2
    assert "vijftien" not in told


def test_show_says_which_other_columns_are_read(capsys):
    assert run("show", "odara") == 0
    shown = capsys.readouterr().out
    assert "age: leeftijd in jaren" in shown
    assert "cohabited: ja | nee" in shown
    assert run("show", "rses") == 0
    assert "form: nl | us_1965; zonder geldt nl" in capsys.readouterr().out


def test_an_informant_in_words_of_the_list_is_refused_and_mapped(tmp_path, capsys):
    """`risico list` says ouder and leerkracht; a file that says so gets levels by a map, not silence."""
    forms = {f"sdq_{i}": [0, 2] for i in range(1, 26)} | {"norms": ["uk"] * 2, "informant": ["ouder", "leerkracht"]}
    file, map_, out = tmp_path / "x.csv", tmp_path / "map.yaml", tmp_path / "y.csv"
    write(pl.DataFrame(forms), file)
    for command in (("score", "sdq", file, "-o", out), ("explain", "sdq", file, "--row", 1)):
        assert run(*command) == 5
        assert "informant: " in (told := capsys.readouterr().err)
        assert "het kent parent, teacher, self, of leeg" in told
    assert run("check", "sdq", file) == 5
    assert "Scoren weigert" in capsys.readouterr().out
    assert run("map", file, "--to", "sdq", "-o", map_) == 0
    assert run("score", "sdq", file, "--map", map_, "-o", out) == 0
    assert read(out)["sdq_band3"].null_count() == 0


def test_a_moment_without_answers_is_no_form_and_that_is_said(tmp_path, capsys):
    frame = pl.DataFrame({f"T{t}_phq9_{i}": [0, 3 if t == 1 else None] for t in (1, 2) for i in range(1, 11)})
    write(frame, tmp_path / "x.csv")
    assert run("map", tmp_path / "x.csv", "--to", "phq9", "-o", tmp_path / "map.yaml") == 0
    capsys.readouterr()
    assert run("check", "phq9", tmp_path / "x.csv", "--map", tmp_path / "map.yaml") == 0
    told = capsys.readouterr()
    assert "phq9 in x.csv: 3 formulieren" in told.out
    assert "1 keer was op een moment niets ingevuld" in told.err


def test_illegal_answers_are_refused_or_set_aside(odd, capsys):
    out, rejects = odd.with_name("out.csv"), odd.with_name("rejects.csv")
    assert run("score", "phq9", odd, "-o", out) == 5
    assert not out.exists()
    assert "phq9_1: 1 van 4 antwoorden zijn geen code van deze vraag (7); codes zijn 0, 1, 2, 3, unknown" in (
        capsys.readouterr().err
    )
    assert run("score", "phq9", odd, "-o", out, "--rejects", rejects) == 0
    assert read(out)["case"].to_list() == ["007", "9", "10"]
    assert read(rejects)["case"].to_list() == ["8"]
    assert "1 formulier(en) die niet gescoord kunnen worden apart gezet" in capsys.readouterr().out


@pytest.mark.parametrize(("lang", "says"), [("nl", "er is niets gescoord"), ("en", "nothing was scored")])
def test_a_refusal_is_in_the_language_asked_for(odd, lang, says, capsys):
    for command in (("score", "phq9", odd, "-o", odd.with_name("o.csv")), ("explain", "phq9", odd, "--row", 2)):
        assert run(*command, "--lang", lang) == 5
        assert says in capsys.readouterr().err
    write(pl.DataFrame({"v1": [1]}), odd.with_name("x.csv"))
    assert run("score", "phq9", odd.with_name("x.csv"), "-o", odd.with_name("o.csv"), "--lang", lang) == 2
    assert ("Geen enkele kolom" if lang == "nl" else "Not one column") in capsys.readouterr().err


def test_no_rejects_no_file(phq, capsys):
    assert run("score", "phq9", phq, "-o", phq.with_name("o.csv"), "--rejects", phq.with_name("r.csv")) == 0
    assert not phq.with_name("r.csv").exists()
    assert "is niet gemaakt" in capsys.readouterr().out


def test_no_file_is_written_over_without_force(phq, capsys):
    out = phq.with_name("out.csv")
    out.write_text("precious", encoding="utf-8")
    assert run("score", "phq9", phq, "-o", out) == 2
    assert out.read_text(encoding="utf-8") == "precious"
    assert "add --force" in capsys.readouterr().err
    assert run("score", "phq9", phq, "-o", out, "--force") == 0
    assert out.read_text(encoding="utf-8") != "precious"


def test_the_answers_themselves_are_never_written_over(phq, capsys):
    before = phq.read_bytes()
    for arguments in (("-o", phq), ("-o", phq.with_name("o.csv"), "--rejects", phq)):
        assert run("score", "phq9", phq, *arguments, "--force") == 2
        assert "never written over" in capsys.readouterr().err
    assert run("map", phq, "--to", "phq9", "-o", phq, "--force") == 2
    assert phq.read_bytes() == before


def test_the_answers_are_not_written_over_by_another_spelling_or_link(phq, capsys):
    before = phq.read_bytes()
    (phq.parent / "sub").mkdir()
    phq.with_name("link.csv").symlink_to(phq)
    phq.with_name("hard.csv").hardlink_to(phq)
    for other in (f"{phq.parent}/./answers.csv", f"{phq.parent}/sub/../answers.csv", "link.csv", "hard.csv"):
        for asked in (("-o", phq.parent / other), ("-o", phq.with_name("o.csv"), "--rejects", phq.parent / other)):
            assert run("score", "phq9", phq, *asked, "--force") == 2
            assert "never written over" in capsys.readouterr().err
    assert phq.read_bytes() == before


def test_two_outputs_with_one_name_are_refused(odd, capsys):
    """In any spelling: what was set aside would be gone."""
    folder = odd.parent
    (folder / "sub").mkdir()
    (folder / "link.csv").symlink_to(folder / "x.csv")
    (folder / "there.csv").write_text("old", encoding="utf-8")
    (folder / "hard.csv").hardlink_to(folder / "there.csv")
    pairs = [("x.csv", "x.csv"), ("x.csv", "./x.csv"), ("x.csv", "sub/../x.csv"), ("x.csv", "link.csv")]
    for out, rejects in [*pairs, ("link.csv", "x.csv"), ("x.csv", "X.csv"), ("there.csv", "hard.csv")]:
        asked = ("-o", f"{folder}/{out}", "--rejects", f"{folder}/{rejects}", "--force")
        assert run("score", "phq9", odd, *asked) == 2, (out, rejects)
        assert "name the same file" in capsys.readouterr().err
    assert not (folder / "x.csv").exists()
    assert (folder / "there.csv").read_text(encoding="utf-8") == "old"


def test_an_spss_file_carries_labels(phq):
    import pyreadstat

    assert run("score", "phq9", phq, "-o", phq.with_name("x.sav")) == 0
    meta = pyreadstat.read_sav(phq.with_name("x.sav"), metadataonly=True)[1]
    assert meta.column_names_to_labels["phq9_1"] == "weinig interesse of plezier"
    assert meta.column_names_to_labels["phq9_total"] == "Totaalscore"
    assert meta.variable_value_labels["phq9_1"][3] == "bijna elke dag"
    assert meta.variable_value_labels["phq9_safety_item9"] == {0: "nee", 1: "ja"}
    assert meta.column_names_to_labels["phq9_total_low"] == "Totaalscore: laagst mogelijk"
    assert meta.column_names_to_labels["phq9_band"]
    assert meta.column_names_to_labels["phq9_band_high"].endswith(": hoogst mogelijk")
    for name in ("phq9_band", "phq9_band_low", "phq9_band_high"):
        assert meta.variable_value_labels[name]["mild"] == "lichte klachten"


# map


def test_own_data_from_map_to_scores(tmp_path, capsys):
    """The road a newcomer takes: propose, be refused, confirm, check, score, explain."""
    frame = pl.DataFrame({"clientnr": ["01", "02"], **{f"T{t}_PHQ_{i}": [1, 4] for t in (1, 2) for i in range(1, 10)}})
    frame = frame.with_columns(T1_PHQ_2=pl.Series([2, 3]), T2_PHQ_2=pl.Series([2, 3]))
    file, map_, out = (tmp_path / name for name in ("own.xlsx", "map.yaml", "out.csv"))
    write(frame, file)
    assert run("map", file, "--to", "phq9", "-o", map_) == 0
    told = capsys.readouterr().err
    assert "phq9: 9 van 10 vragen gevonden" in told
    assert "codes (often): 1 → 0; 2 → 1; 3 → 2; 4 → 3" in told
    assert "Niet zeker (1)" in told
    assert "De momenten t1, t2 staan naast elkaar" in told
    assert run("score", "phq9", file, "--map", map_, "-o", out) == 6
    assert "sure: true" in capsys.readouterr().err
    map_.write_text(map_.read_text(encoding="utf-8").replace("sure: false", "sure: true"), encoding="utf-8")
    assert run("check", "phq9", file, "--map", map_) == 0
    assert run("score", "phq9", file, "--map", map_, "-o", out) == 0
    assert read(out).select("person", "moment", "phq9_total").rows()[-1] == ("02", "t2", 26)
    assert run("explain", "phq9", file, "--map", map_, "--row", 4) == 0
    assert "Totaalscore: 26 (0 tot 27; hoger is erger)." in capsys.readouterr().out


def test_a_map_is_shown_when_no_file_is_named(phq, capsys):
    assert run("map", phq, "--to", "phq9", "--lang", "en") == 0
    shown = capsys.readouterr()
    assert 'case: "case"' in shown.out or "case: case" in shown.out
    assert "phq9: 10 of 10 items found" in shown.err


def test_a_file_in_which_nothing_is_found_gets_a_map_to_fill_in(tmp_path, capsys):
    write(pl.DataFrame({"Jansen": [4]}), tmp_path / "x.csv")
    assert run("map", tmp_path / "x.csv", "--to", "phq9", "-o", tmp_path / "map.yaml") == 2
    told = capsys.readouterr().err
    assert "Een kaart om in te vullen staat in" in told
    assert '"1": ""  # weinig interesse of plezier' in (tmp_path / "map.yaml").read_text(encoding="utf-8")
    assert "Jansen" not in told + (tmp_path / "map.yaml").read_text(encoding="utf-8")


def test_a_map_beside_which_something_is_wrong_is_not_called_all_sure(tmp_path, capsys):
    frame = pl.DataFrame({f"phq9_{i}": ["0", "3", "Pietje"] for i in range(1, 11)})
    write(frame, tmp_path / "x.csv")
    assert run("map", tmp_path / "x.csv", "--to", "phq9") == 0
    told = capsys.readouterr().err
    assert "horen bij geen antwoord" in told
    assert "Alles in de kaart is zeker" not in told


# explain


def test_explain_tells_one_form(phq, capsys):
    assert run("explain", "phq9", phq, "--row", 1, "--lang", "en") == 0
    assert "Total score: 18 (0 to 27; higher is worse)." in capsys.readouterr().out


def test_explain_of_another_file_is_refused_as_check_and_score_do(tmp_path, capsys):
    write(pl.DataFrame({"v1": [1]}), tmp_path / "x.csv")
    assert run("explain", "phq9", tmp_path / "x.csv", "--row", 1) == 2
    told = capsys.readouterr()
    assert "Geen enkele kolom hoort bij phq9" in told.err
    assert told.out == ""


@pytest.mark.parametrize("row", [0, 5, -1])
def test_a_form_that_is_not_there(phq, row, capsys):
    assert run("explain", "phq9", phq, "--row", row) == 2
    assert "there are 4" in capsys.readouterr().err


# run and review


def test_a_plan_or_run_that_is_not_there(tmp_path, capsys):
    assert run("run", tmp_path / "none.yaml") == 3
    assert "There is no plan" in capsys.readouterr().err
    assert run("review", "--store", tmp_path / "runs") in {2, 7}


# how it fails


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["show", "phq"], 2, "Bedoelde u 'phq9'"),
        (["show", "phq", "--lang", "en"], 2, "Did you mean 'phq9'"),
        (["score", "PHQ9", "x.csv", "-o", "y.csv"], 2, "Bedoelde u 'phq9'"),
        (["check", "phq9", "none.csv"], 3, "Er is geen bestand"),
        (["check", "phq9", "none.csv", "--lang", "en"], 3, "There is no file"),
        (["check", ",", "none.csv"], 2, "No instrument was named"),
        (["check", "phq9", "broken.yaml"], 2, "this kind of file is not known"),
        (["score", "phq9", "none.csv", "-o", "out.doc"], 2, "this kind of file is not known"),
        (["score", "phq9", "none.csv", "-o", "no/such/out.csv"], 2, "There is no folder"),
        (["check", "broken.yaml", "none.csv"], 4, "broken.yaml"),
    ],
)
def test_each_kind_of_mistake_has_its_code_and_no_traceback(tmp_path, monkeypatch, capsys, arguments, code, says):
    monkeypatch.chdir(tmp_path)
    Path("broken.yaml").write_text("id: broken\nid: twice\n", encoding="utf-8")
    if "none.csv" in arguments and code == 4:
        Path("none.csv").write_text("a\n1\n", encoding="utf-8")
    assert main(arguments) == code
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".sav", ".parquet"])
def test_where_nothing_may_be_written_that_is_said_before_the_work(phq, kind, monkeypatch, capsys):
    """Every command that writes asks first, in the same words; root may write anywhere, so the refusal is played."""
    opened = Path.open

    def refuses(path: Path, mode: str = "r", *rest: object, **named: object) -> object:
        if "locked" in path.parts and mode != "r":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode, *rest, **named)

    locked = phq.parent / "locked"
    locked.mkdir()
    monkeypatch.setattr(Path, "open", refuses)
    for command in (
        ("score", "phq9", phq, "-o", locked / f"uit{kind}"),
        ("score", "phq9", phq, "-o", phq.with_name("x.csv"), "--rejects", locked / f"uit{kind}"),
        ("map", phq, "--to", "phq9", "-o", locked / "map.yaml"),
        ("passport", "phq9", "-o", locked / "phq9.html"),
        ("run", phq, "--store", locked),
        ("export", "phq9", "--to", "spss", "-o", locked / "x.sps"),
    ):
        assert run(*command) == 2, command
        told = capsys.readouterr().err
        assert "cannot be written (PermissionError)" in told
        assert "name a file in a folder of your own" in told
    assert list(locked.iterdir()) == []


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".sav", ".parquet"])
def test_a_disk_that_fails_while_writing_is_no_mystery(phq, kind):
    folder = phq.with_name(f"folder{kind}")
    folder.mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        write(read(phq), folder)


def test_a_disk_that_fails_later_is_said(phq, monkeypatch, capsys):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "uit.yaml")

    monkeypatch.setattr(Path, "write_text", full)
    assert run("map", phq, "--to", "phq9", "-o", phq.with_name("map.yaml")) == 2
    assert "uit.yaml cannot be written (OSError)" in capsys.readouterr().err


def test_a_wrong_option_exits_with_two():
    with pytest.raises(SystemExit) as done:
        main(["score", "phq9"])
    assert done.value.code == 2


def test_what_nobody_foresaw_shows_no_data(phq, monkeypatch, capsys):
    def broken(*_: object) -> None:
        raise ValueError(SENTINELS[0])

    monkeypatch.setattr("risico.cli.forms.check", broken)
    assert run("check", "phq9", phq) == 1
    told = capsys.readouterr()
    assert "ValueError" in told.err
    assert SENTINELS[0] not in told.err + told.out


def test_warnings_are_readable(tmp_path, capsys):
    (tmp_path / "x.csv").write_text("datum;phq9_1\n99-99-2025;1\n", encoding="utf-8")
    assert run("check", "phq9", tmp_path / "x.csv") == 0
    told = capsys.readouterr().err
    assert told.startswith("risico, note: Column 'datum' is named for a date")
    assert "RisicoWarning" not in told


def test_no_bar_where_there_is_no_terminal(phq, capsys):
    assert run("score", "phq9", phq, "-o", phq.with_name("o.csv")) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".sav", ".parquet"])
def test_a_planted_name_number_and_answer_are_never_shown(tmp_path, kind, capsys):
    name, number, answer = SENTINELS
    answers = [answer, "1", name, number]
    frame = pl.DataFrame(
        {
            "case": [number, "b", "c", "d"],
            "datum": [name, "1-1-2025", "", None],
            "geslacht": [answer, "v", "m", name],
            **{f"phq9_{i}": answers for i in range(1, 10)},
            "sdq_1": [number, "0", "1", name],
            "note": [name, answer, number, "=1+1"],
        }
    )
    file = tmp_path / f"x{kind}"
    write(frame, file)
    codes = [
        run("check", "phq9", file),
        run("check", "sdq", file, "--lang", "en"),
        run("score", "phq9", file, "-o", tmp_path / "y.csv"),
        run("score", "sdq", file, "-o", tmp_path / "y.csv"),
        run("map", file, "--to", "phq9,sdq"),
        run("explain", "phq9", file, "--row", 1),
        run("score", "phq9", file, "-o", tmp_path / "z.csv", "--rejects", tmp_path / "r.csv"),
    ]
    assert codes == [5, 5, 5, 5, 0, 5, 0]
    told = capsys.readouterr()
    for sentinel in SENTINELS:
        assert sentinel.lower() not in (told.out + told.err).lower()
    assert pl.read_csv(tmp_path / "r.csv").height == 3


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_a_file_without_a_row_of_names_shows_no_content(tmp_path, capsys, kind):
    write(pl.DataFrame({name: [name, "1"] for name in (*SENTINELS, "ja", "2")}), tmp_path / f"x{kind}")
    file = tmp_path / f"x{kind}"
    assert run("map", file, "--to", "phq9,sdq") == 2
    assert run("check", "phq9", file) == 2
    assert run("score", "phq9", file, "-o", tmp_path / "y.csv", "--rejects", tmp_path / "r.csv") == 2
    run("explain", "phq9", file, "--row", 1)
    told = capsys.readouterr()
    assert not any(sentinel.lower() in (told.out + told.err).lower() for sentinel in SENTINELS)


def test_a_broken_csv_shows_no_content(tmp_path, capsys):
    name, number, answer = SENTINELS
    (tmp_path / "x.csv").write_text(f"case;phq9_1\n{number};{name};{answer}\n", encoding="utf-8")
    assert run("check", "phq9", tmp_path / "x.csv") == 3
    told = capsys.readouterr()
    assert "line 2" in told.err
    assert not any(sentinel in told.out + told.err for sentinel in SENTINELS)

"""The words of the command line: exit codes, JSON, errors in one sentence, a template and examples that work."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.builders import edit, make_watch
from tests.reports.opened import everything_in
from tests.store.test_store import open_store
from trucewatch.cli.main import app, main
from trucewatch.errors import TrucewatchError
from trucewatch.model.report import Publication
from trucewatch.reports import FORMATS, RUN_FORMATS
from trucewatch.store.publications import publications


def call(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def test_init_makes_a_watch_that_passes_check_and_runs(tmp_path: Path) -> None:
    folder = str(tmp_path / "w")
    assert call("init", folder)[0] == 0
    code, text = call("check", folder)
    assert code == 0
    assert "0 errors, 0 warnings. Nothing was changed." in text
    assert call("run", folder)[0] == 0


def test_init_never_writes_over_anything(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(TrucewatchError, match="not empty"):
        call("init", str(tmp_path))
    assert (tmp_path / "kept").read_text() == "mine"


def test_check_tells_errors_by_exit_code_and_as_json(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    edit(folder / "agreement.toml", 'zone = "UTC", text', "text")
    code, text = call("check", str(folder), "--json")
    assert code == 0, "a warning is no error"
    assert json.loads(text)["warnings"] == 1
    edit(folder / "agreement.toml", 'zone = "pass"', 'zone = "pas"')
    code, text = call("check", str(folder))
    assert code == 2
    assert "◆ error    agreement.toml:" in text
    assert 'did you mean "pass"?' in text


@pytest.mark.parametrize("example", ["karabakh-2020", "two-valleys"])
def test_demo_copies_an_example_and_ends_with_a_draft_of_its_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, example: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, text = call("demo", example)
    assert code == 0
    path = Path(re.search(r"Draft +(\S+\.html)", text)[1])  # type: ignore[index]
    assert path.read_text().lower().startswith("<!doctype html>")
    assert "Nothing was issued; a person does that: trucewatch report WATCH --issue --by NAME" in text
    assert issues_of(tmp_path / example) == ()
    has_night = example == "two-valleys"
    assert ("The night (simulated): 14 calls, 3 letters" in text) == has_night
    code, text = call("demo", example)
    assert code == 0, "a second time too"
    assert ("nothing was entered twice" in text) == has_night


def test_a_report_tells_deaths_of_earlier_days_that_became_known_on_its_day(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "karabakh-2020"
    folder = shutil.copytree(example, tmp_path / "w", ignore=shutil.ignore_patterns("out", "store"))
    page = tmp_path / "report.html"
    asked = ("--date", "2020-12-13", "--recipient", "joint-centre", "--as-of", "2020-12-14T20:00Z")
    assert call("report", str(folder), *asked, "--out", str(page))[0] == 0
    text = page.read_text()
    for killed, happened in ((3, "26 Nov 2020"), (1, "8 Dec 2020")):
        line = (
            rf"{killed} killed, [^<]*; happened {happened}, became known 13 Dec 2020; not yet established; reported by"
        )
        assert len(re.findall(line, text)) == 1, f"{killed} killed on {happened}"
    assert "<b>0</b><span>incidents recorded</span>" in text, "they are of other days, and counted on those"


def test_demo_names_the_examples_that_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TrucewatchError, match="there are: karabakh-2020, two-valleys"):
        call("demo", "nowhere")


def test_run_with_rejected_rows_is_exit_code_1_and_writes_them_down(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with (folder / "inbox" / "reports.csv").open("a") as stream:
        stream.write('=1+1,2031-05-02T24:60:00Z,"-35.02, -25.19",blast,1,\n')
    code, text = call("run", str(folder))
    assert code == 1
    assert "1 rejected" in text
    table = (folder / ".trucewatch/out/rejected.csv").read_text()
    assert "inbox/reports.csv,4," in table
    assert ",=1" not in table


def test_run_writes_the_declared_formats_and_leaves_the_others_to_report(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    call("run", str(folder))
    made = {path.suffix for path in (folder / ".trucewatch" / "out" / "drafts").glob("*/daily-*")}
    assert made == {FORMATS[name].suffix for name in RUN_FORMATS} == {".html", ".csv", ".geojson"}


def issues_of(folder: Path) -> tuple[Publication, ...]:
    with open_store(folder) as store:
        return publications(store)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_what_a_machine_makes_is_a_draft_without_a_number_and_enters_nothing(tmp_path: Path, form: str) -> None:
    folder, out = make_watch(tmp_path / "w"), tmp_path / f"file.{form}"
    call("run", str(folder))
    with open_store(folder) as store:
        entries = len(store.journal)
    asked = ("--date", "2031-05-02", "--recipient", "joint-centre", "--format", form, "--out", str(out))
    assert call("report", str(folder), *asked)[0] == 0
    with open_store(folder) as store:
        assert len(store.journal) == entries
    assert issues_of(folder) == ()
    texts = everything_in(out.read_bytes())
    assert "Draft: not issued" in texts
    assert "my-watch/2031-05-02" not in texts


def test_an_issue_names_who_and_is_not_made_of_a_replay(tmp_path: Path) -> None:
    folder = str(make_watch(tmp_path / "w"))
    with pytest.raises(TrucewatchError, match="say whose act it is: --by NAME"):
        call("report", folder, "--issue")
    with pytest.raises(TrucewatchError, match="leave out --issue or --recorded-by"):
        call("report", folder, "--issue", "--by", "A", "--recorded-by", "2031-05-03T10:00:00Z")
    assert call("report", folder, "--issue", "--by", "A")[0] == 0
    assert [issue.number.rpartition("/")[2] for issue in issues_of(Path(folder))] == ["public"]


def test_report_of_any_day_language_and_format(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    for language in ("en", "ru", "tr"):
        out = tmp_path / f"{language}.html"
        code, _ = call(
            "report",
            str(folder),
            "--date",
            "2031-05-02",
            "--lang",
            language,
            "--recipient",
            "joint-centre",
            "--out",
            str(out),
        )
        assert code == 0
        assert f'lang="{language}"' in out.read_text()
    out = tmp_path / "x.geojson"
    assert (
        call(
            "report",
            str(folder),
            "--from",
            "2031-05-01",
            "--to",
            "2031-05-03",
            "--format",
            "geojson",
            "--out",
            str(out),
        )[0]
        == 0
    )
    assert json.loads(out.read_text())["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--recipient", "nobody"], "it has: joint-centre, public"),
        (["--format", "odt"], "html"),
        (["--lang", "xx"], "en"),
        (["--date", "11.12.2020"], "2020-12-11"),
        (["--kind", "monthly"], "daily"),
        (["--from", "2031-05-03", "--to", "2031-05-01"], "before it begins"),
        (["--as-of", "yesterday"], "2020-12-11T14:02:00Z"),
        (["--as-of", "2031-05-03T10:00:00"], "no zone of time"),
    ],
)
def test_unusable_words_are_answered_with_what_would_work(tmp_path: Path, words: list[str], said: str) -> None:
    with pytest.raises(TrucewatchError, match=re.escape(said)):
        call("report", str(make_watch(tmp_path / "w")), *words)


def test_an_error_is_one_sentence_without_a_stack_trace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["trucewatch", "run", str(tmp_path / "nothing")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("trucewatch: ")
    assert "trucewatch init" in error
    assert "Traceback" not in error


def test_rebuild_says_whether_the_index_is_equal(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    call("run", str(folder))
    code, text = call("rebuild", str(folder))
    assert code == 0
    assert "equal to the one before" in text
    (folder / ".trucewatch" / "records.sqlite").unlink()
    assert "equal to the one before" in call("rebuild", str(folder))[1]


def test_a_thrown_away_index_comes_back_by_itself(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    before = json.loads(call("run", str(folder), "--json", "--as-of", "2031-05-05T00:00:00Z")[1])
    (folder / ".trucewatch" / "records.sqlite").unlink()
    shutil.rmtree(folder / "inbox")
    (folder / "inbox").mkdir()
    assert json.loads(call("run", str(folder), "--json", "--as-of", "2031-05-05T00:00:00Z")[1]) == before, (
        "what was received stays"
    )


def test_sources_shows_every_card(tmp_path: Path) -> None:
    code, text = call("sources")
    assert code == 0
    for word in ("firms", "event_table", "observations", "bulletin", "owner", "delay", "licence", "blind to"):
        assert word in text
    assert {one["adapter"] for one in json.loads(call("sources", "--json")[1])["sources"]} == {
        "firms",
        "event_table",
        "observations",
        "bulletin",
        "smm_table",
        "kobo",
        "mail",
        "telegram",
        "archived_media",
        "tracks",
    }


def test_fetch_needs_a_firms_source_and_never_shows_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_watch(tmp_path / "w")
    with pytest.raises(TrucewatchError, match="no source of this watch that firms reads"):
        call("fetch", str(folder), "--source", "reports")
    (folder / "watch.toml").write_text(
        (folder / "watch.toml")
        .read_text()
        .replace(
            "[[recipient]]",
            '[[source]]\nid = "viirs"\nadapter = "firms"\nfiles = ["inbox/viirs-*.csv"]\n\n[[recipient]]',
            1,
        )
    )
    asked: list[str] = []
    header = (
        "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,"
        "satellite,instrument,confidence,version,bright_ti5,frp,daynight"
    )
    row = "-35.01,-25.02,330.1,0.4,0.4,2031-05-02,824,N,VIIRS,n,2.0NRT,290.0,5.1,D"

    def answer(address: str) -> bytes:
        asked.append(address)
        return f"{header}\n{row}\n".encode()

    monkeypatch.setenv("FIRMS_MAP_KEY", "0123456789abcdef")
    monkeypatch.setattr("trucewatch.sources.firms_area.fetch_https", answer)
    code, text = call("fetch", str(folder), "--source", "viirs", "--until", "2031-05-02")
    assert code == 0
    assert "0123456789abcdef" in asked[0]
    assert "0123456789abcdef" not in text
    assert "1 rows" in text
    (made,) = (folder / "inbox").glob("viirs-*.csv")
    assert made.read_text().splitlines()[1] == row

"""`trucewatch sign` for positions: what is signed, sealed, handed in and opened again; what is refused, and what to
do then."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyrage import decrypt, encrypt, x25519
from typer.testing import CliRunner

from tests.desks.ledger.one_officer import DISSENT, Desk, hash_of, record_of
from tests.pipeline.test_command_line import call
from trucewatch.cli.main import app
from trucewatch.errors import LedgerError
from trucewatch.ledger.position import SEALED_BYTES, check_position, read_opened
from trucewatch.store import age_passphrase


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.delenv("TRUCEWATCH_PASSPHRASE", raising=False)
    return Desk(tmp_path)


def test_one_position_is_signed_sealed_to_all_keys_and_opened_by_each(desk: Desk) -> None:
    code, text = desk.sign(desk.to_sign(DISSENT))
    assert code == 0
    for words in (
        "R-1  f-1",
        "    in:  watch    two-valleys",
        "    in:  ledger   trucewatch/abc",
        "    put: clause   accord 1; 1a; prohibited/2",
        "    put: finding  inconsistent",
        "    put: what     explosion air; blast; at least 2, at most 3",
        "    put: where    44.51000 40.20000; within 1248 m (95%); halvane, long-water",
        "    put: when     2031-05-04T00:21:05Z; 2031-05-04T00:25:00Z",
        "    put: test     simulated",
        "what        dissent: взрыв",
        "because road works",
        "    OK-1  age1",
        "    OK-2  age1",
    ):
        assert words in text
    document = desk.handed_in
    assert document["schema"] == "trucewatch/positions-to-hand-in/1"
    (item,) = document["items"]
    assert set(item) == {"code", "finding_sha256", "round", "key", "commitment", "signed_at", "sealed"}
    assert (item["code"], item["key"], item["finding_sha256"], item["round"]) == (
        "R-1",
        "OK-1",
        hash_of(record_of(1)),
        1,
    )
    assert "взрыв" not in (desk.folder / "in.json").read_text("utf-8")
    for name in ("opening", "recovery"):
        secret = (desk.folder / name).read_text().splitlines()[-1]
        plain = decrypt(base64.b64decode(item["sealed"]), [x25519.Identity.from_str(secret)])
        assert len(plain) == SEALED_BYTES
        position = read_opened(plain)
        assert position.commitment == item["commitment"]
        said = check_position(position)
        assert said["answers"]["what"] == {"answer": "dissent", "version": "взрыв"}
        assert said["reasons"] == {"what": "road works"}
        assert position.key.name.startswith("review/A/")


def test_a_list_is_signed_as_one_act_and_each_member_opens_alone(desk: Desk) -> None:
    desk.sign(desk.to_sign({}, DISSENT, {}))
    assert len(desk.handed_in["items"]) == 3
    code, text = desk.open(desk.sealed())
    assert code == 0
    assert "3 opened; each is what was committed to" in text
    items = json.loads((desk.folder / "opened.json").read_text("utf-8"))["items"]
    positions = [read_opened(each["opened"].encode()) for each in items]
    assert [check_position(each)["finding"] for each in positions] == ["f-1", "f-2", "f-3"]
    assert len({each.signature for each in positions}) == 1
    assert [each.commitment for each in positions] == [each["commitment"] for each in desk.handed_in["items"]]
    mode = stat.S_IMODE((desk.folder / "opened.json").stat().st_mode)
    assert mode == 0o600


def test_who_is_answered_by_name_or_by_nobody_and_alone(desk: Desk) -> None:
    who = {"questions": ["who"], "answers": {"who": {"answer": "names", "version": "B"}}}
    assert desk.sign(desk.to_sign(who))[0] == 0
    (desk.folder / "in.json").unlink()
    with pytest.raises(LedgerError, match="who is answered alone and in no list; download R-2 by itself"):
        desk.sign(desk.to_sign({}, who))


def test_a_later_round_is_given_in_the_open(desk: Desk) -> None:
    code, _ = desk.sign(desk.to_sign({"round": 2, "previous_sha256": "cd" * 32}), "--in-the-open", code="")
    assert code == 0
    (item,) = desk.handed_in["items"]
    assert check_position(read_opened(item["opened"].encode()))["previous_sha256"] == "cd" * 32


def test_nothing_is_signed_without_a_yes(desk: Desk) -> None:
    words = ["sign", desk.to_sign({}), "--key", str(desk.folder / "key"), "--code", "OK-1"]
    result = CliRunner().invoke(app, [*words, "--out", str(desk.folder / "in.json")], input="n\n")
    assert result.exit_code == 1
    assert "Sign 1 position, for A, by review/A/" in result.output
    assert "Nothing was signed." in result.output
    assert not (desk.folder / "in.json").exists()
    assert CliRunner().invoke(app, [*words, "--out", str(desk.folder / "in.json")], input="y\n").exit_code == 0


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ({"answers": {}}, 'R-1: the file asks for an answer to happened, what, where_when.*"concur", "abstain" or'),
        ({"answers": DISSENT["answers"] | {"who": "none"}}, "each and nothing else"),
        ({"answers": DISSENT["answers"] | {"what": "dissent"}}, "R-1: the answer to what is not whole"),
        ({"answers": DISSENT["answers"] | {"what": "maybe"}}, "R-1: the answer to what is none of concur"),
        ({"answers": []}, "R-1: answers and reasons are objects"),
        ({"reasons": {"who": "x"}}, "R-1: the reasons of a position are texts"),
        ({"reasons": {"what": "x" * 6000}}, "R-1: the position has .* Write shorter reasons"),
        ({"questions": ["who"], "answers": {"who": ""}}, '"none", "abstain" or'),
        (
            {"previous_sha256": "x", "round": 2, "record": record_of(1, round=2)},
            "R-1: the position names a hash that is none",
        ),
        ({"finding_sha256": "x"}, "what the file holds of R-1 is not what would be signed"),
    ],
)
def test_an_answer_that_is_none_is_refused_with_the_case_and_what_to_write(
    desk: Desk, item: dict[str, Any], why: str
) -> None:
    with pytest.raises(LedgerError, match=why):
        desk.sign(desk.to_sign(item))
    assert not (desk.folder / "in.json").exists()


def test_a_file_that_is_not_whole_is_refused(desk: Desk) -> None:
    for changes in ({"items": []}, {"items": [{"code": "R-1"}]}, {"watch": 1}, {"sealed_to": None}):
        with pytest.raises(LedgerError, match="is not whole; download it again"):
            desk.sign(desk.to_sign({}, **changes))
    with pytest.raises(LedgerError, match=r"no key of your delegation is in force.*its head enters keys"):
        desk.sign(desk.to_sign({}, sealed_to=[]))
    with pytest.raises(LedgerError, match=r"none of the form age1…; download it again"):
        desk.sign(desk.to_sign({}, sealed_to=[{"code": "OK-1", "opens": "age1x"}]))
    opens = Desk.key_in(desk.opens["opening"])
    for strange in (
        *({"code": ""}, {"code": "", "opens": opens}, {"code": None, "opens": opens}, {"code": "OK-3"}),
        *({"code": ["OK-3"], "opens": opens}, {"code": "OK-3", "opens": 7}, {"code": "OK-3", "opens": "\ud800"}),
        *({"opens": opens}, {}, None, "OK-3", ["OK-3", opens], 7),
    ):
        with pytest.raises(LedgerError, match=r"none of the form age1…; download it again"):
            desk.sign(desk.to_sign({}, sealed_to=[{"code": "OK-1", "opens": opens}, strange]))
    with pytest.raises(LedgerError, match="two positions on one finding"):
        desk.sign(desk.to_sign({}, {"finding": "f-1", "record": record_of(2, finding="f-1")}))


def test_what_is_missing_on_the_line_is_named(desk: Desk) -> None:
    file = desk.to_sign({})
    with pytest.raises(LedgerError, match=r"say which key of the console this is.*--code OK-3"):
        desk.sign(file, code="3")
    with pytest.raises(LedgerError, match="goes: --out FILE"):
        call("sign", file, "--key", str(desk.folder / "key"), "--code", "OK-1")
    with pytest.raises(LedgerError, match="say what to sign: trucewatch sign FILE; or what to open"):
        call("sign")
    with pytest.raises(LedgerError, match="--opening-key FILE --out FILE"):
        call("sign", "--open", file)
    desk.sign(file)
    with pytest.raises(LedgerError, match="exists and is kept; choose another name"):
        desk.sign(file)


def test_a_witness_signs_no_position(desk: Desk) -> None:
    call("keys", "new", "w.example/w", "--role", "witness", "--out", str(desk.folder / "witness"))
    with pytest.raises(LedgerError, match="is a witness's; positions are signed with one of"):
        call(
            *("sign", desk.to_sign({}), "--key", str(desk.folder / "witness"), "--code", "OK-1", "--yes"),
            *("--out", str(desk.folder / "in.json"), *desk.only_to),
        )


def test_what_was_sealed_for_others_or_changed_does_not_open(desk: Desk) -> None:
    desk.sign(desk.to_sign({}))
    with pytest.raises(LedgerError, match=r"does not open with this key. It is sealed to OK-1: take the opening key"):
        desk.open(desk.sealed(), "stranger")
    with pytest.raises(LedgerError, match="holds no opening key; one is made with"):
        desk.open(desk.sealed(), "key")
    with pytest.raises(LedgerError, match="holds nothing sealed; download"):
        desk.open(desk.sealed(items=[]))
    with pytest.raises(LedgerError, match="position 1 of the file is not whole"):
        desk.open(desk.sealed(items=[{"sealed": "é"}]))
    other = json.loads(Path(desk.sealed()).read_text("utf-8"))["items"][0] | {"commitment": "00" * 32}
    with pytest.raises(LedgerError, match="is not the one that was committed to; nothing was written"):
        desk.open(desk.sealed(items=[other]))
    assert not (desk.folder / "opened.json").exists()
    (desk.folder / "opening").chmod(0o644)
    with pytest.raises(LedgerError, match="can be read or changed by others; first: chmod 600"):
        desk.open(desk.sealed())


def test_what_a_colleague_sealed_over_it_is_passed_over(desk: Desk) -> None:
    desk.sign(desk.to_sign({}))
    (item,) = json.loads(Path(desk.sealed()).read_text("utf-8"))["items"]
    opens = x25519.Identity.from_str((desk.folder / "opening").read_text("ascii").splitlines()[-1])
    noise = base64.b64encode(encrypt(b"0" * 8192, [opens.to_public()])).decode()
    strange = base64.b64encode(encrypt(b"0" * 8192, [x25519.Identity.generate().to_public()])).decode()
    earlier = [{"sealed": strange, "sealed_to": ["OK-9"]}, {"sealed": item["sealed"], "sealed_to": ["OK-1"]}]
    file = desk.sealed(items=[item | {"sealed": noise, "earlier": earlier}])
    assert desk.open(file)[0] == 0
    (opened,) = json.loads((desk.folder / "opened.json").read_text("utf-8"))["items"]
    assert read_opened(opened["opened"].encode()).commitment == item["commitment"]
    with pytest.raises(LedgerError):
        desk.open(desk.sealed(items=[item | {"sealed": noise, "earlier": earlier[:1]}]), out="none.json")


def test_opening_early_says_that_the_console_will_not_take_it_yet(desk: Desk) -> None:
    desk.sign(desk.to_sign({}))
    words = ["--opening-key", str(desk.folder / "opening"), "--out", str(desk.folder / "opened.json")]
    result = CliRunner().invoke(app, ["sign", "--open", desk.sealed(step="blind"), *words])
    assert result.exit_code == 0
    assert "Others are still awaited" in result.output


def test_an_opening_key_under_a_passphrase_opens_with_it_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age_passphrase.seal, "__kwdefaults__", {"work": 2})
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", "five words or more here")
    text = call("keys", "new", "monitors.example/p", "--role", "opening", "--out", str(desk.folder / "p"))[1]
    assert (desk.folder / "p").read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    desk.opens["opening"] = text
    monkeypatch.delenv("TRUCEWATCH_PASSPHRASE")
    desk.sign(desk.to_sign({}))
    with pytest.raises(LedgerError, match="is encrypted; give its passphrase in the variable"):
        desk.open(desk.sealed(), "p")
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", "other words")
    with pytest.raises(LedgerError, match="the passphrase is wrong, or the file is damaged"):
        desk.open(desk.sealed(), "p")
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", "five words or more here")
    assert desk.open(desk.sealed(), "p")[0] == 0


def test_an_opening_key_is_kept_for_its_owner_and_never_overwritten(desk: Desk) -> None:
    assert stat.S_IMODE((desk.folder / "opening").stat().st_mode) == 0o600
    words = ["keys", "new", "monitors.example/n", "--role", "recovery", "--out", str(desk.folder / "n")]
    output = CliRunner().invoke(app, words).output
    assert "whoever reads that file can open what your delegation seals" in output
    assert (desk.folder / "n").read_text().splitlines()[-1] not in output
    with pytest.raises(LedgerError, match="exists and is kept; choose another name"):
        call("keys", "new", "monitors.example/x", "--role", "opening", "--out", str(desk.folder / "opening"))
    with pytest.raises(LedgerError, match="write witness, delegation, opening or recovery"):
        call("keys", "new", "monitors.example/x", "--role", "head", "--out", str(desk.folder / "new"))
    with pytest.raises(LedgerError, match="cannot name a key"):
        call("keys", "new", "два слова", "--role", "opening", "--out", str(desk.folder / "new"))


def test_a_key_that_the_officer_does_not_know_is_shown_whole_and_refused_with_what_to_do(desk: Desk) -> None:
    file = desk.to_sign({})
    asked = json.loads(Path(file).read_text("utf-8"))
    ours = [each["opens"] for each in asked["sealed_to"]]
    known = desk.folder / "known.txt"
    known.write_text("\n".join(ours), "utf-8")
    strange = next(line for line in desk.opens["stranger"].splitlines() if line.startswith("age1"))
    asked["sealed_to"][1]["opens"] = strange
    Path(file).write_text(json.dumps(asked), "utf-8")
    with pytest.raises(LedgerError, match="OK-2 is not among the keys") as refusal:
        desk.sign(file, "--only-to", str(known))
    assert "sign nothing" in str(refusal.value)
    assert not (desk.folder / "in.json").exists()
    code, out = desk.sign(desk.to_sign({}), "--only-to", str(known))
    assert code == 0
    assert all(key in out for key in ours)


def test_with_yes_only_keys_that_the_officer_knows_are_sealed_to(desk: Desk) -> None:
    words = ["--key", str(desk.folder / "key"), "--code", "OK-1", "--out", str(desk.folder / "in.json"), "--yes"]
    with pytest.raises(LedgerError, match=r"nobody compares the keys.*--only-to FILE.*or leave out --yes"):
        call("sign", desk.to_sign({}), *words)
    assert not (desk.folder / "in.json").exists()
    open_words = [word for word in words if word not in ("--code", "OK-1")]
    assert call("sign", desk.to_sign({"round": 2}), *open_words, "--in-the-open")[0] == 0  # sealed to nobody

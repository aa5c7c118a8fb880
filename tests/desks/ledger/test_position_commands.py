"""`trucewatch sign` for positions: what is signed, sealed, handed in and opened again; what is refused, and what to
do then."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyrage import decrypt, encrypt, x25519
from typer.testing import CliRunner

from tests.pipeline.test_command_line import call
from tests.reviews_on_record import officer_of, room_in
from trucewatch.cli.main import app
from trucewatch.desks.ledger.what_was_put import lines_put, record_put
from trucewatch.errors import LedgerError
from trucewatch.ledger.position import SEALED_BYTES, check_position, read_opened
from trucewatch.ledger.signing import write_canonical
from trucewatch.store import age_passphrase

PUT = {
    "kind": "explosion",
    "aspect": "air",
    "classes": ["blast"],
    "count_min": "2",
    "count_best": "",
    "count_max": "3",
    "lat": "44.51000",
    "lon": "40.20000",
    "semi_major_m": "510.0",
    "zones": ["halvane", "long-water"],
    "occurred_start": "2031-05-04T00:21:05Z",
    "occurred_end": "2031-05-04T00:25:00Z",
    "instrument": "accord",
    "provision": "1",
    "stipulation": "1a",
    "rule": "prohibited/2",
    "outcome": "inconsistent",
    "simulated": True,
}


def record_of(number: int, **changes: Any) -> str:
    """The record of a case as the ledger has it: R-1 puts f-1, and so on."""
    record = {
        "schema": "trucewatch/review-case/1",
        "number": number,
        "finding": f"f-{number}",
        "put": {**PUT, "finding_id": changes.get("finding", f"f-{number}")},
        "round": 1,
        "before": "",
        "delegations": ["A", "B"],
        "questions": ["happened", "what", "where_when"],
        **changes,
    }
    return write_canonical(record)


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Desk:
    """One officer's computer: a signing key, an opening key, and the head's recovery key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        call("keys", "new", "monitors.example/officer", "--role", "delegation", "--out", str(folder / "key"))
        self.opens = {
            name: call("keys", "new", f"monitors.example/{name}", "--role", role, "--out", str(folder / name))[1]
            for name, role in (("opening", "opening"), ("recovery", "recovery"), ("stranger", "opening"))
        }

    @staticmethod
    def key_in(text: str) -> str:
        """The age1… of what the command says of a new key."""
        return next(line for line in text.splitlines() if line.startswith("age1"))

    def to_sign(self, *items: dict[str, Any], **changes: Any) -> str:
        sealed_to = [
            {"code": code, "opens": self.key_in(self.opens[name])}
            for code, name in (("OK-1", "opening"), ("OK-2", "recovery"))
        ]
        document = {
            "schema": "trucewatch/positions-to-sign/1",
            "watch": "two-valleys",
            "log_origin": "trucewatch/abc",
            "delegation": "A",
            "sealed_to": sealed_to,
            "items": [self.item(number, **item) for number, item in enumerate(items, 1)],
            **changes,
        }
        path = self.folder / "to-sign.json"
        path.write_text(json.dumps(document, indent=1), "utf-8")
        return str(path)

    def item(self, number: int, **changes: Any) -> dict[str, Any]:
        of_record = {name: changes[name] for name in ("finding", "questions") if name in changes}
        record = changes.get("record", record_of(number, **of_record))
        return {
            "code": f"R-{number}",
            "finding": f"f-{number}",
            "finding_sha256": hash_of(str(record)),
            "round": 1,
            "questions": ["happened", "what", "where_when"],
            "previous_sha256": None,
            "record": record,
            "answers": dict.fromkeys(("happened", "what", "where_when"), "concur"),
            **changes,
        }

    @property
    def only_to(self) -> tuple[str, str]:
        """A file of the keys that the officer knows."""
        lines = [line for name in ("opening", "recovery") for line in self.opens[name].splitlines()]
        (self.folder / "known").write_text("\n".join(lines), "utf-8")
        return "--only-to", str(self.folder / "known")

    def sign(self, file: str, *more: str, code: str = "OK-1") -> tuple[int, str]:
        words = ["--key", str(self.folder / "key"), "--out", str(self.folder / "in.json"), "--code", code, *more]
        return call("sign", file, *words, "--yes", *(() if "--only-to" in more else self.only_to))

    @property
    def handed_in(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "in.json").read_text("utf-8"))
        return document

    @property
    def asked(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads((self.folder / "to-sign.json").read_text("utf-8"))
        return document

    def sealed(self, **changes: Any) -> str:
        """What the console gives back of what was sealed."""
        records = {each["code"]: each["record"] for each in self.asked["items"]}
        items = [
            {
                "code": each["code"],
                "record": records[each["code"]],
                "entry": 7,
                "key": "OK-1",
                "commitment": each["commitment"],
                "sealed": each["sealed"],
                "sealed_to": ["OK-1"],
            }
            for each in self.handed_in["items"]
        ]
        path = self.folder / "sealed.json"
        path.write_text(json.dumps({"items": items, "step": "opening", **changes}), "utf-8")
        return str(path)

    def open(self, file: str, name: str = "opening", out: str = "opened.json") -> tuple[int, str]:
        key, where = str(self.folder / name), str(self.folder / out)
        return call("sign", "--open", file, "--opening-key", key, "--out", where)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.delenv("TRUCEWATCH_PASSPHRASE", raising=False)
    return Desk(tmp_path)


DISSENT = {
    "answers": {"happened": "concur", "what": {"answer": "dissent", "version": "взрыв"}, "where_when": "abstain"},
    "reasons": {"what": "road works", "happened": ""},
}


def test_one_position_is_signed_sealed_to_all_keys_and_opened_by_each(desk: Desk) -> None:
    code, text = desk.sign(desk.to_sign(DISSENT))
    assert code == 0
    for words in (
        "R-1  f-1",
        "    in:  watch    two-valleys",
        "    in:  ledger   trucewatch/abc",
        "    put: clause   accord 1; 1a; prohibited/2",
        "    put: finding  inconsistent",
        "    put: what     explosion air; blast; 2 3",
        "    put: where    44.51000 40.20000; ± 510.0 m; halvane, long-water",
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


def test_what_was_put_is_shown_beside_what_is_opened(desk: Desk) -> None:
    desk.sign(desk.to_sign(DISSENT))
    _, text = desk.open(desk.sealed())
    put = [
        "in:  watch    two-valleys",
        "in:  ledger   trucewatch/abc",
        "put: clause   accord 1",
        "put: finding  incons",
    ]
    put += ["put: what     explosion", "put: where    44.51000", "put: when     2031-05-04", "dissent: взрыв"]
    lines = iter(text.splitlines())
    assert next(lines).startswith("R-1  f-1  round 1, signed ")
    assert [words for words in put if any(words in line for line in lines)] == put, "in this order"


def test_a_file_of_what_is_sealed_without_what_was_put_is_fetched_anew(desk: Desk) -> None:
    desk.sign(desk.to_sign({}))
    (item,) = json.loads(Path(desk.sealed()).read_text("utf-8"))["items"]
    older = {name: item[name] for name in item if name not in ("code", "record")}
    for items in ([older], *([{**item, "record": record}] for record in (None, "", 7, [], "\ud800"))):
        with pytest.raises(LedgerError, match=r"does not hold what was put to the delegations.*fetch it anew"):
            desk.open(desk.sealed(items=items))
    assert not (desk.folder / "opened.json").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "R-2"},
        {"code": None},
        {"record": record_of(2)},
        {"code": "R-2", "record": record_of(2)},  # the file of R-2 holds what lies sealed in R-1
        {"record": record_of(1, delegations=["A", "B", "C"])},
        {"record": record_of(1) + " "},
        {"record": "x"},
    ],
)
def test_what_lies_sealed_in_another_case_is_not_opened_as_of_this_one(desk: Desk, changes: dict[str, Any]) -> None:
    desk.sign(desk.to_sign({}))
    (item,) = json.loads(Path(desk.sealed()).read_text("utf-8"))["items"]
    with pytest.raises(
        LedgerError, match="position 1 of the file is not the one that was committed to; nothing was wr"
    ):
        desk.open(desk.sealed(items=[item | changes]))
    assert not (desk.folder / "opened.json").exists()


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


# What is signed is what was put, whatever the file says beside it.


def test_the_words_of_a_title_are_not_what_is_signed(desk: Desk) -> None:
    _, text = desk.sign(desk.to_sign({"title": "a meeting in the valley"}))
    assert "meeting" not in text


def test_a_file_without_what_was_put_is_refused_with_what_to_do(desk: Desk) -> None:
    for record in ("null", '""', "7", "[]", '"\\ud800"'):  # the last is half of a character
        file = Path(desk.to_sign({"record": "HERE"}))
        file.write_text(file.read_text("utf-8").replace('"HERE"', record), "utf-8")
        with pytest.raises(LedgerError, match=r"does not hold what was put to the delegations.*fetch it anew"):
            desk.sign(str(file))
    assert not (desk.folder / "in.json").exists()


def test_the_hash_of_one_finding_under_the_record_of_another_is_not_signed(desk: Desk) -> None:
    other = record_of(2)
    for changes in (
        {"finding_sha256": hash_of(other)},  # R-1 is shown, R-2 would be signed
        {"finding_sha256": hash_of(other), "finding": "f-2", "record": record_of(1)},
        {"finding_sha256": hash_of(record_of(1)).upper()},
        {"record": record_of(1) + " ", "finding_sha256": hash_of(record_of(1))},
    ):
        with pytest.raises(
            LedgerError, match=r"what the file holds of R-1 is not what would be signed.*Fetch the file"
        ):
            desk.sign(desk.to_sign(changes))
    assert not (desk.folder / "in.json").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "R-2"},
        {"record": record_of(2)},
        {"finding": "f-2", "record": record_of(1)},
        {"record": record_of(1, delegations=["B", "C"])},
        {"record": record_of(1, delegations="AB")},
        {"record": record_of(1, questions=["who"])},
        {"record": record_of(1, round=2)},
        {"record": record_of(1, round=True)},
        {"record": record_of(1, schema="trucewatch/review-wording/1")},
        {"record": record_of(1, put=[])},
        {"record": record_of(1, put={**PUT, "finding_id": "f-2"})},
        {"record": record_of(1, before=None)},
        {"round": 2},
        {"previous_sha256": "cd" * 32},
        {"previous_sha256": ""},
    ],
)
def test_a_record_of_something_else_is_not_signed(desk: Desk, changes: dict[str, Any]) -> None:
    with pytest.raises(LedgerError, match="the file has signed something else as R-"):
        desk.sign(desk.to_sign(changes))
    assert not (desk.folder / "in.json").exists()


def test_a_first_round_is_not_signed_as_a_later_one(desk: Desk) -> None:
    with pytest.raises(LedgerError, match="another case, finding, round or question"):
        desk.sign(desk.to_sign({}), "--in-the-open")


@pytest.mark.parametrize("record", ['{"a":1,"a":2}', "[" * 100_000, "NaN", '{"b":1, "a":2}', "[]"])
def test_a_record_that_is_no_canonical_json_is_refused(desk: Desk, record: str) -> None:
    with pytest.raises(LedgerError, match=r"canonical|not JSON|nested|begins with|twice"):
        desk.sign(desk.to_sign({"record": record}))


def test_what_was_put_cannot_look_like_another_line(desk: Desk) -> None:
    put = {**PUT, "finding_id": "f-1", "kind": "fire\n    put: what     meeting\u202e", "zones": {"x": 1}}
    _, text = desk.sign(desk.to_sign({"record": record_of(1, put=put)}))
    assert "put: what     fire     put: what     meeting" in text
    assert "\u202e" not in text


def test_what_the_console_gives_to_be_signed_shows_what_was_put(tmp_path: Path) -> None:
    """The record of the file is the one that the ledger has, and the command takes it."""
    officer = officer_of("D1")
    with room_in(tmp_path / "watch") as room:
        room.enrol(officer)
        room.put(0, 1)
        document = room.book.to_sign(["R-1", "R-2"], "D1")
        for item in document["items"]:
            item["record"] = room.store.objects.get(item["finding_sha256"]).decode()
        for item in document["items"]:
            record = record_put(tmp_path, item, "D1", in_the_open=False)
            text = "\n".join(lines_put(record))
            for name in ("stipulation", "kind", "occurred_start", "lat"):
                assert record["put"][name] in text
        first, second = document["items"]
        assert "title" not in first
        with pytest.raises(LedgerError, match="is not what would be signed"):
            record_put(tmp_path, {**first, "record": second["record"]}, "D1", in_the_open=False)

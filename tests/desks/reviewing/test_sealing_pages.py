"""What browsers ask and hand over: of one's own delegation alone, whole or refused with a sentence; lists of what was
opened alone."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pyrage
import pytest
from httpx2 import Response
from typer.testing import CliRunner

from tests.conftest import each
from tests.desks.reviewing.two_delegations import Delegations, Signer, all_of, both
from tests.server.conftest import client_of
from tests.store.test_sign_in_accounts import Clock
from trucewatch.cli.main import app
from trucewatch.ledger.keyfile import write_key
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.ledger.position import SEALED_BYTES, SealedPosition, opened_document, read_opened, sign_positions
from trucewatch.model.times import iso_utc
from trucewatch.server.console import Console
from trucewatch.store.review_records import COMMITMENT, POSITION

PLANTED = "a version of which nobody may learn early"


@pytest.fixture
def people(console: Console, clock: Clock) -> Delegations:
    return both(console, clock)


def items_of(signer: Signer, codes: list[str]) -> tuple[list[dict[str, Any]], list[SealedPosition]]:
    """A list as a browser makes it: signed as one act, each sealed alone."""
    asked = signer.get(f"/review/to-sign?codes={','.join(codes)}").json()
    documents = [
        {
            "watch": asked["watch"],
            "log_origin": asked["log_origin"],
            "finding": item["finding"],
            "finding_sha256": item["finding_sha256"],
            "delegation": asked["delegation"],
            "round": item["round"],
            "answers": {question: {"answer": "concur"} for question in item["questions"]},
            "reasons": {},
            "previous_sha256": item["previous_sha256"],
            "signed_at": iso_utc(signer.colleague.clock.moment.replace(microsecond=0)),
        }
        for item in asked["items"]
    ]
    signed = sign_positions(documents, signer.key(), [bytes([place]) * 32 for place in range(len(codes))])
    to = [pyrage.x25519.Recipient.from_str(each["opens"]) for each in asked["sealed_to"]]
    items = [
        {
            "code": item["code"],
            "finding_sha256": item["finding_sha256"],
            "round": item["round"],
            "key": signer.code,
            "commitment": position.commitment,
            "signed_at": position.document["signed_at"],
            "sealed": base64.b64encode(pyrage.encrypt(opened_document(position, padded=True), to)).decode(),
        }
        for item, position in zip(asked["items"], signed, strict=True)
    ]
    return items, signed


def detail(answer: Response) -> str:
    return str(answer.json()["detail"])


def test_a_list_has_no_member_that_was_not_opened(people: Delegations) -> None:
    codes = people.put(3)
    items, _ = items_of(people.ben, codes)
    for code in codes[:2]:
        assert people.ben.get(f"/review/{code}").status_code == 200
    before = len(people.console.store.journal)
    answer = people.ben.send("/review/commit", {"items": items})
    assert answer.status_code == 422
    assert codes[2] in detail(answer)
    assert codes[0] not in detail(answer)
    assert len(people.console.store.journal) == before
    assert people.ben.get(f"/review/{codes[2]}").status_code == 200
    answer = people.ben.send("/review/commit", {"items": items, "opened": codes[:2]})
    assert answer.status_code == 422, "what the browser says it opened is held against it too"
    answer = people.ben.send("/review/commit", {"items": items, "opened": codes})
    assert answer.status_code == 200, answer.text
    records = [next(people.console.store.journal.entries(number)).record for number in answer.json()["entries"]]
    assert [record["case"] for record in records if record["schema"] == COMMITMENT] == codes
    assert len({record["list"] for record in records if record["schema"] == COMMITMENT}) == 1


def test_what_somebody_else_opened_is_not_opened_by_me(people: Delegations) -> None:
    codes = people.put(2)
    for code in codes:
        people.anna.get(f"/review/{code}")
    items, _ = items_of(people.ben, codes)
    assert people.ben.send("/review/commit", {"items": items}).status_code == 422


def test_the_page_of_a_list_has_what_was_opened_and_names_what_was_not(people: Delegations) -> None:
    codes = people.put(3)
    people.ben.get(f"/review/{codes[0]}")
    page = people.ben.get(f"/review/list?codes={','.join(codes)}").text
    assert f'<li data-review-case="{codes[0]}"' in page
    assert f'<li data-review-case="{codes[1]}"' not in page
    assert f'<a href="/review/{codes[1]}">' in page
    assert "R-99" in people.ben.get("/review/list?codes=R-99").text


def test_a_case_alone_needs_no_opened_list(people: Delegations) -> None:
    (code,) = people.put()
    assert people.ben.seal(code, all_of("concur")).json()["path"] == f"/review/{code}"


def test_only_ones_own_delegation_is_given_what_it_sealed(people: Delegations) -> None:
    (code,) = people.put()
    people.ben.seal(code, all_of(f"dissent:{PLANTED}"))
    own = people.anna.get(f"/review/{code}/sealed").json()
    assert len(own["items"]) == 1
    assert own["step"] == "blind"
    assert people.dan.get(f"/review/{code}/sealed").json()["items"] == []
    assert people.dan.get(f"/review/{code}/sealed.json").json()["items"] == []
    assert PLANTED not in people.dan.get(f"/review/{code}/sealed").text


def test_a_position_is_not_opened_before_all_are_in(people: Delegations) -> None:
    (code,) = people.put()
    people.ben.seal(code, all_of("concur"))
    items, signed = items_of(people.dan, [code])
    answer = people.ben.send(f"/review/{code}/open", {"opened": opened_document(signed[0]).decode()})
    assert answer.status_code == 409
    assert not [e for e in people.console.store.journal.entries() if e.record["schema"] == POSITION]
    assert people.dan.send("/review/commit", {"items": items}).status_code == 200
    people.ben.open(code)
    people.dan.open(code)
    assert len([e for e in people.console.store.journal.entries() if e.record["schema"] == POSITION]) == 2
    assert people.ben.get(f"/review/{code}/sealed").json()["items"] == []


def test_an_act_sent_twice_is_entered_once_and_answered_as_the_first(people: Delegations) -> None:
    (code,) = people.put()
    items, _ = items_of(people.ben, [code])
    first = people.ben.send("/review/commit", {"items": items})
    before = len(people.console.store.journal)
    second = people.ben.send("/review/commit", {"items": items})
    assert second.status_code == 200
    assert second.json()["path"] == first.json()["path"]
    assert len(people.console.store.journal) == before


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"{",
        b"null",
        b'{"items": []}',
        b'{"items": [null]}',
        b'{"items": [{"code": "R-1"}]}',
        b'{"items": "R-1"}',
        b"[" * 100_000,
        '{"items": [{"code": "Ｒ-1"}]}'.encode(),
    ],
)
def test_what_is_not_whole_is_refused_with_what_to_do(people: Delegations, sent: bytes) -> None:
    people.put()
    before = len(people.console.store.journal)
    for path in each(("/review/commit", "/review/R-1/open", "/review/R-1/position", "/review/R-1/reseal")):
        answer = people.ben.colleague.browser.post(path, content=sent, headers={"accept": "application/json"})
        assert answer.status_code in (409, 422), (path, answer.text)
        assert "nothing was entered" in detail(answer)
    assert len(people.console.store.journal) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "R-0"),
        ("code", 1),
        ("round", True),
        ("round", "1"),
        ("round", -1),
        ("key", "OK-"),
        ("commitment", "AB" * 32),
        ("commitment", ""),
        ("signed_at", "yesterday"),
        ("signed_at", "2031-05-04T17:55:00"),
        ("sealed", "no base64!"),
        ("finding_sha256", None),
    ],
)
def test_a_field_that_is_none_is_refused_by_its_name(people: Delegations, field: str, value: object) -> None:
    (code,) = people.put()
    items, _ = items_of(people.ben, [code])
    before = len(people.console.store.journal)
    answer = people.ben.send("/review/commit", {"items": [items[0] | {field: value}]})
    assert answer.status_code in (409, 422)
    assert detail(answer)
    assert len(people.console.store.journal) == before


def test_without_accounts_nobody_speaks_for_a_delegation(console: Console) -> None:
    client = client_of(console)
    assert client.get("/review/to-sign?codes=R-1").status_code == 404
    answer = client.post("/review/commit", json={"items": []})
    assert answer.status_code in (409, 422)


def test_what_was_signed_elsewhere_is_handed_in_as_a_file(people: Delegations) -> None:
    codes = people.put(2)
    items, signed = items_of(people.ben, codes)
    content = json.dumps({"schema": "trucewatch/positions-sealed/1", "items": items}).encode()
    browser = people.ben.colleague.browser
    answer = browser.post("/review/hand-in", files={"file": ("sealed.json", content)})
    assert answer.status_code == 303, answer.text[-2000:]
    theirs, _ = items_of(people.dan, codes)
    for code in codes:
        people.dan.get(f"/review/{code}")
    assert people.dan.send("/review/commit", {"items": theirs}).status_code == 200
    opened = [{"opened": opened_document(position).decode()} for position in signed]
    answer = browser.post("/review/hand-in", files={"file": ("opened.json", json.dumps({"items": opened}).encode())})
    assert answer.status_code == 303, answer.text[-2000:]
    records = [e.record for e in people.console.store.journal.entries() if e.record["schema"] == POSITION]
    assert [record["case"] for record in records] == codes


@pytest.mark.parametrize("content", [b"", b"x", b"{}", b'{"items": [{}]}', b'{"items": [{"opened": "x"}]}'])
def test_a_file_that_is_none_is_refused_and_nothing_is_entered(people: Delegations, content: bytes) -> None:
    before = len(people.console.store.journal)
    answer = people.ben.colleague.browser.post("/review/hand-in", files={"file": ("x.json", content)})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert len(people.console.store.journal) == before


def test_a_member_of_a_list_is_taken_out_and_proved_alone(people: Delegations, tmp_path: Path) -> None:
    first, second = people.put(2)
    for code in (first, second):
        people.ben.get(f"/review/{code}")
    items, _ = items_of(people.ben, [first, second])
    assert people.ben.send("/review/commit", {"items": items}).status_code == 200
    people.dan.seal(first, all_of("abstain"))
    assert "/position-" not in people.ben.get(f"/review/{first}").text, "nothing is taken away before it is opened"
    people.ben.open(first)
    link = re.search(rf'href="(/review/{first}/position-\d+\.json)"', people.dan.get(f"/review/{first}").text)
    assert link
    answer = people.dan.get(link[1])
    assert "attachment" in answer.headers["content-disposition"]
    document = answer.json()
    assert document["list"]["size"] == 2, "it was signed with another"
    assert second not in answer.text
    (tmp_path / "position.json").write_bytes(answer.content)
    result = CliRunner().invoke(app, ["verify", str(tmp_path / "position.json")])
    assert result.exit_code == 0, result.output
    (tmp_path / "other.json").write_bytes(answer.content.replace(b"concur", b"absent", 1))
    assert CliRunner().invoke(app, ["verify", str(tmp_path / "other.json")]).exit_code != 0
    assert people.dan.get(f"/review/{second}/{link[1].rsplit('/')[-1]}").status_code == 404, "it is of the other case"


def test_who_is_taken_in_no_list_and_offered_in_none(people: Delegations, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = people.put(2)
    for signer in (people.ben, people.dan):
        signer.seal(first, all_of("concur"))
    for signer in (people.ben, people.dan):
        signer.open(first)
    for signer in (people.ben, people.dan):
        signer.post(f"/review/{first}/done")
    apart = people.anna.post(f"/review/{first}/who").headers["location"].rsplit("/")[-1]
    for code in (second, apart):
        people.anna.get(f"/review/{code}")
    assert f'data-review-case="{apart}"' not in people.anna.get("/review/list").text
    assert f'data-review-case="{second}"' in people.anna.get("/review/list").text
    items, _ = items_of(people.anna, [second])
    before = len(people.console.store.journal)
    answer = people.anna.send("/review/commit", {"items": [*items, items[0] | {"code": apart}]})
    assert answer.status_code == 422
    assert f"never in a list; take {apart} out" in detail(answer)
    assert len(people.console.store.journal) == before


def test_what_a_colleague_seals_over_a_position_is_offered_with_all_that_lay_there_before(people: Delegations) -> None:
    (code,) = people.put()
    people.ben.seal(code, all_of("dissent:it was otherwise"))
    (before,) = people.ben.get(f"/review/{code}/sealed").json()["items"]
    assert before["earlier"] == []
    asked = people.anna.get(f"/review/to-sign?codes={code}").json()
    to = [pyrage.x25519.Recipient.from_str(each["opens"]) for each in asked["sealed_to"]]
    noise = base64.b64encode(pyrage.encrypt(b"0" * SEALED_BYTES, to)).decode()
    document = {"commitment": before["commitment"], "sealed": noise, "key": people.anna.code}
    assert people.anna.send(f"/review/{code}/reseal", document).status_code == 200
    (after,) = people.ben.get(f"/review/{code}/sealed").json()["items"]
    assert after["sealed"] == noise
    assert after["earlier"] == [{"sealed": before["sealed"], "sealed_to": before["sealed_to"]}]
    people.dan.seal(code, all_of("concur"))
    content = pyrage.decrypt(base64.b64decode(after["earlier"][0]["sealed"]), [people.ben.opening])
    opened = opened_document(read_opened(content)).decode()
    assert people.ben.send(f"/review/{code}/open", {"opened": opened}).status_code == 200


def test_a_file_to_be_signed_holds_what_was_put_and_the_command_shows_that(
    people: Delegations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record of each case, byte for byte as the ledger has it; what a browser asks for holds none."""
    monkeypatch.delenv("TRUCEWATCH_PASSPHRASE", raising=False)
    first, second = people.put(2)
    one, both_files = (
        people.ben.get(path).json()
        for path in (f"/review/{first}/to-sign.json", f"/review/to-sign.json?codes={first},{second}")
    )
    assert both_files["items"][0] == one["items"][0]
    objects = people.console.store.objects
    for item in both_files["items"]:
        assert item["record"].encode() == objects.get(item["finding_sha256"])
    assert "record" not in people.ben.get(f"/review/to-sign?codes={first}").json()["items"][0]

    key, known, file = tmp_path / "key", tmp_path / "known", tmp_path / "to-sign.json"
    write_key(key, SecretKey("d1/officer", LOG_ALGORITHM, people.ben.signing), None)
    known.write_text("\n".join(each["opens"] for each in one["sealed_to"]), "utf-8")
    words = ["sign", str(file), "--key", str(key), "--code", people.ben.code, "--yes", "--only-to", str(known), "--out"]
    one["items"][0]["answers"] = dict.fromkeys(one["items"][0]["questions"], "concur")
    file.write_text(json.dumps(one), "utf-8")
    result = CliRunner().invoke(app, [*words, str(tmp_path / "in.json")])
    assert result.exit_code == 0, result.output
    mixed_up = [people.anna.code if word == people.ben.code else word for word in words]
    result = CliRunner().invoke(app, [*mixed_up, str(tmp_path / "mixed-up.json")])
    assert "is another key than the one that was given with --key" in str(result.exception)
    assert not (tmp_path / "mixed-up.json").exists()
    result = CliRunner().invoke(app, [*words, str(tmp_path / "again.json")])
    put = json.loads(one["items"][0]["record"])["put"]
    for name in ("stipulation", "kind", "lat", "occurred_start"):
        assert put[name] in result.output
    other = both_files["items"][1]
    one["items"][0] |= {"finding": other["finding"], "finding_sha256": other["finding_sha256"]}
    file.write_text(json.dumps(one), "utf-8")
    result = CliRunner().invoke(app, [*words, str(tmp_path / "other.json")])
    assert "is not what would be signed" in str(result.exception)
    assert not (tmp_path / "other.json").exists()


def test_a_file_of_what_is_sealed_holds_what_was_put_and_the_command_shows_that(
    people: Delegations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a browser asks for holds none of it; what lies sealed in another case is not opened as of this one."""
    monkeypatch.delenv("TRUCEWATCH_PASSPHRASE", raising=False)
    first, second = people.put(2)
    for code in (first, second):
        people.ben.seal(code, all_of("concur"))
    assert not {"code", "record"} & set(people.ben.get(f"/review/{first}/sealed").json()["items"][0])
    of_first, of_second = (people.ben.get(f"/review/{code}/sealed.json").json() for code in (first, second))
    (item,), (other,) = of_first["items"], of_second["items"]
    assert (item["code"], other["code"]) == (first, second)
    puts = [
        e.record for e in people.console.store.journal.entries() if e.record["schema"] == "trucewatch/review-case/1"
    ]
    assert [json.loads(each["record"]) for each in (item, other)] == puts

    key, file = tmp_path / "opening", tmp_path / "sealed.json"
    key.write_text(f"{people.ben.opening}\n", "ascii")
    key.chmod(0o600)

    def opened(document: dict[str, Any], out: str) -> Any:
        file.write_text(json.dumps(document), "utf-8")
        words = ["sign", "--open", str(file), "--opening-key", str(key), "--out", str(tmp_path / out)]
        return CliRunner().invoke(app, words)

    result = opened(of_first, "opened.json")
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"{first}  {puts[0]['finding']}")
    for name in ("stipulation", "kind", "lat", "occurred_start"):
        assert puts[0]["put"][name] in result.output
    asked = people.ben.get(f"/review/to-sign?codes={first}").json()
    for name in ("watch", "log_origin"):
        assert asked[name] in result.output
    for swapped in (other | {"code": first}, other | {"code": first, "record": item["record"]}):
        result = opened(of_first | {"items": [swapped]}, "other.json")
        assert "is not the one that was committed to" in str(result.exception)
    assert not (tmp_path / "other.json").exists()

"""The witness: follows a growing log, refuses every other story, and what it accuses of can be verified by anyone."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import LedgerError
from trucewatch.ledger.fetching import fetch_from_folder
from trucewatch.ledger.keyfile import new_key
from trucewatch.ledger.log import Log
from trucewatch.ledger.note import (
    LOG_ALGORITHM,
    WITNESS_ALGORITHM,
    SecretKey,
    read_checkpoint,
    sign_checkpoint,
)
from trucewatch.ledger.witness import (
    CLOCK_STEP_S,
    Accusation,
    cosign,
    merge_cosignatures,
    verify_accusation,
)

LOG = new_key("test.invalid/log", LOG_ALGORITHM)
KEY = new_key("test.invalid/witness", WITNESS_ALGORITHM)
OTHER = new_key("test.invalid/another", WITNESS_ALGORITHM)
NOW = 1_930_000_000
WEEK = 7 * 86_400


class Served:
    """A log in a folder; `story` tells two logs under one key apart."""

    def __init__(self, folder: Path, story: str = "") -> None:
        self.log, self.story, self.fetch = Log(folder), story, fetch_from_folder(folder)

    def grow(self, size: int, key: SecretKey = LOG) -> bytes:
        """The checkpoint after growing to this size; entries before the third are equal in every story."""
        self.log.append([f"entry {n}{self.story if n > 2 else ''}".encode() for n in range(self.log.size, size)])
        return self.log.publish(LOG.name, [key])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    one = Served(tmp_path / "one")
    yield one
    one.log.close()


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Served]:
    two = Served(tmp_path / "two", " told otherwise")
    yield two
    two.log.close()


def follow(served: Served, checkpoint: bytes, seen: bytes | None, now: int = NOW) -> bytes:
    return cosign(checkpoint, LOG.public, KEY, seen, served.fetch, now)


def time_of(cosigned: bytes) -> int:
    (mine,) = [one for one in read_checkpoint(cosigned).signatures if one.name == KEY.name]
    return int.from_bytes(mine.signature[:8], "big")


def test_a_witness_follows_a_growing_log(served: Served) -> None:
    seen = None
    for step, size in enumerate((0, 1, 2, 3, 7, 8, 255, 256, 257, 300, 512, 700)):
        checkpoint = served.grow(size)
        seen = follow(served, checkpoint, seen, NOW + step)
        cosigned = read_checkpoint(seen)
        assert cosigned.signed_by(LOG.public)
        assert cosigned.signed_by(KEY.public)
        assert cosigned.text == read_checkpoint(checkpoint).text
        assert time_of(seen) == NOW + step


def test_a_log_of_more_than_a_tile_of_tiles_is_followed(served: Served) -> None:
    seen = follow(served, served.grow(65_537), None)
    seen = follow(served, served.grow(66_000), seen)
    assert read_checkpoint(seen).size == 66_000


@settings(deadline=None, max_examples=40)
@given(old=st.integers(0, 600), more=st.integers(0, 600))
def test_any_growth_is_cosigned_and_any_other_story_accused(
    tmp_path_factory: pytest.TempPathFactory, old: int, more: int
) -> None:
    one = Served(tmp_path_factory.mktemp("one"))
    two = Served(tmp_path_factory.mktemp("two"), " otherwise")
    seen = follow(one, one.grow(old), None)
    assert read_checkpoint(follow(one, one.grow(old + more), seen)).size == old + more
    other = two.grow(old + more)
    if old <= 3:
        assert follow(two, other, seen)
    else:
        with pytest.raises(Accusation) as caught:
            follow(two, other, seen)
        verify_accusation(caught.value.document, LOG.public)
    one.log.close()
    two.log.close()


def test_a_witness_that_was_down_for_a_week_catches_up(served: Served) -> None:
    seen = follow(served, served.grow(5), None)
    for size in (100, 256, 400):
        served.grow(size)
    assert time_of(follow(served, served.grow(777), seen, NOW + WEEK)) == NOW + WEEK


def test_an_unchanged_log_is_cosigned_again(served: Served) -> None:
    checkpoint = served.grow(5)
    again = follow(served, checkpoint, follow(served, checkpoint, None), NOW + 60)
    assert time_of(again) == NOW + 60
    assert len(read_checkpoint(again).signatures) == 2


def test_a_split_view_of_equal_sizes_is_accused(served: Served, second: Served) -> None:
    seen = follow(served, served.grow(5), None)
    with pytest.raises(Accusation, match="two different logs of 5 entries") as caught:
        follow(second, second.grow(5), seen)
    document = caught.value.document
    assert (document["what"], document["proof"]) == ("split view", [])
    verify_accusation(json.loads(json.dumps(document)), LOG.public)
    assert (
        read_checkpoint(document["checkpoint_a"].encode()).root
        != read_checkpoint(document["checkpoint_b"].encode()).root
    )


@pytest.mark.parametrize(("old", "new"), [(4, 9), (5, 9), (256, 300), (300, 1000)])
def test_a_split_view_of_different_sizes_is_accused_with_a_proof(
    served: Served, second: Served, old: int, new: int
) -> None:
    seen = follow(served, served.grow(old), None)
    checkpoint = second.grow(new)
    with pytest.raises(Accusation, match=f"the first {old} are not those") as caught:
        follow(second, checkpoint, seen)
    document = caught.value.document
    assert document["proof"]
    assert document["checkpoint_a"].encode() == seen
    assert document["checkpoint_b"].encode() == checkpoint
    verify_accusation(document, LOG.public)


def test_a_smaller_log_with_another_story_is_a_split_view(served: Served, second: Served) -> None:
    seen = follow(served, served.grow(9), None)
    with pytest.raises(Accusation, match="split view") as caught:
        follow(served, second.grow(5), seen)
    verify_accusation(caught.value.document, LOG.public)


def test_a_rollback_is_refused_and_kept_but_proves_nothing_alone(served: Served) -> None:
    early = served.grow(5)
    seen = follow(served, served.grow(9), None)
    with pytest.raises(Accusation, match=r"rollback: .* shows 5 entries and has signed 9") as caught:
        follow(served, early, seen)
    document = caught.value.document
    assert document["what"] == "rollback"
    assert (document["checkpoint_a"], document["checkpoint_b"]) == (early.decode(), seen.decode())
    with pytest.raises(LedgerError, match="does not prove a split view by itself"):
        verify_accusation(document, LOG.public)


def test_a_rollback_is_refused_even_if_the_tiles_are_gone(served: Served) -> None:
    early = served.grow(5)
    seen = follow(served, served.grow(9), None)

    def nothing(path: str) -> bytes:
        raise LedgerError(f"{path} is missing")

    with pytest.raises(Accusation, match="cannot be told: tile/0/000"):
        cosign(early, LOG.public, KEY, seen, nothing, NOW)


def test_two_stories_under_two_keys_are_refused_but_need_both_keys_to_prove(served: Served, second: Served) -> None:
    seen = follow(served, served.grow(5), None)
    rotated = new_key(LOG.name, LOG_ALGORITHM)
    with pytest.raises(Accusation, match="across a change of key") as caught:
        cosign(second.grow(9, rotated), rotated.public, KEY, seen, second.fetch, NOW)
    with pytest.raises(LedgerError, match="by itself"):
        verify_accusation(caught.value.document, rotated.public)


def test_a_log_that_changed_its_key_is_followed_with_the_new_one(served: Served) -> None:
    seen = follow(served, served.grow(5), None)
    rotated = new_key(LOG.name, LOG_ALGORITHM)
    checkpoint = served.grow(9, rotated)
    with pytest.raises(LedgerError, match="changed its key"):
        follow(served, checkpoint, seen)
    assert read_checkpoint(cosign(checkpoint, rotated.public, KEY, seen, served.fetch, NOW)).size == 9


def test_an_accusation_cannot_be_invented(served: Served, second: Served) -> None:
    seen = follow(served, served.grow(5), None)
    honest = served.grow(9).decode()
    with pytest.raises(Accusation) as caught:
        follow(second, second.grow(9), seen)
    good = caught.value.document
    zero = base64.b64encode(bytes(32)).decode()
    size_5_root = base64.b64encode(served.log.root(5)).decode()
    invented: list[tuple[dict[str, Any], str]] = [
        ({"checkpoint_b": honest}, "does not lead to the root"),
        ({"root_of_b_at_a": size_5_root}, "does not lead to the root"),
        ({"root_of_b_at_a": zero}, "does not lead to the root"),
        ({"root_of_b_at_a": "AA=="}, "32 bytes"),
        ({"proof": good["proof"][1:]}, "too short"),
        ({"proof": [*good["proof"], zero]}, "too long"),
        ({"proof": []}, "does not fit"),
        (
            {"checkpoint_a": good["checkpoint_b"], "checkpoint_b": good["checkpoint_a"]},
            "smaller checkpoint has to come first",
        ),
        (
            {"checkpoint_b": good["checkpoint_a"], "proof": [], "root_of_b_at_a": zero},
            "has to be the root of checkpoint_b",
        ),
        ({"checkpoint_b": good["checkpoint_a"], "proof": [], "root_of_b_at_a": size_5_root}, "agree"),
        ({"log": str(new_key(LOG.name, LOG_ALGORITHM).public)}, "another log's key"),
        ({"what": "rollback"}, "by itself"),
        ({"schema": "x"}, "by itself"),
        ({"more": 1}, "exactly the fields"),
        ({"proof": "x"}, "exactly the fields"),
    ]
    for change, reason in invented:
        with pytest.raises(LedgerError, match=reason):
            verify_accusation(good | change, LOG.public)


def test_every_hash_of_a_tile_that_is_tampered_with_is_noticed(served: Served) -> None:
    seen = follow(served, served.grow(5), None)
    checkpoint = served.grow(11)
    for byte in range(0, 11 * 32, 7):

        def tampered(path: str, byte: int = byte) -> bytes:
            content = bytearray(served.fetch(path))
            content[byte] ^= 1
            return bytes(content)

        for state in (seen, None):
            with pytest.raises(LedgerError, match=r"do not lead to the root .* size 11") as caught:
                cosign(checkpoint, LOG.public, KEY, state, tampered, NOW)
            assert not isinstance(caught.value, Accusation)


@pytest.mark.parametrize("change", [b"", b"x"])
def test_a_tile_of_the_wrong_length_is_named(served: Served, change: bytes) -> None:
    checkpoint = served.grow(11)
    with pytest.raises(LedgerError, match=r"tile/0/000\.p/11 is \d+ bytes long, not 352"):
        cosign(checkpoint, LOG.public, KEY, None, lambda path: served.fetch(path) + change if change else b"", NOW)


def test_a_full_tile_stands_in_for_the_partial_one_it_replaced(served: Served) -> None:
    checkpoint = served.grow(200)
    served.grow(256)
    assert read_checkpoint(follow(served, checkpoint, None)).size == 200


def test_a_missing_tile_says_to_fetch_the_checkpoint_again(served: Served) -> None:
    checkpoint = served.grow(200)
    (served.log.folder / "tile/0/000.p/200").unlink()
    with pytest.raises(LedgerError, match=r"tile/0/000\.p/200 .*fetch its checkpoint again"):
        follow(served, checkpoint, None)


def test_a_size_in_other_digits_than_ours_is_no_size() -> None:
    for size in ("١٢", "1٢", "１"):
        with pytest.raises(LedgerError, match="three lines"):
            read_checkpoint(f"example.org/log\n{size}\n{'A' * 43}=\n\n— example.org/log {'A' * 92}\n".encode())


def test_a_strangers_checkpoint_is_refused(served: Served) -> None:
    root = served.log.root()
    stranger = new_key(LOG.name, LOG_ALGORITHM)
    with pytest.raises(LedgerError, match="is not signed by"):
        follow(served, sign_checkpoint(LOG.name, 0, root, [stranger]), None)


def test_a_bad_signature_beside_a_good_one_is_refused(served: Served) -> None:
    checkpoint = served.grow(3)
    bad = LOG.signature_line(b"something else\n").encode()
    with pytest.raises(LedgerError, match="is not good"):
        follow(served, checkpoint + bad, None)


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("test.invalid/other", "not of 'test.invalid/log';"),
        ("ｔest.invalid/log", "looks the same and is not"),
        ("Test.invalid/log", "looks the same and is not"),
    ],
)
def test_a_checkpoint_of_another_origin_is_refused(served: Served, origin: str, said: str) -> None:
    other = SecretKey(origin, LOG_ALGORITHM, LOG.private)
    with pytest.raises(LedgerError, match=said):
        follow(served, sign_checkpoint(origin, 0, served.log.root(), [other]), None)


@pytest.mark.parametrize("name", ["Test.invalid/witness", "test.invalid／witness", "TEST.invalid/log"])
def test_a_look_alike_signature_line_is_refused_and_named(served: Served, name: str) -> None:
    checkpoint = served.grow(3)
    line = SecretKey(name, WITNESS_ALGORITHM, KEY.private).signature_line(b"x\n", posix_seconds=NOW)
    with pytest.raises(LedgerError, match="looks like") as caught:
        follow(served, checkpoint + line.encode(), None)
    assert ascii(name) in str(caught.value)


@pytest.mark.parametrize("cut", [1, 40, 100, 10_000])
def test_a_checkpoint_that_is_cut_off_is_refused(served: Served, cut: int) -> None:
    checkpoint = served.grow(3)
    with pytest.raises(LedgerError):
        follow(served, checkpoint[:-cut], None)


def test_lines_of_others_are_not_handed_on(served: Served) -> None:
    checkpoint = served.grow(3)
    text = read_checkpoint(checkpoint).text
    extended = checkpoint + OTHER.signature_line(text, posix_seconds=NOW).encode()
    assert follow(served, extended, None) == follow(served, checkpoint, None)


def test_keys_of_the_wrong_kind_are_refused(served: Served) -> None:
    checkpoint = served.grow(3)
    with pytest.raises(LedgerError, match="no witness's key"):
        cosign(checkpoint, LOG.public, LOG, None, served.fetch, NOW)
    with pytest.raises(LedgerError, match="not a log's"):
        cosign(checkpoint, KEY.public, KEY, None, served.fetch, NOW)


def test_a_state_that_was_changed_or_is_of_another_log_is_refused(served: Served) -> None:
    checkpoint = served.grow(5)
    seen = follow(served, checkpoint, None)
    text = read_checkpoint(seen).text
    other_log = new_key("test.invalid/other", LOG_ALGORITHM)
    states = {
        "cannot be used": seen[:-30],
        "is not good": seen.replace(b"\n5\n", b"\n4\n"),
        "keep one state for each log": sign_checkpoint(other_log.name, 0, bytes(32), [other_log]),
        "carries neither": text + b"\n" + OTHER.signature_line(text, posix_seconds=NOW).encode(),
    }
    for reason, state in states.items():
        with pytest.raises(LedgerError, match=reason):
            follow(served, checkpoint, state)


def test_a_clock_that_jumps_back_a_little_keeps_the_last_time(served: Served) -> None:
    seen = follow(served, served.grow(5), None)
    assert time_of(follow(served, served.grow(6), seen, NOW - CLOCK_STEP_S)) == NOW


def test_a_clock_that_jumps_back_far_signs_nothing_until_it_is_set(served: Served) -> None:
    seen = follow(served, served.grow(5), None)
    checkpoint = served.grow(6)
    with pytest.raises(LedgerError, match="set the clock"):
        follow(served, checkpoint, seen, NOW - CLOCK_STEP_S - 1)
    without_own_line = seen[: seen.index(b"\xe2\x80\x94 test.invalid/witness")]
    assert time_of(follow(served, checkpoint, without_own_line, NOW - WEEK)) == NOW - WEEK


@pytest.mark.parametrize("now", [-1, 0, 1 << 64])
def test_a_clock_outside_all_reason_signs_nothing(served: Served, now: int) -> None:
    with pytest.raises(LedgerError, match="set it"):
        follow(served, served.grow(5), None, now)


# Merging


def copies(served: Served) -> tuple[bytes, bytes, bytes]:
    checkpoint = served.grow(5)
    return (
        checkpoint,
        follow(served, checkpoint, None),
        cosign(checkpoint, LOG.public, OTHER, None, served.fetch, NOW + 5),
    )


def test_cosignatures_are_merged_by_name_after_the_logs_own(served: Served) -> None:
    checkpoint, mine, other = copies(served)
    whole = merge_cosignatures(checkpoint, [mine, other])
    assert [one.name for one in read_checkpoint(whole).signatures] == [LOG.name, OTHER.name, KEY.name]
    assert all(read_checkpoint(whole).signed_by(key.public) for key in (LOG, KEY, OTHER))
    assert merge_cosignatures(checkpoint, [other, mine, mine], [KEY.public, OTHER.public]) == whole
    assert merge_cosignatures(whole, [other, mine]) == whole
    assert merge_cosignatures(checkpoint, []) == checkpoint


def test_the_earliest_cosignature_of_a_witness_is_kept(served: Served) -> None:
    checkpoint, mine, _ = copies(served)
    later = follow(served, checkpoint, mine, NOW + WEEK)
    assert merge_cosignatures(checkpoint, [later, mine]) == mine
    assert merge_cosignatures(later, [mine]) == later, "what was published is not replaced"


def test_what_is_no_cosignature_of_this_checkpoint_is_not_merged(served: Served) -> None:
    checkpoint, mine, other = copies(served)
    text = read_checkpoint(checkpoint).text
    stranger = new_key(LOG.name, LOG_ALGORITHM)
    with pytest.raises(LedgerError, match="at size 6"):
        merge_cosignatures(mine, [sign_checkpoint(LOG.name, 6, bytes(32), [LOG])])
    with pytest.raises(LedgerError, match="no witness's cosignature"):
        merge_cosignatures(checkpoint, [checkpoint + stranger.signature_line(text).encode()])
    with pytest.raises(LedgerError, match="no good cosignature of a known witness"):
        merge_cosignatures(checkpoint, [mine, other], [KEY.public])
    forged = checkpoint + KEY.signature_line(b"x\n", posix_seconds=1).encode()
    with pytest.raises(LedgerError, match="no good cosignature"):
        merge_cosignatures(checkpoint, [forged], [KEY.public])

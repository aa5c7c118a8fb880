"""A file under a passphrase is age's own, costs the same everywhere, and opens whatever else the machine does."""

from __future__ import annotations

import pyrage
import pytest

from trucewatch.store import age_passphrase
from trucewatch.store.age_passphrase import MOST_BYTES, MOST_WORK, WORK, seal, unseal

WORDS = "vier ruhige Wörter auf Papier"
SAID = b"AGE-SECRET-KEY-1"
LITTLE = 4
"""Work that takes no time: how much it is changes nothing else."""


@pytest.mark.parametrize("content", [b"", SAID, bytes(range(256)) * 256])
def test_what_is_sealed_is_opened_here_and_by_another_program(content: bytes) -> None:
    sealed = seal(content, WORDS, work=LITTLE)
    assert unseal(sealed, WORDS) == content
    assert bytes(pyrage.passphrase.decrypt(sealed, WORDS)) == content
    assert seal(content, WORDS, work=LITTLE) != sealed


def test_what_another_program_sealed_is_opened() -> None:
    assert unseal(bytes(pyrage.passphrase.encrypt(SAID, WORDS)), WORDS) == SAID


def test_the_work_is_that_of_age_itself_and_never_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def noted(passphrase: str, salt: bytes, work: int) -> bytes:
        asked.append(work)
        return bytes(32)

    monkeypatch.setattr(age_passphrase, "_wrap_key", noted)
    assert unseal(seal(SAID, WORDS), WORDS) == SAID
    assert asked == [WORK, WORK] == [18, 18]


def test_what_was_made_with_more_work_than_we_take_is_opened() -> None:
    """What pyrage wrote on a fast machine before, and what age's own program would take."""
    assert MOST_WORK == 22
    assert unseal(seal(SAID, WORDS, work=WORK + 1), WORDS) == SAID


def test_another_passphrase_opens_nothing() -> None:
    sealed = seal(SAID, WORDS, work=LITTLE)
    for other in ("", WORDS + " ", WORDS.upper(), "\udcff"):
        with pytest.raises(ValueError):  # noqa: PT011 - of which kind is nobody's affair
            unseal(sealed, other)


def test_a_file_of_which_any_byte_is_another_is_not_opened() -> None:
    sealed = seal(SAID, WORDS, work=LITTLE)
    for place in range(len(sealed)):
        broken = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(ValueError):  # noqa: PT011
            unseal(broken, WORDS)
    for end in range(len(sealed)):
        with pytest.raises(ValueError):  # noqa: PT011
            unseal(sealed[:end], WORDS)


def test_work_that_nobody_asks_for_is_refused_and_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal(SAID, WORDS, work=LITTLE)
    monkeypatch.setattr(age_passphrase, "_wrap_key", lambda *_: pytest.fail("it began"))
    for work in (MOST_WORK + 1, 99):
        with pytest.raises(ValueError, match="more work"):
            unseal(sealed.replace(b" %d\n" % LITTLE, b" %d\n" % work, 1), WORDS)
    for text in (b" 0\n", b" 04\n", b" 100\n", b" -4\n", b"\n"):
        with pytest.raises(ValueError, match="not an age file"):
            unseal(sealed.replace(b" %d\n" % LITTLE, text, 1), WORDS)


def test_more_than_one_chunk_is_refused() -> None:
    with pytest.raises(ValueError, match="more than"):
        seal(bytes(MOST_BYTES + 1), WORDS, work=LITTLE)

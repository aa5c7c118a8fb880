"""Key files: written once, for their owner only; every way to be refused says what to do."""

from __future__ import annotations

import string
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import LedgerError
from trucewatch.ledger import keyfile
from trucewatch.ledger.keyfile import check_name, new_key, read_key, read_public_part, write_key
from trucewatch.ledger.note import LOG_ALGORITHM, WITNESS_ALGORITHM, SecretKey, read_public_key

PASSPHRASE = b"five plain words are enough"


@pytest.fixture
def key() -> SecretKey:
    return new_key("test.invalid/log", LOG_ALGORITHM)


@pytest.mark.parametrize("algorithm", [LOG_ALGORITHM, WITNESS_ALGORITHM])
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE, "пароль из слов".encode()])
def test_a_key_that_was_written_is_read_again(tmp_path: Path, algorithm: bytes, passphrase: bytes | None) -> None:
    key, path = new_key("test.invalid/a-1", algorithm), tmp_path / "key"
    write_key(path, key, passphrase)
    again = read_key(path, passphrase)
    assert again.public == key.public
    assert again.signature_line(b"x\n", posix_seconds=5) == key.signature_line(b"x\n", posix_seconds=5)
    assert read_public_part(path) == key.public
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_a_key_file_says_whose_it_is_before_the_secret(tmp_path: Path, key: SecretKey) -> None:
    write_key(tmp_path / "key", key, None)
    lines = (tmp_path / "key").read_text().splitlines()
    assert lines[1:5] == [
        "# name: test.invalid/log",
        "# algorithm: ed25519",
        f"# public: {key.public}",
        "-----BEGIN PRIVATE KEY-----",
    ]
    assert read_public_key(lines[3].removeprefix("# public: ")) == key.public


@pytest.mark.parametrize("umask", ["000", "277"])
def test_a_key_file_is_for_its_owner_only_whatever_the_umask(tmp_path: Path, umask: str) -> None:
    program = (
        "import os, sys; from pathlib import Path; from trucewatch.ledger.keyfile import new_key, write_key\n"
        "os.umask(int(sys.argv[2], 8)); write_key(Path(sys.argv[1]), new_key('a', bytes([1])), None)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "key"), umask], check=True)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_an_existing_file_is_never_overwritten(tmp_path: Path, key: SecretKey) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"what was here")
    with pytest.raises(LedgerError, match="exists and is kept"):
        write_key(path, key, None)
    assert path.read_bytes() == b"what was here"
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_a_link_in_the_files_place_is_not_followed(tmp_path: Path, key: SecretKey) -> None:
    (tmp_path / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LedgerError, match="exists and is kept"):
        write_key(tmp_path / "key", key, None)
    assert not (tmp_path / "elsewhere").exists()


def test_a_failed_write_leaves_nothing(tmp_path: Path, key: SecretKey, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_descriptor: int, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyfile, "write_all", fail)
    with pytest.raises(OSError, match="No space"):
        write_key(tmp_path / "key", key, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o644])
def test_a_key_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path, key: SecretKey, mode: int) -> None:
    path = tmp_path / "key"
    write_key(path, key, None)
    path.chmod(mode)
    with pytest.raises(LedgerError, match=f"chmod 600 {path}"):
        read_key(path, None)
    path.chmod(0o400)
    assert read_key(path, None).public == key.public


def test_a_missing_or_wrong_passphrase_is_told_apart(tmp_path: Path, key: SecretKey) -> None:
    path = tmp_path / "key"
    write_key(path, key, PASSPHRASE)
    for missing in (None, b""):
        with pytest.raises(LedgerError, match="is encrypted; give its passphrase"):
            read_key(path, missing)
    with pytest.raises(LedgerError, match="passphrase is wrong"):
        read_key(path, PASSPHRASE + b" ")


def test_an_empty_passphrase_is_not_taken_for_none(tmp_path: Path, key: SecretKey) -> None:
    with pytest.raises(LedgerError, match="passphrase is empty"):
        write_key(tmp_path / "key", key, b"")
    assert not (tmp_path / "key").exists()


def test_a_passphrase_too_many_is_harmless(tmp_path: Path, key: SecretKey) -> None:
    write_key(tmp_path / "key", key, None)
    assert read_key(tmp_path / "key", PASSPHRASE).public == key.public


def test_an_encrypted_key_does_not_hold_the_secret(tmp_path: Path, key: SecretKey) -> None:
    import base64

    path = tmp_path / "key"
    write_key(path, key, PASSPHRASE)
    body = "".join(line for line in path.read_text().splitlines() if not line.startswith(("#", "-")))
    assert key.private.private_bytes_raw() not in base64.b64decode(body)
    assert bytes.fromhex("06092b06010401da47040b") in base64.b64decode(body), "the key is derived by scrypt"


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff" * 100, b"-----BEGIN PRIVATE KEY-----\n", b"x" * 20_000])
def test_another_file_is_no_key_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(LedgerError, match="is not a key file"):
        read_key(path, None)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="not a key file"):
        read_key(tmp_path, None)
    with pytest.raises(LedgerError, match="No such file"):
        read_key(tmp_path / "none", None)


def test_a_changed_head_or_body_is_refused(tmp_path: Path, key: SecretKey) -> None:
    other = new_key("test.invalid/log", LOG_ALGORITHM)
    path = tmp_path / "key"
    write_key(path, key, None)
    good = path.read_text()
    changes = {
        "not that of the public key": good.replace("# name: test.invalid/log", "# name: test.invalid/lag"),
        "name or algorithm": good.replace("ed25519", "cosignature/v1"),
        "does not belong": good.replace(str(key.public), str(other.public)),
        "does not match its own id": good.replace("# public: test.invalid/log", "# public: test.invalid/lag"),
        "is damaged": good[: good.index("KEY-----") + 30] + "\n-----END PRIVATE KEY-----\n",
    }
    for reason, content in changes.items():
        path.write_text(content)
        with pytest.raises(LedgerError, match=reason):
            read_key(path, None)


def test_a_key_of_another_kind_is_refused(tmp_path: Path, key: SecretKey) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    path = tmp_path / "key"
    write_key(path, key, None)
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    head = path.read_bytes().split(b"-----BEGIN")[0]
    path.write_bytes(head + pem)
    with pytest.raises(LedgerError, match="another kind"):
        read_key(path, None)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\tb", "a\n", "tеst", "ﬁle", "é", "e\u0301", "a\u200bb", "\u202ea", "a\x7f", "x" * 201]
)
def test_a_name_that_could_be_read_as_another_is_refused(name: str) -> None:
    with pytest.raises(LedgerError, match="cannot name a key"):
        new_key(name, LOG_ALGORITHM)


@settings(deadline=None)
@given(st.from_regex(r"[A-Za-z0-9._/:-]{1,200}", fullmatch=True))
def test_every_plain_name_makes_a_public_key_that_reads_back(name: str) -> None:
    check_name(name)
    public = new_key(name, LOG_ALGORITHM).public
    assert read_public_key(str(public)) == public


@pytest.mark.parametrize("sign", sorted(set(string.punctuation) - set("._/:-+")))
def test_a_name_with_a_sign_that_a_shell_reads_makes_no_new_key_and_an_old_one_goes_on(
    tmp_path: Path, sign: str
) -> None:
    name = f"example.org/a{sign}b"
    with pytest.raises(LedgerError, match="cannot name a key"):
        new_key(name, LOG_ALGORITHM)
    before = SecretKey(name, LOG_ALGORITHM, Ed25519PrivateKey.generate())
    assert read_public_key(str(before.public)) == before.public
    plain = SecretKey("example.org/a", LOG_ALGORITHM, before.private)
    write_key(tmp_path / "key", plain, None)
    content = (tmp_path / "key").read_text().replace(str(plain.public), str(before.public))
    (tmp_path / "key").write_text(content.replace("# name: example.org/a\n", f"# name: {name}\n"))
    assert read_key(tmp_path / "key", None).public == before.public


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(LedgerError, match="no key algorithm"):
        new_key("a", b"\x02")

"""Who may come in: an address that opens once and becomes a cookie, and tokens of programs.

`private/door.json` holds the secret that cookies are made from, the address under which a console is open, and the
hashes of addresses that were asked for and not used yet. `private/programs.json` holds the hashes of programs' tokens.
Neither holds anything that opens the door by itself but the secret. A running console reads both again when they
change, so what another process writes there holds at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import re
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.disk_errors import make_folder, translating
from trucewatch.store.private_files import private_path, read_private, write_private
from trucewatch.store.store import FOLDER

DOOR: Final = "door.json"
PROGRAMS: Final = "programs.json"
READ, INBOX = "read", "inbox"
SCOPES: Final = (READ, INBOX)
MOST_ADDRESSES: Final = 16
"""Addresses that were asked for and not used; an older one goes."""
TICKET_LASTS: Final = timedelta(minutes=1)
"""For how long an address opens that another console on this computer leads a browser on with."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_LONGEST: Final = 200
"""Characters of anything that is offered at the door; more is not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that has a token. `holder`: the recipient whose release it may read (`read`), or the source, or
    recipient, for whom it may bring files (`inbox`)."""

    name: str
    holder: str
    scope: str
    made_at: datetime
    hash: str

    @property
    def reads(self) -> bool:
        return self.scope == READ


class Door:
    """The door of one watch. `private`: the folder that holds its files, made when something is first written."""

    def __init__(self, private: Path, now: Callable[[], datetime]) -> None:
        self._private, self._now = private, now
        self._threads = threading.RLock()
        self._own: set[str] = set()
        """Hashes of addresses that this process printed: they need no disk, and end with it."""
        self._records: dict[str, tuple[tuple[int, int, int], Mapping[str, Any]]] = {}

    # For people

    def open(self, *, anew: bool = False) -> None:
        """Make the secret that cookies rest on, if there is none. anew: another one, so that no cookie given so far
        opens anything. Raises StoreError."""
        with self._changing(DOOR) as record:
            if anew or not record.get("secret"):
                record["secret"] = secrets.token_hex(32)
            if anew:
                record["addresses"] = []

    def own_token(self) -> str:
        """What opens the door once, while this process runs."""
        token = secrets.token_urlsafe(24)
        with self._threads:
            self._own.add(_hash(token))
        return token

    def asked_token(self, *, lasts: timedelta | None = None) -> str:
        """What opens the door once, whichever process it is opened by; `lasts`: and no longer than that. Raises
        StoreError."""
        token = secrets.token_urlsafe(24)
        waiting = _hash(token) if lasts is None else f"{_hash(token)} {iso_utc(self._now() + lasts)}"
        with self._changing(DOOR) as record:
            record["addresses"] = [*_listed(record, "addresses"), waiting][-MOST_ADDRESSES:]
        return token

    def proof(self, nonce: str) -> str:
        """What only a process that can read this door's secret answers to a number that was drawn for it; "" for a door
        that has none. It says nothing of the secret, and opens nothing."""
        secret = str(self._read(DOOR).get("secret", ""))
        return _seal(secret, b"console " + nonce.encode()) if secret and len(nonce) <= _LONGEST else ""

    def use(self, token: str) -> str | None:
        """The cookie's value for a token of an address, which is used up; None for one that opens nothing."""
        if not token or len(token) > _LONGEST:
            return None
        offered = _hash(token)
        if not self._read(DOOR).get("secret"):
            return None  # nobody can be let in, so the address is not used up
        with self._threads:
            if offered in self._own:  # a look-up by hash tells nothing of the token
                self._own.discard(offered)
                return self._new_session()
        if not any(_is_of(waiting, offered) for waiting in _listed(self._read(DOOR), "addresses")):
            return None
        with self._changing(DOOR) as record:
            waiting = _listed(record, "addresses")
            match = next((address for address in waiting if _is_of(address, offered)), None)
            if match is None:
                return None  # used by another request meanwhile
            record["addresses"] = [address for address in waiting if address != match]
        return self._new_session() if self._lasts(match) else None

    def is_session(self, cookie: str) -> bool:
        """Whether a cookie was given by this door since its secret was last made anew."""
        if not cookie or len(cookie) > _LONGEST or not cookie.isascii():
            return False
        nonce, _, _ = cookie.partition(".")
        secret = str(self._read(DOOR).get("secret", ""))
        return bool(secret) and hmac.compare_digest(_session(secret, nonce), cookie)

    def stands_at(self, url: str) -> None:
        """Keep where the console is open, for whoever asks for an address from another terminal; "" for nowhere. A disk
        that is full keeps nobody out."""
        port = url.rpartition(":")[2]
        with suppress(TrucewatchError), self._changing(DOOR) as record:
            record["url"] = url
            if port.isdecimal():
                record["port"] = int(port)

    @property
    def url(self) -> str:
        """Where the console was opened last; "" where it was closed."""
        return str(self._read(DOOR).get("url", ""))

    @property
    def last_port(self) -> int:
        """The port that the console was opened at last, to be taken again; 0 for none."""
        port = self._read(DOOR).get("port", 0)
        return port if isinstance(port, int) and 0 < port < 65536 else 0

    def _lasts(self, waiting: str) -> bool:
        """Whether an address still opens: one that was asked for at a terminal lasts until it is used."""
        _, _, until = waiting.partition(" ")
        return not until or self._now() <= read_time(until)

    def _new_session(self) -> str | None:
        secret = str(self._read(DOOR).get("secret", ""))
        return _session(secret, secrets.token_urlsafe(16)) if secret else None

    # For programs

    def programs(self) -> list[Program]:
        """Every program that has a token, by name."""
        return sorted(_programs_in(self._read(PROGRAMS)), key=lambda program: program.name)

    def program_of(self, token: str) -> Program | None:
        """The program whose token this is; None for one that was never given, and for one that was revoked."""
        if not token or len(token) > _LONGEST:
            return None
        offered, match = _hash(token), None
        for program in _programs_in(self._read(PROGRAMS)):
            if hmac.compare_digest(program.hash, offered):
                match = program
        return match

    def add_program(self, name: str, *, holder: str, scope: str) -> str:
        """A new token, which is given once and kept nowhere. Raises StoreError for a name that is taken or is none."""
        if not _NAME.fullmatch(name):
            raise StoreError(
                Message(
                    "a program's name takes letters a to z, digits, dots, dashes and underscores, at most 60; "
                    "nothing was made"
                )
            )
        if scope not in SCOPES:
            raise StoreError(
                Message('"{word}" is not one of: {words}; nothing was made', word=scope[:40], words=", ".join(SCOPES))
            )
        token = f"tw-{secrets.token_urlsafe(24)}"
        program = Program(name=name, holder=holder, scope=scope, made_at=self._now(), hash=_hash(token))
        with self._changing(PROGRAMS) as record:
            others = _programs_in(record)
            if name in {other.name for other in others}:
                raise StoreError(
                    Message(
                        'there is a program "{name}" already; revoke its token first, or take another name', name=name
                    )
                )
            record["programs"] = [_written(each) for each in (*others, program)]
        return token

    def revoke(self, name: str) -> Program:
        """Take a program's token back: from now on it opens nothing. Raises StoreError for a name that has none."""
        with self._changing(PROGRAMS) as record:
            programs = _programs_in(record)
            match = next((program for program in programs if program.name == name), None)
            if match is None:
                raise StoreError(
                    Message(
                        'there is no program "{name}"; there are: {names}',
                        name=name[:60],
                        names=", ".join(program.name for program in programs) or "–",
                    )
                )
            record["programs"] = [_written(program) for program in programs if program != match]
        return match

    # The files

    def _read(self, name: str) -> Mapping[str, Any]:
        """What a file holds, read again when it changed; nothing, where it is gone or is no file of ours: then it opens
        nothing."""
        path = private_path(self._private, name)
        try:
            state = path.stat(follow_symlinks=False)
        except OSError:
            return {}
        mark = (state.st_ino, state.st_size, state.st_mtime_ns)
        with self._threads:
            record = self._records.get(name)
            if record is None or record[0] != mark:
                try:
                    record = (mark, _record_in(read_private(self._private, name)))
                except StoreError:
                    return {}
                self._records[name] = record
        return record[1]

    @contextmanager
    def _changing(self, name: str) -> Iterator[dict[str, Any]]:
        """What a file holds, to be changed; written when the block ends without an error. One process at a time."""
        with self._threads:
            make_folder(self._private, mode=0o700)
            with translating(self._private):
                folder = os.open(self._private, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                with translating(self._private):
                    fcntl.flock(folder, fcntl.LOCK_EX)
                before = read_private(self._private, name)
                record = _record_in(before)
                record.setdefault("schema", f"trucewatch/{name.partition('.')[0]}/1")
                yield record
                content = json.dumps(record, indent=1).encode() + b"\n"
                if content != before:
                    write_private(self._private, name, content)
            finally:
                os.close(folder)


def door_of(watch: Path, now: Callable[[], datetime]) -> Door:
    """The door of a watch folder, for a command that runs beside its console."""
    return Door(watch / FOLDER / "private", now)


def _record_in(content: bytes | None) -> dict[str, Any]:
    """What a file of the door says; nothing of one that cannot be read, which opens nothing."""
    try:
        record = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _listed(record: Mapping[str, Any], key: str) -> list[Any]:
    """What a file of the door lists; nothing where it holds something else in its place."""
    values = record.get(key)
    return values if isinstance(values, list) else []


def _programs_in(record: Mapping[str, Any]) -> list[Program]:
    programs = []
    for values in _listed(record, "programs"):
        with suppress(KeyError, TypeError, ValueError, TrucewatchError):
            programs.append(Program(**{**values, "made_at": read_time(values["made_at"])}))
    return programs


def _written(program: Program) -> dict[str, str]:
    return asdict(program) | {"made_at": iso_utc(program.made_at)}


def _hash(token: str) -> str:
    """What is kept of a token. It is drawn from 192 random bits, so that its bare hash gives nothing away."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _is_of(waiting: object, offered: str) -> bool:
    """Whether an address that waits is that of an offered token, by their hashes."""
    return isinstance(waiting, str) and waiting.partition(" ")[0] == offered


def _session(secret: str, nonce: str) -> str:
    return f"{nonce}.{_seal(secret, b'session ' + nonce.encode())}"


def _seal(secret: str, content: bytes) -> str:
    return urlsafe_b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode().rstrip("=")

"""A certificate of the console's own, for a room without an authority: made once, kept under `private/`, compared by
its fingerprint."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.store.private_files import read_private, write_private

CERTIFICATE: Final = "own-certificate.pem"
KEY: Final = "own-certificate-key.pem"
LASTS: Final = timedelta(days=397)
"""The longest for which browsers take a certificate."""
RENEWED_BEFORE: Final = timedelta(days=30)
_LARGEST: Final = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCertificate:
    """A certificate and its key, both PEM. hosts: names and addresses that it is for. is_new: it was not there before,
    so that whoever compared an earlier fingerprint has to compare again."""

    certificate: bytes
    key: bytes
    hosts: tuple[str, ...]
    until: datetime
    fingerprint: str
    is_new: bool

    @property
    def lines(self) -> tuple[str, str]:
        """The fingerprint as browsers show it, in two lines of sixteen pairs, to be compared by eye."""
        pairs = self.fingerprint.split(":")
        return " ".join(pairs[:16]), " ".join(pairs[16:])


def hosts_of(host: str) -> tuple[str, ...]:
    """Every name and address under which a console that listens there can be opened."""
    names = {host, "localhost", "127.0.0.1", socket.gethostname(), socket.getfqdn()}
    return tuple(sorted(name for name in names if name and name not in ("0.0.0.0", "::")))  # noqa: S104 - left out


def own_certificate(private: Path, hosts: Sequence[str], now: datetime) -> OwnCertificate:
    """The certificate of this watch: the one that is kept, or a new one where there is none, where it ends within 30
    days, or where it is not for one of the hosts. Raises TrucewatchError for files that are there and are none."""
    content = read_private(private, CERTIFICATE, most=_LARGEST)
    key = read_private(private, KEY, most=_LARGEST)
    if content is not None and key is not None:
        try:
            earlier = x509.load_pem_x509_certificate(content)
            names = _names_in(earlier)
        except (ValueError, x509.ExtensionNotFound) as exc:
            raise TrucewatchError(
                Message(
                    "{path} is no certificate; put the right file back, or remove it and {key}, and a new one is made "
                    "whose fingerprint everybody has to compare again",
                    path=private / CERTIFICATE,
                    key=KEY,
                )
            ) from exc
        if set(hosts) <= set(names) and earlier.not_valid_after_utc - now > RENEWED_BEFORE:
            return _kept(earlier, content, key, is_new=False)
    certificate, key = _new(hosts, now)
    write_private(private, KEY, key)
    content = certificate.public_bytes(serialization.Encoding.PEM)
    write_private(private, CERTIFICATE, content)
    return _kept(certificate, content, key, is_new=True)


@contextmanager
def as_files(own: OwnCertificate) -> Iterator[tuple[Path, Path]]:
    """Certificate and key as files that only this user reads, for as long as the block lasts: a TLS library takes no
    bytes, and what lies under `private/` may be encrypted."""
    with TemporaryDirectory(prefix="trucewatch-tls-") as folder:
        paths = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        for path, content in zip(paths, (own.certificate, own.key), strict=True):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
        yield paths


def _new(hosts: Sequence[str], now: datetime) -> tuple[x509.Certificate, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Trucewatch console")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # a clock in the room may be behind
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate, secret


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _names_in(certificate: x509.Certificate) -> tuple[str, ...]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return tuple(sorted(str(name.value) for name in names))


def _kept(certificate: x509.Certificate, content: bytes, key: bytes, *, is_new: bool) -> OwnCertificate:
    digest = hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest().upper()
    return OwnCertificate(
        certificate=content,
        key=key,
        hosts=_names_in(certificate),
        until=certificate.not_valid_after_utc,
        fingerprint=":".join(digest[at : at + 2] for at in range(0, 64, 2)),
        is_new=is_new,
    )

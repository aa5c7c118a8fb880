"""A certificate of the console's own: the same one each time, for every name of the console, and good in a real TLS
handshake."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from trucewatch.errors import TrucewatchError
from trucewatch.server.own_certificate import CERTIFICATE, LASTS, as_files, hosts_of, own_certificate

NOW = datetime.now(UTC).replace(microsecond=0)


def test_it_is_made_once_and_its_fingerprint_stays(tmp_path: Path) -> None:
    first = own_certificate(tmp_path, ("localhost",), NOW)
    again = own_certificate(tmp_path, ("localhost",), NOW + timedelta(days=100))
    assert first.is_new
    assert not again.is_new
    assert first.fingerprint == again.fingerprint
    assert len(first.fingerprint.split(":")) == 32


def test_another_name_or_the_last_month_makes_another(tmp_path: Path) -> None:
    first = own_certificate(tmp_path, ("localhost",), NOW)
    named = own_certificate(tmp_path, ("localhost", "10.0.0.7"), NOW)
    assert named.is_new
    assert named.fingerprint != first.fingerprint
    assert "10.0.0.7" in named.hosts
    late = own_certificate(tmp_path, ("localhost",), NOW + LASTS - timedelta(days=10))
    assert late.is_new
    assert late.fingerprint != named.fingerprint


def test_its_files_are_its_owners_alone_and_a_foreign_one_is_refused(tmp_path: Path) -> None:
    own = own_certificate(tmp_path, ("localhost",), NOW)
    assert [path.stat().st_mode & 0o777 for path in sorted(tmp_path.glob("own-*"))] == [0o600, 0o600]
    with as_files(own) as (certificate, key):
        assert key.stat().st_mode & 0o777 == 0o600
    assert not certificate.exists()
    assert not key.exists()
    (tmp_path / CERTIFICATE).write_bytes(b"nothing")
    with pytest.raises(TrucewatchError, match="is no certificate"):
        own_certificate(tmp_path, ("localhost",), NOW)


@pytest.mark.enable_socket
def test_a_client_that_was_told_the_fingerprint_sees_it_in_the_handshake(tmp_path: Path) -> None:
    own = own_certificate(tmp_path, hosts_of("127.0.0.1"), NOW)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with as_files(own) as (certificate, key):
        server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cadata=own.certificate.decode())
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with server.wrap_socket(connection, server_side=True) as wrapped:
                wrapped.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        with (
            socket.create_connection(listening.getsockname()) as plain,
            client.wrap_socket(plain, server_hostname="127.0.0.1") as wrapped,
        ):
            shown = wrapped.getpeercert(binary_form=True)
            wrapped.send(b".")
        thread.join()
    assert shown == x509.load_pem_x509_certificate(own.certificate).public_bytes(Encoding.DER)

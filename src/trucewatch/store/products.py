"""What a run makes for people to take, under `out/`: drafts, issued files, refused rows. Products, not records."""

from __future__ import annotations

import os
from pathlib import Path

from trucewatch.errors import StoreError
from trucewatch.ledger.durable import begin_file
from trucewatch.messages import Message
from trucewatch.store.disk_errors import make_folder, translating


def read_product(out: Path, name: str) -> bytes | None:
    """A product as it lies there; None where there is none. What it is worth, its hash has to say."""
    path = out / name
    if not path.resolve().is_relative_to(out.resolve()) or not path.is_file():
        return None
    with translating(path):
        return path.read_bytes()


def write_product(out: Path, name: str, content: bytes) -> Path:
    """Write a product, its owner's alone; the folders in `name` are made. Raises StoreError for a name that leads
    elsewhere."""
    path = out / name
    if not path.resolve().is_relative_to(out.resolve()):
        raise StoreError(Message('"{name}" leads out of the store', name=name))
    with translating(path):
        make_folder(path.parent)
        aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        begin_file(aside)
        aside.write_bytes(content)
        aside.replace(path)
    return path

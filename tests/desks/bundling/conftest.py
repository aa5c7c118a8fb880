"""One watch of which bundles were given, and its key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.desks.disclosure.test_command import pick_of
from tests.pipeline.test_command_line import call
from tests.server.conftest import copy_of, now
from trucewatch.desks import indexes
from trucewatch.desks.bundling.operations import give_bundle, prepare_bundle
from trucewatch.pipeline import Assessment, assess
from trucewatch.store import Store

REPORT = "two-valleys/2031-05-01/public"


@dataclass(frozen=True)
class Given:
    """A watch with an issued report, and what is needed to give bundles of it."""

    folder: Path
    store: Store
    assessment: Assessment

    @property
    def key(self) -> str:
        return str(self.store.public_key)

    @property
    def incident(self) -> str:
        return pick_of(self.assessment)

    def bundle(self, subject: str = "", recipient: str = "joint-centre", *names: str, language: str = "en") -> bytes:
        bundling = prepare_bundle(
            self.store,
            self.assessment,
            subject or self.incident,
            recipient=recipient,
            language=language,
            names=names,
        )
        return give_bundle(self.store, self.assessment, bundling, by="p-x")[1]


@pytest.fixture(scope="package")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Given]:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("bundling"))
    issue = ("--date", "2031-05-01", "--recipient", "public", "--issue", "--by", "Ann")
    assert call("report", str(folder), *issue)[0] == 0
    with Store(folder, now, desks=indexes()) as store:
        yield Given(folder, store, assess(store, folder, now=now()))

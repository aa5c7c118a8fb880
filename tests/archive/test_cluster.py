"""A Dask cluster of two processes gives the bytes that one process gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.archive.tables import fuse_table, many_means
from trucewatch.archive.dask_workers import DaskWorkers
from trucewatch.errors import Unsupported

_PROGRAM = """
import sys
from pathlib import Path
from distributed import LocalCluster
from trucewatch.archive.slice_association import Association
from trucewatch.archive.dask_workers import DaskWorkers
from trucewatch.archive.fuse_files import Order, fuse_files
from trucewatch.archive.read import Reading
from trucewatch.archive.zone_lookup import Situation
from trucewatch.model.watch import AssociationRule

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                      host="127.0.0.1", local_directory=str(folder / "dask")) as cluster:
        crew = DaskWorkers(cluster.scheduler_address)
        assert crew.count == 2
        for rule in ("cylinder", "likelihood"):
            fuse_files(Order(inputs=[folder / "in.parquet"], out=folder / f"{rule}.parquet", slice_days=3,
                             association=Association(rule=AssociationRule(rule=rule)), situation=Situation(),
                             reading=Reading(numbered=True), members=folder / f"{rule}-members.parquet"), crew)
        crew.close()
"""


@pytest.mark.slow
def test_two_processes_of_a_cluster_give_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="the extra [archive] is not installed")
    table = many_means(1_500, seed=9, days=30.0)
    expected = {}
    for rule in ("cylinder", "likelihood"):
        content, members, _ = fuse_table(table, tmp_path, rule=rule, slice_rows=10**6, threads=1)
        expected[rule] = (content, members)
    script = tmp_path / "on_a_cluster.py"
    script.write_text(_PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for rule, (content, members) in expected.items():
        assert (tmp_path / f"{rule}.parquet").read_bytes() == content
        table = pq.read_table(tmp_path / f"{rule}-members.parquet")
        assert dict(zip(table["line"].to_pylist(), table["incident_id"].to_pylist(), strict=True)) == members


def test_without_dask_the_sentence_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Unsupported, match=r"add the extra: pip install 'trucewatch\[archive\]'"):
        DaskWorkers("tcp://127.0.0.1:1")

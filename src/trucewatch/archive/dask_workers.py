"""Workers on a Dask cluster. Slices travel to them as arrays, incidents come back; no folder has to be shared."""

from __future__ import annotations

from typing import Any, Final

from trucewatch.archive.slice_fusion import Job, fuse_slice
from trucewatch.archive.slices import Slice
from trucewatch.errors import Unsupported
from trucewatch.messages import Message

WAIT_S: Final = 20.0
"""A scheduler that has not answered by then is not there."""


class DaskWorkers:
    """The workers of a running scheduler, by its address (`tcp://host:8786`). They need the same Trucewatch installed.

    Raises Unsupported where Dask is not installed, the scheduler does not answer, or has no workers.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError as exc:
            raise Unsupported(
                Message("Dask is not installed; add the extra: pip install 'trucewatch[archive]'")
            ) from exc
        try:
            connect: Any = distributed.Client
            self._client: Any = connect(address, timeout=WAIT_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as exc:
            raise Unsupported(
                Message(
                    "the scheduler at {address} does not answer ({error}); start it, or correct its address",
                    address=address,
                    error=exc,
                )
            ) from exc
        self.count = sum(
            int(worker["nthreads"]) for worker in self._client.scheduler_info(n_workers=-1)["workers"].values()
        )
        if not self.count:
            self._client.close()
            raise Unsupported(
                Message(
                    "the scheduler at {address} has no workers; start one with: dask worker {address}", address=address
                )
            )

    def submit(self, piece: Slice, job: Job) -> Any:
        """The slice, on its way to a worker."""
        return self._client.submit(fuse_slice, piece, job, pure=False)

    def close(self) -> None:
        """Leaves the cluster; it goes on."""
        self._client.close()

"""The store under `.trucewatch`: evidence and objects by hash, the journal as the one door, SQLite as an index."""

from trucewatch.store.store import Store

__all__ = ["Store"]

"""Proof that nothing changed: an append-only Merkle log, signed checkpoints, witnesses. Imports nothing of ours but
errors.

`tree` has the mathematics (RFC 6962), `tiles` the files (C2SP tlog-tiles), `note` the signatures (C2SP signed-note and
tlog-cosignature), `log` the writer, `witness` the small program that others run, `fetching` where it reads from,
`inspector` the one file that checks it all.
"""

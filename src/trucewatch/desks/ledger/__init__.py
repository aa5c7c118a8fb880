"""The ledger: entries, keys, proofs."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="ledger",
    menu=MenuItem(
        section="record",
        order=30,
        path="/ledger",
        label=Message("Ledger"),
        tab=True,
        otherwise="/ledger/keeping",
        otherwise_label=Message("What goes by itself"),
    ),
    serves=("centre", "humanitarian"),
)

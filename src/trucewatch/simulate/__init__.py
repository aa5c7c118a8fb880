"""Invented days with known truth, delivered as the files that the ordinary sources read. Nothing here is real.

`example/` draws the country and the three days of the example watch, event by event. `benchmark/` draws days of many
events in columns, on which fusion is measured. What both need lies beside them.
"""

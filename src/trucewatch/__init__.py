"""Trucewatch watches a ceasefire remotely: from an agreement and real inputs to findings and a report.

Nothing heavy is imported here; `pipeline` is the place to start reading.
"""

__version__ = "0.1.0"

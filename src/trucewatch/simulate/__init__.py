"""Invented days with known truth, delivered as the files that the ordinary sources read. Nothing here is real."""

"""Invented days that break the assumptions of the fusion engine, one a family."""

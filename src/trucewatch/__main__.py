"""`python -m trucewatch` is `trucewatch`."""

from trucewatch.cli import main

main()

"""What things are: frozen records and table schemas. No I/O, no clock, no imports beyond the standard library and
Arrow."""

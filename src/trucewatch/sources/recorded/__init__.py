"""What people entered into the journal, read like a file: records → rows of the observation table."""

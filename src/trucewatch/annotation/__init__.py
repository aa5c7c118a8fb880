"""STATEMENTS → WHAT WAS SAID: clauses spoken about, readings, commitments, claims, with the words that carry them; and
how copies in several languages, and versions, differ. All of it offered, nothing decided."""

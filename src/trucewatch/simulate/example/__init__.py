"""The invented country of the example watch and its days: every source has its file, and the truth lies apart."""

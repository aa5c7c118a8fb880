"""The kit of the command line: words that commands share, and how what they found is shown. Knows no desk."""

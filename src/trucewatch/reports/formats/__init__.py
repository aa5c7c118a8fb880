"""The formats of a report, one file each: NAME, SUFFIX, MEDIA_TYPE, render(report, language=...) -> bytes."""

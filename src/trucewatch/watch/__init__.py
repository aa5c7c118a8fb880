"""A folder → what it says, checked. In: the bytes of a watch's files. Out: a `Watch`, or every fault that was found."""

from trucewatch.watch.check_folder import Reading, check_watch
from trucewatch.watch.load import WATCH_FILES, files_of, load_watch, read_watch

__all__ = ["WATCH_FILES", "Reading", "check_watch", "files_of", "load_watch", "read_watch"]

"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trucewatch.desks.telephoning.check_pages import checked
from trucewatch.desks.telephoning.pages import entered
from trucewatch.server.acts import Answer
from trucewatch.store.duty_directory import DIRECTORY
from trucewatch.store.line_check_records import CHECK

AGAIN: Final[Mapping[str, Answer]] = {DIRECTORY: entered, CHECK: checked}

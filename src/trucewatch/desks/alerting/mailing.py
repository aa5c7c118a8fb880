"""An alarm by mail: the least that makes somebody open the console. Mails are read by others."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trucewatch.locale import Words, words
from trucewatch.locale.reasons import zone_name
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.alarm import Alarm, AlarmHabits
from trucewatch.model.times import zone_label, zone_named
from trucewatch.model.watch import Watch
from trucewatch.store.mail_post import Mail, post_mail
from trucewatch.store.mail_server import read_mail_server

if TYPE_CHECKING:
    from trucewatch.desks.alerting.room import AlarmRoom

LONGEST_END_S: Final = 3.0
_LOG = logging.getLogger("trucewatch.server")


class AlarmPost:
    """Sends mails in a thread of its own, so that a slow mail server holds no alarm up."""

    def __init__(self, private: Path) -> None:
        self.private = private
        self._thread: threading.Thread | None = None
        self.fault = ""
        """Why the last mail did not leave; "" where it did."""

    def close(self) -> None:
        self.wait(LONGEST_END_S)

    def wait(self, seconds: float) -> None:
        """Wait until what is being sent is sent."""
        if self._thread is not None:
            self._thread.join(timeout=seconds)

    def send(self, room: AlarmRoom, people: Mapping[str, AlarmHabits]) -> None:
        """Send what is due, if nothing is being sent; what did not leave is tried again when the next mail may go."""
        if self._thread is not None and self._thread.is_alive():
            return
        now, had = room.console.now(), room.had()
        due = [(habits, room.ringing.mails_due(person, habits, had, now)) for person, habits in people.items()]
        mails = [(habits, alarms) for habits, alarms in due if alarms]
        if not mails:
            return
        for _, alarms in mails:
            room.ringing.tried_mail(alarms[0].person, now)
        self._thread = threading.Thread(target=self._run, args=(room, mails), name="alarm-mail", daemon=True)
        self._thread.start()

    def _run(self, room: AlarmRoom, mails: Sequence[tuple[AlarmHabits, Sequence[Alarm]]]) -> None:
        watch, address = room.console.snapshot.watch, room.rule.address
        for habits, alarms in mails:
            subject, text = mail_of(watch, habits, alarms, address)
            fault = self._post(habits.mail, subject, text, room.console.now())
            if not fault:
                room.ringing.mailed(alarms)
            elif self.fault != fault:
                _LOG.error("an alarm could not be mailed: %s", fault)
            self.fault = fault

    def _post(self, to: str, subject: str, text: str, now: datetime) -> str:
        """Send one mail; "" if the server took it, else the kind of fault, never its words: they may hold an
        address."""
        try:
            server = read_mail_server(self.private)
            if server is None:
                return "no mail server"
            message_id = f"<{secrets.token_hex(16)}@{server.sender.rpartition('@')[2]}>"
            answer = post_mail(server, Mail(to=to, subject=subject, text=text, message_id=message_id, date=now))
        except Exception as exc:  # whatever it is, the next mail is tried all the same
            return type(exc).__name__
        return answer.fault


def mail_of(watch: Watch, habits: AlarmHabits, alarms: Sequence[Alarm], address: str) -> tuple[str, str]:
    """Subject and text: that there is an alarm, by which rules, in which zones, in which quarter of an hour, and where
    to look. Never how many, a place, a caller or what happened."""
    spoken = words(habits.language)
    is_drill = all(alarm.is_drill for alarm in alarms)
    is_simulated = watch.settings.simulated or all(alarm.simulated for alarm in alarms)
    subject = spoken.gettext("DRILL: alarm") if is_drill else spoken.gettext("Alarm")
    marks = [spoken.gettext("simulated")] if is_simulated else []
    name = printable(spoken.name(watch.settings.names))
    lines = [spoken.gettext("This is a drill.")] if is_drill else []
    lines += [spoken.gettext("Simulated: this watch, or what rang in it, is invented.")] if is_simulated else []
    lines.append(spoken.gettext("There is an alarm that nobody has yet."))
    lines += [f"- {_line(watch, spoken, habits, alarm)}" for alarm in alarms]
    if address:
        lines.append(spoken.say(Message("Open the console: {address}", address=f"{address}/alarms")))
    else:
        lines.append(spoken.gettext("Open the console."))
    return f"{' · '.join(['Trucewatch', *marks, name])}: {subject}", "\n".join(lines) + "\n"


def _line(watch: Watch, spoken: Words, habits: AlarmHabits, alarm: Alarm) -> str:
    parts = [printable(alarm.rule.name)]
    if alarm.is_drill:
        parts.insert(0, spoken.gettext("DRILL"))
    if alarm.zones:
        parts.append(spoken.listed([printable(zone_name(zone, watch, spoken)) for zone in alarm.zones]))
    quarters = sorted({thing.quarter for thing in alarm.things.values() if thing.quarter is not None})
    if quarters:
        zone = zone_named(habits.zone)
        first, last = (moment.astimezone(zone) for moment in (quarters[0], quarters[-1]))
        span = f"{first:%Y-%m-%d %H:%M}" + (f" – {last:%H:%M}" if last != first else "")
        parts.append(f"{span} ({zone_label(first, zone)})")
    return " · ".join(parts)

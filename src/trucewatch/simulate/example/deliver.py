"""Truth → deliveries: what every source hands over of it, with its own errors, misses, delays and inventions."""

from __future__ import annotations

from datetime import timedelta

from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.zone import Notice, Sensor
from trucewatch.simulate.example.claims import report_by_people
from trucewatch.simulate.example.delivered import BulletinLine, Deliveries, ListedEvent, Report
from trucewatch.simulate.example.devices import report_by_devices
from trucewatch.simulate.example.parameters import DayParameters
from trucewatch.simulate.example.satellite import sense_fires
from trucewatch.simulate.example.truth import Truth

LISTED_KINDS = {
    "handover": "Simulated: the district was handed over in the presence of the Joint Commission",
    "meeting": "Simulated: liaison officers of both sides met",
    "access_denied": "Simulated: a patrol of the Joint Commission was turned back",
}
"""What the commission lists by itself, and its words."""
_LISTED_AFTER = timedelta(hours=3)
_BULLETIN_HOUR = 20.0


def deliver(parameters: DayParameters, truth: Truth) -> Deliveries:
    """Everything that reaches the watch. Reports stand in the order in which they became known."""
    reports = [*report_by_devices(parameters, truth), *report_by_people(parameters, truth)]
    return Deliveries(
        reports=tuple(sorted(reports, key=_arrival)),
        pixels=tuple(sense_fires(parameters, truth)),
        listed=tuple(list_events(truth)),
        bulletin=tuple(draw_bulletin(parameters)),
        notices=tuple(announce(parameters)),
        sensors=tuple(register_sensors(parameters)),
    )


def _arrival(report: Report) -> tuple[str, str, str]:
    return report.known_at.isoformat(), report.source, report.key


def list_events(truth: Truth) -> list[ListedEvent]:
    """The commission's own list: few kinds, exact places, known some hours later."""
    return [
        ListedEvent(
            event_id=event.event_id,
            kind=event.kind,
            start=event.start,
            end=event.end,
            lon=event.lon,
            lat=event.lat,
            known_at=event.end + _LISTED_AFTER,
            text=LISTED_KINDS[event.kind],
        )
        for event in truth.events
        if event.kind in LISTED_KINDS
    ]


def draw_bulletin(parameters: DayParameters) -> list[BulletinLine]:
    """The bulletin of every day, published that evening."""
    return [
        BulletinLine(
            name=number.name,
            span=number.span,
            zone=number.zone,
            day=parameters.first_day + timedelta(days=day),
            value=value,
            qualifier=number.qualifiers[day] if number.qualifiers else "exactly",
            unit=number.unit,
            claimed_by=number.claimed_by,
            known_at=parameters.moment(day + 1, _BULLETIN_HOUR),
            text=number.text,
        )
        for day in range(parameters.days)
        for number in parameters.counter
        for value in number.values[day : day + 1]
    ]


def announce(parameters: DayParameters) -> list[Notice]:
    """The notices, in the order in which they became known."""
    notices = []
    ordered = sorted(parameters.notice, key=lambda notice: (parameters.at(notice.known), notice.id))
    for row, notice in enumerate(ordered, 2):
        lon, lat = parameters.place(notice.at_km) if notice.at_km is not None else (None, None)
        notices.append(
            Notice(
                id=notice.id,
                who=notice.who,
                kinds=notice.kinds,
                zone=notice.zone,
                lon=lon,
                lat=lat,
                radius_m=notice.radius_m if notice.at_km is not None else None,
                start=parameters.at(notice.start),
                end=parameters.at(notice.end),
                known_at=parameters.at(notice.known),
                text=notice.text,
                source="Simulated: notice book of the Joint Commission",
                row=row,
                acknowledged_by=notice.acknowledged_by,
            )
        )
    return notices


def register_sensors(parameters: DayParameters) -> list[Sensor]:
    """The sensor register."""
    sensors = []
    for device in parameters.sensor:
        lon, lat = parameters.place(device.at_km)
        sensors.append(
            Sensor(
                id=device.id,
                means=device.means,
                names=device.names,
                lon=lon,
                lat=lat,
                range_m=device.range_m,
                noise=device.noise,
                up_from=parameters.at(device.up_from) if device.up_from is not None else ALWAYS,
                up_until=parameters.at(device.up_until) if device.up_until is not None else NEVER,
            )
        )
    return sensors

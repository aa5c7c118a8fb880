"""What the codes in reports and tables mean: kinds, aspects, means, assessments and the like, each in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trucewatch.locale import mark

CODE_MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": {
        "explosion": mark("Something exploded, on the ground or in the air, whatever it was."),
        "projectile": mark("A shell, rocket or tracer on its way."),
        "muzzle_flash": mark("The flash of a weapon that fires."),
        "flare": mark("A flare that lights the ground."),
        "burst": mark("Several shots in quick succession; one burst counts as one."),
        "shot": mark("One shot of a weapon."),
        "thermal_anomaly": mark("Heat seen from above; it says nothing of its cause."),
        "movement": mark("People or vehicles on the move."),
        "line_crossing": mark("The line of contact was crossed, on the ground or in the air."),
        "weapon_present": mark("A weapon was seen at a place, without use."),
        "overflight": mark("An aircraft, crewed or not, over an area."),
        "jamming": mark("Satellite positioning or radio was disturbed."),
        "access_denied": mark("Monitors or convoys were not let through."),
        "harm": mark("People were killed or injured, as somebody states."),
        "handover": mark("People, remains, land or goods were handed over."),
        "presence": mark("Forces or bodies were at a place."),
        "meeting": mark("Those whom the agreement names met."),
        "hostilities": mark("Fighting that its report does not tell apart any further."),
        "agreement_act": mark("An act that the agreement asks for."),
        "other": mark("None of the others."),
    },
    "aspect": {
        "undetermined": mark("Which part of the event was observed is not known."),
        "outgoing": mark("Fire where it leaves."),
        "impact": mark("Where it hits."),
        "airburst": mark("An explosion in the air."),
        "controlled": mark("A demolition that was announced or is under control."),
        "exercise": mark("Part of an exercise."),
    },
    "means": {
        "satellite": mark("Seen from orbit."),
        "seismic": mark("Recorded as a tremor of the ground."),
        "acoustic": mark("Recorded as sound by a device."),
        "uav": mark("Seen from an uncrewed aircraft."),
        "camera": mark("Recorded by a camera that stands."),
        "patrol": mark("Reported by a patrol or an observation post."),
        "public": mark(
            "Told in words: posts, letters, answers to forms, of members of the public or of the body that claimed_by "
            "names."
        ),
        "party": mark("Reported by a party or for it: a claim."),
        "event_list": mark("Taken from a list of events that others keep."),
    },
    "outcome": {
        "inconsistent": mark("Established, and not what the clause asks for."),
        "undetermined": mark("No assessment is said; the word beside it says why."),
        "consistent": mark("Established, and what the clause asks for."),
        "not_applicable": mark("The clause does not speak of it: another place, time, kind, or an exception."),
        "withheld": mark("This recipient is not told assessments, or not this one."),
    },
    "held": {
        "not_checked": mark("Somebody reports it, and nobody has checked it yet."),
        "cannot_be_told": mark("It was checked, and what was found does not decide it."),
        "at_edge": mark("Place or time lie too near to a limit of the clause."),
        "readings_differ": mark("The parties read the clause differently, and the answer turns on it."),
        "not_likely_enough": mark("The probability is below what this watch says outcomes from."),
        "not_observable": mark("No means of this watch can see what the clause asks for."),
        "access_refused": mark("Those who would check were not let in."),
        "not_shown": mark("Due is past and nothing on record shows it, which says nothing of whether it was done."),
        "for_people": mark("The delegations decide it, not the program."),
    },
    "review": {
        "agreed": mark("All delegations whose answer counts agree that it happened, what it was, where and when."),
        "agreed_in_part": mark("They agree on a part of that."),
        "not_agreed": mark("It was put to them, and they agree on none of that."),
        "not_reviewed": mark("There is no outcome of a review, which says nothing of the event."),
    },
    "person_status": {
        "military": mark("The giver states that they were military."),
        "civilian": mark("The giver states that they were civilians."),
        "not_stated": mark("The giver does not state it."),
    },
    "perceived": {
        "saw": mark("The giver saw it."),
        "heard": mark("The giver heard it."),
        "recorded": mark("A device of the giver recorded it."),
        "told": mark("Others told the giver."),
    },
}
"""The meaning of a code by its list and itself."""

"""An urgent message from every incident of the invented days: each is drafted or refused with a sentence, and no text
holds more than it may."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

from tests.conftest import each
from tests.urgent_drafts import rule_of
from trucewatch.model.flash_refused import FlashRefusedError
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.short_codes import codes_of
from trucewatch.pipeline.flash_checks import faults_of
from trucewatch.pipeline.flash_drafting import draft_for, subject_of
from trucewatch.pipeline.flash_wording import texts_of
from trucewatch.server.console import Console
from trucewatch.store.lists import last_list


def _listed(console: Console) -> list[Incident]:
    last = last_list(console.store)
    assert last is not None
    return incident_rows(last.table(console.store, "incidents"))


def test_every_incident_is_drafted_or_refused_and_its_text_says_no_more_than_it_may(valleys: Console) -> None:
    watch, store = valleys.snapshot.watch, valleys.store
    now = valleys.snapshot.as_of
    rule = rule_of("settlement")
    forms: Counter[str] = Counter()
    reporters: Counter[str] = Counter()
    devices = {name.casefold() for sensor in watch.sensors for name in (sensor.id, *sensor.names.values())}
    for incident in each(_listed(valleys)):
        try:
            draft = draft_for(store, watch, incident, rule=rule, now=now)
        except FlashRefusedError as exc:
            forms[str(exc.faults["about"])[:40]] += 1
            continue
        forms[draft.place.form if draft.place else "none"] += 1
        reporters[draft.reporter] += 1
        assert faults_of(watch, draft, rule, now, store=store) == {}
        assert draft.first_report <= now
        assert draft.quarter[0] <= incident.occurred_start < draft.quarter[1]
        texts = texts_of(watch, draft, rule, sent_at=now, number=1)
        assert texts["UV"].whole == texts["LV"].whole
        whole = texts["UV"].whole.casefold()
        assert not [name for name in devices if name in whole]
        if incident.lon is not None:
            assert f"{incident.lon:.4f}" not in whole
        if incident.text:
            assert incident.text.casefold() not in whole
        assert len(re.findall(r"\d+", texts["UV"].by_language["en"])) < 30
    assert {"settlement", "cell", "zone"} <= set(forms)
    assert {"party", "centre", "civilian"} <= set(reporters)


def test_an_incident_is_found_by_its_short_code_and_by_its_id(valleys: Console) -> None:
    incidents = _listed(valleys)
    codes = codes_of([incident.incident_id for incident in incidents])
    assert subject_of(valleys.store, f"incident:{codes[0]}") == incidents[0]
    assert subject_of(valleys.store, f"incident:{incidents[1].incident_id}") == incidents[1]


def test_a_draft_is_the_same_whoever_reads_and_asks_no_clock(valleys: Console) -> None:
    incident = _listed(valleys)[0]
    watch, now = valleys.snapshot.watch, valleys.snapshot.as_of
    first = draft_for(valleys.store, watch, incident, rule=rule_of(), now=now)
    assert draft_for(valleys.store, watch, incident, rule=rule_of(), now=now) == first
    assert first.answer_by - now == timedelta(minutes=30)

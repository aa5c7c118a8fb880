"""The pages of communities: names side by side, observations side by side, a place by two yes; nothing is scored."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from tests.aid_rooms import GATHERING, SITE, new_item, new_step
from tests.desks.communing.samples import put_to_work
from tests.server.conftest import AID, client_of
from trucewatch.server.console import Console

Fresh = Callable[..., Console]


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_every_page_answers_with_work_on_it_and_without(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    pages = ("/communities", "/communities/visits", "/communities/gatherings", "/communities/export")
    assert [client.get(page).status_code for page in pages] == [200] * 4
    values = put_to_work(client, "a film set")
    for path in ("/communities", "/communities/visits", "/communities/gatherings"):
        assert client.get(path).status_code == 200
        assert client.get(f"{path}/{values[f'{path}/{{code}}']}").status_code == 200


def test_all_names_of_a_site_stand_side_by_side_with_who_uses_each(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    code = new_item(client, "/communities", SITE)
    new_step(client, "/communities", code, "site_name", name="Old Ford graves", side="UV")
    new_step(client, "/communities", code, "site_name", name="Ferry graves", side="LV")
    for page in (f"/communities/{code}", "/communities"):
        text = text_of(client.get(page).text)
        assert text.index("Ferry graves") < text.index("Old Ford graves"), "in the order of who uses them"
        assert "Upper Valley" in text


def test_observations_that_differ_stand_side_by_side_without_a_score(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    code = new_item(client, "/communities", SITE)
    new_step(client, "/communities", code, "site_state", state="standing", day="2031-05-01", vantage="remotely")
    new_step(
        client,
        "/communities",
        code,
        "site_state",
        organisation="GLS",
        state="damaged",
        day="2031-05-02",
        vantage="on_site",
    )
    text = text_of(client.get(f"/communities/{code}").text)
    assert "Observations differ" in text
    assert "standing" in text
    assert "damaged" in text
    assert "%" not in text


def test_the_place_of_a_gathering_stands_only_while_both_agree(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    path = "/communities/gatherings"
    code = new_item(client, path, GATHERING)
    where = {"organisation": "HR", "place": "-25.05, -35.09", "confirm": "yes"}
    assert client.post(f"{path}/{code}/add/gathering_place", data=where).status_code != 303
    for side in ("LV", "UV"):
        new_step(client, path, code, "gathering_consent", organisation=f"{side}-works", side=side, agrees="yes")
    new_step(client, path, code, "gathering_place", place="-25.05, -35.09")
    assert "longitude -25.05, latitude -35.09" in text_of(client.get(f"{path}/{code}").text)
    new_step(client, path, code, "gathering_consent", organisation="LV-works", side="LV", agrees="no")
    assert "longitude -25.05, latitude -35.09" not in text_of(client.get(f"{path}/{code}").text)


def test_no_file_holds_a_site(fresh: Fresh) -> None:
    client = client_of(fresh(AID))
    put_to_work(client, "a film set")
    content = client.post("/communities/export", data={"file": "visits"}).text
    assert "VS-1" in content
    assert "ST-1" not in content
    assert "Ferry" not in content
    assert "35.09" not in content

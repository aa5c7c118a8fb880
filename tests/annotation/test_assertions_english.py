"""What is offered of English sentences, and what is not."""

from __future__ import annotations

import pytest

from tests.annotation.assertion_texts import offers

OFFERED = (
    ("commitment", "We will submit the list of the detained by 1 March."),
    ("commitment", "The Upper Valley undertakes to clear the road of mines."),
    ("commitment", "The first meeting will be held by 30 May."),
    ("commitment", "We agreed to establish a joint group of surveyors."),
    ("commitment", "Our engineers will repair the pumping station within ten days."),
    ("commitment", "We intend to open a second checkpoint."),
    ("commitment", "We are ready to hand over the maps."),
    ("commitment", "The parties shall exchange lists of prisoners every month."),
    ("commitment", "I promise that the families will receive their papers this week."),
    ("commitment", "We won't move any guns before the Joint Commission arrives."),
    ("commitment", "It was agreed that the patrols would start on 9 May."),
    ("commitment", "The Joint Commission will publish its findings on 12 May."),
    ("commitment", "If the road is open, we will send the convoy tomorrow."),
    ("commitment", "The last six howitzers will be moved to Stonegate by 9 May."),
    ("commitment", "The Lower Valley has promised us to return the bodies."),
    ("commitment", "We hope to finish the survey in June."),
    ("claim", "On 3 May three soldiers were killed near Stonegate."),
    ("claim", "More than 480 people have returned to Hollin Meadows."),
    ("claim", "The withdrawal has been completed."),
    ("claim", "The Lower Valley has not submitted the list."),
    ("claim", "Eleven trucks crossed the bridge on Monday."),
    ("claim", "There are forty guns in storage at Stonegate."),
    ("claim", "Their patrol opened fire at 6 in the morning."),
    ("claim", "The road was closed for nine hours yesterday."),
    ("claim", "The Joint Commission counted 38 guns."),
    ("claim", "Two of the wounded died in hospital."),
    ("denial", "We did not cross the line of contact."),
    ("denial", "No such order was given."),
    ("denial", "These reports are false."),
    ("denial", "That is not so."),
    ("denial", "Our soldiers have never entered the village."),
    ("denial", "We categorically reject these accusations."),
    ("denial", "There were no shots from our side that night."),
    ("denial", "This does not correspond to reality."),
    ("denial", "Nobody was turned back at our post."),
    ("reading", "Paragraph 4 does not speak of civilian aircraft."),
    ("reading", "This clause means that aid passes without search."),
    ("reading", "The accord obliges the Lower Valley to hand over the meadows."),
    ("reading", "Nothing in the accord allows such patrols."),
    ("reading", "Under article 2, the Lower Valley must leave the meadows."),
    ("reading", "We read paragraph 5 as a duty of both sides."),
    ("reading", "The protocol covers aid convoys only."),
    ("reading", "In our understanding, article 1 also covers flares."),
    ("reading", "A delay of minutes cannot be regarded as turning back."),
)
NOTHING = (
    "This will help the people of both valleys.",
    "Once the road is open, the prospects will be very impressive.",
    "The Lower Valley must hand over the maps.",
    "We call on the Lower Valley to release the detained.",
    "I will answer your second question first.",
    "We will see.",
    "I will say it plainly.",
    "The talks were very productive.",
    "Tomorrow it will rain in the hills.",
    "Did we cross the line?",
    "Who will pay for the bridge?",
    "You say that we crossed the line.",
    "Suppose we had crossed the line.",
    "If we crossed the line, the Joint Commission would know.",
    "Our soldiers allegedly opened fire on 3 May.",
    "It is claimed that forty guns were moved.",
    "I hope that the Lower Valley will reply.",
    "We expect the Lower Valley to return the bodies.",
    "Thank you for coming.",
    "Good evening.",
    "Peace is what matters most.",
    "I am confident that the economy will grow.",
    "We welcome the efforts of the Joint Commission.",
    "Everybody wants peace.",
    "They accuse us of moving guns.",
    "As though we had opened fire.",
    "The war will end sooner or later.",
    "People should not be dying.",
    "Let me come to the second point.",
)


@pytest.mark.parametrize(("kind", "text"), OFFERED)
def test_a_sentence_of_a_kind_is_offered_as_that_kind(kind: str, text: str) -> None:
    assert [offer.kind for offer in offers(text, "en")] == [kind], [(o.rule, o.words) for o in offers(text, "en")]


@pytest.mark.parametrize("text", NOTHING)
def test_of_a_trap_nothing_is_offered(text: str) -> None:
    assert [(offer.kind, offer.rule, offer.words) for offer in offers(text, "en")] == []

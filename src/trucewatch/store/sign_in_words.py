"""What is said to who signs in: how long to wait, and by how much a telephone's clock is wrong."""

from __future__ import annotations

from trucewatch.messages import Message, Plural


def wait_words(wait_s: int) -> Message:
    """How long to wait, in seconds up to two minutes and in minutes from then on."""
    if wait_s < 120:
        return Plural("{count} second", "{count} seconds", wait_s, count=wait_s)
    minutes = -(-wait_s // 60)
    return Plural("{count} minute", "{count} minutes", minutes, count=minutes)


def clock_trouble(ahead_min: int) -> Message | None:
    """What to do about a telephone's clock that is wrong; None for one that is not known to be."""
    if not ahead_min:
        return None
    minutes = Plural("{count} minute", "{count} minutes", abs(ahead_min), count=abs(ahead_min))
    if ahead_min > 0:
        return Message(
            "This telephone's clock is about {minutes} ahead of the clock of the centre's computer. Set the telephone "
            "to the network's time and type the code that it shows then. If the telephone is right, it is the "
            "computer's clock: tell whoever keeps it.",
            minutes=minutes,
        )
    return Message(
        "This telephone's clock is about {minutes} behind the clock of the centre's computer. Set the telephone to the "
        "network's time and type the code that it shows then. If the telephone is right, it is the computer's clock: "
        "tell whoever keeps it.",
        minutes=minutes,
    )

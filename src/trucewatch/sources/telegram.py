"""Telegram Desktop's export in JSON (one chat, or a whole account) → its messages, each the words of whom its channel
stands for.

Only messages are read of it: no contact, profile, session or story. An edited message is a version of the same row.
Source of the format: core.telegram.org/import-export, and Telegram Desktop's own writer (export_output_json.cpp).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import RowFault, TrucewatchError, UnreadableInput
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import message_rows
from trucewatch.sources.columns import rejected_file
from trucewatch.sources.json_stream import Damaged, JsonText
from trucewatch.sources.message_rows import NO_TIME_OF_SENDING, Claimants, MessageRows, Sent, kept_words

CARD: Final = SourceCard(
    adapter="telegram",
    title=Message("Telegram: chats and channels exported as JSON"),
    owner=Message("whoever writes in the channel; name the channels of parties and bodies in channels"),
    delay=timedelta(0),
    delay_words=Message("as each message says: known when it was sent, an edited one when it was edited"),
    licence=Message("the words are their author's; keep them inside the watch unless a party published them"),
    blind_spots=Message(
        "what was deleted before the export, what photographs and films show, and when it happened: a message says "
        "when it was sent"
    ),
    reads=Message("result.json of Telegram Desktop (Export chat history, format JSON), also packed with gzip"),
)
VERSION: Final = 1
ACCUMULATES: Final = True

_CHATS: Final = ("chats", "left_chats")
_MEDIA: Final = ("photo", "file")
_PEERS: Final = {
    **dict.fromkeys(("personal_chat", "bot_chat", "saved_messages", "replies"), "user"),
    "private_group": "chat",
}
_NOT_THERE: Final = "("
"""Begins what stands in place of a path where a file was not exported."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_S: Final = 253_402_300_799  # the end of the year 9999


@dataclass(slots=True)
class _Chat:
    """What an export says of a chat before its messages."""

    name: str = ""
    type: str = ""
    id: str = ""

    @property
    def peer(self) -> str:
        """What tells it from others: people, groups and channels are numbered each for themselves."""
        return f"{_PEERS.get(self.type, 'channel')}{self.id}"


@dataclass(slots=True)
class _Counts:
    """What is not taken of a file, and why."""

    service: int = 0
    places: int = 0

    def remarks(self) -> Iterator[Message]:
        if self.service:
            yield Plural(
                "{count} message of the service (somebody joined, a chat was renamed) was left out",
                "{count} messages of the service (somebody joined, a chat was renamed) were left out",
                self.service,
                count=Amount(self.service),
            )
        if self.places:
            yield Plural(
                "{count} message shares a place; nobody says whether it is the sender's or the event's, so it stands "
                "in the original alone",
                "{count} messages share a place; nobody says whether it is the sender's or the event's, so it stands "
                "in the original alone",
                self.places,
                count=Amount(self.places),
            )


def setting_faults(setting: SourceSetting) -> tuple[Message, ...]:
    """What is wrong with this source's entry."""
    return message_rows.setting_faults(setting)


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """The messages of an export, one an observation of means `party` or `public`.

    Time: the message says when it was sent; what it tells of happened before, in the window of `message_rows`.
    Identity: chat and message, so a later export with other words is a version of the row. A forward is the word of
    whom it repeats. Whoever is not named in `channels` stands in `senders` alone.
    """
    rows = MessageRows(origin, setting, context)
    counts = _Counts()
    try:
        faults = setting_faults(setting)
        if faults:
            raise UnreadableInput(Message("watch.toml, source {source}: {why}", source=setting.id, why=faults[0]))
        text = JsonText(path)
        claimants = Claimants(setting.channels)
        has_chat, row = False, 0
        for chat in _chats(text):
            has_chat = True
            for line, message in _messages(text, chat):
                row = max(line, row + 1)  # in a file without line breaks the next number: no two share one
                try:
                    sent = _sent(row, message, chat, claimants, counts)
                    if sent is not None:
                        rows.add(sent)
                except RowFault as fault:
                    rows.refuse(row, fault.message)
                if rows.is_full:
                    yield rows.batch()
        if not has_chat:
            raise UnreadableInput(
                Message(
                    "the file holds no messages of Telegram; export the chat with Telegram Desktop, format JSON, and "
                    "take result.json"
                )
            )
    except TrucewatchError as fault:
        yield rows.batch()
        yield rejected_file(origin, fault.message)
    rows.remarks += counts.remarks()
    rows.remark_unsigned()
    yield rows.batch()


def _chats(text: JsonText) -> Iterator[_Chat]:
    """Every chat, where its messages begin: of an export of one chat, and of a whole account."""
    chat = _Chat()
    for key in text.names():
        if key in _CHATS and text.next_char() == "{":
            for inner in text.names():
                if inner == "list" and text.next_char() == "[":
                    for _ in text.entries():
                        yield from _chats_of(text)
                else:
                    text.value()
        elif key == "messages" and text.next_char() == "[":
            yield _begun(chat)
        else:
            _note(chat, key, text.value())


def _chats_of(text: JsonText) -> Iterator[_Chat]:
    if text.next_char() != "{":
        text.value()
        return
    chat = _Chat()
    for key in text.names():
        if key == "messages" and text.next_char() == "[":
            yield _begun(chat)
        else:
            _note(chat, key, text.value())


def _begun(chat: _Chat) -> _Chat:
    if not chat.id:
        raise UnreadableInput(
            Message(
                "a chat's messages stand before its id, as Telegram Desktop does not write them; export the chat again"
            )
        )
    return chat


def _note(chat: _Chat, key: str, value: Any) -> None:
    if key in ("name", "type") and isinstance(value, str):
        setattr(chat, key, value)
    elif key == "id" and isinstance(value, int | str):
        chat.id = str(value)


def _messages(text: JsonText, chat: _Chat) -> Iterator[tuple[int, Any]]:
    """Line and value of each message of the list that begins here."""
    for _ in text.entries():
        text.next_char()
        line = text.line
        yield line, text.value()


def _sent(row: int, message: Any, chat: _Chat, claimants: Claimants, counts: _Counts) -> Sent | None:
    """One message; None for what only the service says. Raises RowFault."""
    if isinstance(message, Damaged) or not isinstance(message, dict):
        raise RowFault(Message("the message is damaged and cannot be read; export the chat again"))
    kind = message.get("type")
    if kind in ("service", "unsupported"):
        counts.service += 1
        return None
    number = message.get("id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise RowFault(Message("the message has no id; export the chat again with Telegram Desktop"))
    sent_at = _moment(message, "date")
    edited_at = _moment(message, "edited") if message.get("edited_unixtime") or message.get("edited") else None
    counts.places += bool(message.get("location_information"))
    claimed_by, sender, quality = _speaker(message, chat, claimants)
    words, cut = kept_words(_words(message))
    return Sent(
        row=row,
        key=f"{chat.peer}\x1e{number}",
        sent_at=sent_at,
        known_at=sent_at if edited_at is None else max(sent_at, edited_at),
        text=words,
        claimed_by=claimed_by,
        sender=sender,
        quality=(*quality, *(("edited=yes",) if edited_at else ()), *_media(message), *cut),
        words=_tags(message),
    )


def _moment(message: Mapping[str, Any], name: str) -> datetime:
    """The time in UTC. The local `date` beside it states no zone and is never used. Raises RowFault."""
    stated = message.get(f"{name}_unixtime")
    if stated is None:
        raise RowFault(
            Message(
                "the message has no {name}_unixtime, only a local time without a zone; export the chat with a newer "
                "Telegram Desktop",
                name=name,
            )
            if message.get(name)
            else NO_TIME_OF_SENDING
        )
    digits = str(stated)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12 and 0 < int(digits) <= _LATEST_S):
        raise RowFault(Message("{name}_unixtime is no time; export the chat again", name=name))
    return _EPOCH + timedelta(seconds=int(digits))


def _speaker(message: Mapping[str, Any], chat: _Chat, claimants: Claimants) -> tuple[str, str, tuple[str, ...]]:
    """Whose words it is, who it was where that is a private person, and what there is to say of that."""
    who, name = _text_of(message, "from_id"), _text_of(message, "from")
    is_channel = "channel" in chat.type
    is_of_chat = is_channel and (who or chat.id).removeprefix("channel") == chat.id
    # A name of a chat is what its owner chose, and the keeper exported it; a name in a message anybody may take on.
    poster = claimants.of((*_ids(who), *((*_ids(chat.id), chat.name) if is_of_chat else ())))
    private = [] if poster else [*filter(None, (name, who))]
    private += filter(None, (_text_of(message, "author"),))
    if message.get("forwarded_from") is None and message.get("forwarded_from_id") is None:
        return poster, " ".join(private), ()
    # A forward is the word of whom it repeats: known by the id that Telegram writes, never by a name alone.
    origin, origin_name = _text_of(message, "forwarded_from_id"), _text_of(message, "forwarded_from")
    repeated = claimants.of(_ids(origin))
    by_name = "" if origin else claimants.of((origin_name,))
    if not repeated:
        private += filter(None, (f"forwarded from {origin_name} {origin}".rstrip(),))
    named = repeated or (f"{by_name}, by its name alone" if by_name else "nobody whom channels names")
    quality = [f"forwarded_from={named}"]
    if poster:
        quality.append(f"forwarded_by={poster}")
    return repeated, " ".join(private), tuple(quality)


def _ids(peer: str) -> tuple[str, ...]:
    """The ways to write a peer: `channel123`, `123`, and `-100123` as programs that speak to Telegram have it."""
    if not peer:
        return ()
    number = peer.removeprefix("channel")
    if not number.isdigit():
        return (peer,)  # a bare number is a channel's: a person's may be the same
    return (f"channel{number}", number, f"-100{number}")


def _text_of(message: Mapping[str, Any], name: str) -> str:
    value = message.get(name)
    return value.strip() if isinstance(value, str) else ""


def _words(message: Mapping[str, Any]) -> str:
    """The words, with the address behind each link; a poll's question and answers."""
    parts = [_joined(message.get("text"))]
    poll = message.get("poll")
    if isinstance(poll, dict):
        answers = poll.get("answers")
        texts = [each.get("text") for each in answers if isinstance(each, dict)] if isinstance(answers, list) else []
        parts += [_joined(poll.get("question")), *(_joined(answer) for answer in texts)]
    return "\n".join(filter(None, parts))


def _joined(text: Any) -> str:
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return ""
    parts = []
    for part in text:
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, dict):
            words = part.get("text")
            words = words if isinstance(words, str) else ""
            link = part.get("href")
            parts.append(f"{words} ({link})" if isinstance(link, str) and link != words else words)
    return "".join(parts)


def _tags(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The hashtags, which `kinds` may map; nothing else of the words is looked at."""
    text = message.get("text")
    if not isinstance(text, list):
        return ()
    tags = (part.get("text") for part in text if isinstance(part, dict) and part.get("type") == "hashtag")
    return tuple(tag for tag in tags if isinstance(tag, str))


def _media(message: Mapping[str, Any]) -> Iterator[str]:
    """The files beside that belong to it, by their paths in the export; a shared contact is not told of."""
    for name in _MEDIA:
        path = _text_of(message, name)
        if path:
            yield f"{name}={'not exported' if path.startswith(_NOT_THERE) else path}"
    if message.get("contact_information"):
        yield "contact=in the original alone"

"""What is said of acts by hand, drafts and reports, of the store and its disk, and the remarks of a run."""

from __future__ import annotations

from typing import Final

from trucewatch.locale import mark

TEMPLATES: Final = (
    mark('claimed_by "{name}" is taken for another body; if it means {party}, correct it'),
    mark('"{recipient}" is no recipient of this watch; it has: {words}'),
    mark("what each observation added was left out: more than {most} to work out"),
    mark("{name} was erased from this watch and is not read again; remove it from the inbox"),
    mark("{path} is a link that leads out of the watch; copy the file instead"),
    mark("{act}: none of its observations is known now, or later acts took them; it changes nothing"),
    mark(
        "{act}: most reports of that incident are others by now, or none is known: it is listed again; reject it anew"
    ),
    mark("{folder} has no list yet; make one with: trucewatch run {again}"),
    mark("{incident} was rejected ({act}); undo that first: trucewatch incident {folder} acts"),
    mark("an incident is named twice; nothing was entered"),
    mark("one incident alone is merged with nothing; name two or more"),
    mark("simulated and real incidents are never one; nothing was entered"),
    mark("a report is named in two parts; nothing was entered"),
    mark("that leaves {incident} whole; name some of its {count} reports"),
    mark("say what it is: --kind KIND, --class CLASS, or both"),
    mark("{incident} is of kind {kind} already; nothing was entered"),
    mark("it would end ({end}) before it begins ({start})"),
    mark("a place needs --lon, --lat and --sd-m; leave out all three if it is not known"),
    mark("lon {lon}, lat {lat} is no place; longitude first, in degrees"),
    mark("--sd-m and --minor-sd-m are metres, above 0 and below 1,000,000"),
    mark("the text has {count} characters; at most {most} are kept"),
    mark("{act} does not stand: {state}; undo that act instead"),
    mark("say whose act it is: --by NAME; nothing was entered"),
    mark('no {what} begins with "{text}"; see: {command}'),
    mark('{count} of them begin with "{text}" ({shown} …); write more of the id'),
    mark('"{word}" is no {what}; there are: {words}'),
    mark('no report "{report}" was issued with revision {revision}'),
    mark(
        "the {format} ({language}) of {report}, revision {revision}, is not kept here with the bytes that "
        "were issued; its hash is in the ledger, so any copy can be held against it"
    ),
    mark('there is no draft "{draft}"; the desk lists those that there are'),
    mark("this draft is checked already; issue it, or open it again to change it"),
    mark("this cannot be taken back; what was issued is corrected by a new draft"),
    mark("only a checked draft can be issued; go through it and mark it as checked first"),
    mark(
        "revision {revision} of {report} was issued with a later cut-off; take the newer figures, an older "
        "cut-off cannot follow it"
    ),
    mark(
        "the figures are not those that were checked, because another report was issued or the recipient's "
        "rule changed meanwhile; nothing was issued. Open the draft again, look at it, and check it again"
    ),
    mark(
        "a replay is on, and nothing of it is recorded: reports can be looked at, but not drafted, issued "
        "or taken. Stop the replay first"
    ),
    mark("this draft was issued as {report}, revision {revision}; begin a correction of that"),
    mark("this draft was discarded; undo that, or begin another one"),
    mark("choose at least one language and one format; nothing was begun"),
    mark('there is no language or format "{word}"; nothing was begun'),
    mark(
        "the list of entry {entry}, on which this draft stands, is not in the ledger any more; take the newer figures"
    ),
    mark(
        "draft {draft} was changed since you opened it: it is at version {version}, you saw version "
        "{seen}; nothing was entered. Open it again"
    ),
    mark('"{section}" is no section for a note; there are: {words}'),
    mark("the note to {section} has {count} characters; at most {most} are kept. Nothing was entered"),
    mark("there are two notes to {section} in {language}; make them one"),
    mark("an act needs a reason, which stays in the ledger; nothing was entered"),
    mark("the reason has {count} characters; at most {most} are kept. Nothing was entered"),
    mark("say whose act it is; nothing was entered"),
    mark('"{text}" is the hash of a file and nothing else; say in words what it is. Nothing was entered'),
    mark("the disk is full; free some space and run again, nothing that was acknowledged is lost"),
    mark("your disk quota is used up; free some space and run again, nothing that was acknowledged is lost"),
    mark("the disk is read-only; copy the watch to a disk that can be written"),
    mark("you may not write there; change its permissions or copy the watch"),
    mark("{path}: {error}; check the disk and run again"),
    mark("{path}: {error}; remove this file, it is only an index, and run again"),
    mark(
        "{path}: the disk is full; free some space and run again. Entry {entry} is in the ledger, so "
        "nothing need be entered again: the index catches up"
    ),
    mark(
        "{path}: {error}; check the disk and run again. Entry {entry} is in the ledger, so nothing need be "
        "entered again: the index catches up"
    ),
    mark("Permission denied"),
    mark("No space left on device"),
    mark("Read-only file system"),
    mark("No such file or directory"),
    mark("Input/output error"),
    mark("Another run or its console has held this watch. Wait, or end it; a console's own pages work on."),
    mark(
        "Another run or its console has held this watch since {moment} (process {process}). Wait, or end "
        "it; a console's own pages work on."
    ),
    mark('"{text}" is no SHA-256'),
    mark("{path}: its bytes do not match its name; restore this file from a copy"),
    mark('"{kind}" is no kind of record; there are: {words}'),
    mark("entry {entry} of the ledger is not of its form; restore the ledger from a copy"),
    mark("{folder} holds no ledger yet; run: trucewatch run WATCH"),
    mark("entry {entry} ({hash}…) is no record; restore it from a copy"),
    mark("{path} has published no checkpoint yet; run: trucewatch run WATCH"),
    mark("{path} is signed by no key that the ledger names; see: trucewatch verify WATCH"),
    mark(
        "entry {entry} is not under the latest checkpoint, which covers {size} entries; a later one is "
        "published when the run that is going on ends"
    ),
    mark("{folder}: the tiles of entry {entry} do not lead to the signed root; see: trucewatch verify WATCH"),
    mark("{folder}: entry {entry} is not in its bundle; see: trucewatch verify WATCH"),
    mark(
        "The change of the ledger's key was cut short, and nothing is entered or signed until the watch is "
        "opened again: end this program and start it anew, which finishes or undoes the change"
    ),
    mark("{path} cannot be read: {error}; copy the file itself into the inbox"),
    mark("{path} changed while it was read; run again"),
    mark('there is no report format "{format}"; choose one of: {words}'),
    mark('there is no catalogue for the language "{language}"; choose one of: {words}'),
    mark('There is no report format "{format}"; there are: {words}.'),
    mark('There is no report in "{language}"; there is: {words}.'),
    mark("only reports of one recipient and one cut-off can be compared; choose both from one list"),
    mark("{before} does not end where {now} begins; compare with the period before"),
    mark("the period {start} to {end} has {days} days; give 1 to {most}, the last day excluded"),
    mark("{day} begins after the cut-off {moment}; choose an earlier day"),
    mark("report {report} cannot be set as PDF: {error}; take it as html, and tell us of this"),
    mark("this watch has no recipient, so there is nobody to report to; add one to watch.toml"),
    mark("{report}, revision {revision}, was not issued as {format} in {language}"),
    mark("undone at once, from the message that followed the act"),
)

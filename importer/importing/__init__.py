"""The floor below the doors: what an import asks, decides and does, whichever way it came in. Nothing here prints.

``questions`` what is asked, and how an answer is kept
``reading`` a list, with what is open about it; ``safely`` in a ``bounded_process``, as the inbox reads and writes
``lessons`` what is learnt of it before it is kept, ``agreeing`` all of that at once; ``drafting`` a list on the page,
with what was put right in it; ``latest`` what is held of such lists in memory
``ordering`` that it is booked, as its plan was shown, when its turn comes; ``sending`` what of people is sent
``proposing`` what would be done, what is open about that, and why it is not done
``approving`` of that: what was approved is what is booked; ``meaning`` what is compared, with the code for all of it
``handing_over`` the answers that go back, whatever stops it; ``other_sheets`` and ``other_dates`` those that stay

Under these, the two halves of an import:

``earlier`` which imports are of this list, also under another name, and what they have told
``preparing`` what would be done; ``known`` all that is known before, ``remembered`` what our record alone can answer,
``typed_over`` what somebody has written into the columns that are ours,
``asked`` which questions the decisions of a list answer, ``wording`` which sessions rows mean that name them in words,
``contradicting`` where the list's own words, or those of the call, say another
``carrying_out`` who is booked; ``reporting`` what both halves tell; ``recording`` what is kept of a run, an undo too
``checking`` a check, without the service
``resuming`` what earlier runs left open, ``overtaking`` which of them a later import ends
``dates`` of a list that names none, which earlier imports have given, and this one; ``choosing`` those of days in
words, and what is asked where several sessions may be meant
``series`` what a roster changes against the last of its kind, ``guards`` whether that looks right, ``history`` both
``undoing`` an import: whom it has booked is taken off; ``removable`` who can be, ``undone_list`` where answers go;
``leaving`` of whom a newer list does not have any more; ``removal_word`` what a session says to somebody's word that a
person was removed
``finding`` one person in our record, ``forgetting`` them; ``purging`` what goes of old runs
``attending`` who is on which session, imported or not
``examining`` a first look at the service, before any import
"""

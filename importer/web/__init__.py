"""The door for browsers: the page, on one person's own computer, or for several people on a server.

``app`` makes it out of its screens, ``guards`` let nobody in who has not signed in and nothing change from
elsewhere, ``site`` is what all screens know: where is booked, and by whom. ``at_work`` books what was ordered, one
list after the other, whoever looks. ``serving`` answers browsers until nobody looks any more, ``link`` is the file
by which a browser is let in; ``unopened`` files wait for their password, ``shown_plans`` for the word to book.
``told`` are rows as screens tell them, ``offered`` the sessions to choose from; ``background`` makes what takes long.
On a server a ``proxy`` says who has signed in, ``roles`` what they may do, and ``audit_log`` keeps what they did.

One folder a screen, with its templates, in the order in which they are met: ``signing_in``, ``imports``, ``add``,
``lists``, ``columns``, ``check``, ``plan``, ``approve``, ``booking``, ``result``, ``undo``; ``sessions``,
``people``, ``connection``; and ``desktop``, ``audit``. The
folder static holds the one style sheet and the one script. What an import asks and decides is not here but in
`importing`.
"""

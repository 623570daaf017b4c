"""The door for browsers: the page, on one person's own computer.

``app`` makes it out of its screens, ``guards`` let nobody in who has not signed in and nothing change from elsewhere,
``site`` is what all screens know: where is booked, and by whom. ``serving`` answers browsers until nobody looks any
more, ``link`` is the file by which a browser is let in. One folder a screen, with its templates: ``signing_in``,
``imports``. The folder static holds the one style sheet and the one script. What an import asks and decides is not here
but in `importing`.
"""

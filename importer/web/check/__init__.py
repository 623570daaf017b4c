"""*Check the list*: ``routes``, ``looking`` at it and at the service, ``lines`` of it as they are shown, ``causes`` of
what is wrong, ``people`` of whom two may be one, ``changes`` against its last version, ``gone``: who is not on it any
more, ``changing``: what a form puts right, and ``steps`` of that to undo.
"""

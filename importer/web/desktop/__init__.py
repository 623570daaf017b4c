"""A file on the desktop that opens the page, for who wants no window for commands.

``routes``; ``shortcut`` is the file, as each system wants it.
"""

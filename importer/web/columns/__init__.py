"""*What the columns hold*: ``routes``, ``filled`` what a form says of them; and *which session* a list is for:
``sessions``."""

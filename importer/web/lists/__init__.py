"""One list: where it goes on, and how it is deleted: ``routes``."""

"""Letting a browser in by the code of the link, and closing the page: ``routes``."""

"""Who has seen and done what on a server: ``routes``."""

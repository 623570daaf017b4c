"""*Booking*: how far it is, and its stop: ``routes``."""

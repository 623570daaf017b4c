"""*Connection*: whether the service answers as it should, before anybody is booked: ``routes``."""

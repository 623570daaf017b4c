"""The booking service: the only user of requests, and the only place that knows its JSON.

``client`` the calls, ``shapes`` the JSON, ``listing`` whether a list of bookings has told all, ``wire`` one request and
its answer, which has to come ``in_time``; ``examining`` a look at the service by reading alone, ``findings`` what that
says. Facts about the service come from the guide (``guide.txt``) and from ``API.md``; both are named where they matter.
"""

from importer.service.appointedd.client import Appointedd

__all__ = ["Appointedd"]

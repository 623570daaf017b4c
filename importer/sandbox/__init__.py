"""A practice booking service for demo, training and tests: no real bookings.

Its behaviour is taken from the service's own guide, not from what our client happens to send, and it shares
no code with the rest of the package. Rules and memory, with HTTP on top; in reading order: ``records`` (what
is remembered, and ``Rules``, the uncertain corners), ``memory`` (all of them, by id), ``world`` (memory and rules),
``staff`` (what the organisation does there itself), ``journal`` (memory across processes), ``shapes`` (its JSON),
``app`` (its calls), ``mishaps`` (what goes wrong on demand) and the ``kinds`` of them, ``server`` (sockets),
``sessions`` (what is on), ``tour`` (every call once).

    with Sandbox(mishaps=["cut-after:confirm:nth=2"]) as service:
        book(service.base_url, service.key)
        assert len(service.world.people(booking_id)) == 2
"""

from .mishaps import Mishap
from .records import Rules
from .server import Sandbox

__all__ = ["Mishap", "Rules", "Sandbox"]

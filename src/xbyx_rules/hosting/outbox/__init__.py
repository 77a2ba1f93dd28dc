"""The outbox: a message for each event, handed to the host at least once and in a subject's order.

Takes: the tables of a ledger that writes messages (`Ledger(outbox=True)`), instants, a handler.
Gives: leased messages, outcomes, what is parked, how long the oldest has waited.
May assume: the consumer tells a message that comes again by `Message.key`.
Refuses: an outcome from a worker whose lease somebody else has taken over.
"""

from .backlog import Backlog, Parked
from .delivering import Delivery, Handler, deliver
from .message import Lease, Message
from .outbox import Outbox

__all__ = [
    "Backlog",
    "Delivery",
    "Handler",
    "Lease",
    "Message",
    "Outbox",
    "Parked",
    "deliver",
]

"""What the orders share."""


class OrderRefused(Exception):
    """The order cannot be carried out; the message is a sentence for the one who gave it."""

    code = "order:refused"
    retry = False

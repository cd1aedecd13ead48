"""Where an address leads: to this machine, or out into the world."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_near(url: str) -> bool:
    """Is the server on this machine? Then no proxy stands between, and nobody else reads it."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

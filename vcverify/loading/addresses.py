"""Which hosts are public: names by their form, addresses by a table of our own.

The table follows the IANA special-purpose registries (RFC 6890 and its updates). The standard library
has one too, but it differs between patch versions, and takes an address that embeds another (6to4) for
a global one.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Network

_NAME: Final = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PRIVATE_NAMES: Final = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "home.arpa",
    "onion",
)
"""Names that lead into somebody's own network (RFC 6761, 6762, 7686, 8375; ICANN's collision list)."""

_NOT_GLOBAL_4: Final = (
    "0.0.0.0/8",  # this network
    "10.0.0.0/8",  # private
    "100.64.0.0/10",  # shared by carriers
    "127.0.0.0/8",  # loopback
    "169.254.0.0/16",  # link-local; the metadata services of clouds
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # protocol assignments
    "192.0.2.0/24",  # documentation
    "192.88.99.0/24",  # relays of 6to4
    "192.168.0.0/16",  # private
    "198.18.0.0/15",  # benchmarking
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, and the limited broadcast
)
"""IPv4: all of it is global but these."""

_GLOBAL_6: Final = ("2000::/3",)
"""IPv6: none of it is global but this, the only block that is assigned to the public internet."""

_NOT_GLOBAL_6: Final = (
    "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4: wraps any IPv4 address
    "3fff::/20",  # documentation
)
"""Parts of the global block that are not."""

_TRANSLATED: Final = "64:ff9b::/96"
"""NAT64 (RFC 6052): leads to the IPv4 address in the last 32 bits, so that one is judged."""


def why_not_public(host: str) -> str | None:
    """Why a host is not the name of one in the public domain name system, as a phrase; None where it is.

    Addresses in every spelling, single labels, names of private networks, names that are not in lower
    case letters, digits and hyphens (an internationalized one is written in its `xn--` form), and a
    trailing dot are not.
    """
    if _NAME.fullmatch(host) is None:  # CHECK: other spellings of hosts
        return "its host is not a public domain name"
    if _NUMBER.fullmatch(host.rpartition(".")[2]):  # CHECK: addresses as numbers
        return "its host is an address"
    if any(host.endswith("." + name) for name in _PRIVATE_NAMES):  # CHECK: names of private networks
        return "its host is of a private network"
    return None


def is_global(address: str) -> bool:
    """Whether an address leads to the public internet. What is not an address, or names a zone, does not."""
    from ipaddress import AddressValueError, IPv4Address, IPv6Address  # 4 ms that being offline need not pay

    try:
        if ":" not in address:
            return _is_global_4(IPv4Address(address))
        if "%" in address:  # CHECK: addresses of a zone
            return False
        parsed = IPv6Address(address)
    except (AddressValueError, ValueError):
        return False
    wanted, unwanted, translated = _networks_6()
    if parsed in translated:
        return _is_global_4(IPv4Address(int(parsed) & 0xFFFF_FFFF))
    return (
        any(parsed in network for network in wanted)  # CHECK: IPv6 addresses that are not global
        and not any(parsed in network for network in unwanted)  # CHECK: IPv6 addresses that hold others
    )


def _is_global_4(address: IPv4Address) -> bool:
    return not any(address in network for network in _networks_4())  # CHECK: IPv4 addresses that are not global


@functools.cache
def _networks_4() -> tuple[IPv4Network, ...]:
    from ipaddress import IPv4Network

    return tuple(map(IPv4Network, _NOT_GLOBAL_4))


@functools.cache
def _networks_6() -> tuple[tuple[IPv6Network, ...], tuple[IPv6Network, ...], IPv6Network]:
    from ipaddress import IPv6Network

    return tuple(map(IPv6Network, _GLOBAL_6)), tuple(map(IPv6Network, _NOT_GLOBAL_6)), IPv6Network(_TRANSLATED)

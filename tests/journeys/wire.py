"""The wire between two browsers of a call, in our hands: their packets go through here and may be cut off.

A browser learns of the other's addresses by `addIceCandidate`. In these pages it learns ours instead, so that packets
of both directions pass two sockets of this process. What the browsers agree on, and our own modules, stay as they are.
"""

from __future__ import annotations

import re
import select
import socket
import threading
from dataclasses import dataclass, field

from tests.journeys.person import Person

_CANDIDATE = re.compile(r"^(candidate:\S+ \d+ udp \d+) (\S+) (\d+) (typ host.*)$", re.IGNORECASE)

_IN_THE_PAGE = """
(() => {
  const own = RTCPeerConnection.prototype, { addIceCandidate, setRemoteDescription } = own;
  window.iceStates = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...given) {
      super(...given);
      this.addEventListener("iceconnectionstatechange", () => window.iceStates.push(this.iceConnectionState));
    }
  };
  own.addIceCandidate = async function (given) {
    if (!given?.candidate) return addIceCandidate.call(this, given);
    const candidate = await window.throughTheWire(given.candidate);
    return candidate ? addIceCandidate.call(this, { ...given, candidate }) : undefined;
  };
  own.setRemoteDescription = function ({ type, sdp }) {
    const bare = sdp.split("\\r\\n").filter((line) => !line.startsWith("a=candidate:")).join("\\r\\n");
    return setRemoteDescription.call(this, { type, sdp: bare });
  };
})();
"""


@dataclass
class Wire:
    """Between the pages of two people. `cut` stops every packet for good; what is agreed on after that has a wire of
    its own. Used as a context."""

    _ways: list[_Way] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Wire:
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()
        for way in self._ways:
            way.close()

    def lies_between(self, one: Person, other: Person) -> None:
        """Before either opens a page with a call."""
        for at, person in enumerate((one, other)):
            person.context.expose_function("throughTheWire", lambda told, at=at: self._through(at, told))
            person.context.add_init_script(_IN_THE_PAGE)

    def cut(self) -> None:
        for way in self._ways:
            way.is_cut = True

    def _through(self, at: int, told: str) -> str:
        """For the person number `at`, who was told of an address of the other."""
        found = _CANDIDATE.match(told)
        if found is None or ":" in found[2]:
            return ""  # by TCP or IPv6: the one way is enough
        way = self._open_way()
        # One address of each side is enough; the other's own packets are known by where they come from.
        if way.real[1 - at] is not None:
            return ""
        way.real[1 - at] = (found[2], int(found[3]))
        return f"{found[1]} 127.0.0.1 {way.sockets[1 - at].getsockname()[1]} {found[4]}"

    def _open_way(self) -> _Way:
        if not self._ways or self._ways[-1].is_cut:
            self._ways.append(_Way())
        return self._ways[-1]

    def _carry(self) -> None:
        while not self._ended.is_set():
            by_socket = {one: (way, at) for way in list(self._ways) for at, one in enumerate(way.sockets)}
            ready, _writes, _errors = select.select(list(by_socket), [], [], 0.02)
            for one in ready:
                way, at = by_socket[one]
                packet = one.recv(65536)
                # What came for side `at` goes to where that side really is, from the socket that stands for the other.
                if not way.is_cut and (there := way.real[at]) is not None:
                    way.sockets[1 - at].sendto(packet, there)


class _Way:
    """A pair of sockets: number 0 stands for the first person, as the second one sees them, and the other way round."""

    def __init__(self) -> None:
        self.sockets = tuple(socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _side in range(2))
        for one in self.sockets:
            one.bind(("127.0.0.1", 0))
        self.real: list[tuple[str, int] | None] = [None, None]
        self.is_cut = False

    def close(self) -> None:
        for one in self.sockets:
            one.close()


def ice_states(person: Person) -> list[str]:
    """What became of the ways through the network, as the browser told it, oldest first."""
    return list(person.page.evaluate("window.iceStates"))

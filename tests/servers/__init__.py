"""Real servers for tests, all from wheels and without root. What a machine lacks is skipped loudly and counted."""

import socket

LACKS = "This machine lacks "  # how the reason of such a skip begins; tests/conftest.py counts them


def free_port(apart: int = 0) -> int:
    """A TCP port of 127.0.0.1 that is free now; with `apart`, the port that much higher is free as well."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                if apart and port + apart < 65536:
                    other.bind(("127.0.0.1", port + apart))
                elif apart:
                    continue
            except OSError:
                continue
            return port

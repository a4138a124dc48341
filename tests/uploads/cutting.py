"""A line to a server that breaks: everything passes, until so many bytes have gone up; then both ends are cut off."""

import contextlib
import socket
import threading


class CutLine:
    """Listens on `port` and passes on to a server. `cut_after(n)` breaks the line once n more bytes have gone up."""

    def __init__(self, host: str, port: int) -> None:
        self.server = (host, port)
        self.left: int | None = None
        self.cuts = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, size: int) -> None:
        self.left = size

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listening.accept()
                server = socket.create_connection(self.server)
                threading.Thread(target=self._up, args=(client, server), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(1 << 16):
                if self.left is not None:
                    data, self.left = data[: self.left], self.left - len(data)
                server.sendall(data)
                if self.left is not None and self.left <= 0:
                    self.left, self.cuts = None, self.cuts + 1
                    break
        self._end(client, server)

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        self._end(source, target)

    @staticmethod
    def _end(*sockets: socket.socket) -> None:
        for end in sockets:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

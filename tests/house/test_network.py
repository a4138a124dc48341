"""Tests never reach a network: only this machine, by loopback or unix socket."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


def test_an_outside_address_is_blocked():
    with socket.socket() as sock, pytest.raises(SocketConnectBlockedError):
        sock.connect(("192.0.2.1", 80))


def test_this_machine_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()

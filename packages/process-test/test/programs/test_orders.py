import os
import socket

import pytest


class TestServer:
    def test_connects(self):
        address = os.environ["DRIVER_MY_SERVER_ATTR_HOST"], int(os.environ["DRIVER_MY_SERVER_ATTR_PORT"])
        socket.create_connection(address).close()

    @pytest.mark.parametrize("number", [2, 3])
    def test_even(self, number):
        assert number % 2 == 0


@pytest.mark.skip(reason="not yet")
def test_skipped():
    pass


@pytest.fixture
def broken():
    raise RuntimeError("no ground")


def test_set_up(broken):
    pass


def test_crashes():
    if os.environ.get("CRASH") == "yes":
        os.abort()

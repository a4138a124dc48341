"""The embedded Redis: starts, answers, is private, stops, and is found at the same place by every process."""

import os
import stat

import pytest
import redis

from portal.embedded import (
    LONGEST_SOCKET_PATH,
    EmbeddedError,
    embedded_redis,
    redis_answers,
    redis_socket,
    wait_for_redis,
)


def test_redis_runs_for_the_length_of_the_block(tmp_path):
    socket = tmp_path / "redis.sock"
    with embedded_redis(socket) as url:
        client = redis.Redis.from_url(url)
        client.set("a", 1)
        assert client.get("a") == b"1"
        assert client.config_get("save") == {"save": ""}
    assert not redis_answers(url)


def test_only_this_user_may_open_the_socket(tmp_path):
    socket = tmp_path / "redis.sock"
    with embedded_redis(socket):
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def test_redis_opens_no_port(tmp_path):
    with embedded_redis(tmp_path / "redis.sock") as url:
        assert redis.Redis.from_url(url).config_get("port") == {"port": "0"}


def test_a_short_home_holds_the_socket(tmp_path):
    assert redis_socket(tmp_path) == tmp_path / "redis.sock"


def test_a_long_home_gets_a_short_private_folder_that_is_always_the_same(tmp_path):
    home = tmp_path / ("very-long-name-" * 10)
    socket = redis_socket(home)
    assert len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH
    assert socket == redis_socket(home)
    assert socket != redis_socket(tmp_path / ("another-long-name-" * 10))


def test_redis_runs_for_a_long_home(tmp_path):
    socket = redis_socket(tmp_path / ("very-long-name-" * 10))
    with embedded_redis(socket) as url:
        assert redis_answers(url)
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700


def test_a_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(EmbeddedError, match="belongs to somebody else"), embedded_redis(tmp_path / "link/redis.sock"):
        pass


def test_waiting_for_a_redis_that_is_not_there_ends_with_a_sentence(tmp_path):
    with pytest.raises(EmbeddedError, match=r"Redis did not answer at .* within 0 seconds\."):
        wait_for_redis(f"unix://{tmp_path}/none.sock", seconds=0)

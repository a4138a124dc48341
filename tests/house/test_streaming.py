"""Large files under ASGI leave piece by piece, never whole into memory."""

import asyncio
import urllib.request

from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import AsyncRequestFactory

from portal.asgi import routes
from portal.streaming import StreamingMiddleware
from tests.factories import sealed_picture


def through(response):
    """The response after the middleware, as an asynchronous server gets it."""
    return StreamingMiddleware(lambda request: response)(AsyncRequestFactory().get("/"))


def test_a_piece_is_read_only_when_it_is_sent():
    read = []

    def pieces():
        for number in range(3):
            read.append(number)
            yield b"%d" % number

    async def first_two(response):
        stream = aiter(response)
        return [await anext(stream), await anext(stream)]

    assert asyncio.run(first_two(through(StreamingHttpResponse(pieces())))) == [b"0", b"1"]
    assert read == [0, 1]


def test_a_file_arrives_whole_and_is_closed(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 1000)
    file = path.open("rb")
    response = through(FileResponse(file))

    async def body():
        return b"".join([piece async for piece in response])

    assert asyncio.run(body()) == path.read_bytes()
    response.close()
    assert file.closed


def test_an_ordinary_answer_passes_unchanged():
    response = HttpResponse("words")
    assert through(response) is response


def test_a_download_over_the_real_server_is_the_master(live_site, client, collection):
    picture = sealed_picture(collection)
    client.force_login(collection.created_by)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    request = urllib.request.Request(f"{live_site}/pictures/{picture.pk}/file", headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as answer, picture.file.open("rb") as file:
        assert answer.read() == file.read()


def test_a_websocket_at_no_address_is_refused():
    async def answer():
        talk = ApplicationCommunicator(URLRouter(routes), {"type": "websocket", "path": "/ws/nothing/", "headers": []})
        await talk.send_input({"type": "websocket.connect"})
        said = await talk.receive_output()
        await talk.send_input({"type": "websocket.disconnect", "code": 1006})
        await talk.wait()
        return said["type"]

    assert asyncio.run(answer()) == "websocket.close"

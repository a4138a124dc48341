"""Another museum on this machine, and the manifests that it gives out."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.factories import painted, picture_bytes

PICTURE = picture_bytes(painted(seed=41), "JPEG")


class Handler(BaseHTTPRequestHandler):
    """Answers by a table: path → (status, headers, body)."""

    def do_GET(self):
        self.server.asked.append(self.path)
        status, headers, body = self.server.table.get(self.path.split("?")[0], (404, {}, b""))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Content-Type": "text/plain", **headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        if self.path == "/slow":
            self.server.done.wait(20)
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@pytest.fixture
def museum(settings):
    """Another museum on this machine, which the operator allows: `table`, `asked`, `at(path)`."""
    settings.IIIF_PRIVATE_HOSTS = ["127.0.0.1"]
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.table, server.asked, server.done = {}, [], threading.Event()
    server.at = lambda path: f"http://127.0.0.1:{server.server_port}{path}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.done.set()
    server.shutdown()
    server.server_close()
    thread.join()


def third(service, **more):
    body = {"type": "Image", "id": "https://x/y.jpg", "service": [{"type": "ImageService3", "id": service}]}
    canvas = {"type": "Canvas", "items": [{"items": [{"body": {"type": "Choice", "items": [body]}}]}]}
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "type": "Manifest",
        "label": {"en": ["Pines <i>in</i> mist"], "zh-Hans": ["雾松"]},
        "rights": "https://creativecommons.org/publicdomain/zero/1.0/",
        "requiredStatement": {"label": {"en": ["Attribution"]}, "value": {"en": ["<p>Gift of the river</p>"]}},
        "metadata": [
            {"label": {"en": ["Artist"]}, "value": {"none": ["Ma Yuan"]}},
            {"label": {"zh": ["年代"]}, "value": {"zh": ["南宋"]}},
            {"label": {"en": ["Object number"]}, "value": {"en": ["1923.14"]}},
            {"label": {"en": ["Weather"]}, "value": {"en": ["Mist"]}},
        ],
        "items": [canvas],
    } | more


def second(service):
    resource = {
        "@id": "https://x/y.jpg",
        "service": {"@id": service, "@context": "http://iiif.io/api/image/2/context.json"},
    }
    return {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@type": "sc:Manifest",
        "label": [{"@value": "Pines", "@language": "en"}, {"@value": "雾松", "@language": "zh"}],
        "license": "http://rightsstatements.org/vocab/InC/1.0/",
        "attribution": "Gift of the river",
        "metadata": [{"label": "Artist", "value": "Ma Yuan"}, {"label": "Medium", "value": ["ink", "silk"]}],
        "sequences": [{"canvases": [{"images": [{"resource": resource}]}]}],
    }


def hang(museum, manifest, picture="/image/full/max/0/default.jpg"):
    museum.table["/manifest"] = (200, {"Content-Type": "application/ld+json;profile=x"}, json.dumps(manifest).encode())
    museum.table[picture] = (200, {"Content-Type": "image/jpeg"}, PICTURE)
    return museum.at("/manifest")


def album(museum, leaves=3):
    """A manifest of several canvases, each with a picture of its own; returns its address."""
    canvases = []
    for number in range(1, leaves + 1):
        base = museum.at(f"/leaf{number}")
        canvas = third(base)["items"][0] | {"id": f"{base}/canvas", "label": {"en": [f"Leaf {number}"]}}
        canvas |= {"width": 4000, "height": 3000}
        canvases.append(canvas)
        picture = picture_bytes(painted(seed=500 + number), "JPEG")
        for size in ("max", "200,"):
            museum.table[f"/leaf{number}/full/{size}/0/default.jpg"] = (200, {"Content-Type": "image/jpeg"}, picture)
    manifest = json.dumps(third("x", items=canvases)).encode()
    museum.table["/manifest"] = (200, {"Content-Type": "application/json"}, manifest)
    return museum.at("/manifest")

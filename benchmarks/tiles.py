"""Tiles a second for eight visitors: `python benchmarks/tiles.py [--iipsrv FILE] [--nginx FILE] [--json FILE]`.

A painted scroll is sealed, published through the gate and hung; visitors who are not signed in ask the site's own
server (two processes) for squares of its deep zoom, as its info.json offers them. In the same run, by turns, they ask

- iipsrv (Debian: `apt-get install iipimage-server nginx-light`), two processes behind nginx, for the same squares of
  the same pyramid; left out, with a sentence, where one of the two is not there;
- the site for the same picture without its pyramid: a plain LZW TIFF in its place.

Each turn asks for other squares; what a server remembers of earlier turns is its own affair. Only ratios are told as
results, since they hold on a machine that others use as well: the middle of the turns' own ratios, each of two
neighbouring turns, and that of the first turn by itself. With --forgetful neither keeps tiles in memory.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import logging
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
VISITORS, PROCESSES = 8, 2
START_SECONDS = 180
WIDTH, HEIGHT, TILE = 12_000, 8_000, 512
IIPSRV = "/usr/lib/iipimage-server/iipsrv.fcgi"
NGINX = """
worker_processes 1; daemon off; pid {home}/pid; error_log {home}/errors crit; {user}
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {home}/body; fastcgi_temp_path {home}/fastcgi; proxy_temp_path {home}/proxy;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi; keepalive_requests 1000000;
  upstream iipsrv {{ {servers} }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      fastcgi_pass iipsrv;
      fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param REQUEST_URI $request_uri; fastcgi_param SERVER_PROTOCOL $server_protocol;
      fastcgi_param HTTP_HOST $http_host;
    }}
  }}
}}
"""


class Square(NamedTuple):
    """A region of the whole picture, and the width and height of the answer; all in pixels."""

    x: int
    y: int
    w: int
    h: int
    width: int
    height: int


class Server(NamedTuple):
    """Where a picture is asked for: a port and a path with places for region and size."""

    name: str
    port: int
    path: str

    def at(self, square: Square) -> str:
        region = ",".join(map(str, square[:4]))
        return self.path.format(region=region, width=square.width, height=square.height)


def squares(chance: random.Random, count: int) -> list[Square]:
    """Squares of the deep zoom, each level as often as another: those that are whole, at their places."""
    found = []
    for _number in range(count):
        factor = chance.choice((1, 1, 2, 4, 8))
        side = TILE * factor
        across, down = WIDTH // side, HEIGHT // side
        found.append(Square(chance.randrange(across) * side, chance.randrange(down) * side, side, side, TILE, TILE))
    return found


def ask(server: Server, asked: list[Square]) -> tuple[float, int]:
    """Tiles a second over eight connections that stay open, and the bytes that came."""
    queue: SimpleQueue[Square] = SimpleQueue()
    for square in asked:
        queue.put(square)
    began = time.perf_counter()
    with ThreadPoolExecutor(VISITORS) as visitors:
        sizes = [visit.result() for visit in [visitors.submit(_visit, server, queue) for _visitor in range(VISITORS)]]
    return len(asked) / (time.perf_counter() - began), sum(sizes)


def _visit(server: Server, queue: SimpleQueue[Square]) -> int:
    connection, came = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120), 0
    while True:
        try:
            square = queue.get_nowait()
        except Empty:
            return came
        connection.request("GET", server.at(square))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200 or body[:2] != b"\xff\xd8":
            raise SystemExit(f"{server.name} answers {answer.status} to {server.at(square)}: {body[:200]!r}")
        came += len(body)


# --- the picture ---------------------------------------------------------------------------------------------------


def set_up(home: Path) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "S3_BUCKET"):
        os.environ.pop(name, None)
    os.environ |= {"LACUNA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "portal.settings", "ALLOWED_HOSTS": "127.0.0.1"}
    import django
    from django.core.management import call_command

    django.setup()
    logging.getLogger("lacuna").setLevel(logging.ERROR)  # there is no Redis, and nobody misses it
    call_command("migrate", verbosity=0)


def painted(folder: Path) -> list[Path]:
    """A scroll with the grain of paper, as an LZW TIFF, and once more with one other pixel."""
    import pyvips

    from generation.painter import paint

    small = pyvips.Image.new_from_array(paint(11, (WIDTH // 8, HEIGHT // 8), "ink", "paper"))
    grain = pyvips.Image.gaussnoise(WIDTH, HEIGHT, sigma=6, seed=3)
    scroll = (small.resize(8) + grain).cast("uchar").copy(interpretation="srgb")
    found = []
    for number, name in enumerate(("scroll.tif", "flat.tif")):
        path = folder / name
        image = scroll.insert(pyvips.Image.black(1, 1, bands=3), 0, 0) if number else scroll
        image.tiffsave(str(path), compression="lzw")
        found.append(path)
    return found


def on_show(paths: list[Path]) -> list[Any]:
    """The scrolls as originals in an open exhibition, published by two people; their pictures."""
    from portal.accounts.demo import make_demo_people
    from portal.catalogue.models import Rights
    from portal.catalogue.services import attach_master, create_artwork, create_collection
    from portal.exhibitions.services import arranging, exhibitions
    from review.guardrails.services import judge, prepare, publish, sign

    curator = make_demo_people().people["curator"]
    collection = create_collection(curator, name="Scrolls")
    people = make_demo_people(collection).people
    opened = exhibitions.create(curator, collection, slug="scrolls", title="Scrolls")
    found = []
    for path in paths:
        artwork = create_artwork(curator, collection, title=path.stem, rights=Rights.CC0, maker="A program")
        found.append(attach_master(curator, artwork, path))
        release = prepare(curator, artwork)
        judge(curator, release)
        release.refresh_from_db()
        for name in ("curator", "rights"):
            sign(people[name], release, release.content_hash)
        arranging.hang(curator, opened, publish(curator, release))
    exhibitions.open_(curator, opened)
    return found


def without_pyramid(picture: Any) -> None:
    """Lay the master itself where the pyramid was."""
    from portal.catalogue.models import Picture

    Picture.objects.filter(pk=picture.pk).update(pyramid=picture.file.name)


# --- servers -------------------------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def running(*commands: list[str], port: int, **more: Any) -> Iterator[None]:
    """Processes that run until the end, once something listens on the port."""
    started = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, **more) for command in commands]
    try:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        else:
            raise SystemExit(f"{Path(commands[-1][0]).name} does not start.")
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


@contextlib.contextmanager
def our_server() -> Iterator[int]:
    port = free_port()
    web = [sys.executable, "-m", "uvicorn", "portal.asgi:application", "--port", str(port), "--log-level", "error"]
    with running([*web, "--workers", str(PROCESSES)], port=port):
        yield port


@contextlib.contextmanager
def their_server(iipsrv: str, nginx: str, pyramid: Path, home: Path, forgetful: bool) -> Iterator[Server]:
    """iipsrv, two processes, behind nginx; both as they come, with the quality of our tiles."""
    port, ports = free_port(), [free_port() for _number in range(PROCESSES)]
    folder = home / "iipsrv"
    folder.mkdir()
    shutil.copy(pyramid, folder / "scroll.tif")
    servers = " ".join(f"server 127.0.0.1:{number};" for number in ports)
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(home=folder, servers=servers, port=port, user=user))
    about = {"FILESYSTEM_PREFIX": f"{folder}/", "JPEG_QUALITY": "85", "VERBOSITY": "0", "MAX_CVT": "5000"}
    about |= {"MAX_IMAGE_CACHE_SIZE": "0"} if forgetful else {}
    commands = [[iipsrv, "--bind", f"127.0.0.1:{number}", "--backlog", "64"] for number in ports]
    commands.append([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    with running(*commands, port=port, env=os.environ | about, stdout=subprocess.DEVNULL):
        yield Server("iipsrv", port, "/?IIIF=scroll.tif/{region}/{width},/0/default.jpg")


# --- the measuring -------------------------------------------------------------------------------------------------


def measure(servers: list[Server], turns: int, tiles: dict[str, int]) -> dict[str, list[tuple[float, int]]]:
    """By turns, each server the same squares, in one order and then in the other."""
    found: dict[str, list[tuple[float, int]]] = {server.name: [] for server in servers}
    for server in servers:
        ask(server, squares(random.Random(-1), VISITORS))  # every process is awake
    for turn in range(turns + 1):
        for server in servers if turn % 2 else servers[::-1]:
            asked = squares(random.Random(turn), tiles[server.name])
            rate, size = ask(server, asked)
            found[server.name].append((rate, size // len(asked)))
    return found


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--iipsrv", default=IIPSRV, help=f"the program of the peer ({IIPSRV})")
    reader.add_argument("--nginx", default=shutil.which("nginx") or "/usr/sbin/nginx", help="the web server before it")
    reader.add_argument("--turns", type=int, default=7)
    reader.add_argument("--tiles", type=int, default=240, help="in each turn")
    reader.add_argument("--forgetful", action="store_true", help="no server keeps tiles in memory")
    reader.add_argument("--json", type=Path, help="where the figures go as well")
    options = reader.parse_args()
    os.environ |= {"TILES_KEPT_BYTES": "0"} if options.forgetful else {}
    with tempfile.TemporaryDirectory(prefix="tiles-") as home, contextlib.ExitStack() as stack:
        set_up(Path(home))
        scroll, flat = on_show(painted(Path(home)))
        without_pyramid(flat)
        port = stack.enter_context(our_server())
        path = "/iiif/3/{}/{{region}}/{{width}},{{height}}/0/default.jpg"
        servers = [Server("Lacuna", port, path.format(scroll.pk)), Server("no pyramid", port, path.format(flat.pk))]
        if os.access(options.iipsrv, os.X_OK) and os.access(options.nginx, os.X_OK):
            peer = their_server(options.iipsrv, options.nginx, Path(scroll.pyramid.path), Path(home), options.forgetful)
            servers.insert(1, stack.enter_context(peer))
        else:
            print("iipsrv or nginx is not here, so the peer is left out.")
        tiles = {server.name: 8 if server.name == "no pyramid" else options.tiles for server in servers}
        tell(measure(servers, options.turns, tiles), options.json)


def tell(found: dict[str, list[tuple[float, int]]], path: Path | None) -> None:
    ours, said = [rate for rate, _size in found["Lacuna"]], {}
    for name, turns in found.items():
        rates = [rate for rate, _size in turns]
        ratios = [our / rate for our, rate in zip(ours, rates, strict=True)]
        said[name] = {
            "tiles_per_second": round(statistics.median(rates[1:]), 1),
            "kilobytes": round(statistics.median(size for _rate, size in turns) / 1024, 1),
            "ratio": round(statistics.median(ratios[1:]), 2),
            "ratios": sorted(round(ratio, 2) for ratio in ratios[1:]),
            "first_turn": round(rates[0], 1),
            "first_ratio": round(ratios[0], 2),
        }
    print(f"{VISITORS} visitors, {WIDTH} x {HEIGHT} pixels, squares of {TILE}, {len(ours) - 1} turns after the first")
    for name, row in said.items():
        print(f"{name:<11}{row['tiles_per_second']:8.1f} tiles/s, {row['kilobytes']:6.1f} KB each")
        if name != "Lacuna":
            beside = f"{row['ratio']} times as fast {row['ratios']}, in the first turn {row['first_ratio']} times"
            print(f"           Lacuna is {beside}")
    if path:
        path.write_text(json.dumps(said, indent=1))


if __name__ == "__main__":
    main()

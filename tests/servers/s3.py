"""Fixtures: a real S3 server (SeaweedFS from a wheel), which refuses forged addresses."""

import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.servers import LACKS, free_port

KEY, SECRET = "test-key", "test-secret-of-the-bucket"
FAR = 10_000  # SeaweedFS puts the gRPC port of each server that much higher


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    """Address of a running S3 server."""
    program = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if not program:
        pytest.skip(f"{LACKS}an S3 server.")
    folder = tmp_path_factory.mktemp("s3", numbered=True)
    identity = {"name": "test", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    ports = {name: free_port(FAR) for name in ("master", "volume", "filer", "s3")}
    command = [program, "server", f"-dir={folder}", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    command += [f"-{name}.port={port}" for name, port in ports.items()]
    command += [f"-s3.config={folder / 's3.json'}", "-master.volumeSizeLimitMB=64", "-volume.max=500"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"]  # fixed ports; a call home
    log = (folder / "log").open("wb")
    process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{ports['s3']}"
    try:
        _wait(address, process, folder / "log")
        yield address
    finally:
        process.kill()  # asked to end, it takes ten seconds
        process.wait()
        log.close()


@pytest.fixture
def s3_environment(s3_server):
    """The settings, as environment, that move a site to an empty bucket of a real S3 server."""
    import boto3

    bucket = f"lacuna-{time.monotonic_ns()}"
    client = boto3.client(
        "s3", endpoint_url=s3_server, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1"
    )
    client.create_bucket(Bucket=bucket)
    return {
        "S3_BUCKET": bucket,
        "S3_ENDPOINT_URL": s3_server,
        "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY_ID": KEY,
        "S3_SECRET_ACCESS_KEY": SECRET,
    }


def _wait(address: str, process: subprocess.Popen, log: Path, seconds: float = 60) -> None:
    """Return when the server refuses an unsigned request, which is what a server in order does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
        except OSError:
            pass
        time.sleep(0.2)
    pytest.skip(f"{LACKS}an S3 server that starts: {log.read_text(errors='replace')[-300:]}")

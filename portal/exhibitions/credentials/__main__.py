"""`python -m portal.exhibitions.credentials FILE`: the report of a file as JSON; trusted roots come by standard input.

A process of its own, with limits of its own: a file that breaks whoever reads it breaks this and nothing else.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

MEMORY, SECONDS = 2 << 30, 20


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(answer(Path(sys.argv[1]), sys.stdin.read()), sys.stdout)
    return 0


def answer(path: Path, roots: str) -> dict[str, Any]:
    """The report of a file as JSON; {"refused": why} for what is no picture."""
    from gpu_workers.pictures import PictureError
    from portal.exhibitions.credentials.reading import read_file

    try:
        return read_file(path, roots).as_dict()
    except PictureError as error:
        return {"refused": str(error)}


if __name__ == "__main__":
    sys.exit(main())

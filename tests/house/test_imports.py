"""Which way the data flows (docs/architecture.md): pure packages know no Django, web processes know no torch."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PURE = {  # package → at least this many files are expected to be found in it
    "restoration/imagest": 5,
    "restoration/colour": 10,
    "restoration/masks": 5,
    "restoration/nearness": 2,
    "generation/painter": 5,
    "generation/lexicon": 5,
    "generation/corpus": 5,
    "generation/ink": 10,
    "review/statistics": 10,
    "gpu_workers/pictures": 5,
    "gpu_workers/engines": 5,
    "gpu_workers/training": 3,
    "gpu_workers/evaluation": 2,
}
WEB = ("django", "rest_framework", "celery", "channels", "portal")
HEAVY = ("torch", "torchvision", "diffusers", "transformers", "timm")
INNER = (
    "restoration/imagest",
    "restoration/colour",
    "restoration/masks",
    "generation/painter",
    "generation/ink",
    "gpu_workers/pictures",
)


def imported(path):
    """Every module that a file imports."""
    return names_in(path.read_text(), path.relative_to(ROOT).parent.parts)


def names_in(source, package):
    """Every name that a module of `package` imports, relative ones resolved, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            prefix = ".".join([*base, *filter(None, [node.module])])
            yield prefix
            yield from (f"{prefix}.{alias.name}" for alias in node.names)


def files(folder):
    return sorted((ROOT / folder).rglob("*.py"))


def reaching(paths, forbidden):
    """The imports among `paths` that lead into a forbidden package, as readable strings."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in paths
        for name in imported(path)
        if any(name == part or name.startswith(f"{part}.") for part in forbidden)
    ]


@pytest.mark.parametrize("folder", PURE)
def test_a_pure_package_knows_no_django(folder):
    found = [path for path in files(folder) if "management" not in path.parts]
    assert len(found) >= PURE[folder]
    assert reaching(found, WEB) == []


@pytest.mark.parametrize("folder", INNER)
def test_the_innermost_packages_import_no_engine_and_no_domain_app(folder):
    outer = {"gpu_workers.engines", "restoration.models", "restoration.services", "gpu_workers.models"}
    assert reaching(files(folder), outer) == []


@pytest.mark.parametrize("name", ["services.py", "selectors.py", "models.py"])
def test_what_writes_and_reads_rows_imports_no_view(name):
    paths = [
        path
        for app in ("portal", "restoration", "generation", "review", "gpu_workers")
        for path in files(app)
        if path.name == name
    ]
    assert len(paths) >= 3
    edge = {"views", "api", "urls", "forms", "serializers"}
    wrong = [f"{p.relative_to(ROOT)}: {n}" for p in paths for n in imported(p) if edge & set(n.split("."))]
    assert [line for line in wrong if "django" not in line and "rest_framework" not in line] == []


def test_web_processes_never_import_torch():
    code = f"""
import sys
import portal.asgi
from django.urls import get_resolver
def walk(resolver):
    return sum(walk(p) if hasattr(p, "url_patterns") else bool(p.callback) for p in resolver.url_patterns)
count = walk(get_resolver())
from django.test import Client
Client().get("/healthz")
print(count, *[name for name in {HEAVY} if name in sys.modules])
"""
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=_environment())
    assert answer.returncode == 0, answer.stderr
    count, *heavy = answer.stdout.split()
    assert int(count) > 50
    assert heavy == []


def test_celery_imports_no_torch_before_a_task_needs_it():
    """The worker's parent stays small; only the child that works on a job loads torch."""
    code = f"""
import sys
import django
django.setup()
from portal.celery import app
app.loader.import_default_modules()
assert "gpu_workers.work" in app.tasks
print(*[name for name in {HEAVY} if name in sys.modules])
"""
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=_environment())
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == []


def test_the_walk_sees_what_a_function_imports():
    source = "def f():\n    from django.db import models\n    from . import tables"
    assert "django.db.models" in set(names_in(source, ("gpu_workers", "pictures")))
    assert "gpu_workers.pictures.tables" in set(names_in(source, ("gpu_workers", "pictures")))


def _environment():
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "TEST_"))}
    return clean | {"DJANGO_SETTINGS_MODULE": "portal.settings"}

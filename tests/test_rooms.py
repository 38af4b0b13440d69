"""The rooms of docs/architecture.md: imports go down the floors, also inside a room, and never between doors."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

from locator.config.settings import PROJECT_FOLDER

LOCATOR = PROJECT_FOLDER / "locator"

WORDS = {"clinic", "errors", "geo", "records", "text"}
STORIES = {"access", "feedback", "finding", "importing", "readiness", "reference"}

# Every room of locator/, and the rooms it may import from. A new room is a new line here: decide on its floor first.
ROOMS: dict[str, set[str]] = {
    # words
    "text": set(),
    "errors": {"text"},
    "geo": {"errors", "text"},
    "clinic": {"errors", "geo", "text"},
    "records": {"clinic", "errors", "geo", "text"},
    # store
    "store": WORDS,
    # stories
    "access": {"store", *WORDS},
    "feedback": {"store", *WORDS},
    "finding": {"store", *WORDS},
    "importing": {"processes", "store", *WORDS},
    "readiness": {"store", *WORDS},
    "reference": {"store", *WORDS},
    # long work in processes of their own, whichever story it is
    "processes": {"errors"},
    # from settings to services
    "config": set(),
    "services": {"access", "config", "finding", "store", *WORDS},
    # the private PostGIS
    "cluster": {"config", "errors"},
    # the server, which knows none of the rooms above or below
    "serving": {"errors"},
    # doors
    "api": {"config", "services", *STORIES, *WORDS},
    "web": {"config", "services", *STORIES, *WORDS},
    "app": {"access", "api", "config", "finding", "services", "serving", "web"},
    "cli": {"app", "cluster", "config", "services", "serving", *STORIES, *WORDS},
    "__main__": {"cli"},
    "__init__": set(),
}

# Folders inside a room that know nothing of the rest of it but what is listed here.
SEALED: dict[str, tuple[str, ...]] = {
    "geo/reading": ("geo/point", "geo/states", "geo/errors"),
    "geo/geocoding": ("geo/point", "geo/states", "geo/errors", "geo/reading", "geo/distance"),
    "importing/files": ("importing/findings", "importing/cells"),
    "importing/cells": ("importing/findings",),
    "store/tables": (),
    "api/http": (),
    "web/frame": ("web/words",),
    "web/words": (),
}

# Libraries that belong to certain rooms; a file's name is its path under locator/.
LIBRARIES = {
    "flask": ("api/", "web/", "app.py"),
    "werkzeug": ("api/", "web/", "app.py"),
    "click": ("cli/",),
    "rich": ("cli/",),
    "sqlalchemy": ("store/",),
    "geoalchemy2": ("store/",),
    "alembic": ("store/",),
    "psycopg": ("store/", "cluster/server.py"),
    "procrastinate": ("store/", "importing/worker.py"),
    "geopy": ("geo/",),
    "pycurl": ("geo/geocoding/transport.py",),
    "shapely": ("geo/", "store/"),
    "shapefile": ("reference/",),
    "ijson": ("reference/",),
}

MOST_LOOSE_FILES = 8  # directly in locator/
MOST_FILES_IN_A_FOLDER = 20


def imported_modules(tree: ast.AST, package: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the line and the full name of everything imported, also inside functions; `package` is the file's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


@cache
def imports_in(folder: Path) -> list[tuple[str, int, str]]:
    """Return the path under `folder`, the line and the full name of everything that its files import."""
    imports = []
    for path in sorted(folder.rglob("*.py")):
        place = path.relative_to(folder)
        package = ["locator", *place.parent.parts]
        imports += [
            (place.as_posix(), line, module) for line, module in imported_modules(ast.parse(path.read_bytes()), package)
        ]
    return imports


def file_of(module: str, folder: Path) -> PurePosixPath | None:
    """Return the file under `folder`, without its ending, that an imported name of `locator` is in."""
    parts = module.split(".")[1:]
    for length in range(len(parts), 0, -1):
        path = PurePosixPath(*parts[:length])
        if (folder / path).with_suffix(".py").is_file():
            return path
        if (folder / path / "__init__.py").is_file():
            return path / "__init__"
    return None


def fault_of(file: str, module: str, rooms: dict[str, set[str]]) -> str | None:
    """Return what is wrong with one import between rooms or of a library, None if nothing is."""
    top, _, rest = module.partition(".")
    room = PurePosixPath(file).with_suffix("").parts[0]
    if top == "locator":
        target = rest.partition(".")[0]
        if target in rooms and target != room and target not in rooms[room]:
            return f"{room} may not import from {target}"
        return None
    library = "flask" if top.startswith("flask_") else top
    homes = LIBRARIES.get(library)
    if homes is None or any(file == home or (home.endswith("/") and file.startswith(home)) for home in homes):
        return None
    return f"{top} is only for {', '.join(homes)}"


def faults_in(folder: Path, rooms: dict[str, set[str]]) -> list[str]:
    """List every import under `folder` that leaves the map, and every file that is not on it."""
    rooms_found = {path.relative_to(folder).with_suffix("").parts[0] for path in folder.rglob("*.py")}
    faults = [
        f"{room}: no such room; give it a line in ROOMS of tests/test_rooms.py, on its floor"
        for room in sorted(rooms_found - rooms.keys())
    ]
    for file, line, module in imports_in(folder):
        room = PurePosixPath(file).with_suffix("").parts[0]
        if room in rooms and (fault := fault_of(file, module, rooms)):
            faults.append(f"{file}:{line}: {fault}")
    return faults


def leaks_in(folder: Path, sealed: dict[str, tuple[str, ...]]) -> list[str]:
    """List every import by which a sealed folder knows more of its room than it may."""
    leaks = []
    for file, line, module in imports_in(folder):
        for inner, allowed in sealed.items():
            target = str(file_of(module, folder) or "")
            room = inner.partition("/")[0]
            is_outside = target.startswith(f"{room}/") and not target.startswith(f"{inner}/")
            if file.startswith(f"{inner}/") and is_outside and not target.startswith(allowed):
                leaks.append(f"{file}:{line}: {inner} may not import from {target}")
    return leaks


def circles_in(folder: Path) -> list[str]:
    """List the circles among the files and folders that lie side by side, in every folder under `folder`."""
    graphs: dict[str, dict[str, set[str]]] = {}
    for file, _, module in imports_in(folder):
        target = file_of(module, folder) if module.startswith("locator.") else None
        if target is None:
            continue
        here, there = PurePosixPath(file).with_suffix("").parts, target.parts
        common = 0
        while common < min(len(here), len(there)) and here[common] == there[common]:
            common += 1
        if common < min(len(here), len(there)):
            graph = graphs.setdefault("/".join(here[:common]), {})
            graph.setdefault(here[common], set()).add(there[common])
    circles = []
    for place, graph in sorted(graphs.items()):
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circles.append(f"{place or 'locator'}: {' <- '.join(error.args[1])}")
    return circles


def test_imports_go_down_and_libraries_stay_in_their_rooms() -> None:
    assert faults_in(LOCATOR, ROOMS) == []


def test_imports_go_down_inside_rooms_too() -> None:
    assert circles_in(LOCATOR) == []
    assert leaks_in(LOCATOR, SEALED) == []


def test_the_map_itself_has_no_way_back() -> None:
    TopologicalSorter(ROOMS).prepare()


def test_a_sealed_folder_exists() -> None:
    assert [inner for inner in SEALED if not (LOCATOR / inner).is_dir()] == []


def test_a_folder_can_be_read_at_a_glance() -> None:
    folders = [LOCATOR, *(path for path in LOCATOR.rglob("*") if path.is_dir() and path.name != "versions")]
    files = {folder.relative_to(LOCATOR).as_posix(): len(list(folder.glob("*.py"))) for folder in folders}

    assert files["."] <= MOST_LOOSE_FILES
    assert {folder: number for folder, number in files.items() if number > MOST_FILES_IN_A_FOLDER} == {}


@pytest.mark.parametrize(
    ("file", "source", "fault"),
    [
        ("geo/places.py", "from locator.store.database import Database", "geo may not import from store"),
        ("store/places.py", "import locator.finding.search", "store may not import from finding"),
        ("web/site.py", "from locator.api.wire import to_json", "web may not import from api"),
        ("api/search.py", "from locator import cli", "api may not import from cli"),
        ("api/search.py", "from locator.store.stores import Stores", "api may not import from store"),
        ("cli/search.py", "from locator.store.database import Database", "cli may not import from store"),
        ("geo/point.py", "def late():\n    from locator import store", "geo may not import from store"),
        ("store/places.py", "from ..finding.search import find_clinics", "store may not import from finding"),
        ("finding/search.py", "from ..api import wire", "finding may not import from api"),
        ("finding/search.py", "import flask", "flask is only for api/, web/, app.py"),
        ("cli/search.py", "from flask_cors import CORS", "flask_cors is only for api/, web/, app.py"),
        ("api/search.py", "from sqlalchemy import text", "sqlalchemy is only for store/"),
        ("finding/search.py", "import shapely.geometry", "shapely is only for geo/, store/"),
        ("store/places.py", "from geopy.distance import geodesic", "geopy is only for geo/"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, file: str, source: str, fault: str) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(source, encoding="utf-8")

    (found,) = faults_in(tmp_path, ROOMS)

    assert found.startswith(f"{file}:")
    assert found.endswith(f": {fault}")


def test_a_file_that_is_not_on_the_map_is_found(tmp_path: Path) -> None:
    (tmp_path / "travel.py").write_text("")

    assert faults_in(tmp_path, ROOMS) == [
        "travel: no such room; give it a line in ROOMS of tests/test_rooms.py, on its floor"
    ]


def test_a_right_import_is_not_reported(tmp_path: Path) -> None:
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "area.py").write_text("import shapely\nfrom locator.errors import LocatorError\n")
    (tmp_path / "geo" / "places.py").write_text("from locator.geo.area import Area\nfrom . import area\nimport re\n")
    (tmp_path / "app.py").write_text("from locator import __version__\nfrom locator.api.docs import docs\nimport flask")

    assert faults_in(tmp_path, ROOMS) == []
    assert circles_in(tmp_path) == []


def test_a_circle_is_found_between_files_and_between_a_file_and_a_folder(tmp_path: Path) -> None:
    for folder in ("geo", "geo/reading"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "geo" / "point.py").write_text("from locator.geo.reading.where import Where\n")
    (tmp_path / "geo" / "reading" / "where.py").write_text("def late():\n    from locator.geo import point\n")
    (tmp_path / "geo" / "reading" / "words.py").write_text("from locator.geo.reading.names import name\n")
    (tmp_path / "geo" / "reading" / "names.py").write_text("import locator.geo.reading.words\n")

    circles = circles_in(tmp_path)

    assert len(circles) == 2
    assert circles[0].startswith("geo: ")
    assert circles[1].startswith("geo/reading: ")


def test_a_leak_of_a_sealed_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "importing" / "cells").mkdir(parents=True)
    (tmp_path / "importing" / "findings.py").write_text("")
    (tmp_path / "importing" / "cells" / "phones.py").write_text("from locator.importing.findings import Finding\n")

    leaks = leaks_in(tmp_path, {"importing/cells": ()})

    assert leaks == ["importing/cells/phones.py:1: importing/cells may not import from importing/findings"]

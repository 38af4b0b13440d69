"""The rooms: imports go down the floors, never up and never between doors."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from locator.config.settings import PROJECT_FOLDER

LOCATOR = PROJECT_FOLDER / "locator"

WORDS = {"records", "errors", "text", "geo", "clinic"}
STORIES = {"finding", "importing", "reference", "access", "feedback", "readiness"}

# Every room of locator/, and the rooms it may import from. A new file is a new line here: decide on its floor first.
ROOMS: dict[str, set[str]] = {
    # words
    "text": set(),
    "records": {"clinic", "geo"},
    "errors": {"text"},
    "geo": {"errors", "text"},
    "clinic": {"geo", "text"},
    # store
    "store": WORDS,
    # stories
    "finding": {"store", *WORDS},
    "importing": {"store", *WORDS},
    "reference": {"store", *WORDS},
    "access": {"store", *WORDS},
    "feedback": {"store", *WORDS},
    "readiness": {"store", *WORDS},
    # from settings to services
    "config": set(),
    "services": {"config", "finding", "store", *WORDS},
    # the private PostGIS
    "cluster": {"config", "errors"},
    # doors
    "api": {"config", "services", "store", *STORIES, *WORDS},
    "web": {"config", "services", "store", *STORIES, *WORDS},
    "app": {"api", "web", "services", "config", "finding"},
    "cli": {"app", "cluster", "config", "services", "store", *STORIES, *WORDS},
    "__main__": {"cli"},
    "__init__": set(),
}

# Libraries that belong to certain rooms; a file's name is its path under locator/.
LIBRARIES = {
    "flask": ("api/", "web/", "app.py"),
    "werkzeug": ("api/", "web/", "app.py"),
    "sqlalchemy": ("store/",),
    "geoalchemy2": ("store/",),
    "alembic": ("store/",),
    "psycopg": ("store/", "cluster/server.py"),
    "procrastinate": ("store/", "importing/worker.py"),
    "geopy": ("geo/",),
    "pycurl": ("geo/geocoding/transport.py",),
    "shapely": ("geo/area.py", "store/"),
    "shapefile": ("reference/",),
    "ijson": ("reference/",),
}


def imported_modules(tree: ast.AST, package: list[str]) -> Iterator[tuple[int, str]]:
    """Give the line and the full name of everything imported, also inside functions; `package` is where it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def fault_of(file: str, room: str, module: str, rooms: dict[str, set[str]]) -> str | None:
    """Say what is the matter with one import, None where nothing is."""
    top, _, rest = module.partition(".")
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
    faults = []
    for path in sorted(folder.rglob("*.py")):
        place = path.relative_to(folder)
        room = place.with_suffix("").parts[0]
        if room not in rooms:
            faults.append(f"{place}: no such room; give it a line in ROOMS of tests/test_rooms.py, on its floor")
            continue
        package = ["locator", *place.parent.parts]
        for line, module in imported_modules(ast.parse(path.read_bytes()), package):
            if fault := fault_of(place.as_posix(), room, module, rooms):
                faults.append(f"{place}:{line}: {fault}")
    return faults


def test_imports_go_down_and_libraries_stay_in_their_rooms() -> None:
    assert faults_in(LOCATOR, ROOMS) == []


def test_the_map_itself_has_no_way_back() -> None:
    def below(room: str, seen: tuple[str, ...] = ()) -> set[str]:
        assert room not in seen, f"the map leads from {room} back to itself"
        return ROOMS[room].union(*(below(other, (*seen, room)) for other in ROOMS[room] - {room}))

    assert all(room not in below(room) for room in ROOMS)


@pytest.mark.parametrize(
    ("file", "source", "fault"),
    [
        ("geo/places.py", "from locator.store.database import Database", "geo may not import from store"),
        ("store/clinics.py", "import locator.finding.search", "store may not import from finding"),
        ("web/finder.py", "from locator.api.wire import to_json", "web may not import from api"),
        ("api/search.py", "from locator import cli", "api may not import from cli"),
        ("geo/point.py", "def late():\n    from locator import store", "geo may not import from store"),
        ("store/places.py", "from ..finding.search import find_clinics", "store may not import from finding"),
        ("finding/search.py", "from locator.api import wire", "finding may not import from api"),
        ("finding/search.py", "import flask", "flask is only for api/, web/, app.py"),
        ("cli.py", "from flask_cors import CORS", "flask_cors is only for api/, web/, app.py"),
        ("api/search.py", "from sqlalchemy import text", "sqlalchemy is only for store/"),
        ("geo/places.py", "import shapely.geometry", "shapely is only for geo/area.py, store/"),
        ("store/clinics.py", "from geopy.distance import geodesic", "geopy is only for geo/"),
        ("travel.py", "", "no such room; give it a line in ROOMS of tests/test_rooms.py, on its floor"),
    ],
)  # fmt: skip
def test_a_wrong_import_is_told(tmp_path: Path, file: str, source: str, fault: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(source, encoding="utf-8")

    (told,) = faults_in(tmp_path, ROOMS)

    assert told.startswith(f"{file}:")
    assert told.endswith(f": {fault}")


def test_a_right_import_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "area.py").write_text("import shapely\nfrom locator.errors import LocatorError\n")
    (tmp_path / "geo" / "places.py").write_text("from locator.geo.area import Area\nfrom . import point\nimport re\n")
    (tmp_path / "app.py").write_text(
        "from locator import __version__\nfrom locator.api.operating.docs import docs\nimport flask\n"
    )

    assert faults_in(tmp_path, ROOMS) == []

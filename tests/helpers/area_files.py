"""Little files of ZIP areas for tests: squares around real points, as GeoJSON or as a zipped shapefile."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import shapefile

from tests.conftest import SHARED_DATA

WISCONSIN = SHARED_DATA / "wi_zcta.geojson"  # beside the project only; the project does not copy it

# Points of ZIPs, (lon, lat), as seed/zip_points.csv has them.
CENTERS = {
    "53703": (-89.3838, 43.0778),
    "54601": (-91.2233, 43.7996),
    "54501": (-89.3949, 45.6597),
    "60601": (-87.6221, 41.8853),
}
Ring = list[tuple[float, float]]

NAD83 = (
    'GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


def square(digits: str, *, half: float = 0.05) -> Ring:
    """Return a square around a ZIP's point, `half` degrees to each side, clockwise."""
    lon, lat = CENTERS[digits]
    west, east, south, north = lon - half, lon + half, lat - half, lat + half
    return [(west, south), (west, north), (east, north), (east, south), (west, south)]


def a_feature(digits: object, ring: Ring | None = None, *, name: str = "ZCTA5CE20") -> dict[str, Any]:
    """Return a GeoJSON feature for a ZIP: a square, or the ring given."""
    ring = ring or square(str(digits))
    return {
        "type": "Feature",
        "properties": {"STATEFP": "55", name: digits},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def write_geojson(path: Path, features: Sequence[Any], **more: Any) -> Path:
    """Write a FeatureCollection; `more` are members beside its features."""
    path.write_text(json.dumps({"type": "FeatureCollection", **more, "features": features}), encoding="utf-8")
    return path


def shapefile_parts(
    areas: Mapping[str, Sequence[Ring]], *, name: str = "ZCTA5CE20", prj: str | None = NAD83
) -> dict[str, bytes]:
    """Return the files of a shapefile that holds the areas, by their names."""
    shp, shx, dbf = io.BytesIO(), io.BytesIO(), io.BytesIO()
    writer = shapefile.Writer(shp=shp, shx=shx, dbf=dbf, shapeType=shapefile.POLYGON)
    writer.field(name, "C", size=5)
    writer.field("NAME20", "C", size=20)
    for digits, rings in areas.items():
        writer.poly([[list(point) for point in ring] for ring in rings])
        writer.record(digits, f"ZCTA5 {digits}")
    writer.close()
    parts = {"areas.shp": shp.getvalue(), "areas.shx": shx.getvalue(), "areas.dbf": dbf.getvalue()}
    return parts if prj is None else parts | {"areas.prj": prj.encode()}


def write_zip(path: Path, parts: Mapping[str, bytes]) -> Path:
    """Write a zip file of the parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path

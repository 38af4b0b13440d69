"""`make sbom`: what the service is made of, as CycloneDX."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.deployment


@pytest.fixture(scope="module")
def sbom(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the command of the Makefile writes."""
    makefile = (ROOT / "Makefile").read_text()
    recipe = re.search(r"^sbom:[^\n]*\n[^\n]*\n\t@\$\(BIN\)/(cyclonedx-py (?:.*\\\n)*.*)\n", makefile, re.MULTILINE)
    assert recipe
    target = tmp_path_factory.mktemp("sbom") / "sbom.cdx.json"
    command = shlex.split(recipe[1].replace("\\\n", " ").replace("dist/sbom.cdx.json", str(target)))
    subprocess.run([Path(sys.executable).with_name(command[0]), *command[1:]], cwd=ROOT, check=True)
    loaded = json.loads(target.read_text())
    assert isinstance(loaded, dict)
    return loaded


def test_it_lists_every_package_that_the_image_installs_with_its_hashes(sbom: dict[str, Any]) -> None:
    requirements = (ROOT / "requirements/run.txt").read_text()
    pinned = dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", requirements, re.MULTILINE))

    listed = {component["name"]: component for component in sbom["components"]}
    assert {name: component["version"] for name, component in listed.items()} == pinned
    assert len(pinned) > 40
    for name, component in listed.items():
        assert component["purl"].startswith("pkg:pypi/"), name
        hashes = [hashed for found in component["externalReferences"] for hashed in found.get("hashes", [])]
        assert all(hashed["alg"] == "SHA-256" for hashed in hashes)
        assert hashes, name


def test_it_is_about_us_and_always_the_same(sbom: dict[str, Any]) -> None:
    assert sbom["bomFormat"] == "CycloneDX"
    assert sbom["metadata"]["component"]["name"] == "locator"
    assert "timestamp" not in sbom["metadata"]
    assert "serialNumber" not in sbom

"""The commands of docs/api-imports.md, run with curl as they are printed."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from locator.access.keys import Scope
from locator.config.settings import PROJECT_FOLDER
from locator.store.database import Database
from tests.api.conftest import StartService
from tests.api.import_api import a_workbook, rows_in
from tests.helpers.clinic_files import a_file, a_row, publish
from tests.helpers.keys import issued

TEXT = (PROJECT_FOLDER / "docs" / "api-imports.md").read_text(encoding="utf-8")
HOSPITAL = "uw-carbone-university-hospital"


def commands() -> list[str]:
    """Return every curl command of the page, from its blocks and from its sentences."""
    blocks = re.findall(r"^    (curl (?:.*\\\n)*.*)$", TEXT, re.MULTILINE)
    return blocks + [" ".join(found.split()) for found in re.findall(r"`(curl [^`]+)`", TEXT)]


@dataclass
class Shell:
    """A shell in a folder of its own, with the variables of the page."""

    folder: Path
    api: str
    key: str

    def run(self, words: str, instead: dict[str, str] | None = None) -> tuple[int, Any]:
        """Run the one command of the page that fits the pattern; give the status of the answer, and the answer."""
        (command,) = [each for each in commands() if re.search(words, each)]
        for written, meant in (instead or {}).items():
            assert written in command
            command = command.replace(written, meant)
        script = f"""API={self.api}; KEY={self.key}; AUTH="Authorization: Bearer $KEY"; uuidgen() {{ echo 1-2-3; }}
            curl() {{ command curl -sS -w '\\n%{{http_code}}' "$@"; }}
            {command}"""
        done = subprocess.run(["bash", "-euc", script], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        answer, _, status = done.stdout.rpartition("\n")
        return int(status), json.loads(answer) if answer else None


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="curl or bash is not installed")
def test_every_command_of_the_page_does_what_the_page_says(
    own_sample_url: str, start_service: StartService, tmp_path: Path
) -> None:
    database = Database(own_sample_url)
    publish(database, a_row("lakeside-cancer-center"))
    key = issued(database, "a program", Scope.ADMIN).key
    database.close()
    folder = tmp_path / "files"
    folder.mkdir()
    shell = Shell(folder, f"http://127.0.0.1:{start_service(own_sample_url).port}/api/v1", key)

    assert shell.run(r"template\.csv")[0] == 200
    assert rows_in((folder / "clinics.csv").read_bytes()) == []
    assert shell.run(r"clinics\.csv \$API/clinics\.csv")[0] == 200
    rows = rows_in((folder / "clinics.csv").read_bytes())
    assert len(rows) == 99
    # Of eleven, so that publishing asks for the number.
    for row in [row for row in rows if row["organization"] == "Marshfield Clinic Health System"][:5]:
        row["phone"] = "608-263-6401"
    (folder / "clinics.csv").write_bytes(a_file(*rows).getvalue())
    (folder / "clinics.xlsx").write_bytes(a_workbook(rows[0]))

    status, report = shell.run("--data-binary")
    number = {"/imports/7/": f"/imports/{report['import_id']}/"}
    confirmed = {'"confirm": 5': f'"confirm": {report["brake"]["number"]}'}
    assert (status, report["counts"]["changed"], report["counts"]["unchanged"]) == (201, 5, 94)
    assert shell.run("-F file=")[0] == 201
    assert shell.run('publish -H "\\$AUTH"$', number)[1]["type"] == "/problems/confirmation-needed"
    assert shell.run("confirm", number | confirmed)[1]["status"] == "published"
    assert shell.run("/undo", number)[1]["status"] == "undone"
    status, edited = shell.run("-X PATCH")
    assert (status, edited["clinic"]["phone"]) == (200, "+16085550100")
    assert shell.run("/retire")[1]["retired"] is True
    assert shell.run("/restore")[1]["retired"] is False

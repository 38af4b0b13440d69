"""What `/widget.js` is as a file, and what its page of documentation promises."""

import gzip
import json
import re

from flask.testing import FlaskClient

from locator.config.settings import PROJECT_FOLDER
from tests.web.conftest import MakeSite
from tests.web.hospital_site import DEMO, IN_THE_DEMO


def test_the_script_stays_at_its_address_and_is_small(site: FlaskClient) -> None:
    answer = site.get("/widget.js")
    again = site.get("/widget.js", headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "public, max-age=3600, stale-while-revalidate=86400"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert (again.status_code, again.get_data()) == (304, b"")
    assert len(gzip.compress(answer.get_data())) < 4_000


def test_the_script_knows_the_files_and_the_help_line_of_the_day(make_site: MakeSite) -> None:
    ours = make_site(help_phone="608-555-0199")
    script = ours.get("/widget.js").get_data(as_text=True)

    served = json.loads(re.findall(r"const served = (\{.*\});", script)[0])

    assert served["phone"] == "608-555-0199"
    assert ours.get(served["module"]).status_code == ours.get(served["stylesheet"]).status_code == 200
    assert set(served["texts"]) == {"en", "es", "hmn"}
    assert all("{phone}" in texts[name] for texts in served["texts"].values() for name in ("away", "elsewhere"))


def test_the_documented_policy_is_the_one_of_the_demo() -> None:
    documented = (PROJECT_FOLDER / "docs" / "embedding.md").read_text("utf-8")
    demo = (DEMO / "host.html").read_text("utf-8")

    for directive in ("script-src", "style-src", "connect-src", "img-src", "frame-src"):
        assert re.search(rf"{directive} [^;]*{re.escape(IN_THE_DEMO)}", demo), directive
        assert re.search(rf"{directive} [^;]*https://locator\.example", documented), directive

"""Make the sample clinics, and copy the reference tables to the same folder.

    python seed/build_sample.py ../shared/data [FOLDER]

reads the data folder and writes to FOLDER (by default, the folder of this file):

- `zip_points.csv`, `places.csv`, `counties.geojson`, `state.geojson`: copies, byte for byte;
- `clinics.csv`: the listed sites of `wi_cancer_locations.csv`, in the format an admin uploads.

The service never runs this program: its output is part of the repository. The same data gives the
same bytes. The sites come from the National Cancer Institute's (NCI) trials service, their points
and main phones from the federal HIFLD files; nobody has called them. What the source says is taken
as it is. What it does not say stays blank, with one exception, without which no filter could be
demonstrated:

THE SPECIALTY RULE. `clinical_trials` comes from the source: the site is on the NCI's list. Every
other specialty is sample data. A site offers it if it is large enough and, if its entry in
SAMPLE_SPECIALTIES asks for a hospital or a cancer center, is one:

- size: the number of trials that the source counts for the site; at least 20 if its name contains
  cancer or oncology; at least 100 if the site is an NCI-designated center or its affiliate, or is
  accredited by the Commission on Cancer (CoC);
- hospital: the point of the site is a hospital's or a hospital campus's;
- cancer center: the name contains cancer.

A hospital for children offers none of them here: these are specialties for adults.
"""

import csv
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from locator.clinic.columns import COLUMN_NAMES

HERE = Path(__file__).parent
COPIES = {
    "zip_points.csv": "zip_points.csv",
    "wi_places.csv": "places.csv",
    "wi_counties.geojson": "counties.geojson",
    "wi_state.geojson": "state.geojson",
}


@dataclass(frozen=True)
class Needs:
    """What a site must be to have a specialty in the sample."""

    size: int
    at: Literal["any", "hospital", "cancer center"] = "any"


SAMPLE_SPECIALTIES = {
    "metastatic_breast_oncology": Needs(size=55),
    "medical_oncology": Needs(size=5),
    "second_opinion": Needs(size=75),
    "breast_surgery": Needs(size=25, at="hospital"),
    "surgical_oncology": Needs(size=60, at="hospital"),
    "radiation_therapy": Needs(size=20, at="cancer center"),
    "chemotherapy_infusion": Needs(size=20),
    "targeted_therapy": Needs(size=30),
    "hormone_therapy": Needs(size=10),
    "palliative_care": Needs(size=40, at="hospital"),
    "genetic_counseling": Needs(size=70),
    "breast_imaging_biopsy": Needs(size=10, at="hospital"),
    "mental_health_counseling": Needs(size=60),
    "nutrition_therapy": Needs(size=50, at="cancer center"),
    "physical_therapy_rehabilitation": Needs(size=30, at="hospital"),
}
ACCREDITATIONS = {
    "nci": ("nci_designated", "yes"),
    "nci_affiliate": ("nci_designated", "affiliate"),
    "coc": ("coc_accredited", "yes"),
}
PHONE_NOTES = {
    "nci-trial-site": "The phone may be a trials office.",
    "hospital-main(HIFLD)": "The phone is the hospital's main line.",
    "": "",
}
# Owners that, according to the news, have sold, renamed or merged sites since 2021.
CHANGING_OWNERS = ("Ascension", "HSHS", "Gundersen", "Bellin", "Marshfield")


VETERANS_AFFAIRS = "US Department of Veterans Affairs"


@dataclass(frozen=True)
class Site:
    """One line of `wi_cancer_locations.csv`, with the facts that the specialty rule needs."""

    row: dict[str, str]

    @property
    def on_nci_list(self) -> bool:
        return self.row["source"].startswith(("NCI clinical-trials", "NCI trial sites"))

    @property
    def trials(self) -> int:
        """The number of trials that the source counts; 0 if it has no count."""
        found = re.search(r"\((\d+) trials in sample\)", self.row["source"])
        return int(found[1]) if found else 0

    @property
    def accreditations(self) -> list[str]:
        return [code for code, (key, value) in ACCREDITATIONS.items() if self.row[key] == value]

    @property
    def at(self) -> frozenset[str]:
        """What the site counts as: always "any", and "hospital" or "cancer center" if it is one."""
        on_hospital_grounds = self.row["coord_precision"] in ("hospital", "campus")
        named_for_cancer = "cancer" in self.row["name"].lower()
        kinds = {"any": True, "hospital": on_hospital_grounds, "cancer center": named_for_cancer}
        return frozenset(kind for kind, holds in kinds.items() if holds)

    @property
    def size(self) -> int:
        named = 20 if re.search("cancer|oncology", self.row["name"], re.IGNORECASE) else 0
        accredited = 100 if self.accreditations else 0
        return max(self.trials, named, accredited)

    @property
    def for_children(self) -> bool:
        return self.row["note"] == "pediatric"

    @property
    def for_veterans(self) -> bool:
        return self.row["organization"] == VETERANS_AFFAIRS

    @property
    def serves(self) -> str:
        """Whom the site treats, where the source says that it is a hospital for veterans or for children."""
        return "veterans" if self.for_veterans else "children" if self.for_children else ""

    @property
    def specialties(self) -> list[str]:
        stated = ["clinical_trials"] if self.on_nci_list else []
        if self.for_children:
            return stated
        return stated + [
            code for code, needs in SAMPLE_SPECIALTIES.items() if self.size >= needs.size and needs.at in self.at
        ]


def e164(phone: str) -> str:
    """Return a US phone number as +1 and ten digits; blank stays blank."""
    if not phone:
        return ""
    if not re.fullmatch(r"\d{3}-\d{3}-\d{4}", phone):
        raise ValueError(f"not a US phone number: {phone!r}")
    return "+1" + phone.replace("-", "")


def web_address(website: str) -> str:
    """Return a bare domain with https:// in front; blank for the addresses of the hospital file of 2019-20.

    Only that file has complete addresses. Some of its domains are dead, and may belong to somebody else by now.
    """
    return "" if not website or "://" in website else f"https://{website}"


def public_notes(site: Site) -> str:
    """Return in plain words what is known, what is sample data, and whose phone it is."""
    date = site.row["source_date"]
    others = [code for code in site.specialties if code != "clinical_trials"]
    sentences = []
    if site.on_nci_list:
        # Without a count of trials, the date belongs to the other source of the row.
        when = "" if not site.trials else f" in {date}" if date == "2023-2025" else f" on {date}"
        sentences.append(f"Clinical trials: listed by the National Cancer Institute{when}.")
    if others and site.on_nci_list:
        sentences.append("Other kinds of care are sample data: ask the clinic.")
    elif others:
        sentences.append("All kinds of care shown here are sample data: ask the clinic.")
    else:
        sentences.append("Other kinds of care are not known: ask the clinic.")
    if site.for_children:
        sentences.append("This hospital is for children.")
    if site.for_veterans:
        sentences.append("This hospital is for veterans.")
    if "coc" in site.accreditations:  # four of the six pages are old or have no date
        sentences.append("The CoC accreditation may be out of date.")
    sentences.append(PHONE_NOTES[site.row["phone_source"]])
    return " ".join(filter(None, sentences))


def staff_notes(site: Site) -> str:
    """Return what the staff should check before patients rely on the row."""
    row = site.row
    sentences = ["Unverified: nobody has called this clinic."]
    if set(site.specialties) - {"clinical_trials"}:
        sentences.append("Specialties but clinical_trials: by the rule in seed/README.md.")
    if row["organization"].startswith(CHANGING_OWNERS):
        sentences.append("The owner sold, renamed or merged sites from 2021 on: check the name.")
    if "://" in row["website"]:  # only the hospital file of 2019-20 has complete addresses
        sentences.append("The website of the old hospital file is left out: it may be gone, or somebody else's.")
    if row["coc_source"]:
        sentences.append(f"CoC accreditation according to {row['coc_source']}.")
    if row["note"]:
        sentences.append(f"Source: {row['note']}.")
    return " ".join(sentences)


def source(site: Site) -> str:
    """Return the records with their dates; the text ends with `; point: ` and the precision of the point."""
    row = site.row
    record = row["source"].removesuffix(" + HIFLD hospitals")
    if site.trials:
        record = "NCI trials service"
    if row["source_date"] not in record:
        record += f", {row['source_date']}"
    point_source = row["coord_source"].partition(":")[0]
    return f"{record}; {point_source}; point: {row['coord_precision']}"


def clinic_row(site: Site, clinic_id: str, other_names: list[str]) -> dict[str, str]:
    """Return one site as a row of a clinic file; what is not known is blank."""
    row = site.row
    known = {
        "clinic_id": clinic_id,
        "name": row["name"].replace(" | ", " "),
        "other_names": ";".join(other_names),
        "phone": e164(row["phone"]),
        "website": web_address(row["website"]),
        "specialties": ";".join(site.specialties),
        "serves": site.serves,
        "status": "open",
        "accreditations": ";".join(site.accreditations),
        "lat": f"{float(row['lat']):.6f}",
        "lon": f"{float(row['lon']):.6f}",
        "notes": public_notes(site),
        "staff_notes": staff_notes(site),
        "source": source(site),
    } | {column: row[column] for column in ("organization", "street", "city", "state", "zip")}
    return {column: known.get(column, "") for column in COLUMN_NAMES}


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def build(data: Path, into: Path) -> None:
    """Write clinics.csv and the copies. Raises KeyError if a listed site has no id in clinic_ids.csv."""
    for name, copy in COPIES.items():
        shutil.copyfile(data / name, into / copy)
    ids = {row["name"]: row["clinic_id"] for row in read_rows(HERE / "clinic_ids.csv")}
    rows = [row for row in read_rows(data / "wi_cancer_locations.csv") if row["status"] == "listed"]
    others: dict[str, list[str]] = {}
    for row in read_rows(HERE / "other_names.csv"):
        others.setdefault(row["clinic_id"], []).append(row["name"])
    clinics = [clinic_row(Site(row), clinic_id := ids[row["name"]], others.get(clinic_id, [])) for row in rows]
    with (into / "clinics.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMN_NAMES, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(clinics, key=lambda clinic: clinic["clinic_id"]))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python seed/build_sample.py DATA_FOLDER [FOLDER]")
    build(Path(sys.argv[1]), into=Path(sys.argv[2]) if len(sys.argv) == 3 else HERE)

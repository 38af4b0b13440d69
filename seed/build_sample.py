"""Makes the sample clinics, and copies the reference tables beside them.

    python seed/build_sample.py ../shared/data [FOLDER]

reads the data folder and writes into FOLDER (the folder of this file when left out):

- `zip_points.csv`, `places.csv`, `counties.geojson`, `state.geojson`: copies, byte for byte;
- `clinics.csv`: the listed sites of `wi_cancer_locations.csv`, in the format an admin uploads.

The service never runs this program: what it makes is kept beside it. The same data gives the same
bytes. The source of the sites is the National Cancer Institute's (NCI) trials service, with points
and main phones from the federal HIFLD files; nobody telephoned. What the source says is stated.
What it does not say stays blank, but for one thing, without which no filter could be shown:

THE SPECIALTY RULE. `clinical_trials` is stated by the source: the site is on the NCI's list. Every
other specialty is sample data. A site offers it where the site is large enough, and where the line
in SAMPLE_SPECIALTIES asks for a hospital or a cancer center, is one:

- size: the number of trials the source counts for the site; at least 20 where the name speaks of
  cancer or oncology; at least 100 where the site is an NCI-designated center or its affiliate, or
  is accredited by the Commission on Cancer (CoC);
- hospital: the point of the site is a hospital's, or its campus';
- cancer center: the name speaks of cancer.

A hospital for children offers none of them here: the specialties are an adult's.
"""

import csv
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HERE = Path(__file__).parent
COPIES = {
    "zip_points.csv": "zip_points.csv",
    "wi_places.csv": "places.csv",
    "wi_counties.geojson": "counties.geojson",
    "wi_state.geojson": "state.geojson",
}
HEADER = (
    "clinic_id,name,organization,street,unit,city,state,zip,phone,referral_phone,fax,website,"
    "appointment_url,specialties,hours,status,status_note,accepting_new_patients,telehealth,"
    "wheelchair_accessible,languages,accreditations,lat,lon,notes,staff_notes,verified_on,source"
)


@dataclass(frozen=True)
class Needs:
    """What a site must be for the sample to give it a specialty."""

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
# Owners of whom the news told, from 2021 on, that sites were sold, renamed or merged.
CHANGING_OWNERS = ("Ascension", "HSHS", "Gundersen", "Bellin", "Marshfield")


@dataclass(frozen=True)
class Site:
    """One line of `wi_cancer_locations.csv`, with the facts the specialty rule asks for."""

    row: dict[str, str]

    @property
    def on_nci_list(self) -> bool:
        return self.row["source"].startswith(("NCI clinical-trials", "NCI trial sites"))

    @property
    def trials(self) -> int:
        """The number of trials the source counts; 0 where it gives none."""
        found = re.search(r"\((\d+) trials in sample\)", self.row["source"])
        return int(found[1]) if found else 0

    @property
    def accreditations(self) -> list[str]:
        return [code for code, (key, value) in ACCREDITATIONS.items() if self.row[key] == value]

    @property
    def at(self) -> frozenset[str]:
        """What the site counts as: always "any", and "hospital", "cancer center" where it is."""
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
    def specialties(self) -> list[str]:
        stated = ["clinical_trials"] if self.on_nci_list else []
        if self.for_children:
            return stated
        return stated + [
            code for code, needs in SAMPLE_SPECIALTIES.items() if self.size >= needs.size and needs.at in self.at
        ]


def e164(phone: str) -> str:
    """Write a US phone number as +1 and ten digits; blank stays blank."""
    if not phone:
        return ""
    if not re.fullmatch(r"\d{3}-\d{3}-\d{4}", phone):
        raise ValueError(f"not a US phone number: {phone!r}")
    return "+1" + phone.replace("-", "")


def web_address(website: str) -> str:
    """Complete a bare domain with https://; leave out what the hospital file of 2019-20 says.

    Only that file writes whole addresses. Some of its domains are dead, and may be somebody else's by now.
    """
    return "" if not website or "://" in website else f"https://{website}"


def public_notes(site: Site) -> str:
    """Say in plain words what is known, what is sample data, and whose phone it is."""
    date = site.row["source_date"]
    others = [code for code in site.specialties if code != "clinical_trials"]
    sentences = []
    if site.on_nci_list:
        # Without a count of trials, the date is that of the other source of the row.
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
    if site.row["organization"] == "US Department of Veterans Affairs":
        sentences.append("This hospital is for veterans.")
    if "coc" in site.accreditations:  # four of the six pages are old or bear no date
        sentences.append("The CoC accreditation may be out of date.")
    sentences.append(PHONE_NOTES[site.row["phone_source"]])
    return " ".join(filter(None, sentences))


def staff_notes(site: Site) -> str:
    """Tell the staff what to check before patients rely on the row."""
    row = site.row
    sentences = ["Unverified: nobody has called this clinic."]
    if set(site.specialties) - {"clinical_trials"}:
        sentences.append("Specialties but clinical_trials: by the rule in seed/README.md.")
    if row["organization"].startswith(CHANGING_OWNERS):
        sentences.append("The owner sold, renamed or merged sites from 2021 on: check the name.")
    if "://" in row["website"]:  # only the hospital file of 2019-20 writes whole addresses
        sentences.append("The website of the old hospital file is left out: it may be gone, or somebody else's.")
    if row["coc_source"]:
        sentences.append(f"CoC accreditation according to {row['coc_source']}.")
    if row["note"]:
        sentences.append(f"Source: {row['note']}.")
    return " ".join(sentences)


def source(site: Site) -> str:
    """Name the records with their date; the text ends in `; point: ` and how exact the point is."""
    row = site.row
    record = row["source"].removesuffix(" + HIFLD hospitals")
    if site.trials:
        record = "NCI trials service"
    if row["source_date"] not in record:
        record += f", {row['source_date']}"
    point_source = row["coord_source"].partition(":")[0]
    return f"{record}; {point_source}; point: {row['coord_precision']}"


def clinic_row(site: Site, clinic_id: str) -> dict[str, str]:
    """Write one site as a line of a clinic file; what is not known is blank."""
    row = site.row
    known = {
        "clinic_id": clinic_id,
        "name": row["name"].replace(" | ", " "),
        "phone": e164(row["phone"]),
        "website": web_address(row["website"]),
        "specialties": ";".join(site.specialties),
        "status": "open",
        "accreditations": ";".join(site.accreditations),
        "lat": f"{float(row['lat']):.6f}",
        "lon": f"{float(row['lon']):.6f}",
        "notes": public_notes(site),
        "staff_notes": staff_notes(site),
        "source": source(site),
    } | {column: row[column] for column in ("organization", "street", "city", "state", "zip")}
    return {column: known.get(column, "") for column in HEADER.split(",")}


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def build(data: Path, into: Path) -> None:
    """Write clinics.csv and the copies. A listed site without an id in clinic_ids.csv: KeyError."""
    for name, copy in COPIES.items():
        shutil.copyfile(data / name, into / copy)
    ids = {row["name"]: row["clinic_id"] for row in read_rows(HERE / "clinic_ids.csv")}
    rows = [row for row in read_rows(data / "wi_cancer_locations.csv") if row["status"] == "listed"]
    clinics = [clinic_row(Site(row), ids[row["name"]]) for row in rows]
    with (into / "clinics.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER.split(","), lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(clinics, key=lambda clinic: clinic["clinic_id"]))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python seed/build_sample.py DATA_FOLDER [FOLDER]")
    build(Path(sys.argv[1]), into=Path(sys.argv[2]) if len(sys.argv) == 3 else HERE)

"""The columns of a clinic file, in the order we write them. They are a promise to whoever keeps such files."""

COLUMNS = (
    "clinic_id", "name", "organization", "street", "unit", "city", "state", "zip", "phone", "referral_phone", "fax",
    "website", "appointment_url", "specialties", "hours", "status", "status_note", "accepting_new_patients",
    "telehealth", "wheelchair_accessible", "languages", "accreditations", "lat", "lon", "notes", "staff_notes",
    "verified_on", "source",
)  # fmt: skip

# What a clinic cannot be without. A file that only changes clinics may lack all of them but clinic_id.
NEEDED = ("clinic_id", "name", "city", "state")

# Never shown to the public.
STAFF_COLUMNS = ("staff_notes",)

# Our own refused.csv has this column beside the file's: it is passed over when the file comes back.
ERROR_COLUMN = "error"

CLEAR = "(clear)"  # a cell that says: empty this
LIST_SEPARATOR = ";"

"""The names, postal codes and short forms of the states, and the counties of Wisconsin."""

import re
import unicodedata

STATE_NAMES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky", "LA": "Louisiana",
    "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi",
    "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey",
    "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island", "SC": "South Carolina",
    "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia",
    "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip
HOME_STATE = "WI"
# By land; the other shores of the Great Lakes do not count.
NEIGHBOR_STATES = ("IA", "IL", "MI", "MN")
_LONGEST_STATE = 40

# As newspapers, the Postal Service of long ago and people in a hurry shorten them, without periods.
_SHORT_FORMS = {
    "AL": ("ala",), "AZ": ("ariz",), "AR": ("ark",), "CA": ("calif", "cal"), "CO": ("colo",), "CT": ("conn",),
    "DE": ("del",), "DC": ("d c",), "FL": ("fla",), "IA": ("i a",), "IN": ("ind",), "KS": ("kan", "kans"),
    "IL": ("ill", "ills", "illinios", "ilinois", "illinoise"), "MA": ("mass",),
    "MI": ("mich", "michagan", "michgan", "michigian", "m i"),
    "MN": ("minn", "minnestoa", "minnisota", "minnesotta", "m n"), "MS": ("miss",), "MT": ("mont",),
    "NC": ("n c", "n car", "n carolina"), "ND": ("n d", "n dak", "ndak", "n dakota"), "NE": ("neb", "nebr"),
    "NH": ("n h", "n hampshire"), "NJ": ("n j", "n jersey"), "NM": ("n m", "n mex", "nmex", "n mexico"),
    "NV": ("nev",), "NY": ("n y", "n york"), "OK": ("okla",), "OR": ("ore", "oreg"), "PA": ("penn", "penna"),
    "PR": ("p r",), "RI": ("r i",), "SC": ("s c", "s car", "s carolina"),
    "SD": ("s d", "s dak", "sdak", "s dakota"), "TN": ("tenn",), "TX": ("tex",), "WA": ("wash",),
    "WV": ("w v", "w va", "wva", "w virginia"), "WY": ("wyo",),
    # The home state as people abbreviate and misspell it.
    "WI": (
        "wis", "wisc", "wisco", "wiscon", "w i", "wisconson", "wisconsen", "wisconsan", "wisconcin", "wisconsn",
        "wiscosin", "wiscousin", "wisconnsin", "winsconsin", "wisonsin", "wisconsim", "wisconisn",
    ),
}  # fmt: skip
# Where the Spanish name differs from the English one by more than accents.
_IN_SPANISH = {
    "carolina del norte": "NC", "carolina del sur": "SC", "dakota del norte": "ND", "dakota del sur": "SD",
    "distrito de columbia": "DC", "hawai": "HI", "luisiana": "LA", "minesota": "MN", "misisipi": "MS",
    "misuri": "MO", "nueva jersey": "NJ", "nueva york": "NY", "nuevo hampshire": "NH",
    "nuevo mexico": "NM", "pensilvania": "PA", "tejas": "TX", "virginia occidental": "WV",
    "virginia del oeste": "WV",
}  # fmt: skip
_CODES = (
    {name.lower(): code for code, name in STATE_NAMES.items()}
    | {code.lower(): code for code in STATE_NAMES}
    | {short: code for code, forms in _SHORT_FORMS.items() for short in forms}
    | _IN_SPANISH
)
_STATE_WORDS = re.compile(
    r"(?:the\s+)?(?:state|estado|xeev)\s+(?:of\s+|de\s+)?(?=\S)|\s+(?:state|estado)$", re.IGNORECASE
)


def state_code(text: str) -> str | None:
    """Return the two-letter code for a state's name, code or short form, in any case; None for anything else."""
    if not text or len(text) > _LONGEST_STATE or not (text[0].isalpha() or text[0] in " ."):
        return None
    plain = text.strip(" .").lower()
    return _CODES.get(plain) or (None if plain.isascii() and plain.isalpha() else _CODES.get(_key(text)))


def _key(text: str) -> str:
    """Return a name without accents, periods and case; "Mt" stays Montana, which as part of a name is a mount."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    return " ".join("".join(c if c.isalnum() else ("" if c == "." else " ") for c in bare).split())


def whole_state(text: str) -> str | None:
    """Return the code of the state that is all somebody typed: "Michigan", "the state of Iowa", "estado de Iowa"."""
    return state_code(_STATE_WORDS.sub("", text))


# By locator.text.folding.key_of. The list is complete; the newest county, Menominee, is from 1961.
HOME_COUNTIES = frozenset([
    "adams", "ashland", "barron", "bayfield", "brown", "buffalo", "burnett", "calumet", "chippewa", "clark",
    "columbia", "crawford", "dane", "dodge", "door", "douglas", "dunn", "eau claire", "florence", "fond du lac",
    "forest", "grant", "green", "green lake", "iowa", "iron", "jackson", "jefferson", "juneau", "kenosha",
    "kewaunee", "la crosse", "lafayette", "langlade", "lincoln", "manitowoc", "marathon", "marinette", "marquette",
    "menominee", "milwaukee", "monroe", "oconto", "oneida", "outagamie", "ozaukee", "pepin", "pierce", "polk",
    "portage", "price", "racine", "richland", "rock", "rusk", "saint croix", "sauk", "sawyer", "shawano",
    "sheboygan", "taylor", "trempealeau", "vernon", "vilas", "walworth", "washburn", "washington", "waukesha",
    "waupaca", "waushara", "winnebago", "wood",
])  # fmt: skip

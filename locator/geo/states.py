"""The names and postal codes of the states, and the counties of Wisconsin."""

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

_CODES = {name.lower(): code for code, name in STATE_NAMES.items()} | {code.lower(): code for code in STATE_NAMES}
# The home state as people abbreviate and misspell it.
_CODES |= dict.fromkeys([
    "wis", "wisc", "wisco", "wiscon", "w.i", "w. i", "wisconson", "wisconsen", "wisconsan", "wisconcin", "wisconsn",
    "wiscosin", "wiscousin", "wisconnsin", "winsconsin",
], HOME_STATE)  # fmt: skip


def state_code(text: str) -> str | None:
    """Return the two-letter code for a state's name or code, in any case; None for anything else."""
    return _CODES.get(text.strip(" .").lower())


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

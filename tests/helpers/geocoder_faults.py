"""The ways in which a geocoder can fail an address search, by the name a person would give them."""

from tests.helpers import provider_replies
from tests.helpers.fake_provider import Behavior, answers, drips, fails, floods, hangs

FAULTS: dict[str, Behavior] = {
    "hangs": hangs(),
    "drips a byte each 0.6 s": drips(provider_replies.nominatim()),
    "500": fails(500),
    "429, Retry-After": fails(429, Retry_After="7"),
    "wrong shape": answers({"features": 7}),
    "not a number": answers(provider_replies.nominatim(lat="NaN")),
    "Paris": answers(provider_replies.nominatim(lat="48.8566", lon="2.3522", country="fr")),
    "60 MB": floods(60, tells_its_length=False),
}

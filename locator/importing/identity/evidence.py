"""How much a row and a clinic of the list are alike, and what follows: the same clinic, likely, possible, or not."""

from dataclasses import dataclass
from enum import IntEnum

from locator.clinic.clinic import phone_display
from locator.clinic.external_ids import is_national
from locator.importing.likeness.descriptions import Description, name_words, street_words
from locator.records.imports import Candidate
from locator.store.imports.duplicates import NEAR_METERS, RELATED_NAMES, SIMILAR_NAMES
from locator.store.imports.identities import AlikeClinic
from locator.text.folding import words_of

# Of two likely clinics, the one whose name is this much more similar is meant.
_CLEARLY_MORE = 0.25
_CLEARLY_SIMILAR = 0.6


class Rating(IntEnum):
    """How sure it is that a row is about a clinic.

    SAME: it has the clinic's own number, or its name and address. LIKELY: two things that tell clinics apart agree.
    POSSIBLE: one does.
    """

    NO = 0
    POSSIBLE = 1
    LIKELY = 2
    SAME = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a row and a clinic have in common."""

    clinic: AlikeClinic
    shares_id: bool
    same_phone: bool
    same_street: bool
    same_town: bool
    same_name: bool
    same_organization: bool

    @property
    def is_near(self) -> bool:
        return self.clinic.meters is not None and self.clinic.meters <= NEAR_METERS

    @property
    def likeness(self) -> float:
        return 1.0 if self.same_name else self.clinic.likeness

    @property
    def rating(self) -> Rating:
        same_address = self.same_street and self.same_town
        same_place = same_address or self.is_near
        is_similar, is_related = self.likeness >= SIMILAR_NAMES, self.likeness >= RELATED_NAMES
        if self.shares_id and (is_related or self.same_phone or same_place):
            return Rating.SAME
        if self.same_name and self.same_town and (same_place or self.same_phone):
            return Rating.SAME
        if self.shares_id and self.same_town:
            return Rating.LIKELY
        if self.same_phone and (is_similar or (same_place and is_related)):
            return Rating.LIKELY
        if same_place and is_similar:
            return Rating.LIKELY
        if self.same_name and self.same_town:
            return Rating.LIKELY
        if self.shares_id or same_address or (self.same_phone and (self.same_town or is_related)):
            return Rating.POSSIBLE
        if (self.is_near and is_related) or (self.same_town and self.likeness >= _CLEARLY_SIMILAR):
            return Rating.POSSIBLE
        if self.same_name and self.same_organization:
            return Rating.POSSIBLE
        return Rating.NO

    @property
    def order(self) -> tuple[float, ...]:
        """Sort by this, the highest first."""
        agreeing = self.shares_id, self.same_phone, self.same_street, self.is_near, self.same_town
        return self.rating, self.likeness + sum(agreeing), self.likeness

    def candidate(self) -> Candidate:
        clinic = self.clinic
        alike = [
            *(["the same number"] if self.shares_id else []),
            *(["the same name"] if self.same_name else ["a similar name"] if self.likeness >= RELATED_NAMES else []),
            *(["the same phone"] if self.same_phone else []),
            *(["the same street"] if self.same_street else []),
            *(["the same town"] if self.same_town else []),
        ]
        phone = phone_display(clinic.phone) if clinic.phone else None
        return Candidate(clinic.clinic_id, clinic.name, clinic.city, phone, tuple(alike), clinic.meters)


def evidence_of(description: Description, clinic: AlikeClinic) -> Evidence:
    """Return what a row and a clinic have in common."""
    described = description.described
    organization = " ".join(words_of(clinic.organization or ""))
    shared = set(described.ids) & set(clinic.external_ids)
    may_share = not description.organization or not organization or organization == description.organization
    return Evidence(
        clinic,
        shares_id=any(is_national(each) or may_share for each in shared),
        same_phone=described.phone is not None and (clinic.phone or "").partition(";")[0] == described.phone,
        same_street=bool(description.street) and street_words(clinic.street) == description.street,
        same_town=(described.zip is not None and described.zip == clinic.zip)
        or (bool(described.city) and words_of(described.city or "") == words_of(clinic.city)),
        same_name=bool(description.names)
        and any(name_words(name) == description.names for name in (clinic.name, *clinic.other_names)),
        same_organization=bool(organization) and organization == description.organization,
    )


def clearly_meant(ranked: list[Evidence]) -> Evidence | None:
    """Return the one clinic that a row is likely about, from those it may be about; None if it is not clear."""
    likely = [each for each in ranked if each.rating >= Rating.LIKELY]
    if not likely:
        return None
    first, *others = likely
    if not others or (first.rating is Rating.SAME and all(each.rating < Rating.SAME for each in others)):
        return first
    clearly = first.likeness >= _CLEARLY_SIMILAR and first.likeness - others[0].likeness >= _CLEARLY_MORE
    return first if clearly else None

"""GET /near, /near/{town} and /near/{town}/{care}: the clinics around a town, for people from a search engine."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Blueprint, Response, request

from locator.clinic.clinic import Specialty, Wanted
from locator.finding.around_towns import AROUND_MILES, TownsWithClinics, towns_with_clinics
from locator.finding.matches import ListedMatch
from locator.finding.search import SearchQuery, SearchResult, find_clinics
from locator.geo.distance import meters_between, miles
from locator.geo.gazetteer import TownPlace
from locator.geo.reading.where import read_where
from locator.geo.town_slugs import TownSlugs
from locator.text.folding import key_of
from locator.web.clinic.cards import Card, CardContext, card_of
from locator.web.finder.results import AskFirst, ask_first_near
from locator.web.frame.about import TOWNS_PATH as NEAR
from locator.web.frame.about import about_page, path_keeping
from locator.web.frame.pages import Pages
from locator.web.frame.question import Link, Question
from locator.web.frame.requests import now, own_origin, redirect_to, request_value
from locator.web.town.current_towns import CurrentTowns
from locator.web.words.words import Words, known_language

_MOST_CLINICS = 20
_MOST_CARE = 8
_MOST_TOWNS = 8
_CLOSE_BY_MILES = 40.0
# A clinic of this town's name that is farther away is in another town of the name.
_IN_TOWN_MILES = 15.0


def register_town_pages(blueprint: Blueprint, towns: "TownPages") -> None:
    """Register the routes."""

    @blueprint.get(NEAR)
    def all_towns() -> Response:
        return towns.index()

    @blueprint.get(f"{NEAR}/<town>")
    def near_town(town: str) -> Response:
        return towns.show(town, None)

    @blueprint.get(f"{NEAR}/<town>/<care>")
    def near_town_for(town: str, care: str) -> Response:
        return towns.show(town, care)


@dataclass(frozen=True, slots=True)
class County:
    """A county in the list of all towns."""

    name: str
    towns: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TownView:
    """Everything that the page of a town shows. `in_town` and `around` are its clinics, nearest first."""

    heading: str
    sentence: str
    town: str
    care: str | None
    ask_first: AskFirst | None
    in_town: tuple[Card, ...]
    around: tuple[Card, ...]
    more: Link | None
    all_care: Link | None
    other_care: tuple[Link, ...]
    close_by: tuple[Link, ...]
    near: str
    specialty: str | None


class TownPages:
    """Answers with the pages of towns."""

    def __init__(self, pages: Pages):
        self._pages = pages
        self.services = pages.services
        self._known: tuple[TownPlace, ...] = ()
        self._slugs = TownSlugs(())
        self._current = CurrentTowns(pages.services, towns_with_clinics)

    def slugs(self) -> TownSlugs:
        """Return the names of the towns in addresses; they change only with the reference data."""
        towns = self.services.places.nearby_towns()
        if towns != self._known:
            self._slugs, self._known = TownSlugs(towns), towns
        return self._slugs

    def with_clinics(self) -> TownsWithClinics:
        """Return the towns that have a page, as of the current version of the list."""
        return self._current.get()

    def index(self) -> Response:
        """Answer with the list of all towns that have a page."""
        words = self._pages.words()
        around, slugs = self.with_clinics(), self.slugs()
        counties: dict[str, list[Link]] = {}
        for each in around.towns:
            link = Link(_name(each.town, slugs, words), path_keeping(f"{NEAR}/{slugs.slug(each.town)}", _language()))
            counties.setdefault(each.town.county, []).append(link)
        title = words.t("Cancer clinics by town in Wisconsin")
        html = self._pages.page(
            "town/towns.html",
            words,
            title=title,
            counties=[County(name, tuple(links)) for name, links in sorted(counties.items())],
            miles=AROUND_MILES,
            about=about_page(
                NEAR,
                words,
                origin=own_origin(),
                title=title,
                description=words.t("Choose your town to see the cancer clinics near it, and how far away they are."),
            ),
        )
        return self._pages.answer(html, may_be_cached=True)

    def show(self, town_given: str, care_given: str | None) -> Response:
        """Answer with the clinics around a town, for one kind of care if it is given."""
        words, slugs = self._pages.words(), self.slugs()
        town = slugs.find(town_given)
        if town is None:
            return self._no_such_town(town_given, words)
        specialty = self._specialty(care_given) if care_given is not None else None
        if care_given is not None and specialty is None:
            text = words.t("The link may be old. You can see all clinics near this town instead.")
            return self._missing(
                words.t("We do not know this kind of care"), text, [self._link(town, None, words)], words
            )
        canonical = self.path(town, specialty.code if specialty else None)
        if request.path != canonical:
            return redirect_to(path_keeping(canonical, _language()), HTTPStatus.MOVED_PERMANENTLY)
        result = self._search(town, specialty)
        if not result.total:
            links = [self._link(town, None, words)] if specialty else []
            return self._none_around(town, specialty, words, [*links, self._to_search(town, specialty, words)])
        view = self._view(town, specialty, result, words)
        name = _name(town, slugs, words)
        html = self._pages.page(
            "town/town.html",
            words,
            is_sample=result.dataset.sample,
            view=view,
            miles=AROUND_MILES,
            language=_language(),
            about=about_page(
                canonical,
                words,
                origin=own_origin(),
                title=view.heading,
                description=words.n(
                    "{count} clinic within {miles} miles of {town}, Wisconsin: how far it is, and how to reach it.",
                    "{count} clinics within {miles} miles of {town}, Wisconsin: how far each is, and how to reach it.",
                    result.total,
                    miles=AROUND_MILES,
                    town=name,
                ),
            ),
        )
        return self._pages.answer(html, may_be_cached=True)

    def link(self, town: TownPlace, words: Words) -> Link:
        """Return a link to a town's page, labeled with the town."""
        return self._link(town, None, words)

    def path(self, town: TownPlace, code: str | None) -> str:
        """Return the address of a town's page, for one kind of care if `code` names one."""
        path = f"{NEAR}/{self.slugs().slug(town)}"
        return f"{path}/{code.replace('_', '-')}" if code else path

    def _search(self, town: TownPlace, specialty: Specialty | None) -> SearchResult:
        near = town.suggestion().near
        query = SearchQuery(
            where=read_where(near),
            asked=near,
            wanted=Wanted(specialties=(specialty.code,) if specialty else ()),
            radius_miles=AROUND_MILES,
            limit=_MOST_CLINICS,
        )
        return find_clinics(query, places=self.services.places, database=self.services.database, now=now())

    def _specialty(self, given: str) -> Specialty | None:
        code = given.lower().replace("-", "_")
        return next((each for each in self.services.specialties.all() if each.code == code), None)

    def _view(self, town: TownPlace, specialty: Specialty | None, result: SearchResult, words: Words) -> TownView:
        near = [listed for listed in result.matches if not listed.beyond_radius]
        in_town = [listed for listed in near if _is_in(town, listed)]
        around = [listed for listed in near if not _is_in(town, listed)]
        name, context = _name(town, self.slugs(), words), self._context(words)
        ranked = (replace(listed, rank=rank) for rank, listed in enumerate([*in_town, *around], 1))
        cards = tuple(card_of(listed.clinic, context, listed) for listed in ranked)
        care = words.specialty(specialty) if specialty else None
        heading = (
            words.t("Cancer clinics near {town}: {care}", town=name, care=care)
            if care
            else words.t("Cancer clinics near {town}", town=name)
        )
        return TownView(
            heading=heading,
            sentence=_sentence(len(in_town), result.total - len(in_town), name, words),
            town=name,
            care=care,
            ask_first=ask_first_near(name, result, context),
            in_town=cards[: len(in_town)],
            around=cards[len(in_town) :],
            more=self._to_search(town, specialty, words) if result.total > len(near) else None,
            all_care=self._link(town, None, words) if specialty else None,
            other_care=self._other_care(town, specialty, near, words),
            close_by=self._close_by(town, specialty, near, words),
            near=town.suggestion().near,
            specialty=specialty.code if specialty else None,
        )

    def _context(self, words: Words) -> CardContext:
        return CardContext(
            words=words,
            specialties={each.code: each for each in self.services.specialties.all()},
            directions_url=self._pages.settings.directions_url,
            directions_address_url=self._pages.settings.directions_by_address,
            now=now(),
            origin=own_origin(),
            # Without the town: search engines should find one page of each clinic, and not one for each town.
            clinic_query=path_keeping("", _language()),
            radius_miles=AROUND_MILES,
        )

    def _other_care(
        self, town: TownPlace, specialty: Specialty | None, near: list[ListedMatch], words: Words
    ) -> tuple[Link, ...]:
        """Return links to the pages of other kinds of care that a clinic here is known to offer."""
        offered = {each.code for listed in near for each in listed.clinic.specialties}
        others = [each for each in self.services.specialties.all() if each.code in offered and each != specialty]
        return tuple(self._link(town, each, words) for each in others[:_MOST_CARE])

    def _close_by(
        self, town: TownPlace, specialty: Specialty | None, near: list[ListedMatch], words: Words
    ) -> tuple[Link, ...]:
        """Return links to the nearest towns of some size; each has a clinic of this page within AROUND_MILES."""
        points = [listed.clinic.location.point for listed in near if listed.clinic.location]
        within = [
            (distance, other)
            for other in self.slugs().towns
            if other != town
            and other.population
            and (distance := miles(meters_between(town.point, other.point))) <= _CLOSE_BY_MILES
        ]
        links = []
        for _, other in sorted(within, key=lambda pair: (pair[0], pair[1].name)):
            if any(miles(meters_between(other.point, point)) <= AROUND_MILES for point in points):
                links.append(self._link(other, None, words, care=specialty))
            if len(links) == _MOST_TOWNS:
                break
        return tuple(links)

    def _link(
        self, town: TownPlace, label_care: Specialty | None, words: Words, *, care: Specialty | None = None
    ) -> Link:
        """Return a link to a town's page: labeled with the town, or with `label_care`, of which it is then the page."""
        shown = label_care or care
        label = words.specialty(label_care) if label_care else _name(town, self.slugs(), words)
        return Link(label, path_keeping(self.path(town, shown.code if shown else None), _language()))

    def _to_search(self, town: TownPlace, specialty: Specialty | None, words: Words) -> Link:
        question = Question(specialties=(specialty.code,) if specialty else (), language=_language())
        name = _name(town, self.slugs(), words)
        return question.near_place(town.suggestion().near).link(
            words.t("Show all clinics near {town}", town=name), radius_miles=None
        )

    def _no_such_town(self, given: str, words: Words) -> Response:
        shared, alike = self.slugs().sharing(given), self.slugs().like(given)
        if shared:
            title, text = words.t("Which place do you mean?"), words.t("There is more than one place of this name.")
        else:
            title = words.t("We cannot find this town")
            text = words.t("It may be spelled in another way. You can also search by ZIP code.")
        return self._missing(title, text, [self._link(each, None, words) for each in shared or alike], words)

    def _none_around(self, town: TownPlace, specialty: Specialty | None, words: Words, links: list[Link]) -> Response:
        name = _name(town, self.slugs(), words)
        if specialty is None:
            text = words.t("We know of no clinic within {miles} miles of {town}.", miles=AROUND_MILES, town=name)
        else:
            text = words.t(
                "We know of no clinic within {miles} miles of {town} for this: {care}. One may still offer it: ask.",
                miles=AROUND_MILES,
                town=name,
                care=words.specialty(specialty),
            )
        return self._missing(words.t("We have no clinic to show here"), text, links, words)

    def _missing(self, title: str, text: str, links: list[Link], words: Words) -> Response:
        html = self._pages.page(
            "town/missing.html",
            words,
            link=_in_language,
            title=title,
            text=text,
            links=links,
        )
        return self._pages.answer(html, status=HTTPStatus.NOT_FOUND)


def _language() -> str | None:
    """Return the language that the link asked for; None if it is the browser's."""
    return known_language(request_value("lang") or "")


def _in_language(language: str) -> Link:
    # An unknown name may be anything that somebody typed, so it is not repeated in a link.
    return Link("", path_keeping(NEAR, language))


def _name(town: TownPlace, slugs: TownSlugs, words: Words) -> str:
    """Return a town's name, with what tells it from others of the name."""
    match slugs.mark(town):
        case None:
            return town.name
        case "city":
            return words.t("{town} (city)", town=town.name)
        case "village":
            return words.t("{town} (village)", town=town.name)
        case county:
            return words.t("{town} ({county} County)", town=town.name, county=county)


def _is_in(town: TownPlace, listed: ListedMatch) -> bool:
    clinic = listed.clinic
    if key_of(clinic.address.city) != key_of(town.name) or clinic.address.state != town.state:
        return False
    return listed.distance_miles <= _IN_TOWN_MILES


def _sentence(in_town: int, around: int, town: str, words: Words) -> str:
    if not in_town:
        return words.n(
            "{count} clinic is within {miles} miles of {town}.",
            "{count} clinics are within {miles} miles of {town}.",
            around,
            miles=AROUND_MILES,
            town=town,
        )
    first = words.n("{count} clinic is in {town}.", "{count} clinics are in {town}.", in_town, town=town)
    if not around:
        return first
    more = words.n(
        "{count} more is within {miles} miles.", "{count} more are within {miles} miles.", around, miles=AROUND_MILES
    )
    return f"{first} {more}"

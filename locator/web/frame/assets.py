"""The files that pages load: one stylesheet, a few modules, an icon; their names change with their content."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from locator.config.page_settings import BRAND_COLOR, PageSettings, fill_for_dark, logo_of, shade_for_dark

_FOLDER = Path(__file__).parents[1] / "static"
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
}
STYLESHEET = "finder.css"
_ICON = "icon.svg"

_IMPORT = re.compile(r"""(\bfrom\s*|\bimport\s*\(?\s*)(["'])\./([a-z_]+\.js)\2""")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_HASHED = re.compile(r"(?P<stem>[a-z_]+)\.(?P<hash>[0-9a-f]{12})(?P<ending>\.[a-z]+)")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    content: bytes
    media_type: str
    file_name: str

    @property
    def url(self) -> str:
        return f"/assets/{self.file_name}"


class Assets:
    """The files of `static/`, read once; `logo_url` is the address of the owner's logo, else of our icon."""

    def __init__(self, settings: PageSettings):
        self._files: dict[str, Asset] = {}
        styles = sorted(_FOLDER.glob("*.css"), key=lambda path: (path.name != STYLESHEET, path.name))
        # All styles are served as one file, which is one request.
        self._keep(STYLESHEET, "".join(_minified_css(path.read_text("utf-8")) for path in styles) + _brand(settings))
        for path in _FOLDER.glob("*.svg"):
            self._keep(path.name, path.read_text("utf-8").replace(BRAND_COLOR, settings.brand_color))
        for ending in (".js", ".json"):
            for path in _FOLDER.glob(f"*{ending}"):
                self._module(path.name)
        self.logo_url = self.url(_ICON)
        if settings.logo:
            ending, content = logo_of(settings.logo)
            self.logo_url = self._keep_bytes(f"logo{ending}", content).url

    def url(self, name: str) -> str:
        """Return the address of a file by its name in `static/`; raises KeyError if there is none."""
        return self._files[name].url

    def find(self, file_name: str) -> tuple[Asset, bool] | None:
        """Return the file of a name with a hash, and whether the hash is that of its content; None if there is no file.

        While a new version is rolled out, pages of the old version still ask for the old hashes.
        """
        name = _HASHED.fullmatch(file_name)
        asset = self._files.get(name["stem"] + name["ending"]) if name else None
        return (asset, asset.file_name == file_name) if asset else None

    def plain(self, name: str) -> Asset:
        """Return a file by its name in `static/`, for an address that never changes."""
        return self._files[name]

    def _module(self, name: str) -> Asset:
        if name not in self._files:
            text = (_FOLDER / name).read_text("utf-8")
            self._keep(name, _IMPORT.sub(self._hashed_import, _minified_js(text)))
        return self._files[name]

    def _hashed_import(self, found: re.Match[str]) -> str:
        before, quote, name = found.groups()
        return f"{before}{quote}./{self._module(name).file_name}{quote}"

    def _keep(self, name: str, text: str) -> None:
        self._keep_bytes(name, text.encode())

    def _keep_bytes(self, name: str, content: bytes) -> Asset:
        stem, ending = Path(name).stem, Path(name).suffix
        file_name = f"{stem}.{hashlib.blake2b(content, digest_size=6).hexdigest()}{ending}"
        self._files[name] = Asset(content, _MEDIA_TYPES[ending], file_name)
        return self._files[name]


def _minified_css(css: str) -> str:
    return " ".join(_COMMENT.sub("", css).split()) + "\n"


def _minified_js(module: str) -> str:
    """Return a module without indentation, empty lines, and lines that are comments."""
    lines = (line.strip() for line in module.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//"))


def _brand(settings: PageSettings) -> str:
    """Return the owner's colors as the end of the stylesheet; nothing if they are the default."""
    if settings.brand_color == BRAND_COLOR and settings.brand_color_dark is None:
        return ""
    dark = settings.brand_color_dark or shade_for_dark(settings.brand_color)
    fill = fill_for_dark(settings.brand_color)
    wash = "--cf-brand-wash:color-mix(in srgb,var(--cf-brand) 8%,var(--cf-card))"
    return (
        f".clinic-finder{{--cf-brand:{settings.brand_color};{wash}}}\n"
        "@media (prefers-color-scheme:dark){.clinic-finder:where(:not(.cf-light)){"
        f"--cf-brand:{dark};--cf-fill:{fill};--cf-pin:{dark};--cf-on-pin:#111}}}}\n"
        # Paper is white.
        "@media print{.clinic-finder{--cf-brand:#000;--cf-fill:#fff;--cf-pin:#fff;--cf-on-pin:#000}}\n"
    )

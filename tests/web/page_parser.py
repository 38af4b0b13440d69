"""Reads a page as a test needs it: its elements by tag, class and attribute, and the text a person reads."""

from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = {"base", "meta", "link", "input", "br", "img", "hr"}
_UNSEEN = {"script", "style", "template", "title"}


class Element:
    """One element of a page."""

    def __init__(self, tag: str, attributes: dict[str, str | None]):
        self.tag = tag
        self.attributes = attributes
        self.children: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        value = self.attributes[name]
        return "" if value is None else value

    def get(self, name: str) -> str | None:
        return self[name] if name in self.attributes else None

    @property
    def classes(self) -> list[str]:
        return (self.get("class") or "").split()

    def everything(self) -> Iterator["Element"]:
        """Return this element and all within it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.everything()

    def all(self, tag: str | None = None, *, cls: str | None = None, **attributes: str) -> list["Element"]:
        """Return the elements of this tag, class and attributes (`for_` is "for", `data_x` is "data-x")."""
        named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            each
            for each in self.everything()
            if (tag is None or each.tag == tag)
            and (cls is None or cls in each.classes)
            and all(each.get(name) == value for name, value in named.items())
        ]

    def one(self, tag: str | None = None, *, cls: str | None = None, **attributes: str) -> "Element":
        """Return the only such element."""
        found = self.all(tag, cls=cls, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tag} {cls} {attributes}"
        return found[0]

    @property
    def text(self) -> str:
        """Return what a person reads of it, with single spaces; nothing of what is hidden from all."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        if self.tag in _UNSEEN or "hidden" in self.attributes:
            return
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()
        if self.tag in _BLOCKS:
            yield " "


_BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "option", "legend", "summary", "section", "button", "label"}


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("page", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read_page(html: str) -> Element:
    """Read a page or a part of one; AssertionError where its elements are not closed in order."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder._open == [builder.root], f"<{builder._open[-1].tag}> is not closed"
    return builder.root

"""People at the pages in Chromium: with a mouse, with the keyboard alone, or with JavaScript off."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request

_MOST_STOPS = 120
_PACKAGES = ("chromium-headless-shell", "chromium")  # some releases have only the second
_INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")

# What a page reports of itself: what its policy refused, and what its scripts did not expect.
_WATCH = (
    "window.refusedByPolicy = [];"
    "addEventListener('securitypolicyviolation', (event) => refusedByPolicy.push(event.violatedDirective));"
)


def chromium_program() -> str:
    """Return the path of Chromium, installed from the distribution if it is missing; skip if it cannot be.

    The headless shell is the same browser without the windows around a page: it opens one three times as fast.
    """
    if not _found() and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update"], env=quiet, check=False, capture_output=True)
        for package in _PACKAGES:
            if subprocess.run([*_INSTALL, package], env=quiet, check=False, capture_output=True).returncode == 0:
                break
    return _found() or shutil.which("chromium") or pytest.skip(f"needs Chromium, as by: {' '.join(_INSTALL)} chromium")


def _found() -> str | None:
    return shutil.which("chromium-headless-shell")


@dataclass
class Person:
    """Somebody at a page. `by` is "mouse", "keyboard" or "no script"; `told` is what the console said."""

    page: Page
    base: str
    by: str
    told: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.told.append(message.text))
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108 - it takes functions only
        self.page.add_init_script(_WATCH)

    @property
    def has_script(self) -> bool:
        return self.by != "no script"

    def go(self, path: str = "/") -> None:
        self.page.goto(self.base + path)

    def press(self, target: Locator) -> None:
        """Press a link or button."""
        if self.by == "keyboard":
            self.reach(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def reach(self, target: Locator) -> None:
        """Go to an element by the Tab key alone."""
        for _ in range(_MOST_STOPS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"no Tab leads to {target}")

    def ask(self, near: str, *, care: str | None = None) -> None:
        """Fill the form in and send it; after an answer it has to be opened first."""
        if self.page.locator(".cf-folds:not([open])").count():
            self.press(self.page.locator(".cf-folds > summary"))
        field, kinds = self.field, self.page.get_by_label("What do you need?")
        if self.by == "keyboard":
            self.reach(field)
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.type(near) if near else self.page.keyboard.press("Delete")
        else:
            field.fill(near)
            field.blur()  # the places that are suggested lie over what is below
        if care:
            kinds.select_option(care)
        if self.by == "keyboard":
            self.page.keyboard.press("Enter")
        else:
            self.page.locator(".cf-submit").click()

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("ZIP code or city")

    @property
    def heading(self) -> Locator:
        """Return the heading of the results."""
        return self.page.locator(".cf-count")

    @property
    def asked(self) -> Locator:
        """Return the question in words, above its answer."""
        return self.page.locator(".cf-asked-words")

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.base)

    @property
    def focused(self) -> str:
        """Return the text of what has the focus."""
        text: str = self.page.evaluate("document.activeElement.textContent.trim()")
        return text

    def refused(self) -> list[str]:
        """Return what the page's policy refused."""
        found: list[str] = self.page.evaluate("window.refusedByPolicy ?? []")
        return found


Meet = Callable[..., Person]
Options = dict[str, Any]

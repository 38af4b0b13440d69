// The pages work without this file. With it, answers replace each other without loading a new page, people can search
// from where they are, and clinics can be copied and printed.
//
// What a person typed stays in this module's memory: an address or a point is posted, and never gets into the address
// bar, the title or the history's storage.

import { enlivenMaps } from "./map.js";

const BUSY_AFTER_MS = 300;
const WHERE = { timeout: 15_000, maximumAge: 60_000 };
// Four decimals are eleven meters: nearer than that, nobody needs to know where a person is.
const POINT_DECIMALS = 4;
const DENIED = 1;
const TOO_MANY = 429;
const KEPT = ["radius_miles", "accepting_new_patients", "telehealth", "wheelchair_accessible", "language"];
const DONE_MS = 4_000;

// Enhance the finder in `root`, an element of any page: our form, an element for problems with the place
// (data-cf-problem) and one for results (data-cf-answer).
//
// `keepsHistory`: each answer is an entry of the browser's history, with an address if its question may be part of
// one. `onanswer` is called with "results", "problem" or "error" and its element. `language` and `headingLevel` are
// those of the answers; by default the page's. `asHtml` turns an answer's text into what the page allows to be parsed.
export function enhance(root, options = {}) {
  const { keepsHistory = false, headingLevel = 2, language, onanswer, asHtml = (html) => html } = options;
  revealIn(root);
  enlivenMaps(root);
  root.addEventListener("click", share);
  const form = root.querySelector("form.cf-form");
  const problemPart = root.querySelector("[data-cf-problem]");
  const answerPart = root.querySelector("[data-cf-answer]");
  if (!form || !problemPart || !answerPart) {
    if (keepsHistory) leaveForOlder();
    return;
  }

  const prefix = form.id.slice(0, -"form".length);
  const find = (name) => root.querySelector(`[id="${prefix}${name}"]`);
  const field = find("near");
  const words = form.dataset;
  const asked = find("asked");
  const status = made("p", { className: "cf-status", role: "status" });
  // Outside of the form, which is folded after an answer.
  asked.after(status);

  function say(...parts) {
    status.replaceChildren(...parts);
    if (parts.length) status.scrollIntoView({ block: "nearest" });
  }

  function sayOffline() {
    const [before, after = ""] = words.offline.split(words.phone);
    say(before, made("a", { href: words.phoneUrl, textContent: words.phone }), after);
  }

  let asking = new AbortController();
  const isPrivate = Boolean(root.querySelector("[data-is-private]"));
  const { url = location.href } = root.querySelector(".cf-results:not([data-is-private])")?.dataset ?? {};
  const first = viewOf({ fields: new FormData(form), url: here(url), title: document.title, isPrivate });
  const views = new Map();
  let shown = first;

  // The server has put our words for a place into its address; the link that led here may have anything in it.
  function here(address) {
    const { pathname, search } = new URL(address, document.baseURI);
    return pathname + search + location.hash;
  }

  // Asking.

  function start() {
    asking.abort();
    asking = new AbortController();
    return asking.signal;
  }

  // Fetch and show the answer to a question; `fields` is the question, posted or already in the address.
  // `adds`: it is the next part of the list that is shown, and goes to its end.
  async function ask(url, { fields, posts = false, adds = false, signal = start() }) {
    const target = new URL(url, document.baseURI);
    const fragment = keepsHistory ? "own" : "1";
    const frame = { fragment, id_prefix: prefix, heading_level: headingLevel, ...(language && { lang: language }) };
    const sent = new URLSearchParams(posts ? [...fields] : target.search);
    for (const name in frame) sent.set(name, frame[name]);
    target.hash = "";
    if (!posts) target.search = sent;
    const busy = setTimeout(() => say(words.busy), BUSY_AFTER_MS);
    try {
      const response = await fetch(target, {
        ...(posts && { method: "POST", body: sent }),
        headers: { Accept: "text/html" },
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal,
      });
      const page = new DOMParser().parseFromString(asHtml(await response.text()), "text/html");
      const element = page.querySelector(".cf-results, .cf-problem, .cf-error");
      if (signal.aborted) return;
      say();
      if (element?.matches(".cf-results") && adds) add(element);
      else if (element) take(element, fields);
      else if (response.status === TOO_MANY) say(words.tooMany);
      else sayOffline();
    } catch {
      if (!signal.aborted) sayOffline();
    } finally {
      clearTimeout(busy);
    }
  }

  function add(results) {
    const [first, ...others] = results.querySelectorAll(".cf-card");
    const list = answerPart.querySelector(".cf-list");
    list.append(first, ...others);
    if (shown.isPrivate) keepOpen(list);
    answerPart.querySelector(".cf-more").replaceWith(results.querySelector(".cf-more"));
    const places = results.querySelector(".cf-map")?.dataset.places;
    if (places) answerPart.querySelector(".cf-map")?.dispatchEvent(new CustomEvent("cf-more", { detail: places }));
    const shownText = answerPart.querySelector(".cf-shown");
    if (shownText) shownText.textContent = shownText.dataset.all;
    // Reading goes on at the first of them.
    first.focus({ preventScroll: true });
    first.scrollIntoView({ block: "nearest" });
    onanswer?.("results", answerPart.querySelector(".cf-results"));
  }

  function take(element, fields) {
    element.removeAttribute("autofocus"); // we move the focus ourselves
    const { url, title, isPrivate } = element.dataset;
    const kind = element.classList[0].slice("cf-".length);
    const about = { title, isPrivate: isPrivate !== undefined };
    if (url) turnTo(element, kind, about, new URL(url, document.baseURI), fields);
    else problemPart.replaceChildren(element); // an error on our side is no answer: the list stays
    revealIn(element);
    const target = element.querySelector("[tabindex='-1']") ?? element;
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: kind === "results" ? "start" : "nearest" });
    onanswer?.(kind, element);
  }

  function turnTo(element, kind, { title, isPrivate }, address, fields) {
    const url = address.pathname + address.search + address.hash;
    const next = viewOf({ url, title, isPrivate, fields: isPrivate ? fields : address.searchParams });
    next[kind === "results" ? "answer" : "problem"] = [element];
    const isAgain = !isPrivate && url === shown.url;
    if (isAgain) next.key = shown.key;
    leave();
    if (keepsHistory) {
      history.scrollRestoration = "auto";
      history[isAgain ? "replaceState" : "pushState"]({ key: next.key, isPrivate }, "", url);
    }
    arrive(next);
    // A private place stays in the field as it was typed, so that it can be corrected.
    if (!isPrivate) field.value = next.fields.get("near") ?? "";
  }

  // Views: what is shown now, and what was shown before.

  function viewOf(view) {
    return { key: performance.timeOrigin + performance.now(), problem: [], answer: [], scroll: 0, ...view };
  }

  // The answer to a private question is in no address, so it cannot be opened again: what leaves it opens beside it.
  function keepOpen(part) {
    const leaving = `a[rel~="external"]${keepsHistory ? "" : ', a[href*="/clinics/"]'}`;
    for (const link of part.querySelectorAll(leaving)) link.target = "_blank";
  }

  function leave() {
    if (shown.clinic) {
      shown.scroll = scrollY;
      return;
    }
    const problems = [...problemPart.childNodes].filter((each) => !each.matches?.(".cf-error"));
    Object.assign(shown, { problem: problems, answer: [...answerPart.childNodes], scroll: scrollY });
    views.set(shown.key, shown);
  }

  function arrive(view) {
    shown = view;
    showClinic(view.clinic);
    if (view.clinic) return;
    problemPart.replaceChildren(...view.problem);
    answerPart.replaceChildren(...view.answer);
    fold(view.answer.find((each) => each.matches?.(".cf-results")));
    enlivenMaps(answerPart);
    if (view.isPrivate) keepOpen(answerPart);
    if (keepsHistory) document.title = view.title;
    markField(view.problem.find((each) => each.matches?.(".cf-problem:not(.cf-choice)")));
    chooseCare(view.fields);
    for (const link of root.querySelectorAll(".cf-languages a")) {
      link.href = inLanguage(view.isPrivate ? "/" : view.url, link.lang);
    }
  }

  // A clinic's page, opened from a private answer: it takes the place of the finder, which stays behind it.

  const finder = answerPart.closest("main");
  let clinicShown;

  async function openClinic(link) {
    const signal = start();
    try {
      const response = await fetch(link.href, { headers: { Accept: "text/html" }, credentials: "omit", signal });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const clinic = page.querySelector("main");
      if (signal.aborted) return;
      if (!clinic) throw new Error(response.status);
      const url = link.pathname + link.search;
      const view = viewOf({ url, title: page.title, isPrivate: false, fields: new URLSearchParams(link.search), clinic });
      const back = clinic.querySelector(".cf-back a");
      if (back) back.textContent = answerPart.querySelector(".cf-results").dataset.back;
      back?.addEventListener("click", (event) => {
        event.preventDefault();
        history.back();
      });
      leave();
      field.value = ""; // the browser keeps what is in a field for the entries of its history
      history.pushState({ key: view.key }, "", url);
      arrive(view);
      views.set(view.key, view);
      scrollTo({ top: 0, behavior: "instant" });
      const heading = clinic.querySelector("h1");
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    } catch {
      if (!signal.aborted) sayOffline(); // to leave would lose the list
    }
  }

  function showClinic(clinic) {
    clinicShown?.remove();
    clinicShown = clinic;
    if (!finder) return;
    finder.hidden = Boolean(clinic);
    if (!clinic) {
      finder.id = "cf-content";
      return;
    }
    finder.removeAttribute("id"); // the clinic's has it
    finder.after(clinic);
    document.title = shown.title;
    revealIn(clinic);
    enlivenMaps(clinic);
    for (const link of root.querySelectorAll(".cf-languages a")) link.href = inLanguage(shown.url, link.lang);
  }

  // With results, the question is one line above them.
  function fold(results) {
    root.classList.toggle("cf-answered", Boolean(results));
    asked.classList.toggle("cf-folds", Boolean(results));
    asked.open = !results;
    const words = results?.querySelector(".cf-asked-now").content.cloneNode(true) ?? "";
    asked.querySelector(".cf-asked-words").replaceChildren(words);
  }

  function markField(problem) {
    find("near-error")?.remove();
    field.closest(".cf-field").classList.toggle("cf-wrong", Boolean(problem));
    if (!problem) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      return;
    }
    const id = `${prefix}near-error`;
    field.before(made("p", { id, className: "cf-field-error", textContent: problem.querySelector("a").textContent }));
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", id);
  }

  // As finder/care_choices.py does: the first that is on the short list is chosen there, the others in the groups.
  function chooseCare(fields) {
    const wanted = fields.getAll("specialty");
    const short = find("care");
    const onShortList = [...short.options].map((option) => option.value);
    short.value = wanted.find((code) => code && onShortList.includes(code)) ?? "";
    for (const box of form.querySelectorAll("[type=checkbox]")) {
      box.checked = wanted.includes(box.value) && box.value !== short.value;
    }
    form.querySelector(".cf-added")?.remove();
    // What was chosen after the answer stays chosen for the next place.
    for (const name of KEPT) {
      form.querySelector(`[name=${name}]`)?.remove();
      const value = fields.get(name);
      if (value) form.append(made("input", { type: "hidden", name, value }));
    }
  }

  // The form and the answer may have come by themselves.
  const answered = answerPart.querySelector(".cf-results");
  if (answered && !asked.matches(".cf-folds")) fold(answered);
  if (answered && isPrivate) keepOpen(answered);

  // Events.

  root.addEventListener("submit", (event) => {
    const { target } = event;
    if (target.matches(".cf-form, [data-cf-link]")) {
      event.preventDefault();
      ask(target.action, { fields: new FormData(target), posts: true, adds: isMore(target) });
    }
  });

  root.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const chosen = event.target.closest(".cf-languages [lang]:is(a, button)");
    const { defaultPrevented, button, metaKey, ctrlKey, shiftKey, altKey } = event;
    if (defaultPrevented || button || metaKey || ctrlKey || shiftKey || altKey) return; // it may open in a new tab
    if (chosen && shown !== first && shown.isPrivate) {
      event.preventDefault();
      post(form.action, [...shown.fields].filter(([name]) => name !== "lang").concat([["lang", chosen.lang]]));
    } else if (chosen && shown !== first) {
      event.preventDefault();
      location.assign(inLanguage(shown.url, chosen.lang));
    } else if (link && keepsHistory && shown.isPrivate && isClinicOf(link)) {
      event.preventDefault();
      openClinic(link);
    } else if (link?.getAttribute("href") === `#${field.id}`) {
      // Following it would add a step to the history.
      event.preventDefault();
      askAgain();
    } else if (link && answersHere(link)) {
      event.preventDefault();
      ask(new URL(link.pathname + link.search, form.action), { fields: new URLSearchParams(link.search), adds: isMore(link) });
    }
  });

  function isMore(target) {
    return Boolean(target.closest(".cf-next[data-cf-more]"));
  }

  function askAgain() {
    asked.open = true;
    field.focus();
    field.select();
  }

  asked.addEventListener("toggle", () => {
    if (asked.open && asked.matches(".cf-folds")) askAgain();
  });

  function answersHere(link) {
    const isOurs = problemPart.contains(link) || answerPart.contains(link);
    return isOurs && link.pathname === new URL(form.action).pathname && !link.target;
  }

  function isClinicOf(link) {
    return answerPart.contains(link) && link.origin === location.origin && link.pathname.startsWith("/clinics/");
  }

  const locate = find("locate");
  if (locate && navigator.geolocation && isSecureContext) {
    locate.hidden = false;
    locate.querySelector("button").addEventListener("click", () => {
      const signal = start(); // a search in the meantime cancels this one
      say(words.whereBusy);
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          if (signal.aborted) return;
          const fields = new FormData(form);
          fields.set("near", [coords.latitude, coords.longitude].map((each) => each.toFixed(POINT_DECIMALS)).join());
          field.value = "";
          ask(form.action, { fields, posts: true, signal });
        },
        ({ code }) => signal.aborted || say(code === DENIED ? words.whereDenied : words.whereFailed),
        WHERE,
      );
    });
  }

  // Suggestions are loaded when somebody is about to type; the form works without them.
  async function suggest() {
    try {
      const { suggestPlaces } = await import("./combobox.js");
      suggestPlaces(field, { ...words, source: new URL("/api/v1/places", form.action) });
    } catch {
      field.addEventListener("focus", suggest, { once: true });
    }
  }

  if (document.activeElement === field) suggest();
  else field.addEventListener("focus", suggest, { once: true });

  if (!keepsHistory) return;

  // Back and Forward.

  if (history.state?.isPrivate) {
    // The list that the browser would scroll to is gone.
    history.scrollRestoration = "manual";
    scrollTo({ top: 0, behavior: "instant" });
    say(words.notKept);
  }
  shown.key = history.state?.key ?? shown.key;
  history.replaceState({ key: shown.key }, "", ...(shown.url === here(location) ? [] : [shown.url]));

  addEventListener("popstate", ({ state }) => {
    if (!state) {
      history.replaceState({ key: shown.key, isPrivate: shown.isPrivate }, ""); // a link within the page
      return;
    }
    if (state.key === shown.key) return;
    start();
    say();
    leave();
    const view = views.get(state.key);
    if (!view) {
      location.reload();
      return;
    }
    arrive(view);
    scrollTo({ top: view.scroll, behavior: "instant" });
    if (view.clinic) return;
    field.value = view.isPrivate ? "" : view.fields.get("near") ?? "";
    answerPart.querySelector(".cf-count")?.focus({ preventScroll: true });
  });

  // Otherwise the browser would fill in the field again when somebody comes back to this entry.
  addEventListener("pagehide", () => {
    if (shown.isPrivate) field.value = "";
  });
}

// A page that was read again where a script had put it: what came before it is another page.
function leaveForOlder() {
  const key = history.state?.key;
  addEventListener("popstate", ({ state }) => {
    if (state && state.key !== key) location.reload();
  });
}

function made(name, { role, ...properties }) {
  const element = Object.assign(document.createElement(name), properties);
  if (role) element.setAttribute("role", role);
  return element;
}

function inLanguage(url, language) {
  const address = new URL(url, document.baseURI);
  address.searchParams.set("lang", language);
  return address.pathname + address.search + address.hash;
}

// Post as a form does: the page of the answer replaces this one.
function post(action, fields) {
  const form = made("form", { method: "post", action, hidden: true });
  for (const [name, value] of fields) form.append(made("input", { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
}

// Sharing clinics.

function revealIn(root) {
  for (const button of root.querySelectorAll("[data-cf-copy], [data-cf-print]")) {
    button.closest("[hidden]")?.toggleAttribute("hidden", "cfCopy" in button.dataset && !navigator.clipboard);
    button.setAttribute("aria-live", "polite");
  }
}

function share({ target }) {
  const button = target.closest("[data-cf-copy], [data-cf-print]");
  if (!button) return;
  if ("cfPrint" in button.dataset) print();
  else copyWith(button);
}

async function copyWith(button) {
  const { cfCopy, cfDone } = button.dataset;
  const said = button.querySelector("span");
  const label = said.textContent;
  if (label === cfDone) return;
  try {
    await navigator.clipboard.writeText(cfCopy);
    said.textContent = cfDone;
    setTimeout(() => (said.textContent = label), DONE_MS);
  } catch {
    // A frame may not be allowed to copy; the link can still be copied by hand.
    const link = made("input", { className: "cf-input", readOnly: true, value: cfCopy, ariaLabel: label });
    button.replaceWith(link);
    link.select();
  }
}

// On paper, what to ask is read and not opened.
addEventListener("beforeprint", () => {
  const closed = [...document.querySelectorAll(".cf-ask:not([open])")];
  for (const each of closed) each.open = true;
  addEventListener("afterprint", () => closed.forEach((each) => (each.open = false)), { once: true });
});

// On our own pages the whole body is the finder; elsewhere the importing script calls enhance(). The history is ours
// only if the page is not in somebody's frame.
const page = document.querySelector("body.clinic-finder");
if (page) enhance(page, { keepsHistory: page.matches(".cf-page") });

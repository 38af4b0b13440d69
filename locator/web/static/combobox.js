// Suggests places while somebody types one: an editable combobox with a list, as ARIA 1.2 describes it.
//
// People type names and addresses here too, so what is typed is not sent. The server is asked for the places that begin
// with the first two letters, and the rest is compared here. Only if so many places begin with these that the list
// was cut is it asked about more letters, and only with letters that a place on the list begins with.

const FEWEST_CHARACTERS = 2;
const LONGEST = 40;
const PAUSE_MS = 200;
const MOST_PLACES = 200; // that the server lists
const MOST_SHOWN = 8;

// What may be a street address is not asked about at all: nothing with a digit, since the beginning of a ZIP looks
// like a house number, and no words that end as streets do.
const DIGIT = /\p{N}/u;
const STREET = /\S\s+(st|street|ave|avenue|rd|road|dr|drive|ln|lane|ct|court|blvd|boulevard|hwy|highway|box|apt|suite)\b/i;

function maySend(text) {
  return text.length >= FEWEST_CHARACTERS && text.length <= LONGEST && !DIGIT.test(text) && !STREET.test(text);
}

// As text/folding.py compares names; a word at the end may be unfinished, so it stays as it is.
const LONG = { st: "saint", ste: "sainte", mt: "mount", ft: "fort" };

function keyOf(text) {
  const plain = text.normalize("NFKD").replace(/[\p{M}'’.]/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  return plain.replace(/\b(ste?|mt|ft) /g, (_, word) => `${LONG[word]} `).replace(/\bmc /g, "mc");
}

function begins({ label, near, state }, text) {
  const key = keyOf(text);
  return [label, `${label.split(",")[0]} ${state}`, near].some((each) => keyOf(each).startsWith(key));
}

// Suggest places from the URL `source` under `field`; `places`, `onePlace` and `severalPlaces` are its texts.
export function suggestPlaces(field, { source, places, onePlace, severalPlaces }) {
  const list = document.createElement("ul");
  const status = document.createElement("p");
  list.id = `${field.id}-places`;
  list.className = "cf-places";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", places);
  status.className = "cf-hidden";
  status.setAttribute("role", "status");
  field.after(list, status);
  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const name in roles) field.setAttribute(name, roles[name]);

  const known = {}; // the places that begin with some letters
  let asking = new AbortController();
  let pause;
  let active = -1;

  function close() {
    clearTimeout(pause);
    asking.abort();
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
    field.setAttribute("aria-expanded", "false");
    activate(-1);
  }

  function activate(number) {
    active = number;
    [...list.children].forEach((option, index) => option.setAttribute("aria-selected", index === active));
    const option = list.children[active];
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      field.removeAttribute("aria-activedescendant");
    }
  }

  function choose(option) {
    field.value = option.dataset.near;
    close();
  }

  function open(found) {
    list.replaceChildren(...found.map(({ label, near }, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.textContent = label;
      option.dataset.near = near;
      option.setAttribute("role", "option");
      return option;
    }));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    activate(-1);
    status.textContent = found.length === 1 ? onePlace : severalPlaces.replace("5", found.length);
  }

  async function suggest() {
    const text = field.value.trim();
    close();
    if (!maySend(text)) return;
    asking = new AbortController();
    const { signal } = asking;
    try {
      const found = (await placesBeginning(text, signal)).slice(0, MOST_SHOWN);
      if (found.length && !signal.aborted && field.matches(":focus")) open(found);
    } catch {
      // The field works without suggestions.
    }
  }

  async function placesBeginning(text, signal) {
    let found = [];
    for (let count = FEWEST_CHARACTERS; count <= text.length; count += 1) {
      const letters = text.slice(0, count);
      if (letters.endsWith(" ")) continue;
      if (found.length && !found.some((place) => begins(place, letters))) return [];
      found = known[letters] ?? (known[letters] = await listed(letters, signal));
      if (found.length < MOST_PLACES) break;
    }
    return found.filter((place) => begins(place, text));
  }

  async function listed(letters, signal) {
    const address = new URL(source);
    address.search = new URLSearchParams({ q: letters, limit: MOST_PLACES });
    const response = await fetch(address, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
    return (await response.json()).places;
  }

  const keys = {
    ArrowDown: () => (list.hidden ? suggest() : activate((active + 1) % list.children.length)),
    ArrowUp: () => list.hidden || activate((active < 1 ? list.children.length : active) - 1),
    Escape: close,
    Enter: () => choose(list.children[active]),
    Tab: () => choose(list.children[active]),
    Home: () => activate(-1),
    End: () => activate(-1),
  };

  field.addEventListener("keydown", (event) => {
    const { key, isComposing, altKey, ctrlKey, metaKey } = event;
    if (isComposing || ctrlKey || metaKey || altKey || !(key in keys)) return;
    const isChoice = key === "Enter" || key === "Tab";
    if (isChoice && active < 0) {
      close(); // the form takes the text as it was typed
      return;
    }
    if (key === "Enter" || key.startsWith("Arrow") || (key === "Escape" && !list.hidden)) event.preventDefault();
    keys[key]();
  });
  field.addEventListener("input", () => {
    clearTimeout(pause);
    asking.abort();
    // If the text may be an address now, the list belongs to an older text.
    if (maySend(field.value.trim())) pause = setTimeout(suggest, PAUSE_MS);
    else close();
  });
  field.addEventListener("blur", close);
  // Pressing an option must not move the focus from the field.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) choose(option);
  });

  // People who type fast may have started before this file was loaded.
  if (field.matches(":focus") && field.value !== field.defaultValue) suggest();
}

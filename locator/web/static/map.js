// Makes the map beside the list interactive: people can zoom and move it, and open a small card at each pin.
//
// The server has drawn the first view (locator/web/map). This draws every other view in the same steps: the ground by
// its viewBox alone; pins, names and the scale in pixels, so that they keep their size.

// As in map/marks.py, in pixels.
const PIN = 28;
const PIN_HEIGHT = 36;
const DIGIT = 8;
const ORIGIN = 40;
const LINE = 16;
const DOT = 8;
const DOTTED = ["city", "town"];
const LETTERS = { here: 8.4, city: 8.4, town: 7.7, water: 7.2, county: 8.8 };
const MOST = { here: 1, city: 7, town: 7, water: 5, county: 9 };
const BESIDE = [7, 14];
const BESIDE_ORIGIN = [22, 28];
const COUNTY_MILES = 130;

// As in map/view.py.
const SCALE_MILES = [200, 100, 50, 20, 10, 5, 2, 1];
const SCALE_PART = 0.28;
const MARGINS = { left: 34, top: 52, right: 34, bottom: 44 };
const BESIDE_BUTTONS = 82;
const HALF = 20;
const MOST_TRIES = 3;
const CLOSEST_MILES_AT_FIRST = 4;
const ZOOM_BUTTONS = [60, 112];
const SCALE = [120, 34];

// As in geo/mercator.py: half of the world's height in units, and the miles in a unit at the equator.
const EQUATOR = 128 * 1024 - 355 * 256;
const MILES = 24901.46 / (256 * 1024);

// The towns of the first view are useful up to this many times its width.
const LOCAL = 2;
const CLOSEST_MILES = 2;
const CLOSEST_MILES_WITH_STREETS = 0.3;
const ZOOM_STEP = 1.8;
const MOVE_PART = 0.25;
const GLIDE_MS = 220;
const DRAG_FROM = 5;
const BEYOND = 1e6;
const MOVES = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const within = (value, least, most) => Math.min(Math.max(value, least), most);
const milesInUnit = (y) => MILES / Math.cosh((EQUATOR - y) / (128 * 1024) * Math.PI);
const box = (x, y, width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
const overlap = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
const isNumber = (mark) => /^\d/.test(mark);
const ordered = (mark) => (isNumber(mark) ? Number(mark) : 0);

function viewFrom(viewBox) {
  const [x, y, width, height] = viewBox.split(" ").map(Number);
  return { x, y, width, height };
}

function placesIn(text) {
  return JSON.parse(text).map(([mark, x, y, rough]) => ({ mark, spot: [x, y], rough }));
}

function put(mark, x, y) {
  mark.setAttribute("x", x);
  mark.setAttribute("y", y);
}

function element(name, attributes, ...inside) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function labelOf(marks) {
  const runs = [];
  for (const mark of marks) {
    const last = runs.at(-1)?.at(-1);
    const follows = isNumber(mark)
      ? mark - 1 === Number(last)
      : last?.charCodeAt() === mark.charCodeAt() - 1;
    if (follows) runs.at(-1).push(mark);
    else runs.push([mark]);
  }
  const parts = runs.flatMap((run) => (run.length > 2 ? `${run[0]}–${run.at(-1)}` : run));
  return parts.length > 3 ? `${parts[0]}, ${parts[1]} …` : parts.join(", ");
}

function groupOf(places, x, y) {
  const inOrder = [...places].sort((one, other) => ordered(one.mark) - ordered(other.mark) || (one.mark < other.mark ? -1 : 1));
  const marks = inOrder.map(({ mark }) => mark);
  const label = labelOf(marks);
  return { places: inOrder, x, y, marks, label, width: Math.max(PIN, label.length * DIGIT + 14) };
}

function merged(groups) {
  for (const one of groups) {
    const hidden = (each) =>
      Math.abs(one.y - each.y) < PIN_HEIGHT && Math.abs(one.x - each.x) < (one.width + each.width) / 2;
    const other = groups.slice(groups.indexOf(one) + 1).find(hidden);
    if (!other) continue;
    const places = [...one.places, ...other.places];
    const mean = (axis) => (one[axis] * one.places.length + other[axis] * other.places.length) / places.length;
    groups[groups.indexOf(one)] = groupOf(places, mean("x"), mean("y"));
    return merged(groups.filter((each) => each !== other));
  }
  return groups;
}

function outlineOf(width) {
  const half = width / 2 - PIN / 2;
  if (!half) return "M0 0C-3-7-14-12-14-22A14 14 0 1 1 14-22C14-12 3-7 0 0z";
  return `M0 0L-6-8H${-half}a14 14 0 0 1 0-28H${half}a14 14 0 0 1 0 28H6z`;
}

function enliven(figure) {
  const find = (selector) => figure.querySelector(selector);
  const { dataset } = figure;
  const [frame, ground, pins, names, origin, scale] = ["frame", "ground", "pins", "names", "origin", "scale"].map((name) =>
    find(`.cf-map-${name}`),
  );
  const labels = JSON.parse(dataset.labels);
  const home = viewFrom(dataset.home);
  const first = viewFrom(ground.getAttribute("viewBox"));
  const closest = dataset.tiles ? CLOSEST_MILES_WITH_STREETS : CLOSEST_MILES;
  const places = placesIn(dataset.places);
  const list = figure.closest(".cf-results") ?? document;
  const card = (mark) => list.querySelector(`[id="${dataset.cards}${mark}"]`);
  const fingers = new Map();
  let view = first;
  let drawnPins;
  const marks = { hovered: [], focused: [], opened: [] };
  let dragged = false;
  let isMoved = false;
  let gliding;
  let tilesAsked;

  // The view.

  const ratio = () => frame.clientHeight / frame.clientWidth;

  // The first view in the frame as it is here.
  function start() {
    let spots = JSON.parse(dataset.first);
    let found = viewOf(spots);
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const cut = places.map(({ spot }) => spot).filter((spot) => !spots.some((each) => `${each}` === `${spot}`) && isCut(found, spot));
      if (!cut.length) break;
      spots = [...spots, ...cut];
      found = viewOf(spots);
    }
    return found;
  }

  function viewOf(spots, marginRight = MARGINS.right) {
    const [left, right] = ["min", "max"].map((end) => Math[end](...spots.map(([x]) => x)));
    const [top, bottom] = ["min", "max"].map((end) => Math[end](...spots.map(([, y]) => y)));
    const { clientWidth, clientHeight } = frame;
    const unit = Math.max(
      (right - left) / (clientWidth - MARGINS.left - marginRight),
      (bottom - top) / (clientHeight - MARGINS.top - MARGINS.bottom),
      CLOSEST_MILES_AT_FIRST / milesInUnit((top + bottom) / 2) / clientWidth,
    );
    const [width, height] = [clientWidth * unit, clientHeight * unit];
    const x = (left + right) / 2 + ((marginRight - MARGINS.left) / 2) * unit - width / 2;
    const y = (top + bottom) / 2 + ((MARGINS.bottom - MARGINS.top) / 2) * unit - height / 2;
    const found = { x, y, width, height };
    const isTight = marginRight === MARGINS.right && spots.some((spot) => isCut(found, spot));
    return isTight ? viewOf(spots, BESIDE_BUTTONS) : found;
  }

  // A pin would be cut off by an edge, or be under the buttons or the scale.
  function isCut(part, spot) {
    const { clientWidth: width, clientHeight: height } = frame;
    const [x, y] = [((spot[0] - part.x) / part.width) * width, ((spot[1] - part.y) / part.height) * height];
    const own = [x - HALF, y - PIN_HEIGHT, x + HALF, y];
    const isWhole = own[0] >= 0 && own[1] >= 0 && own[2] <= width && own[3] <= height;
    return overlap(own, [0, 0, width, height]) && (!isWhole || cornersOf(width, height).some((corner) => overlap(own, corner)));
  }

  const cornersOf = (width, height) => [
    [0, height - SCALE[1], SCALE[0], height],
    [width - ZOOM_BUTTONS[0], 0, width, ZOOM_BUTTONS[1]],
  ];

  function show(wanted) {
    const middle = (from, length) =>
      within(
        wanted[from] + wanted[length] / 2,
        Math.min(home[from], first[from]),
        Math.max(home[from] + home[length], first[from] + first[length]),
      );
    const [x, y] = [middle("x", "width"), middle("y", "height")];
    const width = within(wanted.width, closest / milesInUnit(y), Math.max(home.width, first.width) * 1.25);
    const height = width * ratio();
    view = { x: x - width / 2, y: y - height / 2, width, height };
    draw();
  }

  const isShown = ([x, y]) => x > view.x && x < view.x + view.width && y > view.y && y < view.y + view.height;

  function glide(to) {
    cancelAnimationFrame(gliding);
    const [from, began] = [view, performance.now()];
    const step = (now) => {
      const part = calm.matches ? 1 : within((now - began) / GLIDE_MS, 0, 1);
      const between = Object.keys(to).map((key) => [key, from[key] + (to[key] - from[key]) * part * (2 - part)]);
      show(Object.fromEntries(between));
      if (part < 1) gliding = requestAnimationFrame(step);
    };
    step(began);
  }

  function zoomed(factor, across = 0.5, down = 0.5) {
    const { x, y, width, height } = view;
    const [wider, higher] = [width * (factor - 1), height * (factor - 1)];
    return { x: x - wider * across, y: y - higher * down, width: width + wider, height: height + higher };
  }

  function moved(across, down) {
    return { ...view, x: view.x + across * view.width, y: view.y + down * view.height };
  }

  // Buttons and keys.

  function act(event, wish) {
    const wishes = { in: zoomed(1 / ZOOM_STEP), out: zoomed(ZOOM_STEP), home, start: start() };
    const to = wish in MOVES ? moved(...MOVES[wish].map((way) => way * MOVE_PART)) : wishes[wish];
    if (!to) return;
    event.preventDefault();
    isMoved = wish !== "start";
    glide(to);
  }

  const [zoomButtons, moveButtons, opened] = find("template").content.cloneNode(true).children;
  frame.append(zoomButtons, opened);
  frame.after(moveButtons);
  opened.hidden = true;
  for (const buttons of [zoomButtons, moveButtons]) {
    buttons.addEventListener("click", (event) => act(event, event.target.dataset.do));
    buttons.addEventListener("keydown", (event) => {
      if (/^Arrow/.test(event.key)) act(event, event.key.slice(5).toLowerCase());
    });
  }

  // Mouse, touch and wheel. A finger that moves up or down scrolls the page, which ends our drag by "pointercancel".

  const partOf = (x, y) => {
    const { left, top, width, height } = frame.getBoundingClientRect();
    return [(x - left) / width, (y - top) / height];
  };

  frame.addEventListener("pointerdown", (event) => {
    if (event.button || event.target.closest("button, .cf-map-card")) return;
    cancelAnimationFrame(gliding);
    if (!fingers.size) dragged = false;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  // Pressing the map does not move the focus, nor the mark that follows it.
  frame.addEventListener("mousedown", (event) => event.target.closest("button, .cf-map-card") || event.preventDefault());
  frame.addEventListener("pointermove", ({ pointerId, pointerType, clientX, clientY }) => {
    const before = fingers.get(pointerId);
    if (!before) return;
    const apart = ([x, y]) => Math.hypot(clientX - x, clientY - y);
    if (!dragged && fingers.size < 2) {
      const scrolls = pointerType === "touch" && Math.abs(clientY - before[1]) > Math.abs(clientX - before[0]);
      if (scrolls || apart(before) < DRAG_FROM) return;
    }
    dragged = true;
    isMoved = true;
    frame.setPointerCapture(pointerId);
    fingers.set(pointerId, [clientX, clientY]);
    const other = [...fingers].find(([id]) => id !== pointerId)?.[1];
    if (other) {
      // The spot under the resting finger stays where it is.
      const apartBefore = Math.hypot(before[0] - other[0], before[1] - other[1]);
      show(zoomed(apartBefore / Math.max(apart(other), 1), ...partOf(...other)));
    } else {
      show(moved((before[0] - clientX) / frame.clientWidth, (before[1] - clientY) / frame.clientHeight));
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    frame.addEventListener(end, ({ pointerId }) => fingers.delete(pointerId));
  }
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return; // the page scrolls
      event.preventDefault();
      isMoved = true;
      show(zoomed(Math.exp(within(event.deltaY, -50, 50) / 100), ...partOf(event.clientX, event.clientY)));
    },
    { passive: false },
  );

  // Pins, and the clinics they stand for.

  const marksOf = (pin) => pin?.dataset.marks?.split(" ") ?? [];
  const marksAt = ({ target }) => marksOf(target.closest(".cf-map-pin"));
  const pinOf = (mark) => [...pins.children].find((pin) => marksOf(pin).includes(mark));

  function mark(change) {
    const { hovered, focused, opened: open } = Object.assign(marks, change);
    const marked = [hovered, focused, open].find((each) => each.length) ?? [];
    for (const { mark } of places) card(mark)?.classList.toggle("cf-marked", marked.includes(mark));
    for (const pin of pins.children) {
      pin.classList.toggle("cf-marked", marksOf(pin).some((each) => marked.includes(each)));
      pin.firstChild.setAttribute("aria-expanded", marksOf(pin).some((each) => open.includes(each)));
    }
  }

  pins.addEventListener("mouseover", (event) => mark({ hovered: marksAt(event) }));
  pins.addEventListener("mouseout", () => mark({ hovered: [] }));
  pins.addEventListener("click", (event) => {
    const chosen = marksAt(event);
    event.preventDefault();
    // A press without a pointer, as by a screen reader, is never the end of a drag.
    if (dragged && event.detail) return;
    if (chosen.length) openCard(chosen);
    else closeCard();
  });
  pins.addEventListener("keydown", (event) => {
    if (![" ", "Enter"].includes(event.key) || !marksAt(event).length) return;
    event.preventDefault();
    openCard(marksAt(event));
  });

  // The card at the foot of the map has what the list says of the pin's clinics.
  function openCard(chosen) {
    cancelAnimationFrame(gliding);
    const [close] = opened.children;
    const said = chosen.map(card).filter(Boolean).map((each) => briefly(each, chosen.length > 1));
    opened.replaceChildren(close, ...said);
    opened.hidden = false;
    document.addEventListener("keydown", onKey);
    mark({ opened: chosen, hovered: [] });
    opened.focus({ preventScroll: true });
    opened.scrollIntoView({ block: "nearest" });
    // It does not cover what it is about.
    const { top } = opened.getBoundingClientRect();
    const below = pinOf(chosen[0]).firstChild.getBoundingClientRect().bottom - top + 12;
    if (below > 0) {
      isMoved = true;
      glide(moved(0, below / frame.clientHeight));
    }
  }

  function closeCard() {
    if (opened.hidden) return;
    const [chosen] = marks.opened;
    const hasFocus = opened.contains(opened.getRootNode().activeElement);
    opened.hidden = true;
    document.removeEventListener("keydown", onKey);
    mark({ opened: [] });
    if (hasFocus) pinOf(chosen)?.firstChild.focus({ preventScroll: true });
  }

  const CARD_PARTS = ".cf-name, .cf-also-name, .cf-serves, .cf-far, .cf-also-far, .cf-via, .cf-also-via, .cf-acts, .cf-also-reach";

  function briefly(from, isOneOfSeveral) {
    const parts = from.querySelectorAll(`${CARD_PARTS}${isOneOfSeveral ? "" : ", .cf-care"}`);
    const said = document.createElement("div");
    said.className = "cf-map-clinic";
    for (const part of parts) {
      const copy = part.cloneNode(true);
      if (/^H/.test(part.tagName)) {
        const name = document.createElement("p");
        name.className = part.className;
        name.append(...copy.childNodes);
        said.append(name);
      } else said.append(copy);
    }
    return said;
  }

  opened.firstChild.addEventListener("click", closeCard);
  const onKey = ({ key, defaultPrevented }) => key === "Escape" && !defaultPrevented && closeCard();

  function listen({ mark: own }) {
    const changes = {
      mouseenter: { hovered: [own] },
      mouseleave: { hovered: [] },
      focusin: { focused: [own] },
      focusout: { focused: [] },
    };
    for (const event in changes) card(own)?.addEventListener(event, () => mark(changes[event]));
  }

  places.forEach(listen);
  // The next clinics of the list have been added to it: the map shows them too.
  figure.addEventListener("cf-more", ({ detail }) => {
    const added = placesIn(detail).filter((each) => !places.some(({ mark }) => mark === each.mark));
    const spots = added.map(({ spot }) => spot);
    places.push(...added);
    // They are no other clinics any more.
    const dots = find(".cf-map-dots");
    dots.setAttribute("d", spots.reduce((d, [x, y]) => d.replace(`M${x} ${y}h0`, ""), dots.getAttribute("d")));
    added.forEach(listen);
    isMoved = !spots.every(isShown);
    if (!isMoved || !frame.clientWidth) draw();
    else glide(viewOf([...spots, ...places.map(({ spot }) => spot).filter(isShown)]));
  });

  // Drawing.

  function draw() {
    const { clientWidth: width, clientHeight: height } = frame;
    if (!width) return; // not shown yet
    const pixels = width / view.width;
    const at = ([x, y]) => [(x - view.x) * pixels, (y - view.y) * pixels];
    ground.setAttribute("viewBox", [view.x, view.y, view.width, view.height].join(" "));

    // The corners are taken by the scale and the zoom buttons; anything beyond an edge would be cut off.
    const taken = cornersOf(width, height);
    for (const end of [-1, 1]) {
      taken.push(box(width / 2 + (end * (width + BEYOND)) / 2, height / 2, BEYOND, BEYOND));
      taken.push(box(width / 2, height / 2 + (end * (height + BEYOND)) / 2, BEYOND, BEYOND));
    }
    const groups = merged(places.map((place) => groupOf([place], ...at(place.spot))));
    const written = groups.map((group) => group.marks).join(";");
    // A pin under somebody's finger stays the same element as long as it stands for the same clinics.
    if (written !== drawnPins) {
      const [focused] = marksOf(pins.getRootNode().activeElement?.closest(".cf-map-pin"));
      pins.replaceChildren(...groups.map(newPin));
      if (focused) pinOf(focused)?.firstChild.focus({ preventScroll: true });
    }
    groups.forEach((group, number) => {
      const { x, y, width: wide } = group;
      put(pins.children[number], x, y);
      // Nothing that cannot be seen is a stop for the keyboard.
      const isSeen = x > 0 && x < width && y > 0 && y < height + PIN_HEIGHT / 2;
      pins.children[number].setAttribute("visibility", isSeen ? "visible" : "hidden");
      taken.push([x - wide / 2, y - PIN_HEIGHT, x + wide / 2, y]);
    });
    if (written !== drawnPins) mark();
    drawnPins = written;

    if (origin) {
      const spot = at([Number(origin.dataset.x), Number(origin.dataset.y)]);
      put(origin, ...spot);
      taken.push(box(...spot, ORIGIN, ORIGIN));
    }
    drawNames(at, pixels, taken);
    drawScale();

    clearTimeout(tilesAsked);
    if (dataset.tiles) tilesAsked = setTimeout(() => drawTiles(pixels), 120);
  }

  function newPin({ places: own, marks: each, label, width }) {
    const isUnsure = !each.some(isNumber);
    const kind = isUnsure ? "unsure" : own.every((place) => place.rough) ? "rough" : "sure";
    const said = each.map((one) => `${one}, ${card(one)?.querySelector(".cf-name a, .cf-also-name a")?.textContent ?? ""}`);
    return element(
      "svg",
      { class: `cf-map-pin cf-map-${kind}`, "data-marks": each.join(" ") },
      element(
        "g",
        { role: "button", tabindex: 0, "aria-label": said.join("; "), "aria-expanded": false },
        element("path", { d: outlineOf(width) }),
        element("text", { y: -22, "aria-hidden": true }, label),
      ),
    );
  }

  // Places names, most important first, where each has room.
  function drawNames(at, pixels, taken) {
    const written = [];
    const boxes = [];
    const counts = {};
    const miles = view.width * milesInUnit(view.y + view.height / 2);
    for (const [text, x, y, kind, room, angle] of labels) {
      const length = text.length * LETTERS[kind];
      const isUseful =
        !(kind === "county" && miles > COUNTY_MILES) &&
        !(kind === "town" && view.width > LOCAL * first.width) &&
        !(room && room * pixels < length);
      if (!isUseful || counts[kind] === MOST[kind] || written.some(({ text: other }) => other === text)) continue;
      const spot = at([x, y]);
      const dot = DOTTED.includes(kind) && box(...spot, DOT, DOT);
      if (dot && boxes.some((other) => overlap(dot, other))) continue;
      const found = placesFor(kind).find(([anchor, across, down]) => {
        const middle = spot[0] + across + { start: length / 2, middle: 0, end: -length / 2 }[anchor];
        const [cos, sin] = [Math.cos, Math.sin].map((each) => Math.abs(each((angle / 180) * Math.PI)));
        const own = box(middle, spot[1] + down, length * cos + LINE * sin, length * sin + LINE * cos);
        return ![...taken, ...boxes].some((other) => overlap(own, other)) && boxes.push(own);
      });
      if (!found) continue;
      if (dot) boxes.push(dot);
      counts[kind] = (counts[kind] ?? 0) + 1;
      written.push({ text, spot, kind, angle, found });
    }
    names.replaceChildren(...written.map(newName));
  }

  function placesFor(kind) {
    if (["water", "county"].includes(kind)) return [["middle", 0, 0]];
    const [beside, above] = kind === "here" ? BESIDE_ORIGIN : BESIDE;
    const sides = [["start", beside, 0], ["end", -beside, 0], ["middle", 0, above], ["middle", 0, -above]];
    const aside = [["start", beside, above - 2], ["end", -beside, above - 2]];
    const lower = [...aside, ["middle", 0, above - 2]].map(([anchor, across, down]) => [anchor, across, down + 12]);
    return DOTTED.includes(kind) ? [...sides, ...aside, ...(kind === "city" ? lower : [])] : sides;
  }

  function newName({ text, spot: [x, y], kind, angle, found: [anchor, dx, dy] }) {
    const transform = angle ? `rotate(${angle})` : undefined;
    const name = element("text", { class: `cf-map-${kind}`, "text-anchor": anchor, dx, dy, transform }, text);
    return element("svg", { x, y }, ...(DOTTED.includes(kind) ? [element("circle", { r: 2.5 })] : []), name);
  }

  function drawScale() {
    const across = view.width * milesInUnit(view.y + view.height / 2);
    const miles = SCALE_MILES.find((each) => each <= across * SCALE_PART) ?? 1;
    scale.querySelector("line").setAttribute("x2", `${(miles / across) * 100}%`);
    scale.querySelector("text").textContent = miles === 1 ? dataset.mile : dataset.miles.replace("5", miles);
  }

  async function drawTiles(pixels) {
    const { tilesIn } = await import("./map_tiles.js");
    tilesIn(figure, view, pixels, element);
  }

  new ResizeObserver(() => {
    if (!frame.clientWidth) return;
    show(isMoved ? view : start());
  }).observe(frame);
}

// Make every map under `root` interactive. Call it again after new results were put into the page.
export function enlivenMaps(root = document) {
  for (const figure of root.querySelectorAll(".cf-map:not(.cf-map-live)")) {
    figure.classList.add("cf-map-live");
    enliven(figure);
  }
}

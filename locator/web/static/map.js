// Makes the map beside the list interactive: people can zoom and move it, and see which pin is which clinic.
//
// The server has drawn the first view (locator/web/map). This draws every other view in the same steps: the ground by
// its viewBox alone; pins, names and the scale in pixels, so that they keep their size.

// As in map/marks.py, in pixels.
const PIN = 28;
const DIGIT = 8;
const LETTER = 7.6;
const LINE = 18;
const NAME_OFFSETS = [0, 29, -29];
const MOST_NAMES = 10;
const ORIGIN = 36;
const BEYOND = 1e6;

// As in map/view.py.
const SCALE_MILES = [200, 100, 50, 20, 10, 5, 2, 1];
const SCALE_PART = 0.28;

// As in geo/mercator.py: half of the world's height in units, and the miles in a unit at the equator.
const EQUATOR = 128 * 1024 - 355 * 256;
const MILES = 24901.46 / (256 * 1024);

// Local names are useful up to this many times the width of the first view.
const LOCAL = 2;
const CLOSEST_MILES = 2;
const CLOSEST_MILES_WITH_STREETS = 0.3;
const ZOOM_STEP = 1.8;
const MOVE_PART = 0.25;
const GLIDE_MS = 220;
const DRAG_FROM = 5;
const MOVES = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const within = (value, least, most) => Math.min(Math.max(value, least), most);
const milesInUnit = (y) => MILES / Math.cosh((EQUATOR - y) / (128 * 1024) * Math.PI);
const box = (x, y, width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
const overlap = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
const spotOf = ({ dataset }) => [Number(dataset.x), Number(dataset.y)];

function viewFrom(viewBox) {
  const [x, y, width, height] = viewBox.split(" ").map(Number);
  return { x, y, width, height };
}

function placesIn(text) {
  return JSON.parse(text).map(([rank, x, y, rough]) => ({ rank, spot: [x, y], rough }));
}

function put(mark, x, y) {
  mark.setAttribute("x", x);
  mark.setAttribute("y", y);
}

function element(name, attributes, ...inside) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function labelOf(ranks) {
  const runs = [];
  for (const rank of ranks) {
    const run = runs.at(-1);
    if (run?.at(-1) === rank - 1) run.push(rank);
    else runs.push([rank]);
  }
  const parts = runs.flatMap((run) => (run.length > 2 ? `${run[0]}–${run.at(-1)}` : run));
  return parts.length > 3 ? `${parts[0]}, ${parts[1]} …` : parts.join(", ");
}

function groupOf(places, x, y) {
  const ranks = places.map((place) => place.rank).sort((one, other) => one - other);
  const label = labelOf(ranks);
  return { places, x, y, ranks, label, width: Math.max(PIN, label.length * DIGIT + 14) };
}

function merged(groups) {
  for (const one of groups) {
    const hidden = (each) => Math.abs(one.y - each.y) < PIN && Math.abs(one.x - each.x) < (one.width + each.width) / 2;
    const other = groups.slice(groups.indexOf(one) + 1).find(hidden);
    if (!other) continue;
    const places = [...one.places, ...other.places];
    const mean = (axis) => (one[axis] * one.places.length + other[axis] * other.places.length) / places.length;
    groups[groups.indexOf(one)] = groupOf(places, mean("x"), mean("y"));
    return merged(groups.filter((each) => each !== other));
  }
  return groups;
}

function enliven(figure) {
  const find = (selector) => figure.querySelector(selector);
  const { dataset } = figure;
  const [frame, ground, pins, origin, scale] = ["frame", "ground", "pins", "origin", "scale"].map((name) => find(`.cf-map-${name}`));
  const names = [...figure.querySelectorAll(".cf-map-names text")];
  const home = viewFrom(dataset.home);
  const start = viewFrom(ground.getAttribute("viewBox"));
  const ratio = start.height / start.width;
  const closest = dataset.tiles ? CLOSEST_MILES_WITH_STREETS : CLOSEST_MILES;
  const places = placesIn(dataset.places);
  const list = figure.closest(".cf-results") ?? document;
  const card = (rank) => list.querySelector(`[id="${dataset.cards}${rank}"]`);
  const fingers = new Map();
  let view = start;
  let drawnPins;
  const marks = { hovered: [], focused: [] };
  let dragged = false;
  let gliding;
  let tilesAsked;

  // The view.

  function show(wanted) {
    const middle = (from, length) =>
      within(
        wanted[from] + wanted[length] / 2,
        Math.min(home[from], start[from]),
        Math.max(home[from] + home[length], start[from] + start[length]),
      );
    const [x, y] = [middle("x", "width"), middle("y", "height")];
    const width = within(wanted.width, closest / milesInUnit(y), Math.max(home.width, start.width) * 1.25);
    view = { x: x - width / 2, y: y - (width * ratio) / 2, width, height: width * ratio };
    draw();
  }

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
    const wishes = { in: zoomed(1 / ZOOM_STEP), out: zoomed(ZOOM_STEP), home, start };
    const to = wish in MOVES ? moved(...MOVES[wish].map((way) => way * MOVE_PART)) : wishes[wish];
    if (!to) return;
    event.preventDefault();
    glide(to);
  }

  const [zoomButtons, moveButtons] = find("template").content.cloneNode(true).children;
  frame.append(zoomButtons);
  frame.after(moveButtons);
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
    if (event.button || event.target.closest("button")) return;
    cancelAnimationFrame(gliding);
    if (!fingers.size) dragged = false;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  // Pressing the map does not move the focus, nor the mark that follows it.
  frame.addEventListener("mousedown", (event) => event.target.closest("button") || event.preventDefault());
  frame.addEventListener("pointermove", ({ pointerId, pointerType, clientX, clientY }) => {
    const before = fingers.get(pointerId);
    if (!before) return;
    const apart = ([x, y]) => Math.hypot(clientX - x, clientY - y);
    if (!dragged && fingers.size < 2) {
      const scrolls = pointerType === "touch" && Math.abs(clientY - before[1]) > Math.abs(clientX - before[0]);
      if (scrolls || apart(before) < DRAG_FROM) return;
    }
    dragged = true;
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
      show(zoomed(Math.exp(within(event.deltaY, -50, 50) / 100), ...partOf(event.clientX, event.clientY)));
    },
    { passive: false },
  );

  // Pins and cards.

  const ranksOf = (pin) => pin?.dataset.ranks?.split(" ").map(Number) ?? [];
  const ranksAt = ({ target }) => ranksOf(target.closest(".cf-map-pin"));

  function mark(change) {
    const { hovered, focused } = Object.assign(marks, change);
    const marked = hovered.length ? hovered : focused;
    for (const { rank } of places) card(rank)?.classList.toggle("cf-marked", marked.includes(rank));
    for (const pin of pins.children) {
      pin.classList.toggle("cf-marked", ranksOf(pin).some((rank) => marked.includes(rank)));
    }
  }

  pins.addEventListener("mouseover", (event) => mark({ hovered: ranksAt(event) }));
  pins.addEventListener("mouseout", () => mark({ hovered: [] }));
  pins.addEventListener("click", (event) => {
    const ranks = ranksAt(event);
    if (dragged || !ranks.length) return;
    // Each click on a pin of several clinics leads to the next one.
    const chosen = card(ranks[(ranks.indexOf(marks.focused[0]) + 1) % ranks.length]);
    chosen?.focus({ preventScroll: true });
    chosen?.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  });
  function listen({ rank }) {
    const changes = {
      mouseenter: { hovered: [rank] },
      mouseleave: { hovered: [] },
      focusin: { focused: [rank] },
      focusout: { focused: [] },
    };
    for (const event in changes) card(rank)?.addEventListener(event, () => mark(changes[event]));
  }

  places.forEach(listen);
  // The next clinics of the list have been added to it.
  figure.addEventListener("cf-more", ({ detail }) => {
    const added = placesIn(detail).filter((each) => !places.some(({ rank }) => rank === each.rank));
    places.push(...added);
    added.forEach(listen);
    draw();
  });

  // Drawing.

  function draw() {
    const { clientWidth: width, clientHeight: height } = frame;
    if (!width) return; // not shown yet
    const pixels = width / view.width;
    const at = ([x, y]) => [(x - view.x) * pixels, (y - view.y) * pixels];
    ground.setAttribute("viewBox", Object.values(view).join(" "));

    // The corners are taken by the scale and the zoom buttons; anything beyond an edge would be cut off.
    const taken = [box(60, height - 17, 120, 34), box(width - 60, height - 30, 120, 60)];
    for (const end of [-1, 1]) {
      taken.push(box(width / 2 + (end * (width + BEYOND)) / 2, height / 2, BEYOND, BEYOND));
      taken.push(box(width / 2, height / 2 + (end * (height + BEYOND)) / 2, BEYOND, BEYOND));
    }
    const groups = merged(places.map((place) => groupOf([place], ...at(place.spot))));
    const written = groups.map((group) => group.ranks).join(";");
    // A pin under somebody's finger stays the same element as long as it stands for the same clinics.
    if (written !== drawnPins) pins.replaceChildren(...groups.map(newPin));
    groups.forEach((group, number) => {
      put(pins.children[number], group.x, group.y);
      taken.push(box(group.x, group.y, group.width, PIN));
    });
    if (written !== drawnPins) mark();
    drawnPins = written;

    if (origin) {
      const spot = at(spotOf(origin));
      put(origin, ...spot);
      taken.push(box(...spot, ORIGIN, ORIGIN));
    }
    drawNames(at, taken);
    drawScale();

    clearTimeout(tilesAsked);
    if (dataset.tiles) tilesAsked = setTimeout(() => drawTiles(pixels), 120);
  }

  function newPin({ places: own, ranks, label, width }) {
    const rough = own.every((place) => place.rough) ? " cf-map-rough" : "";
    return element(
      "svg",
      { class: `cf-map-pin${rough}`, "data-ranks": ranks.join(" ") },
      element("rect", { x: -width / 2, y: -PIN / 2, width, height: PIN, rx: PIN / 2 }),
      element("text", {}, label),
    );
  }

  function drawNames(at, taken) {
    const named = [];
    const size = names.length && parseFloat(getComputedStyle(names[0]).fontSize) / 14; // LETTER and LINE are for 14 px
    for (const name of names) {
      const [x, y] = at(spotOf(name));
      const boxAt = (offset) => box(x, y + offset, name.textContent.length * LETTER * size, LINE * size);
      const offset = NAME_OFFSETS.find((each) => !taken.some((other) => overlap(boxAt(each), other)));
      const useful = !("near" in name.dataset) || view.width < LOCAL * start.width;
      // A name moves aside for pins, but never past another town's name: north would look like south.
      const hasRoom = offset !== undefined && !named.some((other) => overlap(boxAt(offset), other));
      const shown = useful && hasRoom && named.length < MOST_NAMES;
      name.setAttribute("visibility", shown ? "visible" : "hidden");
      if (!shown) continue;
      named.push(boxAt(offset));
      put(name, x, y);
      name.setAttribute("dy", offset);
    }
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

  new ResizeObserver(draw).observe(frame);
}

// Make every map under `root` interactive. Call it again after new results were put into the page.
export function enlivenMaps(root = document) {
  for (const figure of root.querySelectorAll(".cf-map:not(.cf-map-live)")) {
    figure.classList.add("cf-map-live");
    enliven(figure);
  }
}

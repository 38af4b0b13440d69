// Street tiles under the map, if the owner has chosen to have them.

const TILE = 256;

// Put the tiles of a view under the lines of a map. A map unit is `pixels` wide now, and one pixel at zoom 10.
// `element` creates an SVG element with attributes.
export function tilesIn(figure, { x, y, width, height }, pixels, element) {
  const { tiles, corner } = figure.dataset;
  const [cornerX, cornerY] = corner.split(" ").map(Number);
  const zoom = Math.min(Math.max(Math.round(10 + Math.log2(pixels)), 3), 18);
  const size = TILE * 2 ** (10 - zoom);
  const wanted = new Map();
  for (let column = Math.floor((x + cornerX) / size); column * size < x + width + cornerX; column += 1) {
    for (let row = Math.floor((y + cornerY) / size); row * size < y + height + cornerY; row += 1) {
      const href = tiles.replace("{z}", zoom).replace("{x}", column).replace("{y}", row);
      wanted.set(href, { href, x: column * size - cornerX, y: row * size - cornerY, width: size, height: size });
    }
  }
  const layer = figure.querySelector(".cf-map-tiles");
  for (const image of [...layer.children]) {
    if (!wanted.delete(image.getAttribute("href"))) image.remove();
  }
  layer.append(...[...wanted.values()].map((attributes) => element("image", attributes)));
  figure.classList.add("cf-map-tiled");
  figure.querySelector(".cf-map-tiles-note").hidden = false;
}

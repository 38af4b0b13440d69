// The finder in somebody's frame: it tells the page around it how high it is, and nothing else.

import "./finder.js";

new ResizeObserver(() => {
  const height = Math.ceil(document.body.getBoundingClientRect().height);
  // Any page may get it: the server decides who may frame us, and a height is no secret.
  parent.postMessage({ type: "clinic-finder:height", height }, "*");
}).observe(document.body);

// What a website may do with the finder: hear what it tells, and give the frame its height.

const heard = document.getElementById("heard");

for (const name of ["results", "call", "directions", "unavailable"]) {
  document.addEventListener(`clinic-finder:${name}`, ({ detail }) => {
    heard.textContent += `${name} ${JSON.stringify(detail)} `;
  });
}

addEventListener("message", ({ source, data }) => {
  const frame = [...document.querySelectorAll("iframe")].find((each) => each.contentWindow === source);
  if (frame && data?.type === "clinic-finder:height") frame.style.height = `${data.height}px`;
});

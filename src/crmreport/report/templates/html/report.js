"use strict";
// What the page does beyond being read: numbers that show their basis, figures that enlarge, and the
// contents that follow the reader. Without it everything can still be read.
const byId = (id) => document.getElementById(id);
const { texts, shapes, cards: packed } = JSON.parse(byId("findings").textContent);
const cards = Object.fromEntries(packed.map((content) => [texts[content[1]], content]));
const card = byId("card");
const zoom = byId("zoom");

// ---- a number's basis
let asked = null;

// A card is a list of numbers: of its shape (the terms of its rows), then of the texts of its key, title,
// value and rows. A term below zero is that of the key itself.
function fillCard([shape, ...content]) {
  const [key, title, value, ...told] = content.map((number) => texts[number]);
  const rows = shapes[shape].flatMap((term) => (term < 0 ? [texts[~term], key] : [texts[term], told.shift()]));
  byId("card-title").textContent = title;
  card.querySelector(".value").textContent = value;
  card.querySelector("dl").replaceChildren(
    ...rows.map((textContent, at) => Object.assign(document.createElement(at % 2 ? "dd" : "dt"), { textContent })),
  );
}

function placeCard(number) {
  card.style.left = card.style.top = "";
  if (matchMedia("(max-width: 40rem)").matches) return; // there it is a sheet at the lower edge
  const at = number.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const below = at.bottom + 8;
  const top = below + height < innerHeight ? below : Math.max(8, at.top - height - 8);
  card.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 16))}px`;
  card.style.top = `${top}px`;
}

function openCard(number) {
  const content = cards[number.dataset.finding];
  if (!content) return;
  asked = number;
  fillCard(content);
  card.showPopover();
  placeCard(number);
  card.querySelector(".close").focus();
}

for (const number of document.querySelectorAll("data.finding")) {
  if (!cards[number.dataset.finding]) continue;
  number.tabIndex = 0;
  number.setAttribute("role", "button");
  number.setAttribute("aria-haspopup", "dialog");
  number.addEventListener("click", () => openCard(number));
  number.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    openCard(number);
  });
}
card.addEventListener("toggle", (event) => {
  if (event.newState === "closed" && card.contains(document.activeElement)) asked?.focus();
});
card.querySelector(".close").addEventListener("click", () => {
  card.hidePopover();
  asked?.focus();
});
addEventListener("scroll", () => card.matches(":popover-open") && asked && placeCard(asked), { passive: true });

// ---- a figure, enlarged: the drawing itself moves, for a copy would repeat its ids
let home = null;
for (const button of document.querySelectorAll("button.zoom")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    home = button.closest("figure").querySelector(".chart");
    zoom.querySelector(".stage").append(...home.children);
    zoom.showModal();
  });
}
zoom.querySelector(".close").addEventListener("click", () => zoom.close());
zoom.addEventListener("click", (event) => event.target === zoom && zoom.close());
zoom.addEventListener("close", () => home.append(...zoom.querySelector(".stage").children));

// ---- a figure as a picture, in the colours of paper: to the clipboard, or else as a file
const said = byId("said");
function say(what) {
  said.textContent = said.dataset[what];
  setTimeout(() => (said.textContent = ""), 4000);
}

async function picture(figure) {
  const drawing = figure.querySelector(".wide svg").cloneNode(true);
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
  const style = Object.assign(document.createElementNS(drawing.namespaceURI, "style"), {
    textContent: byId("fonts").textContent + byId("drawings").textContent,
  });
  drawing.prepend(style); // a picture sees no style of the page
  drawing.setAttribute("width", width);
  drawing.setAttribute("height", height);
  drawing.setAttribute("font-family", getComputedStyle(figure).fontFamily);
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
  await image.decode();
  const scale = 3;
  const margin = 12;
  const canvas = Object.assign(document.createElement("canvas"), {
    width: scale * (width + 2 * margin),
    height: scale * (height + 2 * margin),
  });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, scale * margin, scale * margin, scale * width, scale * height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

async function hand(figure) {
  const made = picture(figure);
  try {
    // The promise goes in unawaited: some browsers forget the click meanwhile.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": made })]);
    say("copied");
  } catch {
    const link = Object.assign(document.createElement("a"), {
      href: URL.createObjectURL(await made),
      download: `${figure.id}.png`,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say("saved");
  }
}
for (const button of document.querySelectorAll("button.copy")) {
  if (!HTMLCanvasElement.prototype.toBlob || !Image.prototype.decode) break;
  button.hidden = false;
  button.addEventListener("click", () => hand(button.closest("figure")));
}

// ---- a heading's anchor also copies the address
for (const anchor of document.querySelectorAll(".anchor")) {
  anchor.addEventListener("click", () => {
    navigator.clipboard?.writeText(anchor.href).then(
      () => say("copied"),
      () => {},
    );
  });
}

// ---- boxes that scroll can be reached by keyboard; those whose table fits are no box at all
function markScrolling() {
  for (const box of document.querySelectorAll(".scroll")) {
    const fits = box.scrollWidth <= box.clientWidth + 1;
    box.classList.toggle("fits", fits);
    if (fits) box.removeAttribute("tabindex");
    else box.tabIndex = 0;
  }
}
markScrolling();
addEventListener("resize", markScrolling);
addEventListener("toggle", markScrolling, { capture: true });

// ---- the contents
const contents = document.querySelector(".contents details");
const wide = matchMedia("(min-width: 64rem)");
const fold = () => (contents.open = wide.matches);
fold();
wide.addEventListener("change", fold);
const links = [...document.querySelectorAll(".contents a")];
const places = links.map((link) => byId(decodeURIComponent(link.hash.slice(1))));
contents.addEventListener("click", (event) => {
  if (event.target.closest("a") && !wide.matches) contents.open = false;
});

function markCurrent() {
  const passed = places.findLastIndex((place) => place.getBoundingClientRect().top < innerHeight / 4);
  links.forEach((link, index) => {
    if (index === Math.max(0, passed)) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  });
}
const watcher = new IntersectionObserver(markCurrent, { rootMargin: "-25% 0px -74% 0px" });
for (const block of document.querySelectorAll(".chapter, .chapter > *")) watcher.observe(block);
markCurrent();

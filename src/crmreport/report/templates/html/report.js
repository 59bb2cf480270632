"use strict";
// What the page does beyond being read: numbers that show their basis, figures that enlarge, and the
// contents that follow the reader. Without it everything can still be read.
const byId = (id) => document.getElementById(id);
const cards = JSON.parse(byId("findings").textContent);
const card = byId("card");
const zoom = byId("zoom");

// ---- a number's basis
let asked = null;

function fillCard(content) {
  byId("card-title").textContent = content.title;
  card.querySelector(".value").textContent = content.value;
  const list = card.querySelector("dl");
  list.replaceChildren();
  for (const [term, text] of content.rows) {
    list.append(Object.assign(document.createElement("dt"), { textContent: term }));
    list.append(Object.assign(document.createElement("dd"), { textContent: text }));
  }
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

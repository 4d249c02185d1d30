// The years of the record as a slider. Each year is a link that works without
// this; with it the matrix changes in place, as far as the slider is moved.
(() => {
  "use strict";
  const years = document.querySelector("nav.years");
  if (!years) return;
  const links = [...years.querySelectorAll("a")];
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: 0, max: links.length - 1, step: 1, className: "years-slider" });
  slider.setAttribute("aria-label", years.getAttribute("aria-label"));
  const current = links.findIndex((a) => a.hasAttribute("aria-current"));
  slider.value = current < 0 ? links.length - 1 : current;
  const say = () => slider.setAttribute("aria-valuetext", links[slider.value].textContent);
  say();
  years.before(slider);

  const pages = new Map(); // what was fetched, by address
  const page = async (address) => {
    if (!pages.has(address)) {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.status);
      pages.set(address, new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    return pages.get(address).cloneNode(true);
  };

  // What the day changes: the words that name it, the rows, and the links to
  // files of the same day.
  const changing = ["nav.years + .note", ".matrix", ".files-shown"];
  const show = async () => {
    say();
    const wanted = slider.value, link = links[wanted];
    try {
      const then = await page(link.href);
      if (slider.value !== wanted) return; // moved on meanwhile
      const main = document.getElementById("main");
      for (const what of changing) {
        const old = main.querySelector(what), now = then.getElementById("main").querySelector(what);
        if (old && now) old.replaceWith(now);
        else if (old && what.startsWith("nav")) old.remove();
        else if (now && what.startsWith("nav")) years.after(now);
      }
      for (const a of links) a.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      const on = document.getElementById("on");
      if (on) on.value = new URL(link.href).searchParams.get("on") ?? "";
      history.replaceState(null, "", link.href);
    } catch {
      location.assign(link.href); // the plain way still works, or says why not
    }
  };
  slider.addEventListener("input", show);
})();

// The value under the finger. Every drawing carries its values as <title>
// elements, and every page has them as a table: this only shows them sooner.
(() => {
  "use strict";
  const reach = 60; // how far from a point a pointer may be, in pixels of the screen
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("aria-hidden", "true"); // who hears the page has the sentence and the table

  const middle = (shape) => {
    const box = shape.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  };

  // said parts a value's words into what it is of, and the value.
  const row = (shape) => {
    const line = document.createElement("p");
    line.textContent = shape.words;
    const kind = /(?:^| )(k\d)(?: |$)/.exec(shape.getAttribute("class"));
    if (kind && !/step/.test(shape.getAttribute("class"))) line.className = kind[1];
    return line;
  };

  const show = (shapes, x, y) => {
    tip.replaceChildren(...shapes.map(row));
    tip.hidden = false;
    const wide = tip.offsetWidth, high = tip.offsetHeight;
    const room = document.documentElement.clientWidth;
    tip.style.left = window.scrollX + Math.max(4, Math.min(x + 14, room - wide - 4)) + "px";
    tip.style.top = window.scrollY + (y - high - 14 > 4 ? y - high - 14 : y + 22) + "px";
  };

  const ready = (drawing) => {
    const shapes = [];
    for (const title of drawing.querySelectorAll("title")) {
      const shape = title.parentNode;
      if (shape === drawing) continue;
      shape.words = title.textContent;
      title.remove(); // or the browser shows it as well, later
      shapes.push(shape);
    }
    if (!shapes.length) return;
    const points = shapes.filter((s) => s.tagName === "circle");
    const acts = shapes.filter((s) => /^act/.test(s.getAttribute("class")));
    const lines = drawing.classList.contains("lines");
    let guide;
    const rest = () => {
      tip.hidden = true;
      if (guide) guide.remove();
      guide = undefined;
    };
    const look = (event) => {
      rest();
      const { clientX: x, clientY: y } = event;
      const near = (shape) => {
        const at = middle(shape);
        return Math.hypot(at.x - x, at.y - y);
      };
      const act = acts.find((s) => near(s) < 12);
      if (act) return show([act], x, y);
      const under = shapes.find((s) => s !== act && s.tagName !== "circle" && s.contains(event.target));
      if (under) return show([under], x, y);
      if (!points.length) return;
      if (!lines) {
        const best = points.reduce((a, b) => (near(a) <= near(b) ? a : b));
        return near(best) < reach ? show([best], x, y) : undefined;
      }
      // Of lines all values of the year are shown, the highest first.
      const off = (s) => Math.abs(middle(s).x - x);
      const best = points.reduce((a, b) => (off(a) <= off(b) ? a : b));
      if (off(best) > reach) return;
      const at = best.getAttribute("cx");
      const year = points.filter((s) => s.getAttribute("cx") === at).sort((a, b) => a.getAttribute("cy") - b.getAttribute("cy"));
      const grid = drawing.querySelector(".zero");
      guide = document.createElementNS("http://www.w3.org/2000/svg", "path");
      guide.setAttribute("class", "seen");
      guide.setAttribute("d", `M${at} 36V${grid ? /[ML][\d.]+ ([\d.]+)/.exec(grid.getAttribute("d"))[1] : 36}`);
      drawing.append(guide);
      show(year, x, y);
    };
    drawing.addEventListener("pointermove", look);
    drawing.addEventListener("pointerdown", look);
    drawing.addEventListener("pointerleave", rest);
  };

  document.body.append(tip);
  document.querySelectorAll("svg.chart").forEach(ready);
})();

"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("page-data").textContent);
  const say = data.say;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // ---- filters: which differences, which statements, which rows ----
  const entries = (form, name, list, key, hits) => {
    if (!form) return;
    const items = all(".entry", list);
    const apply = () => {
      const wanted = new Set(all(`input[name=${name}]:checked`, form).map((box) => box.value));
      let visible = 0;
      for (const item of items) {
        item.hidden = !wanted.has(item.dataset[key]);
        visible += !item.hidden;
      }
      hits.textContent = fill(say.shown, { count: visible, total: items.length });
    };
    form.hidden = false;
    form.addEventListener("change", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  };
  entries(byId("difference-tools"), "kind", document.querySelector(".differences"), "kind", byId("difference-hits"));
  entries(byId("statement-tools"), "outcome", document.querySelector(".statements"), "outcome", byId("statement-hits"));

  const rows = all(".row");
  const rowTools = byId("row-tools");
  if (rowTools) {
    const plain = (text) => text.toLocaleLowerCase();
    let said = null;
    const apply = () => {
      const query = plain(byId("query").value.trim());
      const kinds = byId("rows").value ? byId("rows").value.split(" ") : null;
      said ??= rows.map((row) => all(".said", row).map((text) => plain(text.textContent)).join("\n"));
      let visible = 0;
      rows.forEach((row, index) => {
        row.hidden = (kinds !== null && !kinds.includes(row.dataset.kind)) || (query !== "" && !said[index].includes(query));
        visible += !row.hidden;
      });
      for (const section of all(".rows")) section.hidden = all(".row:not([hidden])", section).length === 0;
      byId("row-hits").textContent = query && !visible ? say.no_hits : query || kinds ? fill(say.rows_shown, { count: visible, total: rows.length }) : "";
    };
    let waiting = 0;
    byId("query").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 150); });
    byId("rows").addEventListener("change", apply);
    rowTools.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); apply(); });
    rowTools.hidden = false;
  }
  // A link to something that is filtered away shows it.
  const reveal = () => {
    const target = location.hash.length > 1 ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    if (!target || !target.hidden) return;
    const box = target.closest("section").querySelector(`input[value="${CSS.escape(target.dataset.kind ?? target.dataset.outcome)}"]`);
    if (box && !box.checked) box.click();
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // ---- sound: both sides run along each other on the map; the one you hear leads ----
  if (!data.sides.length) return;
  const audio = Object.fromEntries(data.sides.map((side) => [side, byId(`audio-${side}`)]));
  const other = (side) => (side === "a" ? "b" : "a");
  const both = data.sides.length === 2;
  let leading = data.sides[0];
  let together = false;
  let running = false;
  let current = -1;

  // From a moment of one side to the same moment of the other; null where the other has no such moment.
  const across = (side, ms) => {
    const [from, to] = side === "a" ? [0, 2] : [2, 0];
    for (const stretch of data.map) {
      if (ms < stretch[from] || ms > stretch[from + 1]) continue;
      const share = (ms - stretch[from]) / Math.max(1, stretch[from + 1] - stretch[from]);
      return stretch[to] + share * (stretch[to + 1] - stretch[to]);
    }
    return null;
  };
  const clock = (ms) => [3600, 60, 1].map((unit, place) => String(Math.floor(ms / 1000 / unit) % (place ? 60 : 1000)).padStart(2, "0")).join(":");
  const now = (side) => audio[side].currentTime * 1000;
  const start = (side) => { if (audio[side].paused) audio[side].play().catch(() => {}); };

  // The other side is kept at the same moment, silent unless both are to be heard. A jump is heard, so small drift is left alone.
  const accompany = (exactly) => {
    if (!both || !data.map.length) return;
    const follower = other(leading);
    const there = across(leading, now(leading));
    audio[leading].muted = false;
    audio[follower].muted = !together;
    tell(there === null ? fill(say.only_here, { side: leading.toUpperCase() }) : "");
    if (there === null) {
      audio[follower].pause();
      return;
    }
    if (Math.abs(now(follower) - there) > (exactly ? 20 : 150)) audio[follower].currentTime = there / 1000;
    if (running) start(follower);
  };
  const note = byId("sound-note");
  const standing = note.textContent;
  const tell = (text) => {
    if (note.classList.contains("missing")) return;
    note.classList.toggle("told", text !== "");
    if (note.textContent !== (text || standing)) note.textContent = text || standing;
  };

  const show = () => {
    for (const side of data.sides) byId(`clock-${side}`).textContent = clock(now(side));
    const long = audio[leading].duration;
    if (long && document.activeElement !== byId("place")) byId("place").value = Math.round((audio[leading].currentTime / long) * 1000);
    byId("place").setAttribute("aria-valuetext", `${leading.toUpperCase()} ${clock(now(leading))}`);
    byId("play").textContent = running ? say.pause : say.play;
    mark();
  };
  const tick = () => {
    if (audio[leading].ended) running = false;
    if (running) accompany(false);
    show();
    if (running) requestAnimationFrame(tick);
  };
  const setRunning = (on) => {
    const begins = on && !running;
    running = on;
    if (on) {
      start(leading);
      accompany(true);
      if (begins) requestAnimationFrame(tick);
    } else {
      for (const side of data.sides) audio[side].pause();
    }
    show();
  };
  const lead = (side) => {
    if (leading === side || !both) return;
    const here = across(leading, now(leading));
    const was = leading;
    leading = side;
    if (here !== null) audio[side].currentTime = here / 1000;
    if (!data.map.length || here === null) audio[was].pause();
    audio[was].muted = !together;
    audio[side].muted = false;
    if (running) start(side);
  };
  const seek = (ms) => {
    audio[leading].currentTime = Math.max(0, ms) / 1000;
    accompany(true);
    show();
  };
  const hear = (value) => { for (const box of all("input[name=hear]")) box.checked = box.value === value; };
  const playFrom = (side, ms) => {
    if (!together) hear(side);
    lead(side);
    seek(ms);
    setRunning(true);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ms]");
    if (button) playFrom(button.dataset.side, Number(button.dataset.ms));
  });
  byId("play").addEventListener("click", () => setRunning(!running));
  byId("back").addEventListener("click", () => seek(now(leading) - 5000));
  byId("forward").addEventListener("click", () => seek(now(leading) + 5000));
  byId("place").addEventListener("input", (event) => { if (audio[leading].duration) seek((event.target.value / 1000) * audio[leading].duration * 1000); });
  byId("speed").addEventListener("change", (event) => { for (const side of data.sides) audio[side].playbackRate = Number(event.target.value); });
  for (const box of all("input[name=hear]")) {
    box.addEventListener("change", () => {
      together = box.value === "both";
      if (!together) lead(box.value);
      accompany(true);
      show();
    });
  }
  for (const side of data.sides) {
    audio[side].addEventListener("error", () => {
      note.textContent = say.sound_missing;
      note.className = "sound-note missing";
    });
    audio[side].addEventListener("loadedmetadata", show);
  }

  // ---- the row that is being spoken ----
  const begins = Object.fromEntries(data.sides.map((side) => [
    side,
    data[side === "a" ? "rowsA" : "rowsB"].map((ms, row) => [ms, row]).filter(([ms]) => ms !== null).sort((x, y) => x[0] - y[0]),
  ]));
  const rowAt = (side, ms) => {
    const list = begins[side];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle][0] <= ms + 1) low = middle + 1;
      else high = middle;
    }
    return low ? list[low - 1][1] : -1;
  };
  const mark = () => {
    const row = running || current >= 0 ? rowAt(leading, now(leading)) : -1;
    if (row === current) return;
    if (current >= 0) rows[current].removeAttribute("aria-current");
    current = row;
    if (row < 0) return;
    rows[row].setAttribute("aria-current", "true");
    // A reader who listens from a difference stays there: only who reads the whole text is taken along.
    const reading = rows[row].parentElement.parentElement.getBoundingClientRect();
    if (byId("follow").checked && !rows[row].hidden && reading.top < innerHeight && reading.bottom > 0) rows[row].scrollIntoView({ block: "nearest" });
  };

  // ---- keys: only where they mean nothing else, and to be switched off (WCAG 2.1.4) ----
  const step = (by) => {
    const places = all(".entry:not([hidden]) .time, .row:not([hidden]) .time").filter((button) => button.dataset.side === leading);
    const at = places.indexOf(document.activeElement);
    const next = places[at < 0 ? (by > 0 ? 0 : places.length - 1) : at + by];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "center" });
    playFrom(next.dataset.side, Number(next.dataset.ms));
  };
  const switchSide = () => {
    if (!both) return;
    const box = document.querySelector(`input[name=hear][value=${other(leading)}]`);
    box.click();
  };
  const keys = {
    " ": () => setRunning(!running),
    j: () => step(1),
    k: () => step(-1),
    x: switchSide,
    ArrowLeft: () => seek(now(leading) - 5000),
    ArrowRight: () => seek(now(leading) + 5000),
  };
  document.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const busy = event.target.closest("input, select, textarea, audio, summary, [contenteditable]");
    const pressing = key === " " && event.target.closest("button, a");
    if (!byId("keys").checked || event.ctrlKey || event.metaKey || event.altKey || busy || pressing || !Object.hasOwn(keys, key)) return;
    event.preventDefault();
    keys[key]();
  });

  byId("controls").hidden = false;
  byId("raw").hidden = true;
  show();
})();

"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("page-data").textContent);
  const say = data.say;
  const audio = byId("audio");
  const lines = [...document.querySelectorAll(".line")];
  const starts = data.lines.map(([start]) => start);
  const indexOf = new Map(lines.map((line, index) => [line.id, index]));
  let current = -1;
  let hits = [];
  let hit = -1;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const shown = (line) => !line.hidden;

  // ---- sound ----
  // Without scripts the sound plays from the page's own text; as a file in memory every browser can also jump about in it.
  const [, type, sound] = /^data:([^;]+);base64,(.+)$/s.exec(audio.getAttribute("src")) ?? [];
  if (sound) {
    const bytes = Uint8Array.from(atob(sound), (character) => character.charCodeAt(0));
    audio.src = URL.createObjectURL(new Blob([bytes], { type }));
  }
  audio.addEventListener("error", () => {
    const note = byId("sound-note");
    note.textContent = say.sound_missing;
    note.className = "sound-note missing";
    note.setAttribute("role", "alert");
  });
  // The sound of a part begins later in the recording than at zero.
  const now = () => audio.currentTime * 1000 + data.offset;
  const seek = (ms) => { audio.currentTime = Math.max(0, ms - data.offset) / 1000; };
  const playFrom = (ms) => {
    seek(ms);
    audio.play().catch(() => {});
  };
  const playLine = (index) => {
    mark(index);
    playFrom(starts[index]);
  };

  // The last line that has begun; overlapping lines follow each other in the order they begin.
  const lineAt = (ms) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= ms) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  const bring = (line, block = "nearest") => line.scrollIntoView({ block });
  const mark = (index) => {
    if (index === current) return;
    if (current >= 0) lines[current].removeAttribute("aria-current");
    current = index;
    if (index < 0) return;
    lines[index].setAttribute("aria-current", "true");
    if (byId("follow").checked && shown(lines[index])) bring(lines[index]);
  };
  const tick = () => {
    const ms = now() + 1;
    if (byId("loop").checked && current >= 0 && !audio.paused && ms >= data.lines[current][1]) seek(starts[current]);
    else mark(lineAt(ms));
    drawHead();
    if (!audio.paused) requestAnimationFrame(tick);
  };
  audio.addEventListener("play", () => requestAnimationFrame(tick));
  audio.addEventListener("seeked", tick);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seek]");
    if (button) return playFrom(Number(button.dataset.seek));
    const line = event.target.closest(".line");
    // A reader who selects words is reading, not asking for sound.
    if (line && (event.target.closest(".time") || (event.target.closest(".said") && getSelection().isCollapsed))) playLine(indexOf.get(line.id));
  });
  byId("speed").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); });

  // ---- search and filters ----
  const tell = (text) => { byId("hits").textContent = text; };
  const plain = (text) => text.toLocaleLowerCase();
  const ranges = (line, query) => {
    const found = [];
    const walker = document.createTreeWalker(line.querySelector(".said"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = plain(node.data);
      for (let at = text.indexOf(query); at >= 0 && text.length === node.length; at = text.indexOf(query, at + query.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + query.length);
        found.push(range);
      }
    }
    return found;
  };
  let said = null;
  const search = () => {
    const query = plain(byId("query").value.trim());
    const voice = byId("voice").value;
    const kind = byId("kind").value;
    said ??= lines.map((line) => plain(line.querySelector(".said").textContent));
    hits = [];
    hit = -1;
    let visible = 0;
    lines.forEach((line, index) => {
      const fits = (!voice || line.dataset.voice === voice) && (!kind || line.dataset.kinds.split(" ").includes(kind));
      line.hidden = !fits;
      visible += fits;
      const found = fits && query !== "" && said[index].includes(query);
      line.classList.toggle("hit", found);
      if (found) hits.push(index);
    });
    if (window.Highlight && CSS.highlights) {
      CSS.highlights.delete("hit");
      if (hits.length) CSS.highlights.set("hit", new Highlight(...hits.slice(0, 500).flatMap((index) => ranges(lines[index], query))));
    }
    byId("previous-hit").disabled = byId("next-hit").disabled = hits.length === 0;
    if (query) tell(fill(hits.length ? say.hits : say.no_hits, { count: hits.length }));
    else tell(voice || kind ? fill(say.lines_shown, { count: visible, total: lines.length }) : "");
  };
  const goTo = (index) => {
    bring(lines[index], "center");
    lines[index].querySelector(".time").focus({ preventScroll: true });
  };
  const goToHit = (step) => {
    if (!hits.length) return;
    hit = (hit + step + hits.length) % hits.length;
    if (hit < 0) hit = 0;
    tell(fill(say.hit, { number: hit + 1, count: hits.length }));
    goTo(hits[hit]);
  };
  const here = () => {
    const focused = document.activeElement.closest(".line");
    return focused ? indexOf.get(focused.id) : current;
  };
  const nextUncertain = () => {
    const uncertain = (index) => shown(lines[index]) && lines[index].dataset.kinds.split(" ").includes("uncertain");
    const from = here();
    for (let step = 1; step <= lines.length; step += 1) {
      const index = (from + step + lines.length) % lines.length;
      if (uncertain(index)) return goTo(index);
    }
    return tell(say.no_uncertain);
  };
  let waiting = 0;
  byId("query").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 150); });
  byId("voice").addEventListener("change", search);
  byId("kind").addEventListener("change", search);
  byId("tools").addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); search(); goToHit(1); });
  byId("previous-hit").addEventListener("click", () => goToHit(-1));
  byId("next-hit").addEventListener("click", () => goToHit(1));
  byId("next-uncertain").addEventListener("click", nextUncertain);

  // ---- keys: only where they mean nothing else, and to be switched off (WCAG 2.1.4) ----
  const step = (by) => {
    for (let index = current + by; index >= 0 && index < lines.length; index += by) {
      if (shown(lines[index])) return playLine(index);
    }
    return undefined;
  };
  const keys = {
    " ": () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()),
    j: () => step(1),
    k: () => step(-1),
    n: nextUncertain,
    l: () => byId("loop").click(),
    r: () => lines[Math.max(0, here())]?.querySelector(".react")?.click(),
    ArrowLeft: () => seek(now() - 5000),
    ArrowRight: () => seek(now() + 5000),
  };
  document.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const busy = event.target.closest("input, select, textarea, audio, summary, [contenteditable]");
    const pressing = key === " " && event.target.closest("button, a");
    if (!byId("keys").checked || event.ctrlKey || event.metaKey || event.altKey || busy || pressing || !Object.hasOwn(keys, key)) return;
    event.preventDefault();
    keys[key]();
  });

  // ---- the waveform: an extra for those who see it; everything in it also stands in the text ----
  const canvas = byId("wave");
  const context = canvas.getContext("2d");
  let picture = null;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const draw = () => {
    const scale = window.devicePixelRatio || 1;
    const width = canvas.width = Math.round(canvas.clientWidth * scale);
    const height = canvas.height = Math.round(canvas.clientHeight * scale);
    if (!width || !height) return;
    const x = (ms) => ((ms - data.start) / data.duration) * width;
    const strip = Math.max(3, Math.round(4 * scale));
    context.fillStyle = colour("--warn-rule");
    for (const [start, end] of data.unread) context.fillRect(x(start), height - strip, Math.max(scale, x(end) - x(start)), strip);
    context.fillStyle = colour("--voice-1");
    const middle = (height - strip - scale) / 2;
    const loudest = data.peaks.reduce((most, peak) => Math.max(most, peak), 1);
    data.peaks.forEach((peak, index) => {
      const size = Math.max(scale, (peak / loudest) * (middle - 1) * 2);
      const left = (index / data.peaks.length) * width;
      context.fillRect(left, middle - size / 2, Math.max(scale, width / data.peaks.length - scale / 2), size);
    });
    context.fillStyle = colour("--place");
    for (const [start, end] of data.findings) context.fillRect(x(start) - scale, 0, Math.max(3 * scale, x(end) - x(start)), height - strip);
    picture = context.getImageData(0, 0, width, height);
  };
  const drawHead = () => {
    if (!picture) return;
    context.putImageData(picture, 0, 0);
    context.fillStyle = colour("--focus");
    context.fillRect(((now() - data.start) / data.duration) * canvas.width, 0, 2 * (window.devicePixelRatio || 1), canvas.height);
  };
  canvas.addEventListener("click", (event) => seek(data.start + (event.offsetX / canvas.clientWidth) * data.duration));

  byId("tools").hidden = byId("options").hidden = false;
  const roomy = matchMedia("(min-width: 48rem)");
  const unfold = () => { byId("options").open = roomy.matches; };
  roomy.addEventListener("change", unfold);
  unfold();
  if (data.peaks.length) {
    canvas.hidden = false;
    new ResizeObserver(() => { draw(); drawHead(); }).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { draw(); drawHead(); });
  }
  search();
})();

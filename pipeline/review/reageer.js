// What one party thinks of these minutes: marked beside the text, saved as a signed file, opened again. Nothing is sent.
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("page-data").textContent);
  const say = data.say.respond;
  const { response } = data;
  const form = byId("reply");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const SOURCE = `urn:wederhoor:minutes:${response.minutes.sha256}`;
  const CONTEXT = ["http://www.w3.org/ns/anno.jsonld", { "@vocab": "urn:wederhoor:response:1:", schema: "urn:wederhoor:response:1:schema" }];
  const MOTIVATION = { eens: "assessing", oneens: "assessing", opmerking: "commenting", voorstel: "editing" };
  const DRAFT = `wederhoor ${response.minutes.sha256} ${response.party}`;
  // What the party said so far, in order: { note: an Annotation, saved: whether it stood in a saved file }.
  let mine = [];
  let open = null; // { button, editing } of the form that is open

  // ---- a reaction as an annotation ----
  const uuid = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return [...bytes].map((byte, index) => ([4, 6, 8, 10].includes(index) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
  };
  // Half a surrogate pair is no text; going through UTF-8 makes it the replacement character.
  const wellFormed = (text) => new TextDecoder().decode(new TextEncoder().encode(text));
  const seconds = (ms) => `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, "0")}`;
  const part = (note, purpose) => note.body.find((one) => one.purpose === purpose);
  const quoteOf = (note) => (note.target.selector ?? []).find((one) => one.type === "TextQuoteSelector")?.exact ?? "";
  const isAbout = (note, button) => note.target.subject.kind === button.dataset.react && note.target.subject.id === button.dataset.id;
  const buttonOf = (note) => [...document.querySelectorAll(`[data-react="${CSS.escape(note.target.subject.kind)}"]`)].find((one) => isAbout(note, one));

  // The words of a line as they are read: without our own remarks and marks.
  const wordsIn = (piece) => {
    piece.querySelectorAll(".mark, .note").forEach((one) => one.remove());
    return piece.textContent.replace(/\s+/g, " ").trim();
  };
  const wordsOf = (button) => {
    const said = button.closest(".line")?.querySelector(".said");
    return said ? wordsIn(said.cloneNode(true)) : "";
  };
  const selectors = (button, quote) => {
    const { from, to, quote: whole } = button.dataset;
    const made = [];
    if (from !== undefined) made.push({ type: "FragmentSelector", conformsTo: "http://www.w3.org/TR/media-frags/", value: `t=${seconds(Number(from))},${seconds(Number(to))}` });
    if (whole) made.push({ type: "TextQuoteSelector", exact: wellFormed(whole.slice(0, 10000)) });
    if (quote) {
      const words = wordsOf(button);
      const at = words.indexOf(quote);
      made.push({ type: "TextQuoteSelector", exact: quote, prefix: wellFormed(words.slice(Math.max(0, at - 60), at)), suffix: wellFormed(words.slice(at + quote.length, at + quote.length + 60)) });
    }
    return made;
  };

  // ---- the form ----
  const chosen = () => form.elements.value.value;
  const isLine = () => open.button.dataset.react === "line";
  const fit = () => {
    byId("quote-field").hidden = !isLine();
    byId("proposal-fields").hidden = !(isLine() && chosen() === "voorstel");
    byId("instead-field").hidden = byId("proposal-kind").value !== "text";
    byId("speaker-field").hidden = byId("proposal-kind").value !== "speaker";
    const instead = byId("instead");
    if (!byId("proposal-fields").hidden && !instead.value) instead.value = byId("quote").value.trim() || wordsOf(open.button);
  };
  const openForm = (button, editing = null) => {
    open = { button, editing };
    form.reset();
    byId("reply-wrong").textContent = "";
    byId("reply-title").textContent = fill(say.about, { what: button.querySelector(".vh").textContent.trim() });
    byId("quote").value = picked?.button === button ? picked.text : "";
    if (editing) {
      form.elements.value.value = part(editing.note, "tagging").value;
      byId("comment").value = part(editing.note, "commenting")?.value ?? "";
      byId("quote").value = isLine() ? quoteOf(editing.note) : "";
      const proposal = part(editing.note, "editing");
      byId("proposal-kind").value = proposal?.field ?? (chosen() === "voorstel" ? "" : "text");
      if (proposal) byId(proposal.field === "text" ? "instead" : "speaker").value = proposal.value;
    }
    fit();
    button.closest("[data-subject]").append(form);
    form.hidden = false;
    form.elements.value[0].focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
  };
  const closeForm = () => {
    const { button } = open;
    form.hidden = true;
    open = null;
    unpick();
    button.focus();
  };
  const wrong = (sentence, field) => {
    byId("reply-wrong").textContent = sentence;
    field.focus();
  };
  const read = () => {
    const value = chosen();
    const comment = wellFormed(byId("comment").value.trim());
    const quote = isLine() ? wellFormed(byId("quote").value.replace(/\s+/g, " ").trim()) : "";
    if (!value) return wrong(say.choose, form.elements.value[0]);
    if (quote && !wordsOf(open.button).includes(quote)) return wrong(say.not_in_line, byId("quote"));
    if (value === "opmerking" && !comment) return wrong(say.say_something, byId("comment"));
    const body = [{ type: "TextualBody", purpose: "tagging", value }];
    if (comment) body.push({ type: "TextualBody", purpose: "commenting", format: "text/plain", value: comment });
    if (value === "voorstel") {
      const field = isLine() ? byId("proposal-kind").value : "";
      const proposed = field && wellFormed(byId(field === "text" ? "instead" : "speaker").value.trim());
      if (field && !proposed) return wrong(say.propose_something, byId("instead"));
      if (!field && !comment) return wrong(say.say_something, byId("comment"));
      if (field) body.push({ type: "TextualBody", purpose: "editing", format: "text/plain", field, value: proposed });
    }
    const { react: kind, id } = open.button.dataset;
    const target = { type: "SpecificResource", source: SOURCE, subject: { kind, id } };
    const selector = selectors(open.button, quote);
    if (selector.length) target.selector = selector;
    return { type: "Annotation", id: `urn:uuid:${uuid()}`, created: new Date().toISOString(), motivation: MOTIVATION[value], body, target };
  };
  form.addEventListener("change", fit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const note = read();
    if (!note) return;
    const { editing } = open;
    // What stood in a saved file is not changed any more: a new reaction takes its place, and says so.
    if (editing?.saved) note.replaces = editing.note.id;
    else if (editing?.note.replaces) note.replaces = editing.note.replaces;
    const at = editing && !editing.saved ? mine.indexOf(editing) : mine.length;
    mine.splice(at, editing && !editing.saved ? 1 : 0, { note, saved: false });
    closeForm();
    show();
  });
  byId("reply-cancel").addEventListener("click", closeForm);
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") closeForm(); });

  // ---- words that were selected ----
  let picked = null;
  const label = (button, text) => { button.firstChild.data = text; };
  const unpick = () => {
    if (!picked) return;
    label(picked.button, say.react);
    picked.button.classList.remove("picked");
    picked = null;
  };
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return;
    const range = selection.getRangeAt(0).cloneRange();
    const start = range.startContainer;
    const said = (start.nodeType === Node.TEXT_NODE ? start.parentElement : start).closest?.(".said");
    if (!said) return;
    // A selection that runs on over other lines counts up to the end of the first.
    if (!said.contains(range.endContainer)) range.setEndAfter(said.lastChild);
    const piece = element("p", "");
    piece.append(range.cloneContents());
    const text = wordsIn(piece);
    const button = said.closest(".line").querySelector(".react");
    if (picked && picked.button !== button) unpick();
    if (!text) return;
    picked = { button, text: text.slice(0, 10000) };
    label(button, say.react_selection);
    button.classList.add("picked");
  });
  document.addEventListener("pointerdown", (event) => { if (picked && !event.target.closest(".react, .reply")) unpick(); });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-react]");
    if (button) openForm(button);
  });

  // ---- what was said so far ----
  const element = (name, className, text) => Object.assign(document.createElement(name), { className, textContent: text ?? "" });
  const replaced = () => new Set(mine.map(({ note }) => note.replaces));
  const inForce = () => {
    const gone = replaced();
    return mine.filter(({ note }) => !gone.has(note.id));
  };
  const unsaved = () => mine.filter(({ saved }) => !saved).length;
  const proposalText = (note) => {
    const proposal = part(note, "editing");
    if (!proposal) return "";
    if (proposal.field === "text") return fill(say.proposed_text, { text: proposal.value });
    const option = [...byId("speaker").options].find((one) => one.value === proposal.value);
    return fill(say.proposed_speaker, { name: option?.text ?? proposal.value });
  };
  const card = (entry) => {
    const { note, saved } = entry;
    const box = element("div", "mine");
    const head = element("p", "mine-head");
    const edit = element("button", "", say.edit);
    const remove = element("button", "", say.remove);
    edit.type = remove.type = "button";
    edit.addEventListener("click", () => openForm(buttonOf(note), entry));
    remove.addEventListener("click", () => {
      const button = buttonOf(note);
      mine = mine.filter((one) => one !== entry);
      show(saved ? say.removed_saved : say.removed);
      button.focus();
    });
    head.append(element("strong", "", say.values[part(note, "tagging").value]), element("span", "", saved ? say.yours_saved : say.yours), edit, remove);
    box.append(head);
    const quote = note.target.subject.kind === "line" ? quoteOf(note) : "";
    for (const [className, text] of [["quoted", quote && `“${quote}”`], ["", proposalText(note)], ["", part(note, "commenting")?.value]]) {
      if (text) box.append(Object.assign(element("p", className, text), { dir: "auto" }));
    }
    return box;
  };
  const row = ({ note }) => {
    const item = element("li", "");
    const { kind, id } = note.target.subject;
    const place = buttonOf(note)?.closest("[data-subject]");
    const shown = { finding: place?.id.replace("finding-", ""), difference: Number(id.split("/").pop()) + 1 }[kind] ?? id;
    const name = fill(say.subject[kind], { id: shown });
    if (place) item.append(Object.assign(element("a", "", name), { href: `#${place.id}` }));
    else item.append(name);
    item.append(`: ${say.values[part(note, "tagging").value]}`);
    return item;
  };
  const show = (told = "") => {
    document.querySelectorAll(".mine").forEach((box) => box.remove());
    for (const entry of inForce()) {
      const place = buttonOf(entry.note)?.closest("[data-subject]");
      if (place) place.append(card(entry));
    }
    byId("my-list").replaceChildren(...inForce().map(row));
    const count = unsaved();
    byId("my-count").textContent = mine.length ? fill(say.count, { count: inForce().length }) : say.none;
    byId("respond-told").textContent = told;
    byId("respond-tools").hidden = !mine.length;
    if (byId("closing")) byId("closing").hidden = !mine.length || !canSign;
    byId("text-field").hidden = true;
    byId("unsaved").hidden = !count;
    byId("unsaved-text").textContent = count ? fill(say.unsaved, { count }) : "";
    try {
      if (mine.length) sessionStorage.setItem(DRAFT, JSON.stringify(mine));
      else sessionStorage.removeItem(DRAFT);
    } catch { /* a browser that keeps nothing for a file still lets it be saved */ }
  };
  addEventListener("beforeunload", (event) => {
    if (!unsaved() && form.hidden) return;
    event.preventDefault();
    event.returnValue = "";
  });

  // ---- the file ----
  const canonical = (value) => {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value && typeof value === "object") return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
    return JSON.stringify(value);
  };
  const signed = async (file) => {
    file.proof = { type: "ecdsa-p256-sha256", key_id: response.key.id };
    const message = new TextEncoder().encode(`wederhoor/response/1 signature\n${canonical(file)}`);
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("jwk", response.key.jwk, algorithm, false, ["sign"]);
    const raw = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, message);
    file.proof.value = btoa(String.fromCharCode(...new Uint8Array(raw)));
    return file;
  };
  const asFile = () => signed({
    "@context": CONTEXT,
    schema: "wederhoor/response/1",
    type: "AnnotationCollection",
    id: `urn:uuid:${uuid()}`,
    label: say.label,
    generator: "verslag.html",
    creator: { id: `urn:wederhoor:party:${response.party}`, type: "Person" },
    created: new Date().toISOString(),
    dossier: response.dossier,
    minutes: response.minutes,
    total: mine.length,
    first: { type: "AnnotationPage", startIndex: 0, items: mine.map(({ note }) => note) },
  });
  // For a browser that cannot sign: words for people, to be handed in and entered on the party's behalf.
  const asWords = () => [say.label, `${response.name} · ${response.dossier} · ${response.minutes.version} · ${response.minutes.sha256}`, ...inForce().map((entry) => {
    const lines = [row(entry).textContent, quoteOf(entry.note), proposalText(entry.note), part(entry.note, "commenting")?.value];
    return lines.filter(Boolean).join("\n");
  })].join("\n\n") + "\n";
  const canSign = Boolean(globalThis.crypto?.subtle);
  // Closed: the same file, encrypted for the committee, in a signed cover that says who responds to what.
  const closes = () => Boolean(byId("closed")?.checked) && canSign;
  const inCover = async (file) => {
    const sealed = await ageEncrypt(Uint8Array.from(response.committee.match(/../g), (pair) => parseInt(pair, 16)), new TextEncoder().encode(JSON.stringify(file)));
    const { creator, created, dossier, minutes } = file;
    return signed({ schema: "wederhoor/closed-response/1", creator, created, dossier, minutes, sealed: btoa(sealed.reduce((text, byte) => text + String.fromCharCode(byte), "")) });
  };
  const made = async () => {
    if (!canSign) return asWords();
    const file = await asFile();
    return `${JSON.stringify(closes() ? await inCover(file) : file, null, 1)}\n`;
  };
  const fileName = (ending) => {
    const stamp = new Date().toISOString().replace(/[-:]/g, "").slice(0, 13);
    return `reactie-${response.party}-${response.dossier}-${stamp}${closes() ? "-gesloten" : ""}.${canSign ? ending : "txt"}`;
  };
  const kept = (sentence) => {
    mine.forEach((entry) => { entry.saved = true; });
    show(canSign ? sentence : say.unsigned);
  };
  const save = async () => {
    const name = fileName(closes() ? "json" : "jsonld");
    const link = element("a", "");
    link.href = URL.createObjectURL(new Blob([await made()], { type: canSign ? "application/ld+json" : "text/plain" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    kept(fill(closes() ? say.saved_closed : say.saved, { file: name }));
  };
  byId("save").addEventListener("click", save);
  byId("save-now").addEventListener("click", save);
  // Phones share text files only; the reader looks at what is in a file, not at its name.
  const sharable = (text) => ({ files: [new File([text], fileName("txt"), { type: "text/plain" })] });
  try { byId("share").hidden = !navigator.canShare?.(sharable("")); } catch { /* no sharing here */ }
  byId("share").addEventListener("click", async () => {
    try {
      await navigator.share(sharable(await made()));
      kept(say.shared);
    } catch { byId("respond-told").textContent = say.not_shared; }
  });
  byId("show-text").addEventListener("click", async () => {
    byId("as-text").value = await made();
    byId("text-field").hidden = false;
    byId("as-text").focus();
    byId("as-text").select();
  });

  // ---- a file that was saved before ----
  const fits = (file) => file.schema === "wederhoor/response/1" && file.creator.id === `urn:wederhoor:party:${response.party}`
    && file.dossier === response.dossier && file.minutes.recording === response.minutes.recording;
  byId("reopen").addEventListener("change", async (event) => {
    const [chosenFile] = event.target.files;
    event.target.value = "";
    if (!chosenFile) return;
    try {
      if (chosenFile.size > 8 * 2 ** 20) throw new Error("too large");
      const file = JSON.parse(await chosenFile.text());
      if (!fits(file)) throw new Error("not of this party and conversation");
      const known = new Set(mine.map(({ note }) => note.id));
      const notes = file.first.items.filter((note) => note.target.subject.kind in say.subject && part(note, "tagging").value in say.values && !known.has(note.id));
      mine = [...notes.map((note) => ({ note, saved: true })), ...mine];
      const sentence = file.minutes.sha256 === response.minutes.sha256 ? say.opened : say.opened_older;
      show(fill(sentence, { count: notes.length, version: String(file.minutes.version) }));
    } catch { show(say.not_opened); }
  });

  try { mine = JSON.parse(sessionStorage.getItem(DRAFT)) ?? []; } catch { /* nothing was kept */ }
  byId("reopen-field").hidden = false;
  show();
})();

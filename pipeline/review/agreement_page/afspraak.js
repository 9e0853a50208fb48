"use strict";
(() => {
  const { parse, stringify, TomlDate } = smolToml;
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("page-data").textContent);
  let language = data.language;
  let answers = blank();
  let current = 0;
  let unsaved = false;

  function blank() {
    const people = ["client", "staff"].map((role) => ({ id: role, role }));
    if (data.organisation) people[1].organisation = data.organisation;
    return { party: people };
  }

  // ---- words ----
  const has = (key) => key in data.say[language];
  const say = (key, values = {}) => data.say[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const help = (question) => {
    const keys = [`agreement.help.${question.path}`, ...(question.kind === "list" ? ["agreement.page.list_help"] : [])];
    return keys.filter(has).map((key) => say(key)).join(" ");
  };
  const make = (tag, properties = {}, ...children) => {
    const { attributes = {}, ...own } = properties;
    const element = Object.assign(document.createElement(tag), own);
    for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const person = (id) => {
    const entry = list(answers.party).find((one) => one.id === id);
    const role = entry && has(`speakers.role.${entry.role}`) ? say(`speakers.role.${entry.role}`) : id;
    return entry && entry.name ? `${entry.name} (${role})` : role;
  };

  // ---- the agreement: a plain object as in agreement.toml; a place gives a table in it, made when it is written to ----
  const list = (value) => (Array.isArray(value) ? value : []);
  const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof TomlDate);
  const root = { read: () => answers, made: () => answers };
  const placeOf = (table, holder, number = 0) => {
    if (!table.field) return holder;
    const read = () => {
      const found = holder.read()[table.field];
      const one = table.repeated ? list(found)[number] : found;
      return isTable(one) ? one : {};
    };
    const made = () => {
      const parent = holder.made();
      if (!table.repeated) return isTable(parent[table.field]) ? parent[table.field] : (parent[table.field] = {});
      const entries = Array.isArray(parent[table.field]) ? parent[table.field] : (parent[table.field] = []);
      return entries[number];
    };
    return { read, made };
  };
  const answerTo = (condition, place) => place.read()[condition.field] ?? null;
  const asked = (condition, place) => !condition || condition.answers.includes(answerTo(condition, place));
  const put = (place, field, value) => {
    if (value === null) { if (field in place.read()) delete place.made()[field]; } else place.made()[field] = value;
    changed();
  };
  const changed = () => { unsaved = true; tell(say("agreement.page.unsaved")); showSteps(); };
  const newEntry = (table, place) => {
    const holder = place.made();
    if (!Array.isArray(holder[table.field])) holder[table.field] = [];
    const entries = holder[table.field];
    const taken = new Set(entries.map((entry) => entry.id));
    let number = entries.length + 1;
    while (taken.has(`${table.idPrefix}-${number}`)) number += 1;
    entries.push(table.idPrefix ? { id: `${table.idPrefix}-${number}` } : {});
  };
  // Whoever is called by their role keeps being pointed at when the role changes.
  const rename = (entry) => {
    const others = new Set(list(answers.party).filter((one) => one !== entry).map((one) => one.id));
    const names = [entry.role, ...Array.from({ length: others.size + 1 }, (_, index) => `${entry.role}-${index + 2}`)];
    const name = names.find((one) => !others.has(one));
    repoint(entry.id, name);
    entry.id = name;
  };
  const repoint = (from, to) => {
    const walk = (table, holder) => {
      const entries = table.field ? holder[table.field] : holder;
      for (const entry of table.repeated ? list(entries) : isTable(entries) ? [entries] : []) {
        for (const question of table.questions) {
          if (question.kind !== "party" || entry[question.field] !== from) continue;
          if (to) entry[question.field] = to; else delete entry[question.field];
        }
        for (const inner of table.tables) walk(inner, entry);
      }
    };
    for (const step of data.steps) for (const table of step.tables) walk(table, answers);
  };

  // ---- one question ----
  let numberOfFields = 0;
  const field = (question, place) => {
    const id = `f${(numberOfFields += 1)}`;
    const hint = help(question);
    const about = hint ? make("p", { className: "hint", id: `${id}-hint`, textContent: hint }) : "";
    const describedBy = hint ? `${id}-hint` : null;
    const name = say(`agreement.ask.${question.path}`);
    const options = optionsOf(question);
    if (options && options.length <= 6) {
      const legend = make("legend", { textContent: name });
      const choices = make("div", { className: "choices" }, ...radios(question, place, options, id));
      return make("fieldset", { className: "question", attributes: { "aria-describedby": describedBy } }, legend, about, options.length ? choices : peopleFirst());
    }
    const control = options ? select(question, place, options, id) : (WRITTEN[question.kind])(question, place, id, describedBy);
    if (question.kind === "moment") {
      return make("fieldset", { className: "question", attributes: { "aria-describedby": describedBy } }, make("legend", { textContent: name }), about, control);
    }
    return make("div", { className: "question" }, make("label", { textContent: name, htmlFor: id }), about, control);
  };
  const peopleFirst = () => make("p", { className: "hint", textContent: say("agreement.page.people_first") });
  const optionsOf = (question) => {
    if (question.kind === "yes_no") return [{ value: true, label: say("agreement.yes") }, { value: false, label: say("agreement.no") }];
    if (question.kind === "choice") return question.choices.map(({ value, key }) => ({ value, label: say(key) }));
    if (question.kind === "party") return list(answers.party).map(({ id }) => ({ value: id, label: person(id) }));
    return null;
  };
  const pick = (question, place, value) => {
    put(place, question.field, value);
    if (question.path === "party.role" && value) rename(place.made());
    // What is asked next can hang on this answer; the control itself keeps the focus.
    const position = [...byId("step").querySelectorAll("input, select, textarea, button")].indexOf(document.activeElement);
    showStep();
    [...byId("step").querySelectorAll("input, select, textarea, button")][position]?.focus({ preventScroll: true });
  };
  const radios = (question, place, options, id) => {
    if (!options.length) return [];
    const now = place.read()[question.field] ?? null;
    return [...options, { value: null, label: say("agreement.not_filled_in") }].map(({ value, label }) => {
      const input = make("input", { type: "radio", name: id, checked: now === value });
      input.addEventListener("change", () => pick(question, place, value));
      return make("label", { className: value === null ? "choice none" : "choice" }, input, make("span", { textContent: label }));
    });
  };
  const select = (question, place, options, id) => {
    const control = make("select", { id }, make("option", { value: "", textContent: say("agreement.not_filled_in") }));
    for (const { value, label } of options) control.append(make("option", { value, textContent: label, selected: place.read()[question.field] === value }));
    control.addEventListener("change", () => pick(question, place, control.value || null));
    return control;
  };
  const line = (question, place, id, describedBy) => {
    const value = place.read()[question.field] ?? "";
    const input = make("input", { type: "text", id, maxLength: data.maxShortText, value: String(value), attributes: { "aria-describedby": describedBy, autocomplete: "off" } });
    input.addEventListener("input", () => put(place, question.field, input.value.trim() || null));
    return input;
  };
  const area = (question, place, id, describedBy) => {
    const lines = question.kind === "list";
    const value = place.read()[question.field];
    const input = make("textarea", { id, rows: 3, maxLength: data.maxText, attributes: { "aria-describedby": describedBy } });
    input.value = lines ? list(value).join("\n") : value ?? "";
    const read = () => {
      const parts = input.value.split("\n").map((part) => part.trim().slice(0, data.maxShortText)).filter(Boolean);
      return lines ? (parts.length ? parts : null) : input.value.trim() || null;
    };
    input.addEventListener("input", () => put(place, question.field, read()));
    return input;
  };
  const iso = (value) => (value instanceof TomlDate ? value.toISOString() : String(value ?? ""));
  const day = (question, place, id, describedBy) => {
    const input = make("input", { type: "date", id, value: iso(place.read()[question.field]).slice(0, 10), attributes: { "aria-describedby": describedBy } });
    input.addEventListener("input", () => put(place, question.field, input.value ? new TomlDate(input.value) : null));
    return input;
  };
  const zone = (when) => {
    const minutes = -new Date(when).getTimezoneOffset();
    const two = (number) => String(Math.floor(number)).padStart(2, "0");
    return `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  };
  const moment = (question, place, id) => {
    const value = place.read()[question.field];
    const onDay = make("input", { type: "date", id, value: iso(value).slice(0, 10) });
    const atTime = make("input", { type: "time", id: `${id}-time`, value: iso(value).slice(11, 16) });
    const write = () => {
      const when = `${onDay.value}T${atTime.value}:00`;
      put(place, question.field, !onDay.value ? null : new TomlDate(atTime.value ? when + zone(when) : onDay.value));
    };
    for (const input of [onDay, atTime]) input.addEventListener("input", write);
    const part = (input, key) => make("div", {}, make("label", { textContent: say(key), htmlFor: input.id }), input);
    return make("div", { className: "moment" }, part(onDay, "agreement.page.day"), part(atTime, "agreement.page.time"));
  };
  const position = (question, place, id, describedBy) => {
    const value = place.read()[question.field];
    const wrong = make("p", { className: "wrong", id: `${id}-wrong`, hidden: true, textContent: say("agreement.page.position_wrong") });
    const described = [describedBy, `${id}-wrong`].filter(Boolean).join(" ");
    const input = make("input", { type: "text", id, maxLength: 12, value: iso(value).replace(/\.0+$/, ""), attributes: { "aria-describedby": described, autocomplete: "off" } });
    const fits = () => /^(\d{1,2}:)?\d{1,2}:[0-5]\d([.,]\d{1,3})?$/.test(input.value.trim());
    input.addEventListener("input", () => { if (!input.value.trim() || fits()) put(place, question.field, input.value.trim() || null); });
    input.addEventListener("change", () => {
      wrong.hidden = !input.value.trim() || fits();
      input.setAttribute("aria-invalid", String(!wrong.hidden));
      if (!wrong.hidden) put(place, question.field, null);
    });
    return make("div", {}, input, wrong);
  };
  const WRITTEN = { text: line, long_text: area, list: area, day, moment, position };

  // ---- a table with its questions, once or several times ----
  const tableOf = (table, holder) => {
    if (!asked(table.onlyIf, holder)) return [];
    if (!table.repeated) return questionsOf(table, placeOf(table, holder), holder);
    const entries = list(holder.read()[table.field]);
    const cards = entries.map((_, number) => card(table, holder, number));
    const add = make("button", { type: "button", className: "add", textContent: say(`agreement.add.${table.field}`) });
    add.addEventListener("click", () => {
      newEntry(table, holder);
      changed();
      showStep();
      [...byId("step").querySelectorAll(`[data-table="${table.field}"]`)].at(-1)?.querySelector("input, select, textarea")?.focus();
    });
    return [...cards, add];
  };
  const questionsOf = (table, place) => [
    ...table.questions.filter((question) => asked(question.onlyIf, place)).map((question) => field(question, place)),
    ...table.tables.flatMap((inner) => tableOf(inner, place)),
  ];
  const card = (table, holder, number) => {
    const place = placeOf(table, holder, number);
    const title = say(`agreement.entry.${table.field}`, { number: number + 1 });
    const remove = make("button", { type: "button", className: "remove", attributes: { "aria-label": `${say("agreement.page.remove")}: ${title}` }, textContent: say("agreement.page.remove") });
    remove.addEventListener("click", () => {
      const entry = place.read();
      if (Object.keys(entry).some((key) => key !== "id") && !confirm(say("agreement.page.remove_sure"))) return;
      holder.read()[table.field].splice(number, 1);
      if (table.field === "party") repoint(entry.id, null);
      changed();
      showStep();
      byId("step").focus({ preventScroll: true });
    });
    const head = make("div", { className: "card-head" }, make("h3", { textContent: title }), remove);
    return make("section", { className: "card", attributes: { "data-table": table.field, "aria-label": title } }, head, ...questionsOf(table, place));
  };

  // ---- steps ----
  const rulesOf = (step) => step.rules.map((rule) => {
    const quote = make("blockquote", {}, make("p", { className: "rule-title", textContent: say(`rules.${rule}.title`) }), make("p", { textContent: say(`rules.${rule}.words`) }));
    return quote;
  });
  const showStep = () => {
    const step = data.steps[current];
    numberOfFields = 0;
    const phase = make("p", { className: "phase", textContent: say(`agreement.phase.${step.phase}`) });
    byId("step").replaceChildren(phase, make("h2", { textContent: say(`agreement.step.${step.key}`) }), ...rulesOf(step), ...step.tables.flatMap((table) => tableOf(table, root)));
    byId("back").disabled = current === 0;
    byId("on").disabled = current === data.steps.length - 1;
    showSteps();
  };
  const countIn = (table, holder) => {
    const one = (place) => table.questions.filter((question) => question.field in place.read()).length + table.tables.reduce((sum, inner) => sum + countIn(inner, place), 0);
    if (!table.repeated) return one(placeOf(table, holder));
    return list(holder.read()[table.field]).reduce((sum, _, number) => sum + one(placeOf(table, holder, number)), 0);
  };
  const showSteps = () => {
    byId("where").textContent = say("agreement.page.where", { number: current + 1, count: data.steps.length });
    const phases = new Map();
    data.steps.forEach((step, index) => {
      const count = step.tables.reduce((sum, table) => sum + countIn(table, root), 0);
      const badge = count ? make("span", { className: "count", textContent: say("agreement.page.filled_in", { count }) }) : "";
      const button = make("button", { type: "button", attributes: { "aria-current": index === current ? "step" : null } }, make("span", { textContent: `${index + 1}. ${say(`agreement.step.${step.key}`)}` }), badge);
      button.addEventListener("click", () => go(index));
      if (!phases.has(step.phase)) phases.set(step.phase, make("ol"));
      phases.get(step.phase).append(make("li", {}, button));
    });
    byId("list").replaceChildren(...[...phases].flatMap(([phase, steps]) => [make("p", { className: "phase", textContent: say(`agreement.phase.${phase}`) }), steps]));
  };
  const go = (index) => {
    current = Math.max(0, Math.min(data.steps.length - 1, index));
    if (!wide.matches) byId("steps").open = false;
    showStep();
    byId("step").focus({ preventScroll: true });
    scrollTo({ top: wide.matches ? 0 : document.querySelector(".columns").offsetTop, behavior: "instant" });
  };
  const tell = (text) => { byId("told").textContent = text; };

  // ---- files ----
  const pruned = (value) => {
    if (Array.isArray(value)) return value.map(pruned).filter((one) => !(isTable(one) && Object.keys(one).length === 0));
    if (!isTable(value)) return value;
    const kept = Object.entries(value).map(([key, one]) => [key, pruned(one)]);
    return Object.fromEntries(kept.filter(([, one]) => !(isTable(one) && Object.keys(one).length === 0) && !(Array.isArray(one) && one.length === 0)));
  };
  const now = () => { const at = new Date(); const two = (number) => String(number).padStart(2, "0"); const when = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}:00`; return new TomlDate(when + zone(when)); };
  const save = () => {
    answers = { schema: data.schema, language, made_at: now(), ...answers };
    answers.language = language;
    const blob = new Blob([stringify(pruned(answers))], { type: "application/toml" });
    const link = make("a", { href: URL.createObjectURL(blob), download: "agreement.toml" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    unsaved = false;
    tell(say("agreement.page.saved"));
  };
  const known = (entry, tables) => Object.keys(entry).every((key) => tables.some((table) => table.field === key || table.questions.some((question) => question.field === key)) || ["id", "schema", "language", "made_at"].includes(key));
  const open = async (file) => {
    if (unsaved && !confirm(say("agreement.page.replace"))) return;
    let read;
    try {
      if (file.size > data.maxBytes) throw new Error("too large");
      read = parse(await file.text());
      if (read.schema !== undefined && read.schema !== data.schema) throw new Error("another document");
    } catch {
      tell(say("agreement.page.not_opened"));
      return;
    }
    answers = read;
    list(answers.party).forEach((entry, number) => { if (isTable(entry)) entry.id ??= `person-${number + 1}`; });
    unsaved = false;
    go(0);
    const all = data.steps.flatMap((step) => step.tables);
    const top = [...all.filter((table) => table.field), { field: "", questions: all.filter((table) => !table.field).flatMap((table) => table.questions) }];
    const everything = known(answers, top) && all.filter((table) => table.field).every((table) => [answers[table.field] ?? {}].flat().every((entry) => !isTable(entry) || known(entry, [{ field: "", questions: table.questions }, ...table.tables])));
    tell(say("agreement.page.opened") + (everything ? "" : ` ${say("agreement.page.others_kept")}`));
  };

  // ---- paper ----
  const written = (question, value) => {
    if (question.kind === "yes_no") return typeof value === "boolean" ? say(value ? "agreement.yes" : "agreement.no") : String(value);
    if (question.kind === "choice") { const choice = question.choices.find((one) => one.value === value); return choice ? say(choice.key) : String(value); }
    if (question.kind === "party") return person(value);
    if (question.kind === "list") return list(value).join("; ");
    if (value instanceof TomlDate && (value.isDate() || value.isDateTime())) {
      const text = value.toISOString();
      const [year, month, of] = text.slice(0, 10).split("-").map(Number);
      if (value.isDate()) return say("formats.day", { day: of, month: say(`formats.month.${month}`), year });
      return say("formats.moment", { day: of, month: say(`formats.month.${month}`), year, hour: text.slice(11, 13), minute: text.slice(14, 16) });
    }
    return iso(value);
  };
  const box = (label) => make("span", { className: "box" }, make("span", { className: "square", textContent: "☐" }), ` ${label}`);
  const onPaper = (question, place) => {
    const value = place.read()[question.field];
    const term = make("dt", { textContent: say(`agreement.ask.${question.path}`) });
    if (value !== undefined) return [term, make("dd", { textContent: written(question, value) })];
    const options = optionsOf(question);
    if (options && options.length) return [term, make("dd", { className: "open" }, ...options.map(({ label }) => box(label)))];
    return [term, make("dd", { className: question.kind === "long_text" ? "open write tall" : "open write" })];
  };
  // On paper a question also stands when what it hangs on is still open: somebody may answer both with a pen.
  const mayBeAsked = (condition, place) => asked(condition, place) || answerTo(condition, place) === null;
  const tableOnPaper = (table, holder) => {
    if (!mayBeAsked(table.onlyIf, holder)) return [];
    const one = (place) => {
      const rows = table.questions.filter((question) => mayBeAsked(question.onlyIf, place)).flatMap((question) => onPaper(question, place));
      return [make("dl", {}, ...rows), ...table.tables.flatMap((inner) => tableOnPaper(inner, place))];
    };
    if (!table.repeated) return one(placeOf(table, holder));
    const count = Math.max(1, list(holder.read()[table.field]).length);
    return Array.from({ length: count }, (_, number) => make("section", { className: "entry" }, make("h4", { textContent: say(`agreement.entry.${table.field}`, { number: number + 1 }) }), ...one(placeOf(table, holder, number))));
  };
  const signatures = () => list(answers.party).filter((entry) => ["client", "staff"].includes(entry.role)).map((entry) => {
    const given = list(answers.signature).find((one) => one.party === entry.id) ?? {};
    const write = (key) => make("p", { className: "sign" }, make("span", { textContent: say(key) }), make("span", { className: "rule" }));
    const not = make("p", {}, make("span", { className: "square", textContent: given.did_not_want_to ? "☒" : "☐" }), ` ${say("agreement.paper.not_signing")}`);
    const note = given.note ? make("p", { textContent: `${say("agreement.ask.signature.note")} ${given.note}` }) : "";
    return make("section", { className: "signature" }, make("h4", { textContent: person(entry.id) }), write("agreement.paper.signature"), write("agreement.paper.date"), not, note);
  });
  const showPaper = () => {
    const rules = make("ol", { className: "rules" }, ...["1", "2", "3", "4", "5", "6"].map((rule) => make("li", {}, make("strong", { textContent: say(`rules.${rule}.title`) }), ` ${say(`rules.${rule}.words`)}`)));
    const parts = data.steps.filter((step) => step.key !== "signing").map((step) => make("section", { className: "part" }, make("h3", { textContent: say(`agreement.step.${step.key}`) }), ...step.tables.flatMap((table) => tableOnPaper(table, root))));
    byId("paper").replaceChildren(
      make("h1", { textContent: say("agreement.title") }),
      make("p", { textContent: say("agreement.paper.equal") }),
      make("h2", { textContent: say("agreement.paper.rules") }), rules, make("p", { className: "source", textContent: say("rules.source") }),
      ...parts,
      make("section", { className: "part signing" }, make("h3", { textContent: say("agreement.paper.signing") }), make("p", { textContent: say("agreement.paper.signing_about") }), make("div", { className: "signatures" }, ...signatures())),
    );
  };

  // ---- the page ----
  const wide = matchMedia("(min-width: 56rem)");
  const showAll = () => {
    document.documentElement.lang = language;
    document.title = say("agreement.title");
    for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
    for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
    for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language));
    document.querySelector(".skip").textContent = say("agreement.page.skip");
    tell(unsaved ? say("agreement.page.unsaved") : "");
    showStep();
  };
  for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => { language = button.dataset.language; showAll(); });
  byId("open").addEventListener("click", () => byId("file").click());
  byId("file").addEventListener("change", async (event) => { const [file] = event.target.files; event.target.value = ""; if (file) await open(file); });
  byId("print").addEventListener("click", () => print());
  byId("save").addEventListener("click", save);
  byId("back").addEventListener("click", () => go(current - 1));
  byId("on").addEventListener("click", () => go(current + 1));
  addEventListener("beforeprint", showPaper);
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  const fold = () => { byId("steps").open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();
  byId("screen").hidden = false;
  showAll();
})();

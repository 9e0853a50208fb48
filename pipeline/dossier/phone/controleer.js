"use strict";
(() => {
  const { files, numbers, say } = JSON.parse(document.getElementById("data").textContent);
  const nameOf = new Map(Object.entries(files).map(([name, sha256]) => [sha256, name]));
  const PIECE = 4 * 1024 * 1024;

  // FIPS 180-4, section 4.2.2: the first 32 bits of the fractions of the cube roots of the first 64 primes; section 5.3.3:
  // of the square roots of the first 8.
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
  const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

  class Sha256 {
    state = START.slice();
    words = new Int32Array(64);
    rest = new Uint8Array(0);
    length = 0;

    add(bytes) {
      this.length += bytes.length;
      const joined = new Uint8Array(this.rest.length + bytes.length);
      joined.set(this.rest);
      joined.set(bytes, this.rest.length);
      const whole = joined.length - (joined.length % 64);
      const view = new DataView(joined.buffer);
      for (let at = 0; at < whole; at += 64) this.block(view, at);
      this.rest = joined.slice(whole);
    }

    hex() {
      const bits = this.length * 8;
      const end = new Uint8Array(((this.rest.length + 72) & ~63) - this.rest.length);
      end[0] = 0x80;
      const view = new DataView(end.buffer);
      view.setUint32(end.length - 8, Math.floor(bits / 2 ** 32));
      view.setUint32(end.length - 4, bits % 2 ** 32);
      this.add(end);
      return Array.from(this.state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    }

    block(view, at) {
      const w = this.words;
      for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15];
        const y = w[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = this.state;
      for (let i = 0; i < 64; i++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { this.state[i] = (this.state[i] + word) | 0; });
    }
  }

  const write = (element, kind, sentences, more) => {
    element.className = kind;
    element.replaceChildren();
    const strong = document.createElement("strong");
    ["nl", "en"].forEach((lang, i) => {
      const span = document.createElement("span");
      span.lang = lang;
      span.textContent = sentences[i] + " ";
      strong.append(span);
    });
    element.append(strong);
    if (more) {
      const code = document.createElement("code");
      code.textContent = more;
      element.append(code);
    }
  };

  const check = async (file) => {
    const item = document.createElement("li");
    document.getElementById("results").append(item);
    try {
      const sha256 = new Sha256();
      for (let at = 0; at < file.size; at += PIECE) {
        write(item, "", say.busy, `${file.name} ${Math.floor((100 * at) / file.size)} %`);
        sha256.add(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
      }
      const hex = sha256.hex();
      const name = nameOf.get(hex);
      write(item, name ? "good" : "bad", name ? say.equal : say.unknown, name ? `${file.name} = ${name}` : `${file.name} ${hex}`);
    } catch {
      write(item, "bad", say.failed, file.name);
    }
  };

  document.getElementById("files").addEventListener("change", async (event) => {
    const chosen = Array.from(event.target.files);
    for (const file of chosen) await check(file);
  });

  document.getElementById("number").addEventListener("input", (event) => {
    const digits = event.target.value.replace(/\D/g, "");
    const result = document.getElementById("number-result");
    result.replaceChildren();
    result.className = "";
    if (digits.length < 60) return;
    const line = numbers.indexOf(digits) + 1;
    write(result, line ? "good" : "bad", line ? say.number_equal : say.number_unknown, line ? `${line} / ${numbers.length}` : "");
  });
})();

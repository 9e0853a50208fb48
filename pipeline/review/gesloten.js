// Encrypts for one age key (c2sp.org/age), so that only the committee reads it: X25519, HKDF, ChaCha20-Poly1305.
// Browsers have HKDF and HMAC; the rest is here, since X25519 came to them late and ChaCha20 never did. It only encrypts, with
// keys that are used once, on the party's own device: how long a step takes tells nobody anything.
const ageEncrypt = (() => {
  const big = (value) => BigInt(value);
  const utf8 = (text) => new TextEncoder().encode(text);
  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
    return whole;
  };
  const number = (bytes) => bytes.reduceRight((sum, byte) => (sum << big(8)) | big(byte), big(0));
  const littleEndian = (value, length) => Uint8Array.from({ length }, (_, at) => Number((value >> big(8 * at)) & big(255)));

  // ---- X25519 (RFC 7748) ----
  const PRIME = (big(1) << big(255)) - big(19);
  const mod = (value) => ((value % PRIME) + PRIME) % PRIME;
  const inverse = (value) => {
    let result = big(1);
    for (let base = value, power = PRIME - big(2); power; power >>= big(1), base = mod(base * base)) if (power & big(1)) result = mod(result * base);
    return result;
  };
  const x25519 = (secret, point) => {
    const clamped = Uint8Array.from(secret);
    clamped[0] &= 248;
    clamped[31] = (clamped[31] & 127) | 64;
    const scalar = number(clamped);
    const x1 = mod(number(point) & ((big(1) << big(255)) - big(1)));
    let [x2, z2, x3, z3] = [big(1), big(0), x1, big(1)];
    for (let bit = 254; bit >= 0; bit -= 1) {
      const one = (scalar >> big(bit)) & big(1);
      if (one) [x2, z2, x3, z3] = [x3, z3, x2, z2];
      const [a, b, c, d] = [x2 + z2, x2 - z2, x3 + z3, x3 - z3];
      const [aa, bb, da, cb] = [mod(a * a), mod(b * b), mod(d * a), mod(c * b)];
      const e = mod(aa - bb);
      [x3, z3] = [mod((da + cb) * (da + cb)), mod(x1 * mod((da - cb) * (da - cb)))];
      [x2, z2] = [mod(aa * bb), mod(e * mod(aa + big(121665) * e))];
      if (one) [x2, z2, x3, z3] = [x3, z3, x2, z2];
    }
    return littleEndian(mod(x2 * inverse(z2)), 32);
  };
  const BASE_POINT = Uint8Array.from({ length: 32 }, (_, at) => (at ? 0 : 9));

  // ---- ChaCha20-Poly1305 (RFC 8439) ----
  const words = (bytes) => Uint32Array.from({ length: bytes.length / 4 }, (_, at) => bytes[4 * at] | (bytes[4 * at + 1] << 8) | (bytes[4 * at + 2] << 16) | (bytes[4 * at + 3] << 24));
  const turned = (value, by) => (value << by) | (value >>> (32 - by));
  const QUARTERS = [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]];
  const block = (key, counter, nonce) => {
    const start = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, ...key, counter, ...nonce);
    const state = Uint32Array.from(start);
    for (let round = 0; round < 10; round += 1) {
      for (const [a, b, c, d] of QUARTERS) {
        state[a] += state[b]; state[d] = turned(state[d] ^ state[a], 16);
        state[c] += state[d]; state[b] = turned(state[b] ^ state[c], 12);
        state[a] += state[b]; state[d] = turned(state[d] ^ state[a], 8);
        state[c] += state[d]; state[b] = turned(state[b] ^ state[c], 7);
      }
    }
    return Uint8Array.from({ length: 64 }, (_, at) => ((state[at >> 2] + start[at >> 2]) >>> (8 * (at & 3))) & 255);
  };
  const poly1305 = (key, message) => {
    const r = number(key.subarray(0, 16)) & big("0x0ffffffc0ffffffc0ffffffc0fffffff");
    const prime = (big(1) << big(130)) - big(5);
    let sum = big(0);
    for (let at = 0; at < message.length; at += 16) sum = ((sum + number(joined(message.subarray(at, at + 16), [1]))) * r) % prime;
    return littleEndian(sum + number(key.subarray(16, 32)), 16);
  };
  const seal = (rawKey, rawNonce, plain) => {
    const [key, nonce] = [words(rawKey), words(rawNonce)];
    const cipher = Uint8Array.from(plain);
    for (let at = 0; at < cipher.length; at += 64) {
      const stream = block(key, at / 64 + 1, nonce);
      for (let place = at; place < Math.min(at + 64, cipher.length); place += 1) cipher[place] ^= stream[place - at];
    }
    const padding = new Uint8Array((16 - (cipher.length % 16)) % 16);
    const lengths = joined(littleEndian(big(0), 8), littleEndian(big(cipher.length), 8));
    return joined(cipher, poly1305(block(key, 0, nonce), joined(cipher, padding, lengths)));
  };

  // ---- age ----
  const hkdf = async (secret, salt, info) => {
    const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info: utf8(info) }, key, 256));
  };
  const hmac = async (secret, message) => {
    const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
  };
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
  const random = (length) => crypto.getRandomValues(new Uint8Array(length));
  const CHUNK = 65536;

  // `recipient`: the 32 bytes of the committee's key; gives the file as bytes.
  return async (recipient, plain) => {
    const [fileKey, secret, nonce] = [random(16), random(32), random(16)];
    const share = x25519(secret, BASE_POINT);
    const wrapping = await hkdf(x25519(secret, recipient), joined(share, recipient), "age-encryption.org/v1/X25519");
    const header = `age-encryption.org/v1\n-> X25519 ${base64(share)}\n${base64(seal(wrapping, new Uint8Array(12), fileKey))}\n---`;
    const mac = await hmac(await hkdf(fileKey, new Uint8Array(0), "header"), utf8(header));
    const payload = await hkdf(fileKey, nonce, "payload");
    const chunks = [];
    for (let count = 0; count === 0 || count * CHUNK < plain.length; count += 1) {
      const last = (count + 1) * CHUNK >= plain.length;
      const place = joined(new Uint8Array(7), littleEndian(big(count), 4).reverse(), [last ? 1 : 0]);
      chunks.push(seal(payload, place, plain.subarray(count * CHUNK, (count + 1) * CHUNK)));
    }
    return joined(utf8(`${header} ${base64(mac)}\n`), nonce, ...chunks);
  };
})();

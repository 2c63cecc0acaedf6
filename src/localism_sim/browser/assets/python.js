'use strict';
// What Python does with text and numbers, where the page has to say or choose the very same.
const codePoints = text => [...text];
// Order of texts by code points, as Python sorts; JavaScript's own order goes by UTF-16 units.
function byCodePoints(a, b) {
  const one = codePoints(a), two = codePoints(b);
  for (let n = 0; n < Math.min(one.length, two.length); n++) {
    if (one[n] !== two[n]) return one[n].codePointAt(0) - two[n].codePointAt(0);
  }
  return one.length - two.length;
}
const caseless = text => text.toUpperCase().toLowerCase().replaceAll('ς', 'σ');
const folded = text => caseless(text.normalize('NFKC')).split(/[\s\x1c-\x1f\x85]+/).filter(Boolean).join(' ');
const stripped = text => text.replace(/^(?:(?!\ufeff)[\s\x1c-\x1f\x85])+|(?:(?!\ufeff)[\s\x1c-\x1f\x85])+$/g, '');
const printable = text => !/[\p{C}\p{Z}]/u.test(text.replaceAll(' ', ''));
// A text between quotes as Python writes it.
function quoted(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'", hex = (n, width) => n.toString(16).padStart(width, '0');
  const written = codePoints(text).map(sign => {
    const n = sign.codePointAt(0);
    if (sign === quote || sign === '\\') return `\\${sign}`;
    if (sign === '\n') return '\\n';
    if (sign === '\r') return '\\r';
    if (sign === '\t') return '\\t';
    if (printable(sign)) return sign;
    return n < 256 ? `\\x${hex(n, 2)}` : n < 65536 ? `\\u${hex(n, 4)}` : `\\U${hex(n, 8)}`;
  });
  return quote + written.join('') + quote;
}
// A value as messages show it: as Python writes it, cut to 80 signs.
function brief(value) {
  if (typeof value === 'number') return String(value);
  const most = 80, head = 38, tail = 39, signs = codePoints(value), whole = codePoints(quoted(signs.slice(0, most).join('')));
  if (whole.length <= most) return whole.join('');
  const both = codePoints(quoted([...signs.slice(0, head), ...signs.slice(Math.max(head, signs.length - tail))].join('')));
  return [...both.slice(0, head), '...', ...both.slice(both.length - tail)].join('');
}
const filled = (template, parts) => template.replace(/\{(\w+)\}/g, (_, name) => String(parts[name]));
// A number with 15 significant digits, as Python's format .15g writes it.
function general(value) {
  if (!Number.isFinite(value)) return String(value);
  const [digits, power] = value.toExponential(14).split('e'), n = Number(power), bare = digits.replace(/\.?0+$/, '');
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (n < -4 || n >= 15) return `${bare}e${n < 0 ? '-' : '+'}${String(Math.abs(n)).padStart(2, '0')}`;
  const fixed = value.toFixed(Math.max(0, 14 - n));
  return fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
}
// Half to the even neighbour, as NumPy rounds.
function rint(x) { const low = Math.floor(x), rest = x - low; return rest < 0.5 ? low : rest > 0.5 ? low + 1 : low % 2 ? low + 1 : low; }

// How alike two texts are, and the nearest of a list: difflib's SequenceMatcher and
// get_close_matches (Ratcliff and Metzener, 1988).
function likeness(one, two) {
  const a = codePoints(one), b = codePoints(two), at = new Map();
  b.forEach((sign, n) => { if (!at.has(sign)) at.set(sign, []); at.get(sign).push(n); });
  if (b.length >= 200) for (const [sign, where] of at) if (where.length > Math.floor(b.length / 100) + 1) at.delete(sign);
  let alike = 0;
  const waiting = [[0, a.length, 0, b.length]];
  while (waiting.length) {
    const [a0, a1, b0, b1] = waiting.pop();
    let bestA = a0, bestB = b0, best = 0, lengths = new Map();
    for (let i = a0; i < a1; i++) {
      const now = new Map();
      for (const j of at.get(a[i]) || []) {
        if (j < b0) continue;
        if (j >= b1) break;
        const k = (lengths.get(j - 1) || 0) + 1;
        now.set(j, k);
        if (k > best) { bestA = i - k + 1; bestB = j - k + 1; best = k; }
      }
      lengths = now;
    }
    while (bestA > a0 && bestB > b0 && a[bestA - 1] === b[bestB - 1]) { bestA--; bestB--; best++; }
    while (bestA + best < a1 && bestB + best < b1 && a[bestA + best] === b[bestB + best]) best++;
    if (!best) continue;
    alike += best;
    waiting.push([a0, bestA, b0, bestB], [bestA + best, a1, bestB + best, b1]);
  }
  return a.length + b.length ? 2 * alike / (a.length + b.length) : 1;
}
function closest(word, known, cutoff) {
  let found = null, most = cutoff;
  for (const each of known) {
    const score = likeness(each, word);
    if (score > most || (score === most && (found === null || byCodePoints(each, found) > 0))) { found = each; most = score; }
  }
  return found;
}

// BLAKE2b with a digest of eight bytes (RFC 7693), read as one number from its first byte on.
const ROUNDS = ['0123456789abcdef', 'ea489fd61c02b753', 'b8c052fdae367194', '7931dcbe265a40f8', '905724afe1bc683d', '2c6a0b834d75fe19', 'c51fed4a0763928b', 'db7ec13950f4862a', '6fe9b308c2d714a5', 'a2847615fb9e3cd0'];
const BASE = [0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n, 0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n];
function blake8(bytes) {
  const cut = n => BigInt.asUintN(64, n), turn = (n, by) => cut(n >> by | n << (64n - by)), h = [...BASE];
  h[0] ^= 0x01010008n;
  for (let from = 0; from === 0 || from < bytes.length; from += 128) {
    const block = new Uint8Array(128), view = new DataView(block.buffer), last = from + 128 >= bytes.length;
    block.set(bytes.subarray(from, from + 128));
    const m = Array.from({length: 16}, (_, n) => view.getBigUint64(8 * n, true)), v = [...h, ...BASE];
    v[12] ^= BigInt(Math.min(bytes.length, from + 128));
    if (last) v[14] = cut(~v[14]);
    const mix = (a, b, c, d, x, y) => {
      v[a] = cut(v[a] + v[b] + x); v[d] = turn(v[d] ^ v[a], 32n); v[c] = cut(v[c] + v[d]); v[b] = turn(v[b] ^ v[c], 24n);
      v[a] = cut(v[a] + v[b] + y); v[d] = turn(v[d] ^ v[a], 16n); v[c] = cut(v[c] + v[d]); v[b] = turn(v[b] ^ v[c], 63n);
    };
    for (let round = 0; round < 12; round++) {
      const s = [...ROUNDS[round % 10]].map(sign => m[parseInt(sign, 16)]);
      mix(0, 4, 8, 12, s[0], s[1]); mix(1, 5, 9, 13, s[2], s[3]); mix(2, 6, 10, 14, s[4], s[5]); mix(3, 7, 11, 15, s[6], s[7]);
      mix(0, 5, 10, 15, s[8], s[9]); mix(1, 6, 11, 12, s[10], s[11]); mix(2, 7, 8, 13, s[12], s[13]); mix(3, 4, 9, 14, s[14], s[15]);
    }
    for (let n = 0; n < 8; n++) h[n] ^= v[n] ^ v[n + 8];
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, h[0], true);
  return view.getBigUint64(0, false);
}

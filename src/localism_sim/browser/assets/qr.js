'use strict';
// A short code as a QR symbol (ISO/IEC 18004): version 1 (21 x 21), level Q, up to 16 signs of
// 0-9 A-Z and a few more, which is all that a code of the seminar game can hold.
const QR_SIGNS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:', QR_SIZE = 21, QR_DATA = 13, QR_CHECK = 13, QR_MOST = 16;
const QR_MASKS = [(r, c) => (r + c) % 2, r => r % 2, (r, c) => c % 3, (r, c) => (r + c) % 3, (r, c) => ((r >> 1) + Math.floor(c / 3)) % 2, (r, c) => r * c % 2 + r * c % 3, (r, c) => (r * c % 2 + r * c % 3) % 2, (r, c) => ((r + c) % 2 + r * c % 3) % 2];

function qrData(text) {
  let bits = `0010${text.length.toString(2).padStart(9, '0')}`;
  for (let n = 0; n < text.length; n += 2) {
    const [a, b] = [text[n], text[n + 1]].map(sign => QR_SIGNS.indexOf(sign));
    bits += n + 1 < text.length ? (45 * a + b).toString(2).padStart(11, '0') : a.toString(2).padStart(6, '0');
  }
  bits += '0'.repeat(Math.min(4, 8 * QR_DATA - bits.length));
  bits = bits.padEnd(8 * Math.ceil(bits.length / 8), '0');
  const bytes = bits.match(/.{8}/g).map(byte => parseInt(byte, 2));
  for (let n = 0; bytes.length < QR_DATA; n++) bytes.push(n % 2 ? 0x11 : 0xec);
  return bytes;
}
// Check bytes of Reed and Solomon over the field of 256 elements (polynomial 0x11d).
function qrCheck(data) {
  const times = (a, b) => { let product = 0; for (let k = 7; k >= 0; k--) { product = product << 1 ^ (product & 128 ? 0x11d : 0); if (b >> k & 1) product ^= a; } return product; };
  let divisor = [1];
  for (let n = 0, root = 1; n < QR_CHECK; n++, root = times(root, 2)) divisor = [...divisor, 0].map((v, k) => v ^ (k ? times(divisor[k - 1], root) : 0));
  const rest = [...data, ...Array(QR_CHECK).fill(0)];
  for (let n = 0; n < data.length; n++) { const lead = rest[n]; divisor.forEach((v, k) => { rest[n + k] ^= times(v, lead); }); }
  return rest.slice(data.length);
}
// The frame: finders, timing, and room for the format; null where data go.
function qrFrame() {
  const grid = Array.from({length: QR_SIZE}, () => Array(QR_SIZE).fill(null));
  for (const [top, left] of [[0, 0], [0, 14], [14, 0]]) for (let r = -1; r <= 7; r++) for (let c = -1; c <= 7; c++) {
    const far = Math.max(Math.abs(r - 3), Math.abs(c - 3));
    if (grid[top + r] && left + c >= 0 && left + c < QR_SIZE) grid[top + r][left + c] = Number(far < 4 && far !== 2);
  }
  for (let n = 8; n < 13; n++) grid[6][n] = grid[n][6] = Number(n % 2 === 0);
  for (let n = 0; n < 9; n++) { grid[8][n] ??= 0; grid[n][8] ??= 0; }
  for (let n = 13; n < QR_SIZE; n++) { grid[8][n] = 0; grid[n][8] = 0; }
  return grid;
}
function qrMasked(frame, bytes, mask) {
  const grid = frame.map(row => [...row]), bits = bytes.flatMap(byte => [7, 6, 5, 4, 3, 2, 1, 0].map(k => byte >> k & 1));
  let at = 0, up = true;
  for (let right = QR_SIZE - 1; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let n = 0; n < QR_SIZE; n++) for (const c of [right, right - 1]) {
      const r = up ? QR_SIZE - 1 - n : n;
      if (frame[r][c] === null) grid[r][c] = (bits[at++] || 0) ^ Number(QR_MASKS[mask](r, c) === 0);
    }
  }
  let format = 0b11 << 3 | mask, rest = format << 10;
  for (let k = 14; k >= 10; k--) if (rest >> k & 1) rest ^= 0x537 << (k - 10);
  format = (format << 10 | rest) ^ 0x5412;
  const bit = k => format >> k & 1;
  for (let k = 0; k < 6; k++) grid[k][8] = bit(k);
  [grid[7][8], grid[8][8], grid[8][7]] = [bit(6), bit(7), bit(8)];
  for (let k = 9; k < 15; k++) grid[8][14 - k] = bit(k);
  for (let k = 0; k < 8; k++) grid[8][QR_SIZE - 1 - k] = bit(k);
  for (let k = 8; k < 15; k++) grid[QR_SIZE - 15 + k][8] = bit(k);
  grid[13][8] = 1;
  return grid;
}
// How hard a symbol is to read, by the four rules of the standard.
function qrPenalty(grid) {
  const lines = [...grid, ...grid.map((_, c) => grid.map(row => row[c]))].map(line => line.join('')), dark = lines.slice(0, QR_SIZE).join('').split('1').length - 1;
  let sum = 10 * Math.floor(Math.abs(20 * dark / QR_SIZE ** 2 - 10));
  for (const line of lines) {
    for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
    for (let n = 0; n < QR_SIZE - 10; n++) if (['10111010000', '00001011101'].includes(line.slice(n, n + 11))) sum += 40;
  }
  for (let r = 1; r < QR_SIZE; r++) for (let c = 1; c < QR_SIZE; c++) if (new Set([grid[r][c], grid[r - 1][c], grid[r][c - 1], grid[r - 1][c - 1]]).size === 1) sum += 3;
  return sum;
}
// Rows of 0 and 1, or null for a text that does not fit.
function qrGrid(text) {
  if (!text || text.length > QR_MOST || [...text].some(sign => !QR_SIGNS.includes(sign))) return null;
  const data = qrData(text), bytes = [...data, ...qrCheck(data)], frame = qrFrame();
  return QR_MASKS.map((_, mask) => qrMasked(frame, bytes, mask)).reduce((best, grid) => qrPenalty(grid) < qrPenalty(best) ? grid : best);
}
// Dark on light in any colour scheme, with the margin of four that readers need.
function qrDrawing(text) {
  const grid = qrGrid(text), size = QR_SIZE + 8;
  const path = grid.flatMap((row, r) => row.flatMap((on, c) => on ? [`M${c + 4} ${r + 4}h1v1h-1z`] : [])).join('');
  return shape('svg', {viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': `QR code that reads ${text}`, class: 'qr', 'shape-rendering': 'crispEdges'}, shape('rect', {width: size, height: size, fill: '#fff'}), shape('path', {d: path, fill: '#000'}));
}

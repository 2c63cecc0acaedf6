'use strict';
// Tables as people have them, read as localism_sim.foundation.spreadsheets reads them: CSV with any
// usual separator and encoding, or a sheet of an XLSX workbook. Rows are [number, cells].
const LARGEST_FILE = 5e6, LARGEST_PART = 60e6, MOST_PLACES = 2000;
class Refused extends Error {}
const refused = (kind, parts) => new Refused(filled(told.files.messages[kind], {save_as: told.files.save_as, ...parts}));
const noted = (kind, parts = {}) => filled(told.files.notes[kind], parts);
const cleaned = cell => stripped(cell.replace(/[\u00a0\u202f]/g, ' '));
const newlinesBefore = (values, sign, end) => { let n = 0; for (let i = 0; i < end; i++) if (values[i] === sign) n++; return n; };

function decodedText(bytes, file) {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) ? 'utf-16le' : (bytes[0] === 0xfe && bytes[1] === 0xff) ? 'utf-16be' : null, notes = [];
  const decode = (kind, part = bytes, stream = false) => new TextDecoder(kind, {fatal: true}).decode(part, {stream});
  let text;
  try {
    text = decode(wide || 'utf-8');
    if (wide) notes.push(noted('utf_16'));
  } catch {
    if (wide || bytes.some(b => [0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(b))) {
      const can = n => { try { decode(wide || 'utf-8', bytes.subarray(0, n), true); return true; } catch { return false; } };
      let low = 0, high = bytes.length;
      while (high - low > 1) { const middle = (low + high) >> 1; if (can(middle)) low = middle; else high = middle; }
      throw refused('not_text', {file, row: newlinesBefore(bytes, 10, low) + 1});
    }
    text = decode('windows-1252');
    notes.push(noted('windows'));
  }
  const zero = text.indexOf('\0');
  if (zero >= 0) throw refused('null_character', {file, row: text.slice(0, zero).split('\n').length});
  return {text, notes};
}
// Python's csv reader with strict=True, state by state.
function splitText(text, separator, file, first) {
  const fail = kind => refused('not_csv', {file, reason: filled(told.files.csv[kind], {separator})}), rows = [];
  let cells = [], cell = '', state = 'row';
  const endCell = () => { if (cell.length > told.files.longest_cell) throw fail('too_long'); cells.push(cleaned(cell)); cell = ''; };
  const endRow = () => { rows.push([first + rows.length, cells]); cells = []; };
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (state === 'after return') { if (sign === '\r') continue; if (sign !== '\n') throw fail('line_end'); state = 'row'; continue; }
    if (state === 'quotes') { if (sign === '"') state = 'quote in quotes'; else cell += sign; continue; }
    if (state === 'quote in quotes' && sign === '"') { cell += sign; state = 'quotes'; continue; }
    if (sign === '\n' || sign === '\r') { if (state !== 'row') endCell(); endRow(); state = sign === '\r' ? 'after return' : 'row'; continue; }
    if (sign === separator) { endCell(); state = 'cell'; continue; }
    if (state === 'quote in quotes') throw fail('after_quote');
    if (sign === '"' && state !== 'in cell') { state = 'quotes'; continue; }
    cell += sign; state = 'in cell';
  }
  if (state === 'quotes') throw fail('not_closed');
  if (state === 'cell' || state === 'in cell' || state === 'quote in quotes') { endCell(); endRow(); }
  return rows;
}
const holdsAll = (cells, needed) => { const lowered = new Set(cells.map(caseless)); return needed.every(names => names.some(name => lowered.has(name))); };
function textRows(text, file, needed) {
  const end = text.indexOf('\n'), line = end < 0 ? text : text.slice(0, end), bare = line.replace(/^["\r\n]+|["\r\n]+$/g, '');
  if (/^"*sep=/i.test(stripped(line)) && bare.length >= 5) return {rows: splitText(end < 0 ? '' : text.slice(end + 1), bare[4], file, 2), separator: bare[4], notes: []};
  for (const [separator, name] of Object.entries(told.files.separators)) {
    let rows;
    try { rows = splitText(text, separator, file, 1); } catch (error) { if (separator === '|') throw error; continue; }
    if (rows.slice(0, 2 * told.files.looked_at).some(([, cells]) => holdsAll(cells, needed))) return {rows, separator, notes: separator === ',' ? [] : [noted('separator', {name})]};
  }
  return {rows: splitText(text, ',', file, 1), separator: ',', notes: []};
}

// ---- A workbook: a zip archive of XML.
async function inflated(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader(), parts = [];
  for (let size = 0, next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > LARGEST_PART) { reader.cancel(); throw new Error(`a part of it unpacks to more than ${LARGEST_PART / 1e6} MB`); }
    parts.push(next.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
// Checksum of a part as zip archives hold it (CRC-32, ISO 3309).
function checksum(bytes) {
  let sum = -1;
  for (const byte of bytes) { sum ^= byte; for (let k = 0; k < 8; k++) sum = sum >>> 1 ^ (sum & 1 ? 0xedb88320 : 0); }
  return ~sum >>> 0;
}
function archive(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length), entries = new Map();
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new Error('File is not a zip file');
  for (let n = 0, at = view.getUint32(end + 16, true); n < view.getUint16(end + 10, true); n++) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new Error('its list of parts is damaged');
    const name = view.getUint16(at + 28, true);
    entries.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), {packing: view.getUint16(at + 10, true), sum: view.getUint32(at + 16, true), size: view.getUint32(at + 20, true), from: view.getUint32(at + 42, true)});
    at += 46 + name + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const part = async name => {
    const entry = entries.get(name);
    if (!entry) return null;
    const from = entry.from + 30 + view.getUint16(entry.from + 26, true) + view.getUint16(entry.from + 28, true), packed = bytes.subarray(from, from + entry.size);
    const content = entry.packing ? await inflated(packed) : packed;
    if (checksum(content) !== entry.sum) throw new Error(`its part ${name} is damaged`);
    const found = new DOMParser().parseFromString(new TextDecoder().decode(content), 'application/xml');
    if (found.getElementsByTagName('parsererror').length) throw new Error(`its part ${name} is damaged`);
    return found;
  };
  return part;
}
const named = (node, name) => node ? [...node.getElementsByTagNameNS('*', name)] : [];
const phrase = node => named(node, 't').filter(t => !t.parentNode || t.parentNode.localName !== 'rPh').map(t => t.textContent).join('');
const PERCENTS = [9, 10], DATES = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47];
function styleKinds(styles) {
  const own = new Map(named(styles, 'numFmt').map(f => [Number(f.getAttribute('numFmtId')), f.getAttribute('formatCode') || '']));
  return named(named(styles, 'cellXfs')[0], 'xf').map(xf => {
    const id = Number(xf.getAttribute('numFmtId')), code = own.get(id);
    if (PERCENTS.includes(id) || (code && code.includes('%'))) return 'percent';
    return DATES.includes(id) || (code && /[dmhysDMHYS]/.test(code.replace(/"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]|\\.|_./g, ''))) ? 'date' : '';
  });
}
function dateText(days, from1904) {
  const when = new Date(Math.round((days + (from1904 ? 1462 : days < 60 ? 1 : 0)) * 86400e3) + Date.UTC(1899, 11, 30)), text = when.toISOString();
  return days < 1 ? text.slice(11, 19) : `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}
function cellText(cell, shared, styles, from1904) {
  const kind = cell.getAttribute('t') || 'n', [v] = named(cell, 'v'), value = v ? v.textContent : null;
  if (kind === 'inlineStr') return cleaned(phrase(named(cell, 'is')[0]));
  if (value === null || (value === '' && kind === 'n')) return '';
  if (kind === 's') return cleaned(shared[Number(value)] ?? '');
  if (kind === 'b') return value === '1' ? 'True' : 'False';
  if (kind === 'd') return cleaned(value.replace('T', ' '));
  if (kind !== 'n') return cleaned(value);
  const style = styles[Number(cell.getAttribute('s') || 0)], number = Number(value);
  if (style === 'date') return dateText(number, from1904);
  return style === 'percent' ? `${general(Number((number * 100).toFixed(10)))}%` : general(number);
}
async function bookRows(bytes, file) {
  try {
    const part = archive(bytes);
    await part('[Content_Types].xml');
    const book = await part('xl/workbook.xml'), links = await part('xl/_rels/workbook.xml.rels'), sheets = named(book, 'sheet');
    if (!sheets.length) throw new Error('it holds no sheet');
    const wanted = sheets[0].getAttributeNS('http://schemas.openxmlformats.org/officeDocument/2006/relationships', 'id');
    const target = named(links, 'Relationship').find(link => link.getAttribute('Id') === wanted).getAttribute('Target');
    const sheet = await part(target.startsWith('/') ? target.slice(1) : `xl/${target}`);
    if (!sheet) throw new Error('its first sheet is missing');
    const shared = named(await part('xl/sharedStrings.xml'), 'si').map(phrase), styles = styleKinds(await part('xl/styles.xml'));
    const from1904 = named(book, 'workbookPr').some(p => ['1', 'true'].includes(p.getAttribute('date1904')));
    const rows = [];
    let count = 0;
    for (const row of named(sheet, 'row')) {
      const number = Number(row.getAttribute('r')) || (rows.length ? rows[rows.length - 1][0] + 1 : 1), cells = [];
      for (const cell of named(row, 'c')) {
        const letters = /^[A-Z]+/.exec(cell.getAttribute('r') || ''), at = letters ? [...letters[0]].reduce((n, sign) => 26 * n + sign.charCodeAt(0) - 64, 0) - 1 : cells.length;
        if (at > 16383) throw new Error('a cell stands outside the sheet');
        while (cells.length < at) cells.push('');
        cells[at] = cellText(cell, shared, styles, from1904);
      }
      count += cells.length;
      if (count > told.files.most_cells) throw refused('too_many_cells', {file, most: told.files.most_cells.toLocaleString('en-GB')});
      rows.push([number, cells]);
    }
    return {rows, notes: sheets.length > 1 ? [noted('sheet', {count: sheets.length, title: brief(sheets[0].getAttribute('name'))})] : []};
  } catch (error) {
    throw error instanceof Refused ? error : refused('not_workbook', {file, reason: error.message});
  }
}
const startsWith = (bytes, signs) => signs.every((sign, n) => bytes[n] === sign);

// The table of a file: header in the first row that names every column of `needed`.
async function sheetOf(bytes, file, needed) {
  let rows, notes, separator = '\t';
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) throw refused('old_workbook', {file});
  if (startsWith(bytes, [0x50, 0x4b, 3, 4])) ({rows, notes} = await bookRows(bytes, file));
  else {
    const {text, notes: before} = decodedText(bytes, file), read = textRows(text, file, needed);
    ({rows, separator} = read);
    notes = [...before, ...read.notes];
  }
  const full = rows.filter(([, cells]) => cells.some(Boolean));
  if (!full.length) throw refused('empty', {file});
  const at = Math.max(0, full.slice(0, told.files.looked_at).findIndex(([, cells]) => holdsAll(cells, needed))), [number, header] = full[at];
  if (at) notes.push(noted('header_row', {row: number}));
  return {file, header, headerRow: number, rows: full.slice(at + 1), separator, notes};
}

'use strict';
// A list of places from a CSV file: its names (or ids) are looked up among England's places. Names
// are text only; figures in the file are not used, which is said.
const LARGEST_FILE = 5e6, MOST_ROWS = 2000;
const folded = text => text.normalize('NFKC').trim().split(/\s+/).join(' ').toLowerCase();
const briefly = text => `“${text.length > 60 ? `${text.slice(0, 60)}...` : text}”`;
class Refused extends Error {}

function decodedFile(bytes) {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) throw new Refused('this is a workbook; the page reads CSV (in Excel: File, Save As, “CSV UTF-8”), the command line reads XLSX too');
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) throw new Refused('this is an old Excel workbook; save it as CSV (in Excel: File, Save As, “CSV UTF-8”)');
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) ? 'utf-16le' : (bytes[0] === 0xfe && bytes[1] === 0xff) ? 'utf-16be' : null;
  let text;
  try { text = new TextDecoder(marked || 'utf-8', {fatal: true}).decode(bytes); } catch { text = new TextDecoder('windows-1252').decode(bytes); }
  if (text.includes('\0')) throw new Refused('it holds a null character, so it is not a text file');
  return text;
}
// Rows of cells; quotes may hold separators, quotes and line ends.
function csvRows(text, separator) {
  const rows = [[]];
  let cell = '', quoted = false;
  const end = () => { rows[rows.length - 1].push(cell.replace(/[\u00a0\u202f]/g, ' ').trim()); cell = ''; };
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (quoted) {
      if (sign !== '"') cell += sign; else if (text[i + 1] === '"') { cell += '"'; i++; } else quoted = false;
    } else if (sign === '"' && !cell) quoted = true;
    else if (sign === separator) end();
    else if (sign === '\n') { end(); rows.push([]); if (rows.length > MOST_ROWS) throw new Refused(`it has more than ${MOST_ROWS} rows; England has ${told.places.ids.length} places`); }
    else if (sign !== '\r') cell += sign;
  }
  if (quoted) throw new Refused('cannot be read as CSV: a quote is not closed');
  end();
  return rows.map((cells, n) => ({number: n + 1, cells})).filter(({cells}) => cells.some(Boolean));
}
function placesFrom(bytes) {
  const text = decodedFile(bytes), columns = ['place_id', 'name'];
  let rows = [], at = -1;
  for (const separator of [',', ';', '\t', '|']) {
    rows = csvRows(text, separator);
    at = rows.slice(0, 20).findIndex(({cells}) => cells.some(cell => columns.includes(cell.toLowerCase())));
    if (at >= 0) break;
  }
  if (!rows.length) throw new Refused('the file is empty; a header with the columns is needed');
  if (at < 0) throw new Refused(`column 'name' is missing; row ${rows[0].number} holds: ${rows[0].cells.slice(0, 8).map(cell => cell.slice(0, 30)).join(', ')}`);
  const header = rows[at].cells.map(cell => cell.toLowerCase()), body = rows.slice(at + 1);
  if (!body.length) throw new Refused('zero places: no row below the header');
  const known = new Map([...told.places.ids, ...told.places.names].map((key, n) => [folded(key), n % told.places.ids.length])), found = new Map();
  for (const {number, cells} of body) {
    const given = columns.map(column => cells[header.indexOf(column)] || '').filter(Boolean);
    if (!given.length) throw new Refused(`row ${number}, column name: '' is not allowed; allowed: a name`);
    const n = given.map(each => known.get(folded(each))).find(each => each !== undefined);
    if (n === undefined) throw new Refused(`row ${number}: England has no place called ${briefly(given[given.length - 1])}; its ${told.places.ids.length} places are upper-tier and single-tier councils of 2010`);
    if (found.has(n)) throw new Refused(`row ${number}: ${told.places.names[n]} is given twice (row ${found.get(n)} has it too)`);
    found.set(n, number);
  }
  return {area: [...found.keys()], unused: header.filter(column => column && !columns.includes(column))};
}
async function takeFile(file) {
  try {
    if (file.size > LARGEST_FILE) throw new Refused(`it is larger than ${LARGEST_FILE / 1e6} MB`);
    const {area, unused} = placesFrom(new Uint8Array(await file.arrayBuffer()));
    complain('');
    set({area});
    $('file-said').textContent = `${area.length} ${area.length === 1 ? 'place' : 'places'} chosen.${unused.length ? ` Columns not used here: ${unused.slice(0, 8).map(column => column.slice(0, 30)).join(', ')}; the command line reads population, cuts and more (places.path).` : ''}`;
  } catch (error) {
    $('file-said').textContent = '';
    complain(`${file.name.slice(0, 60)}: ${error instanceof Refused ? error.message : 'it cannot be read'}.`);
  }
}
function buildFiles() {
  $('file').addEventListener('change', () => { const [file] = $("file").files; if (file) takeFile(file).finally(() => { $("file").value = ""; }); });
  $('area').addEventListener('dragover', event => event.preventDefault());
  $('area').addEventListener('drop', event => { event.preventDefault(); const [file] = event.dataTransfer.files; if (file) takeFile(file); });
}

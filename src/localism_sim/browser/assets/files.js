'use strict';
// A file that is dropped or chosen: a user's own places with their figures, or a bare list of places
// of England. Names are text only.
const LIST_COLUMNS = ['place_id', 'name'];
// Whether a table only lists places by name: no column in it is, or may be meant as, a figure.
function isList({header}) {
  const figures = Object.entries(told.files.aliases).filter(([key]) => !LIST_COLUMNS.includes(key)).flatMap(([, names]) => names), lowered = header.map(caseless);
  return lowered.some(column => LIST_COLUMNS.includes(column)) && !lowered.some(column => column && (closest(column, figures, told.files.likeness) !== null || closest(column, ['population', ...told.files.also_called.population], 0.75) !== null));
}
// Positions of a list's places among England's, and the columns that it does not need.
function listedPlaces({file, header, rows}) {
  if (!rows.length) throw refused('zero_places', {file});
  const lowered = header.map(caseless), at = knownPlaces(), position = new Map(told.places.ids.map((id, n) => [id, n])), found = new Map();
  for (const [row, cells] of rows) {
    const given = LIST_COLUMNS.map(column => cells[lowered.indexOf(column)] || '').filter(Boolean);
    if (!given.length) throw refused('cell', {file, row, column: 'name', value: brief(''), allowed: told.files.allowed.name});
    const n = given.map(each => at.get(folded(each))).find(each => each !== undefined), name = given[given.length - 1];
    if (n === undefined) throw new Refused(`${file}: row ${row}: England has no place called ${brief(name)}; its ${position.size} places are upper-tier and single-tier councils of 2010. To add places of your own give their population too`);
    if (found.has(n)) throw refused('cell', {file, row, column: 'name', value: brief(name), allowed: filled(told.files.allowed.id_once, {row: found.get(n)})});
    found.set(n, row);
  }
  return {area: [...found.keys()], unused: header.filter(column => column && !LIST_COLUMNS.includes(caseless(column)))};
}
// A file's bytes: {area, said} for a list, {land, said} for places with figures of their own.
async function readFile(bytes, file) {
  if (!startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) {
    const list = await sheetOf(bytes, file, [LIST_COLUMNS]);
    if (isList(list)) {
      const {area, unused} = listedPlaces(list);
      return {land: null, area, said: `${area.length} ${area.length === 1 ? 'place' : 'places'} chosen.${unused.length ? ` Columns not used here: ${unused.slice(0, 8).map(column => column.slice(0, 30)).join(', ')}.` : ''}`};
    }
  }
  const land = await landOfFile(bytes, file);
  return {land, area: land.own, said: `${land.own.length} ${land.own.length === 1 ? 'place' : 'places'} with figures of your own, inside England. ${land.notes.map(text => `${text[0].toUpperCase()}${text.slice(1)}.`).join(' ')}`};
}
async function takeFile(given) {
  const file = given.name.slice(0, 60);
  try {
    if (given.size > LARGEST_FILE) throw new Refused(`${file}: it is larger than ${LARGEST_FILE / 1e6} MB`);
    const {said, ...chosen} = await readFile(new Uint8Array(await given.arrayBuffer()), file);
    complain('');
    set(chosen);
    $('file-said').textContent = said;
  } catch (error) {
    $('file-said').textContent = '';
    complain(error instanceof Refused ? `${error.message}.`.replace(/\.\.$/, '.') : `${file}: it cannot be read.`);
  }
}
function buildFiles() {
  $('file').addEventListener('change', () => { const [file] = $("file").files; if (file) takeFile(file).finally(() => { $("file").value = ""; }); });
  $('area').addEventListener('dragover', event => event.preventDefault());
  $('area').addEventListener('drop', event => { event.preventDefault(); const [file] = event.dataTransfer.files; if (file) takeFile(file); });
  $('all-england').addEventListener('click', () => { set({land: null, area: []}); $('file-said').textContent = 'All of England again.'; });
}

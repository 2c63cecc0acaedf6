'use strict';
// The cells of a user's file of places, checked column by column as localism_sim.model.places_file
// and place_cells check them.
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/, THOUSANDS = /^\d{1,3}(,\d{3})+$/, DECIMAL_COMMA = /^[+-]?\d+,(\d{1,2}|\d{4,})$/, POINTED = /^\d{1,3}(\.\d{3})+$/;
const NUMERIC = ['deprivation', 'cut_exposure', 'spending_change', 'longitude', 'latitude'];
const idsIn = text => text.includes(';') ? text.split(';').map(stripped).filter(Boolean) : text.split(/\s+/).filter(Boolean);

// For each thing that is read the column that holds it, or null.
function columnsFound({file, header, headerRow: row}) {
  const lowered = header.map(cell => cell.toLowerCase()), {aliases, also_called: called, likeness: least} = told.files;
  lowered.forEach((column, n) => {
    const first = lowered.indexOf(column);
    if (column && first < n) throw refused('column_twice', {file, row, column: brief(header[n]), first: first + 1, second: n + 1});
  });
  const found = Object.fromEntries(Object.entries(aliases).map(([key, names]) => [key, names.find(name => lowered.includes(name)) ?? null]));
  for (const key of ['name', 'population']) {
    if (found[key] !== null) continue;
    const like = header.find(cell => closest(caseless(cell), [key, ...called[key]], 0.75) !== null);
    const near = closest(key, header, 0.5);
    const hint = like !== undefined ? filled(told.files.messages.rename, {column: brief(like), key}) : near === null ? '' : ` Did you mean '${near}'?`;
    throw refused('column_missing', {file, key, row, shown: header.slice(0, 8).map(cell => brief(cell).replace(/^'+|'+$/g, '')).join(', '), hint});
  }
  const keys = Object.fromEntries(Object.entries(aliases).flatMap(([key, names]) => names.map(name => [name, key])));
  for (const column of lowered) {
    if (Object.hasOwn(keys, column)) continue;
    const alias = closest(column, Object.keys(keys), least);
    if (alias !== null && found[keys[alias]] === null) throw refused('misspelt', {file, column: brief(column), alias, key: keys[alias]});
  }
  return found;
}
// The clean table of a sheet, in order of ids: a list of places, and notes on how it was read.
function placesOf(sheet) {
  const found = columnsFound(sheet), {file, header, rows} = sheet, {allowed, measured} = told.files, notes = [...sheet.notes];
  if (!rows.length) throw refused('zero_places', {file});
  for (const [row, cells] of rows) if (cells.slice(header.length).some(Boolean)) throw refused('too_many_values', {file, row, values: cells.length, header_row: sheet.headerRow, columns: header.length});
  const at = Object.fromEntries(header.map((column, n) => [column.toLowerCase(), n])), free = sheet.separator !== ',';
  const texts = key => rows.map(([, cells]) => found[key] === null ? '' : cells[at[found[key]]] ?? '');
  const fail = (n, key, value, what) => { throw refused('cell', {file, row: rows[n][0], column: found[key] ?? key, value: brief(value), allowed: what}); };
  const say = (key, what) => { const text = noted('column', {column: found[key], what: noted(what)}); if (!notes.includes(text)) notes.push(text); };
  const hasDecimalComma = key => {
    const given = texts(key).filter(Boolean);
    return free && !given.some(text => text.includes('.')) && given.some(text => DECIMAL_COMMA.test(text.replace(/[ %]+$/, ''))) && !given.some(text => THOUSANDS.test(text));
  };
  const plain = (n, key, text, what) => {
    let number = text.replaceAll('\u2212', '-').replaceAll(' ', '');
    if (number.startsWith('£')) { number = number.slice(1); say(key, 'pounds'); }
    if (key === 'population') {
      if (THOUSANDS.test(number)) return number.replaceAll(',', '');
      if (!POINTED.test(number)) return number;
      if (!NUMERIC.some(hasDecimalComma)) fail(n, key, text, filled(allowed.unclear_points, {allowed: what}));
      say(key, 'points');
      return number.replaceAll('.', '');
    }
    const share = number.endsWith('%') && ['cut_exposure', 'spending_change'].includes(key);
    if (number.endsWith('%')) { number = number.slice(0, -1); say(key, share ? 'shares' : 'percent'); }
    if (number.includes(',')) {
      if (!hasDecimalComma(key)) fail(n, key, text, filled(allowed.decimal_point, {allowed: what}));
      number = number.replaceAll(',', '.');
      say(key, 'decimal_commas');
    }
    return share && NUMBER.test(number) ? String(Number(number) / 100) : number;
  };
  const numbers = (key, low, high, what, blank) => texts(key).map((text, n) => {
    if (text === '' && blank !== null) return blank;
    const number = plain(n, key, text, what);
    if (!NUMBER.test(number) || !(low <= Number(number) && Number(number) <= high)) fail(n, key, text, what);
    return Number(number);
  });
  const names = texts('name');
  names.forEach((name, n) => {
    if (!name || !printable(name)) fail(n, 'name', name, allowed.name);
    if (told.files.totals.includes(folded(name))) fail(n, 'name', name, allowed.no_total);
  });
  const most = told.files.most_residents, population = numbers('population', 1, most, filled(allowed.residents, {most}), null);
  population.forEach((value, n) => { if (!Number.isInteger(value)) fail(n, 'population', value, allowed.whole_residents); });
  const sum = population.reduce((a, b) => a + b, 0);
  if (names.length > 2) population.forEach((value, n) => { if (value === sum - value) fail(n, 'population', value.toLocaleString('en-GB'), filled(allowed.own_residents, {name: names[n]})); });
  if (found.place_id === null || new Set(texts('place_id').map(folded)).size < names.length) {
    const first = new Map();
    names.forEach((name, n) => {
      const before = first.get(folded(name)) ?? n;
      first.set(folded(name), before);
      if (before !== n && names[before] !== name) fail(n, 'name', name, filled(allowed.one_name, {row: rows[before][0], name: brief(names[before])}));
    });
  }
  const ids = texts('place_id').map((text, n) => text || names[n]), seen = new Map();
  ids.forEach((id, n) => { if (seen.has(id)) fail(n, found.place_id === null ? 'name' : 'place_id', id, filled(allowed.id_once, {row: rows[seen.get(id)][0]})); seen.set(id, n); });
  const given = {};
  for (const [key, [low, high, what]] of Object.entries(measured)) given[key] = numbers(key, low, high, what, NaN);
  texts('neighbours').forEach((text, n) => { for (const other of idsIn(text)) if (!seen.has(other) || other === ids[n]) fail(n, 'neighbours', other, allowed.neighbours); });
  if (found.cut_exposure !== null) given.given = numbers('cut_exposure', 0.01, 10, allowed.exposure, 1);
  else if (found.spending_change !== null) given.spending_cut = numbers('spending_change', -1, 1, allowed.change, null).map(v => -v);
  const [region, kind, cityRegion] = ['region', 'class', 'city_region'].map(texts);
  const table = ids.map((id, n) => ({id, name: names[n], population: population[n], region: region[n], class: kind[n], city_region: cityRegion[n], ...Object.fromEntries(Object.entries(given).map(([key, values]) => [key, values[n]]))}));
  return {places: table.sort((a, b) => byCodePoints(a.id, b.id)), notes};
}

'use strict';
// A land: places with all that a run of them starts from. England is one; a user's file makes
// another, as localism_sim.model.exposure, own_area and world make it.
const knownPlaces = () => {
  const at = new Map();
  told.places.names.forEach((name, n) => at.set(folded(name), n));
  told.places.ids.forEach((id, n) => at.set(folded(id), n));
  return at;
};
function fromDeprivation(deprivation) {
  const {slope, intercept, least_exposure: least} = told.files;
  return Number.isFinite(deprivation) ? Math.max(least, intercept + slope * deprivation) : 1;
}
// Exposure to cuts relative to England's mean.
function exposureOf(place) {
  const {shrinkage, least_exposure: least, england_cut: mean, slope, england} = told.files;
  if ('given' in place) return place.given;
  if ('spending_cut' in place) {
    const cut = place.spending_cut / mean;
    return Math.max(least, Number.isFinite(place.deprivation) ? shrinkage * cut + (1 - shrinkage) * fromDeprivation(place.deprivation) : cut);
  }
  let same = told.places.ids.indexOf(place.id);
  if (same < 0) same = told.places.names.map(folded).lastIndexOf(folded(place.name));
  if (same < 0) return fromDeprivation(place.deprivation);
  const moved = place.deprivation - england[same].deprivation;
  return Math.max(least, england[same].cut_exposure + (Number.isFinite(moved) ? slope * moved : 0));
}
const isKnown = value => !(value === '' || Number.isNaN(value));
// England with the places of a file in it, in order of ids.
function withinEngland(own, notes) {
  const at = knownPlaces(), rows = new Map(told.places.ids.map((id, n) => [id, {id, name: told.places.names[n], ...told.files.england[n], outline: n, reported: false}]));
  let added = 0;
  for (const place of own) {
    const row = {...place, cut_exposure: exposureOf(place), reported: true}, found = at.get(folded(place.id)) ?? at.get(folded(place.name));
    if (found === undefined) { rows.set(row.id, {...row, outline: -1}); added++; continue; }
    const before = rows.get(told.places.ids[found]);
    if (before.reported) throw refused('same_place', {name: brief(place.name), other: brief(before.name)});
    const known = Object.fromEntries(Object.entries(row).filter(([, value]) => isKnown(value)));
    rows.set(before.id, {...before, ...known, id: before.id});
  }
  return {places: [...rows.values()].sort((a, b) => byCodePoints(a.id, b.id)), notes: [...notes, noted('inside', {known: own.length - added, count: own.length, added})]};
}
const citizensOf = population => Math.max(Math.min(told.files.least_citizens, population), rint(population / told.files.scale));

// Rows of a table of the world as bytes.
function rowBytes(name, rows) {
  const {size, fields} = told.tables[name], view = new DataView(new ArrayBuffer(size * rows.length));
  const put = {f8: 'setFloat64', i8: 'setBigInt64', i4: 'setInt32'};
  rows.forEach((row, n) => {
    for (const [field, kind, offset] of fields) if (field in row) view[put[kind]](n * size + offset, kind === 'i8' ? BigInt(row[field]) : row[field], true);
  });
  return new Uint8Array(view.buffer);
}
const wholes = values => new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
// Sizes of a world of these places and the bytes it starts with, by the array's name.
function layOut(places) {
  const {staff_per_citizen: perCitizen, ward} = told.files, setting = name => told.memory.find(entry => entry.name === name).value;
  const domains = setting('domains'), teamSize = setting('team_size'), labels = [...new Set(places.map(p => p.city_region).filter(Boolean))].sort(byCodePoints);
  const home = [], services = [], blocks = [], keys = new Map();
  let citizens = 0, staff = 0;
  places.forEach((place, n) => {
    const short = blake8(new TextEncoder().encode(place.id)) >> 34n, key = short << 32n, count = citizensOf(place.population), firstStaff = staff;
    if (keys.has(short)) throw refused('shared_key', {place: place.id, other: keys.get(short)});
    keys.set(short, place.id);
    const size = teamSize * Math.max(1, rint(count * (perCitizen / domains) / teamSize));
    for (let domain = 0; domain < domains; domain++) {
      services.push({key: key + (BigInt(domain) << 27n), place: n, domain, first_staff: staff, last_staff: staff + size, first_team: staff / teamSize, last_team: (staff + size) / teamSize});
      staff += size;
    }
    for (let first = citizens; first < citizens + count; first += ward) blocks.push({first, last: Math.min(first + ward, citizens + count), place: n});
    home.push({key, city_region: place.city_region ? labels.indexOf(place.city_region) : -1, exposure: place.cut_exposure, reported: Number(place.reported), first_citizen: citizens, last_citizen: citizens + count, first_staff: firstStaff, last_staff: staff});
    citizens += count;
  });
  const members = [], regions = labels.map((_, region) => {
    const first = members.length;
    home.forEach((place, n) => { if (place.city_region === region) members.push(n); });
    return {first, last: members.length};
  });
  return {
    sizes: {places: places.length, places_and_all: places.length + 1, citizens, staff, teams: staff / teamSize, services: services.length, regions: regions.length, members: members.length, blocks: blocks.length},
    bytes: {places: rowBytes('places', home), services: rowBytes('services', services), regions: rowBytes('regions', regions), blocks: rowBytes('blocks', blocks), region_members: wholes(members), ranking: wholes(places.keys())},
  };
}
let england = null, landNumber = 0;
const here = () => state && state.land ? state.land : england;
function buildEngland() {
  const bytes = Object.fromEntries(told.memory.filter(entry => 'from' in entry).map(entry => [entry.name, start.subarray(entry.from, entry.from + entry.bytes)]));
  england = {id: 0, names: told.places.names, ids: told.places.ids, citizens: told.places.citizens, outlines: told.outlines, points: [], world: {sizes: told.sizes, bytes}};
}
// The land of a file's bytes. Raises Refused.
async function landOfFile(bytes, file) {
  const needed = [told.files.aliases.name, told.files.aliases.population];
  const read = placesOf(await sheetOf(bytes, file, needed));
  if (read.places.length > MOST_PLACES) throw new Refused(`${file}: it has ${read.places.length} places, which would take this page too long; the page takes ${MOST_PLACES}, the command line takes more (places.path)`);
  const {places, notes} = withinEngland(read.places, read.notes);
  return {
    id: ++landNumber, file, notes, world: layOut(places), names: places.map(p => p.name), ids: places.map(p => p.id), citizens: places.map(p => citizensOf(p.population)),
    outlines: places.map(p => p.outline < 0 ? [] : told.outlines[p.outline]), points: places.map(p => p.outline < 0 && Number.isFinite(p.longitude) && Number.isFinite(p.latitude) ? [p.longitude, p.latitude] : null),
    own: places.flatMap((p, n) => p.reported ? [n] : []),
  };
}

'use strict';
// A setting as a short code, as localism_sim.model.setting_code reads it:
// scenario.levers.rivals.seed.version, with three signs for each changed lever. What Python's code
// does not know follows the version: ~ and each changed assumption as two signs and its value, with _
// for the point; last a ! where what is compared with keeps its own assumptions. Python refuses such
// a code.
const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

// The value so many steps above the lowest, as the shortest decimal that says it.
const valueAt = (lever, count) => Number((lever.low + count * lever.step).toPrecision(6));
const countOf = (lever, value) => Math.round((value - lever.low) / lever.step);
// Which of a list are chosen, six to a sign.
const bitsOf = (count, chosen) => {
  let text = '';
  for (let n = 0; n < count; n += 6) {
    let v = 0;
    for (let k = 0; k < 6; k++) v |= Number(chosen.has(n + k)) << k;
    text += SIGNS[v];
  }
  return text.replace(/A+$/, '');
};
const chosenBy = text => [...text].flatMap((sign, at) => Array.from({length: 6}, (_, k) => SIGNS.indexOf(sign) >> k & 1 ? [6 * at + k] : []).flat());

const assumedIn = (told, changes) => Object.fromEntries(told.assumptions.filter(name => name in changes).map(name => [name, changes[name]]));
const writeAssumed = (told, changes) => told.assumptions.flatMap((name, n) => name in changes ? [SIGNS[n >> 6] + SIGNS[n & 63] + String(changes[name]).replace('.', '_')] : []).join('~');
// The assumptions that a text changes; null for one that says none.
function readAssumed(told, text) {
  const changes = {};
  for (const part of text.split('~')) {
    const found = /^([\w-])([\w-])(-?\d+(?:_\d+)?(?:e-\d+)?)$/.exec(part), name = found && told.assumptions[SIGNS.indexOf(found[1]) * 64 + SIGNS.indexOf(found[2])];
    if (!name || name in changes) return null;
    const p = told.parameters[name], value = Number(found[3].replace('_', '.'));
    if (!(value >= p.low && value <= p.high) || p.whole && !Number.isInteger(value)) return null;
    changes[name] = value;
  }
  return changes;
}

function encode(told, names, {scenario, changes, variants, seed, alike = true}) {
  let text = '';
  names.forEach((name, n) => {
    if (!(name in changes)) return;
    const count = countOf(told.parameters[name], changes[name]);
    text += SIGNS[n] + SIGNS[count >> 6] + SIGNS[count & 63];
  });
  const rivals = Object.keys(told.variants), further = writeAssumed(told, changes) + (alike ? '' : '!');
  return `${scenario}.${text}.${bitsOf(rivals.length, new Set(variants.map(name => rivals.indexOf(name))))}.${seed}.${told.code_version}${further && `~${further}`}`;
}
// What a code says, or a sentence why it cannot be read.
function decode(told, names, text) {
  const foreign = {error: 'This address does not hold a setting of this page.'}, parts = text.split('.');
  if (parts.length !== 5) return foreign;
  const [scenario, levers, rivals, seed, last] = parts, at = last.indexOf('~'), version = at < 0 ? last : last.slice(0, at);
  const further = at < 0 ? '' : last.slice(at + 1), alike = !further.endsWith('!'), assumed = alike ? further : further.slice(0, -1);
  if (/^[0-9a-f]{6}$/.test(version) && version !== told.code_version) {
    return {error: 'This link was made with another version of the model, so its numbers would differ here. Nothing was changed.'};
  }
  const known = Object.keys(told.variants);
  if (version !== told.code_version || !Object.hasOwn(told.scenarios, scenario) || !/^\d{1,9}$/.test(seed) || levers.length % 3 || !/^[\w-]*$/.test(rivals)) return foreign;
  const changes = assumed || at >= 0 && alike ? readAssumed(told, assumed) : {}, variants = chosenBy(rivals).map(n => known[n]);
  if (!changes) return foreign;
  if (variants.includes(undefined) || new Set(variants.map(name => told.variants[name].replaces)).size < variants.length) return foreign;
  for (let i = 0; i < levers.length; i += 3) {
    const [lever, high, low] = [...levers.slice(i, i + 3)].map(sign => SIGNS.indexOf(sign));
    const name = names[lever];
    if (!name || high < 0 || low < 0) return foreign;
    const value = valueAt(told.parameters[name], high * 64 + low);
    if (value > told.parameters[name].high) return {error: `This address sets "${name}" beyond what is allowed. Nothing was changed.`};
    changes[name] = value;
  }
  return {scenario, changes, variants, seed: Number(seed), ...(alike ? {} : {alike})};
}

// What a setting is compared with: a scenario by name, or a setting that was kept. That is written
// as scenario~levers~rivals or, where it starts from the same scenario, as ~levers~rivals with the
// levers alone in which it differs; AS_SET in place of a value says that a lever is as the scenario
// has it. All its changed assumptions follow.
const AS_SET = '__';
const partsOf = (told, names, setting) => encode(told, names, {...setting, seed: 0}).split('.').slice(0, 3);
const alsoAssumed = (told, {changes}) => { const text = writeAssumed(told, changes); return text && `~${text}`; };
const writeWhole = (told, names, other) => typeof other === 'string' ? other : partsOf(told, names, other).join('~') + alsoAssumed(told, other);
function writeOther(told, names, mine, other) {
  const whole = writeWhole(told, names, other);
  if (typeof other === 'string' || other.scenario !== mine.scenario) return whole;
  const changes = Object.fromEntries(Object.entries(other.changes).filter(([name, value]) => mine.changes[name] !== value));
  const [, levers, rivals] = partsOf(told, names, {...other, changes});
  const back = names.map((name, n) => name in mine.changes && !(name in other.changes) ? SIGNS[n] + AS_SET : '').join('');
  const brief = `~${levers}${back}~${rivals}${alsoAssumed(told, other)}`;
  return brief.length < whole.length ? brief : whole;
}
// null for a text that says none of these.
function readOther(told, names, mine, text) {
  if (!text.includes('~')) return Object.hasOwn(told.scenarios, text) ? text : null;
  const [from, levers = '', rivals, ...assumed] = text.split('~');
  if (rivals === undefined) return null;
  const read = (scenario, levers) => decode(told, names, [scenario, levers, rivals, 0, [told.code_version, ...assumed].join('~')].join('.'));
  if (from) {
    const {error, scenario, changes, variants} = read(from, levers);
    return error ? null : {scenario, changes, variants};
  }
  const each = levers.match(/.{1,3}/gs) || [], isBack = lever => lever.slice(1) === AS_SET;
  const back = each.filter(isBack).map(lever => names[SIGNS.indexOf(lever[0])]);
  const {error, changes, variants} = read(mine.scenario, each.filter(lever => !isBack(lever)).join(''));
  if (error || back.includes(undefined)) return null;
  const kept = Object.entries({...mine.changes, ...changes}).filter(([name]) => name in changes || names.includes(name) && !back.includes(name));
  return {scenario: mine.scenario, changes: Object.fromEntries(kept), variants};
}

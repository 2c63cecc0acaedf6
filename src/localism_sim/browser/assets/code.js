'use strict';
// A setting as a short code, as localism_sim.model.setting_code reads it:
// scenario.levers.rivals.seed.version, with three signs for each changed lever.
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
const brieflyVersion = told => told.version.slice(0, 6);

function encode(told, names, {scenario, changes, variants, seed}) {
  let text = '';
  names.forEach((name, n) => {
    if (!(name in changes)) return;
    const count = countOf(told.parameters[name], changes[name]);
    text += SIGNS[n] + SIGNS[count >> 6] + SIGNS[count & 63];
  });
  const rivals = Object.keys(told.variants);
  return `${scenario}.${text}.${bitsOf(rivals.length, new Set(variants.map(name => rivals.indexOf(name))))}.${seed}.${brieflyVersion(told)}`;
}
// What a code says, or a sentence why it cannot be read.
function decode(told, names, text) {
  const foreign = {error: 'This address does not hold a setting of this page.'}, parts = text.split('.');
  if (parts.length !== 5) return foreign;
  const [scenario, levers, rivals, seed, version] = parts;
  if (/^[0-9a-f]{6}$/.test(version) && version !== brieflyVersion(told)) {
    return {error: 'This link was made with another version of the model, so its numbers would differ here. Nothing was changed.'};
  }
  const known = Object.keys(told.variants);
  if (version !== brieflyVersion(told) || !Object.hasOwn(told.scenarios, scenario) || !/^\d{1,9}$/.test(seed) || levers.length % 3 || !/^[\w-]*$/.test(rivals)) return foreign;
  const changes = {}, variants = chosenBy(rivals).map(n => known[n]);
  if (variants.includes(undefined) || new Set(variants.map(name => told.variants[name].replaces)).size < variants.length) return foreign;
  for (let i = 0; i < levers.length; i += 3) {
    const [lever, high, low] = [...levers.slice(i, i + 3)].map(sign => SIGNS.indexOf(sign));
    const name = names[lever];
    if (!name || high < 0 || low < 0) return foreign;
    const value = valueAt(told.parameters[name], high * 64 + low);
    if (value > told.parameters[name].high) return {error: `This address sets "${name}" beyond what is allowed. Nothing was changed.`};
    changes[name] = value;
  }
  return {scenario, changes, variants, seed: Number(seed)};
}

// What a setting is compared with: a scenario by name, or a setting that was kept, as
// scenario~levers~rivals.
function writeOther(told, names, other) {
  return typeof other === 'string' ? other : encode(told, names, {...other, seed: 0}).split('.').slice(0, 3).join('~');
}
// null for a text that says neither.
function readOther(told, names, text) {
  if (!text.includes('~')) return Object.hasOwn(told.scenarios, text) ? text : null;
  const {error, scenario, changes, variants} = decode(told, names, `${text.split('~').join('.')}.0.${brieflyVersion(told)}`);
  return error ? null : {scenario, changes, variants};
}

'use strict';
// A setting as a short code: scenario, then three signs for each changed lever, then seed and version.
const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

// The smallest change of a lever: a round number, about a thousandth of its range.
const stepOf = lever => lever.whole ? 1 : niceStep(lever.high - lever.low, 1000);
// The value so many steps above the lowest, as the shortest decimal that says it.
const valueAt = (lever, count) => Number((lever.low + count * stepOf(lever)).toPrecision(6));
const countOf = (lever, value) => Math.round((value - lever.low) / stepOf(lever));
function encode(told, names, {scenario, changes, seed}) {
  let text = '';
  names.forEach((name, n) => {
    if (!(name in changes)) return;
    const count = countOf(told.parameters[name], changes[name]);
    text += SIGNS[n] + SIGNS[count >> 6] + SIGNS[count & 63];
  });
  return `${scenario}.${text}.${seed}.${told.version.slice(0, 6)}`;
}
// What a code says, or a sentence why it cannot be read.
function decode(told, names, text) {
  const parts = text.split('.');
  if (parts.length !== 4) return {error: 'This address does not hold a setting of this page.'};
  const [scenario, levers, seed, version] = parts;
  if (version !== told.version.slice(0, 6)) {
    return {error: 'This link was made with another version of the model, so its numbers would differ here. Nothing was changed.'};
  }
  if (!Object.hasOwn(told.scenarios, scenario) || !/^\d{1,9}$/.test(seed) || levers.length % 3) {
    return {error: 'This address does not hold a setting of this page.'};
  }
  const changes = {};
  for (let i = 0; i < levers.length; i += 3) {
    const [lever, high, low] = [...levers.slice(i, i + 3)].map(sign => SIGNS.indexOf(sign));
    const name = names[lever];
    if (!name || high < 0 || low < 0) return {error: 'This address does not hold a setting of this page.'};
    const value = valueAt(told.parameters[name], high * 64 + low);
    if (value > told.parameters[name].high) return {error: `This address sets "${name}" beyond what is allowed. Nothing was changed.`};
    changes[name] = value;
  }
  return {scenario, changes, seed: Number(seed)};
}

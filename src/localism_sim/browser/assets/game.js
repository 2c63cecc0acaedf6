'use strict';
// The seminar game: each year every group sets its levers and hands over a short code; the
// facilitator's page runs the year. A code is role, year, one letter a lever, two letters to check.
const YEARS = 10, LETTERS = 'ABCDEFGHIJKLMNOPQRSTU';
let game = null;                              // {seed, years: [{letter: levels}], runs: [...], bots: [...]}
const roleOf = letter => told.game.roles.find(role => role.letter === letter);
const levelValue = (name, level) => {
  const p = told.parameters[name], value = p.low + (p.high - p.low) * level / told.game.levels;
  return p.whole ? Math.round(value) : Number(value.toPrecision(6));
};
const levelOf = (name, value) => { const p = told.parameters[name]; return Math.round((value - p.low) / (p.high - p.low) * told.game.levels); };
const groundLevels = role => Object.keys(role.levers).map(name => levelOf(name, valuesOf(told.game.ground, {})[name]));
// Two letters that a mistyped code, another game or another version of the model do not share.
function checkLetters(text, seed) {
  let sum = 7;
  for (const sign of `${text}|${seed}|${told.version}|${told.game.ground}`) sum = (sum * 31 + sign.charCodeAt(0)) % 441;
  return LETTERS[Math.floor(sum / 21)] + LETTERS[sum % 21];
}
function writeYear(role, year, levels, seed) {
  const text = `${role.letter}${year}-${levels.map(level => LETTERS[level]).join('')}`;
  return `${text}-${checkLetters(text, seed)}`;
}
// What a code says, or a sentence why it is not taken.
function readYear(code, seed) {
  const found = /^([A-Z])(\d{1,2})-([A-Z]+)-([A-Z]{2})$/.exec(code.trim().toUpperCase()), role = found && roleOf(found[1]);
  const shown = code.trim().slice(0, 30);
  if (!role || found[3].length !== Object.keys(role.levers).length || [...found[3]].some(sign => !LETTERS.includes(sign))) return {error: `“${shown}” is no code of this game.`};
  const text = code.trim().toUpperCase().replace(/-[A-Z]{2}$/, '');
  if (checkLetters(text, seed) !== found[4]) return {error: `“${shown}” is mistyped, or belongs to another game (this is game ${seed}).`};
  return {role, year: Number(found[2]), levels: [...found[3]].map(sign => LETTERS.indexOf(sign))};
}

// ---- What is run
const timelineOf = years => years.map((moves, n) => [12 * n, Object.fromEntries(told.game.roles.flatMap(role => Object.keys(role.levers).map((name, k) => [name, levelValue(name, moves[role.letter][k])])))]);
const gameArm = years => ({values: valuesOf(told.game.ground, {}), variants: told.scenarios[told.game.ground].variants, timeline: timelineOf(years)});
const gameRun = (years, months) => pool.run({...gameArm(years), seed: game.seed, months, places: false});
const levelsBefore = role => game.years.length ? game.years[game.years.length - 1][role.letter] : groundLevels(role);
// A bot moves its levers by a few letters in a year after what it watches got worse.
function botLevels(role) {
  const before = levelsBefore(role), run = game.run, end = 12 * game.years.length - 1;
  if (!run || end < 12) return before;
  const moved = (run.history[role.watches][end] - run.history[role.watches][end - 12]) * told.outcomes[role.watches].better;
  return moved >= 0 ? before : Object.values(role.levers).map((way, k) => Math.max(0, Math.min(told.game.levels, before[k] + way * role.bot_step)));
}
const describeBot = role => `If ${told.outcomes[role.watches].label.toLowerCase()} got worse over the last year, it moves ${Object.entries(role.levers).map(([name, way]) => `“${told.parameters[name].meaning.replace(/^recommendation \d+: /, '')}” ${way > 0 ? 'up' : 'down'}`).join(', ')} by ${role.bot_step} letters each; else it leaves everything as it was.`;
// moves: levels by role. Runs the year, and again without each group's move, for what each did.
async function playYear(moves) {
  const before = Object.fromEntries(told.game.roles.map(role => [role.letter, levelsBefore(role)])), years = [...game.years, moves], months = 12 * years.length;
  const still = years.map(() => Object.fromEntries(told.game.roles.map(role => [role.letter, groundLevels(role)])));
  const [run, base, ...without] = await Promise.all([gameRun(years, months), gameRun(still, months), ...told.game.roles.map(role => gameRun([...game.years, {...moves, [role.letter]: before[role.letter]}], months))]);
  game.years = years; game.run = run; game.base = base; game.without = without; game.before = before;
  game.scores.push(Object.fromEntries(told.game.roles.map(role => [role.letter, 100 * role.cares.reduce((sum, o) => sum + told.outcomes[o].better * (run.history[o][months - 1] - base.history[o][months - 1]), 0) / role.cares.length])));
}
function newGame(seed) { game = {seed, years: [], scores: [], run: null, base: null, without: [], before: null}; }

// ---- The group's page
let group = null;
function drawGroup() {
  const role = roleOf($('game-role').value), year = Number($('game-year').value), seed = Number($('game-seed').value);
  if (!group || group.letter !== role.letter) group = {letter: role.letter, levels: groundLevels(role)};
  const code = element('output', {id: 'group-code', class: 'answer'}), drawing = element('div', {id: 'group-qr'}), put = () => { code.textContent = writeYear(role, year, group.levels, seed); drawing.replaceChildren(qrDrawing(code.textContent)); };
  const sliders = Object.keys(role.levers).map((name, k) => {
    const p = told.parameters[name], id = `game-${name}`, range = element('input', {type: 'range', id, min: '0', max: String(told.game.levels), step: '1', value: String(group.levels[k])}), shown = element('output', {for: id});
    const put1 = () => { shown.textContent = `${LETTERS[group.levels[k]]} = ${levelValue(name, group.levels[k])}`; range.setAttribute('aria-valuetext', shown.textContent); };
    range.addEventListener('input', () => { group.levels = group.levels.map((level, n) => n === k ? range.valueAsNumber : level); put1(); put(); });
    put1();
    return element('div', {class: 'lever'}, element('label', {for: id}, p.meaning[0].toUpperCase() + p.meaning.slice(1)), element('div', {class: 'set'}, range, shown));
  });
  put();
  $('group').replaceChildren(element('p', {}, `${role.task} You care about: ${role.cares.map(o => `${told.outcomes[o].label.toLowerCase()} (${told.outcomes[o].better > 0 ? 'more is better' : 'less is better'})`).join(', ')}.`), ...sliders, element('p', {}, 'Your code for this year: ', code), drawing,
    element('p', {class: 'note'}, `Without a device: write the role's letter and the year, then one letter a lever, A for the lowest value to U for the highest; the facilitator sets it here. If nobody plays this role, a bot does. ${describeBot(role)}`));
}
function rejoin() {
  const found = readYear($('last-code').value, Number($('game-seed').value));
  if (found.error) { complain(found.error); return; }
  complain('');
  group = {letter: found.role.letter, levels: found.levels};
  $('game-role').value = found.role.letter; $('game-year').value = String(Math.min(YEARS, found.year + 1));
  drawGroup();
}

// ---- The facilitator's page
// A code that is typed or scanned goes to the field of its group; a hand scanner ends it with Enter.
function takeCode() {
  const text = $('any-code').value, found = readYear(text, game.seed), year = game.years.length + 1;
  if (found.error) { complain(found.error); return; }
  if (found.year !== year || year > YEARS) { complain(`This is a code of ${found.role.title} for year ${found.year}; ${year > YEARS ? 'the game is over' : `year ${year} is played now`}.`); return; }
  complain('');
  $(`code-${found.role.letter}`).value = text.trim().toUpperCase();
  $('any-code').value = '';
  $('any-code-said').textContent = `${found.role.title}: taken.`;
}
function drawFacilitator() {
  const year = game.years.length + 1, over = year > YEARS;
  $('game-now').textContent = over ? `Game ${game.seed} is over after ${YEARS} years.` : `Game ${game.seed}, year ${year} of ${YEARS}. An empty field is played by the bot.`;
  $('game-codes').replaceChildren(...over ? [] : told.game.roles.map(role => element('p', {class: 'row code'}, element('label', {for: `code-${role.letter}`}, role.title), element('input', {id: `code-${role.letter}`, type: 'text', autocomplete: 'off', spellcheck: false, placeholder: `${role.letter}${year}-...`}))));
  $('run-year').disabled = over; $('bots-all').disabled = over;
  if (!game.run) { $('game-result').replaceChildren(); $('game-yaml').textContent = ''; return; }
  const months = 12 * game.years.length, end = months - 1, from = Math.max(0, end - 12), seen = [...new Set(['quality', 'trust', ...told.game.roles.flatMap(role => role.cares)])];
  const moves = told.game.roles.flatMap((role, n) => Object.keys(role.levers).flatMap((name, k) => {
    const now = game.years[game.years.length - 1][role.letter][k], was = game.before[role.letter][k];
    return now === was ? [] : [[`${role.title}: ${told.parameters[name].meaning}`, String(levelValue(name, was)), String(levelValue(name, now))]];
  }));
  const effect = (n, o) => { const v = game.run.history[o][end] - game.without[n].history[o][end]; return `${v > 0 ? '+' : ''}${decimals(v, 4)}`; };
  const line = run => { const mean = run.history.quality; return {mean, low: mean, high: mean}; };
  $('game-result').replaceChildren(
    element('h4', {}, `After year ${game.years.length}`),
    element('figure', {class: 'wide'}, element('figcaption', {}, element('b', {}, 'Quality of services in this game'), 'solid; dashed: the same England had nobody moved a lever'),
      lineChart([{css: 'other', ...line(game.base)}, {css: 'mine', ...line(game.run)}], {label: `Quality by month: ends at ${decimals(game.run.history.quality[end], 3)} in this game and at ${decimals(game.base.history.quality[end], 3)} had nobody moved a lever.`, least: 0.1, first: FIRST})),
    table('What followed', ['Outcome', 'A year ago', 'Now', 'Now, had nobody moved'], seen.map(o => [told.outcomes[o].label, said(o, game.run.history[o][from]), said(o, game.run.history[o][end]), said(o, game.base.history[o][end])])),
    table('Why: what this year\u2019s move of each group did to the year\u2019s end', ['Group', 'Quality', 'Trust', 'Postcode gap'], told.game.roles.map((role, n) => [role.title, effect(n, 'quality'), effect(n, 'trust'), effect(n, 'postcode_gap')])),
    moves.length ? table('What was moved this year', ['Lever', 'Before', 'Now'], moves) : element('p', {}, 'Nobody moved a lever this year.'),
    table('Score: what each group cares about, against an England in which nobody moves (hundredths, summed over years)', ['Group', 'This year', 'So far'], told.game.roles.map(role => [role.title, decimals(game.scores[game.scores.length - 1][role.letter], 2), decimals(game.scores.reduce((sum, s) => sum + s[role.letter], 0), 2)])));
  $('game-yaml').textContent = gameYaml();
  $('game-record').value = [`game ${game.seed}`, ...game.years.flatMap((moved, n) => told.game.roles.map(role => writeYear(role, n + 1, moved[role.letter], game.seed)))].join(' ');
  offerExports($('game-result'), `localism_sim, model version ${told.version}, ${$('game-record').value}`);
}
const gameYaml = () => [`# The same numbers: localism-sim scenario=game-${game.seed}.yaml 'seeds=[${game.seed}]' months=${12 * game.years.length}`, `title: Seminar game ${game.seed}`, `stands_for: a game of ${game.years.length} years played in the page, model version ${told.version}, seed ${game.seed}`, `extends: ${told.game.ground}`, 'timeline:',
  ...timelineOf(game.years).map(([month, changes]) => `  ${month}: {${Object.entries(changes).map(([name, value]) => `${name}: ${value}`).join(', ')}}`)].join('\n') + '\n';
async function runYear(onlyBots) {
  const year = game.years.length + 1, moves = {};
  for (const role of told.game.roles) {
    const text = onlyBots ? '' : $(`code-${role.letter}`).value;
    if (!text.trim()) { moves[role.letter] = botLevels(role); continue; }
    const found = readYear(text, game.seed);
    if (found.error) { complain(found.error); return false; }
    if (found.role !== role || found.year !== year) { complain(`“${text.trim().slice(0, 30)}” is a code of ${found.role.title} for year ${found.year}; here ${role.title} in year ${year} is asked for.`); return false; }
    moves[role.letter] = found.levels;
  }
  complain('');
  generation++; pool.clear(); clearTimeout(resting);
  $('run-year').disabled = true;
  try { await playYear(moves); } finally { drawFacilitator(); }
  return true;
}
// A game from its record: every code so far.
async function restore() {
  const [word, seed, ...codes] = $('game-record').value.trim().split(/\s+/), n = Number(seed), per = told.game.roles.length;
  if (word !== 'game' || !/^\d{1,6}$/.test(seed || '') || codes.length % per || codes.length > per * YEARS) { complain('This is no record of a game.'); return; }
  const years = [];
  for (const [at, code] of codes.entries()) {
    const found = readYear(code, n), year = Math.floor(at / per) + 1;
    if (found.error || found.year !== year || found.role !== told.game.roles[at % per]) { complain(found.error || `“${code}” stands in the wrong place of this record.`); return; }
    (years[year - 1] ||= {})[found.role.letter] = found.levels;
  }
  complain('');
  newGame(n);
  generation++; pool.clear(); clearTimeout(resting);
  $('game-seed').value = seed;
  for (const moves of years) await playYear(moves);
  drawFacilitator(); drawGroup();
}
function buildGame() {
  newGame(1);
  $('game-role').replaceChildren(...told.game.roles.map(role => element('option', {value: role.letter}, role.title)));
  $('game-year').replaceChildren(...Array.from({length: YEARS}, (_, n) => element('option', {value: String(n + 1)}, `Year ${n + 1}`)));
  for (const id of ['game-role', 'game-year']) $(id).addEventListener('change', drawGroup);
  $('game-seed').addEventListener('change', () => {
    const seed = $('game-seed').valueAsNumber;
    if (!Number.isInteger(seed) || seed < 1 || seed > 999999) { complain('A game has a number from 1 to 999999.'); $('game-seed').value = String(game.seed); return; }
    complain(''); newGame(seed); drawGroup(); drawFacilitator();
  });
  $('rejoin').addEventListener('click', rejoin);
  $('take-code').addEventListener('click', takeCode);
  $('any-code').addEventListener('keydown', event => { if (event.key === 'Enter') { event.preventDefault(); takeCode(); } });
  $('use-here').addEventListener('click', () => { const at = $(`code-${group.letter}`); if (at) at.value = $('group-code').textContent; });
  $('run-year').addEventListener('click', () => runYear(false).catch(unlessDropped));
  $('bots-all').addEventListener('click', async () => { try { while (game.years.length < YEARS && await runYear(true)); } catch (error) { unlessDropped(error); } });
  $('restore').addEventListener('click', () => restore().catch(unlessDropped));
  $('save-game').addEventListener('click', () => save(`game-${game.seed}.yaml`, gameYaml(), 'text/yaml'));
  drawGroup(); drawFacilitator();
}

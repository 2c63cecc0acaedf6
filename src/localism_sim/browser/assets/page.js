'use strict';
// The page: its state, the pool of workers that run the model, and the views.
const $ = id => document.getElementById(id);
const unpack = async text => {
  const packed = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};
const MONTHS = 120, REST = 250;
const VIEWS = {explore: 'Explore', area: 'Your area', why: 'Why', lessons: 'Lessons', game: 'Seminar game', two: 'Reforms or autonomy', stress: 'Stress test', share: 'Share', about: 'About'};
const ORIGINS = ['mandated', 'borrowed_near', 'borrowed_far', 'own_inquiry', 'alternative'];
const CLASSES = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8], DIFFERENCES = [-0.15, -0.05, -0.01, 0.01, 0.05, 0.15];
const FIRST = {year: 2010, month: 4};
let told, start, rules, LEVERS, pool, state;
const past = [], future = [];

// A view of its own file in views/: draw(section) fills it whenever there is a new answer.
const further = [];
function addView(name, title, draw) {
  const section = element('section', {id: name, 'aria-labelledby': `${name}-title`, hidden: true}, element('h2', {id: `${name}-title`}, title)), body = element('div');
  section.append(body);
  $('about').before(section);
  const {about} = VIEWS;
  delete VIEWS.about;
  Object.assign(VIEWS, {[name]: title, about});
  further.push(() => { if (!section.hidden) { body.replaceChildren(...draw()); offerExports(body); } });
}

class Dropped extends Error {}
const unlessDropped = error => { if (!(error instanceof Dropped)) complain(`The model could not be run: ${error.message}`); };

// ---- Workers: as many as processors; each runs one job after the other.
class Pool {
  constructor(count) {
    const source = new Blob([$('worker-source').textContent], {type: 'text/javascript'});
    const url = URL.createObjectURL(source);
    this.waiting = []; this.open = new Map(); this.next = 0; this.told = new Map(); this.times = [];
    this.workers = Array.from({length: count}, () => {
      const worker = new Worker(url);
      worker.onmessage = ({data}) => this.heard(worker, data);
      worker.postMessage({rules, told});
      this.told.set(worker, []);
      return worker;
    });
    this.idle = [];
  }
  // About how many seconds so many runs of the present places take here: by the quickest of the last
  // few, since the first runs of a browser are slow.
  seconds(runs) { return this.times.length ? runs * Math.min(...this.times) / 1000 / this.workers.length : 0; }
  heard(worker, data) {
    this.idle.push(worker);
    if (data.took) { this.times.push(data.took); if (this.times.length > 8) this.times.shift(); }
    const job = this.open.get(data.job);
    if (job) { this.open.delete(data.job); if (data.error) job.fail(new Error(data.error)); else job.done(data); }
    this.hand();
  }
  hand() {
    while (this.idle.length && this.waiting.length) {
      const job = this.waiting.shift(), worker = this.idle.pop();
      this.open.set(job.number, job);
      const {land = england, ...asked} = job.asked, known = this.told.get(worker), sent = {job: job.number, land: land.id, ...asked};
      // A worker keeps the last three lands it was given.
      if (!known.includes(land.id)) { sent.world = land.world; known.push(land.id); if (known.length > 3) known.shift(); }
      worker.postMessage(sent);
    }
  }
  run(asked) {
    return new Promise((done, fail) => {
      this.waiting.push({number: this.next++, asked, done, fail});
      this.hand();
    });
  }
  // What waits is dropped, and whoever asked for it is told; what runs is finished.
  clear() { for (const job of this.waiting.splice(0)) job.fail(new Dropped('another setting was chosen')); }
}

// ---- What is asked
const valuesOf = (scenario, changes) => ({
  ...Object.fromEntries(Object.entries(told.parameters).map(([name, p]) => [name, p.default])),
  ...told.scenarios[scenario].values, ...changes,
});
const arm = (scenario, changes, variants = told.scenarios[scenario].variants) => ({values: valuesOf(scenario, changes), timeline: told.scenarios[scenario].timeline, variants});
const mine = () => ({...arm(state.scenario, state.changes, state.variants), land: here()});
// What is compared with: a scenario's name, or a setting that was kept.
const settingOf = other => typeof other === 'string' ? {scenario: other, changes: {}, variants: told.scenarios[other].variants} : other;
// It has the assumptions of the setting, unless the user wants it to keep its own.
function othersOf({other, changes, alike}) {
  const {scenario, changes: own, variants} = settingOf(other), levers = Object.fromEntries(Object.entries(own).filter(([name]) => LEVERS.includes(name)));
  return {...arm(scenario, alike ? {...levers, ...assumedIn(told, changes)} : own, variants), land: here()};
}
const others = () => othersOf(state);
// When outcomes of Explore are read: the last month of so many years.
const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const readAt = () => 12 * state.years - 1;
const afterYears = () => `after ${NUMBERS[state.years]} year${state.years > 1 ? 's' : ''}`;

// ---- Statistics over paired seeds
function spreadOf(values) {
  const n = values.length, mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return {mean, low: mean, high: mean, n};
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
  const half = told.student[n - 2] * Math.sqrt(variance / n);
  return {mean, low: mean - half, high: mean + half, n};
}
const clear = d => d.n > 1 && (d.low > 0 || d.high < 0);
function inWords(d, outcome) {
  if (d.n < 2) return 'one run so far';
  if (!clear(d)) return 'no clear difference';
  const better = told.outcomes[outcome].better;
  return better === 0 ? (d.mean > 0 ? 'more' : 'less') : d.mean * better > 0 ? 'better' : 'worse';
}
const unitOf = outcome => told.outcomes[outcome].unit;
const said = (outcome, v) => decimals(v, unitOf(outcome).includes('month') ? 1 : 3);

// ---- Runs of two arms on the same seeds
let generation = 0, answer = null;
async function runArm(given, seeds, wantPlaces, counted) {
  return Promise.all(seeds.map(async seed => {
    const found = await pool.run({...given, seed, months: MONTHS, places: wantPlaces});
    counted();
    return found;
  }));
}
const kept = new Map();
async function armRuns(given, seeds, counted) {
  const key = JSON.stringify([given.values, given.timeline, given.variants, given.land ? given.land.id : 0]);
  if (!kept.has(key)) kept.set(key, new Map());
  const runs = kept.get(key);
  kept.delete(key); kept.set(key, runs);
  while (kept.size > 3) kept.delete(kept.keys().next().value);
  const missing = seeds.filter(seed => !runs.has(seed));
  const found = await runArm(given, missing, true, counted);
  missing.forEach((seed, n) => runs.set(seed, found[n]));
  return seeds.map(seed => runs.get(seed));
}
async function ask(count) {
  const mark = generation, seeds = Array.from({length: count}, (_, n) => state.seed + n);
  let done = 0;
  const counted = () => { done++; if (mark === generation && count > 1) $('working').textContent = `${done} of up to ${2 * count} runs`; };
  const [a, b] = await Promise.all([armRuns(mine(), seeds, counted), armRuns(others(), seeds, counted)]);
  if (mark !== generation) return false;
  answer = {mine: a, other: b, of: mark};  // of which setting
  sayHowLong();
  $('working').textContent = count > 1 ? `Bands: 95% intervals over ${count} runs with the same luck on both sides.` : 'One run so far; intervals follow.';
  draw();
  return true;
}
let resting;
function changed() {
  generation++;
  pool.clear();
  clearTimeout(resting);
  $('bands').hidden = $('stop-bands').hidden = true;
  ask(1).then(whole => { if (whole) offerBands(); }).catch(unlessDropped);
  writeAddress();
  drawSettings();
  drawLand();
}
// Bands follow by themselves where they are quick; else the page says how long they take, and asks.
const LONG = 10;
const howLong = runs => { const seconds = pool.seconds(runs); return seconds > LONG ? `about ${Math.ceil(seconds)} seconds` : ''; };
// What a button starts, and how long that takes here where it is long.
function sayHowLong() {
  for (const [id, text, runs] of [['run-two', 'Run the four', 4 * told.pairs], ['run-stress', `Run ${told.worlds} worlds`, 2 * told.worlds], ['teach', 'Work out timings and expected answers', 2 * told.lessons.length * told.pairs]]) {
    const long = howLong(runs);
    $(id).textContent = long ? `${text} (${long})` : text;
  }
}
function offerBands() {
  const long = howLong(2 * told.pairs), few = 3;
  if (long && pool.times.length < 2 * few) { ask(few).then(whole => { if (whole) offerBands(); }).catch(unlessDropped); return; }
  if (!long) { resting = setTimeout(() => ask(told.pairs).catch(unlessDropped), REST); return; }
  $('working').textContent = `Intervals from ${told.pairs} runs with the same luck on both sides take ${long} here.`;
  $('bands').hidden = false;
}
function workOutBands() {
  $('bands').hidden = true; $('stop-bands').hidden = false;
  $('stop-bands').focus();
  $('working').textContent = 'Working out the bands ...';
  ask(told.pairs).then(whole => { if (whole) $('stop-bands').hidden = true; }).catch(unlessDropped);
}
function stopBands() {
  generation++; pool.clear();
  $('stop-bands').hidden = true; $('bands').hidden = false;
  $('working').textContent = 'Stopped.';
  $('bands').focus();
}
function set(change) {
  past.push(state);
  if (past.length > 200) past.shift();
  future.length = 0;
  state = {...state, ...change};
  changed();
}

// ---- Drawing
function bandOf(runs, outcome) {
  const mean = new Float64Array(MONTHS), low = new Float64Array(MONTHS), high = new Float64Array(MONTHS);
  for (let m = 0; m < MONTHS; m++) {
    const found = spreadOf(runs.map(run => run.history[outcome][m]));
    mean[m] = found.mean; low[m] = found.low; high[m] = found.high;
  }
  return {mean, low, high};
}
// An outcome as a run of so many months would have it: who has not got there yet counts a month more.
const outcomeAt = (run, outcome, at) => outcome === 'months_to_half' ? Math.min(run.history[outcome][at], at + 2) : run.history[outcome][at];
const differenceOf = (outcome, at = MONTHS - 1) =>
  spreadOf(answer.mine.map((run, n) => outcomeAt(run, outcome, at) - outcomeAt(answer.other[n], outcome, at)));
const sameRivals = () => String(state.variants) === String(told.scenarios[state.scenario].variants);
const isChanged = () => Object.keys(state.changes).length > 0 || !sameRivals();
const nameOfMine = () => told.scenarios[state.scenario].title + (isChanged() ? ', changed' : '');
const sharedAssumptions = () => state.alike && Object.keys(assumedIn(told, state.changes)).length > 0;
const nameOfOther = () => (typeof state.other === 'string' ? told.scenarios[state.other].title : `${told.scenarios[state.other.scenario].title}, as kept`) + (sharedAssumptions() ? ', same assumptions' : '');
const LEAST = {harm: 6};

function draw() {
  const six = told.headline, differences = Object.fromEntries(six.map(o => [o, differenceOf(o, readAt())])), after = afterYears(), After = after[0].toUpperCase() + after.slice(1);
  const better = six.filter(o => inWords(differences[o], o) === 'better'), worse = six.filter(o => inWords(differences[o], o) === 'worse');
  const names = list => list.map(o => told.outcomes[o].label.toLowerCase()).join(', ');
  const asText = ({values, timeline, variants}) => JSON.stringify([values, timeline, variants]), same = asText(mine()) === asText(others());
  $('sentence').textContent = same ? 'Both settings are the same. Move a lever, or choose another comparison.'
    : answer.mine.length < 2 ? 'Working out how sure the difference is ...'
    : !better.length && !worse.length ? `${After} there is no clear difference from “${nameOfOther()}” in any of the six outcomes.`
    : `${After}, compared with “${nameOfOther()}”: ${[better.length ? `better in ${names(better)}` : '', worse.length ? `worse in ${names(worse)}` : '', better.length + worse.length < six.length ? 'no clear difference in the rest' : ''].filter(Boolean).join('; ')}.`;
  const charts = six.map(outcome => {
    const a = bandOf(answer.mine, outcome), b = bandOf(answer.other, outcome), o = told.outcomes[outcome], d = differences[outcome];
    const yearly = [11, 23, 35, 47, 59, 71, 83, 95, 107, 119].map(m => [`Year ${(m + 1) / 12}`, said(outcome, a.mean[m]), said(outcome, b.mean[m])]);
    return element('figure', {},
      element('figcaption', {}, element('b', {}, `${o.label}: ${inWords(d, outcome)}`),
        `${o.unit}; ${after} ${said(outcome, a.mean[readAt()])} against ${said(outcome, b.mean[readAt()])}`),
      lineChart([{css: 'other', ...b}, {css: 'mine', ...a}], {
        label: `${o.label} by month: ${nameOfMine()} ends at ${said(outcome, a.mean[MONTHS - 1])}, ${nameOfOther()} at ${said(outcome, b.mean[MONTHS - 1])}.`,
        least: LEAST[outcome] || 0.2, first: FIRST}),
      element('details', {}, element('summary', {}, 'Table'), table(`${o.label} (${o.unit}): ${o.meaning}`, ['End of', nameOfMine(), nameOfOther()], yearly)));
  });
  const legend = element('p', {class: 'legend'}, element('span', {class: 'mine'}, nameOfMine()), element('span', {class: 'other'}, `${nameOfOther()} (dashed)`));
  $('charts').replaceChildren(...charts);
  if ($('charts').previousElementSibling.className !== 'legend') $('charts').before(legend); else $('charts').previousElementSibling.replaceWith(legend);
  $('differences').replaceChildren(differenceTable(differences));
  const known = Object.keys(told.outcomes).filter(o => o in answer.mine[0].history && !six.includes(o));
  $('all-outcomes').lastElementChild.replaceChildren(differenceTable(Object.fromEntries([...six, ...known].map(o => [o, differenceOf(o, readAt())]))));
  drawOrigins();
  offerExports($('answer'));
  if (!$('area').hidden) drawArea();
  for (const each of further) each();
}
function differenceTable(differences) {
  const level = (side, o) => said(o, spreadOf(answer[side].map(run => outcomeAt(run, o, readAt()))).mean);
  return table(`Outcomes ${afterYears()}, with the 95% interval of the difference over ${answer.mine.length} paired runs`, ['Outcome', nameOfMine(), nameOfOther(), 'Difference', '95% interval', 'In words'],
    Object.entries(differences).map(([o, d]) => [`${told.outcomes[o].label} (${unitOf(o)})`, level('mine', o), level('other', o), said(o, d.mean), d.n > 1 ? `${said(o, d.low)} to ${said(o, d.high)}` : '...', inWords(d, o)]));
}
function drawOrigins() {
  const rows = ORIGINS.map(o => [told.outcomes[o].label, ...['mine', 'other'].map(side => `${(100 * spreadOf(answer[side].map(run => run.history[o][readAt()])).mean).toFixed(0)}%`)]);
  $('origins').replaceChildren(table(`Share of front-line staff ${afterYears()} whose practice came this way`, ['Origin', nameOfMine(), nameOfOther()], rows));
}

// ---- Settings
// What moves if a lever moves: the present setting with the lever at its lowest and at its highest.
async function whatMoves(name, into, button) {
  const p = told.parameters[name], seeds = Array.from({length: told.pairs}, (_, n) => state.seed + n);
  into.textContent = ['Working it out', howLong(2 * seeds.length)].filter(Boolean).join(', ') + ' ...';
  button.disabled = true;
  try {
    const [low, high] = await Promise.all([p.low, p.high].map(value => runArm({...mine(), values: {...mine().values, [name]: value}}, seeds, false, () => {})));
    const moved = told.headline.map(o => [o, spreadOf(high.map((run, n) => run.history[o][readAt()] - low[n].history[o][readAt()]))]).filter(([, d]) => clear(d));
    const parts = moved.map(([o, d]) => `${told.outcomes[o].label.toLowerCase()} ${d.mean > 0 ? '+' : ''}${said(o, d.mean)} (${inWords(d, o)})`);
    into.textContent = `From ${p.low} to ${p.high}, all else as it is set, ${afterYears()}: ${parts.length ? parts.join('; ') : 'no clear difference in any of the six outcomes'}${parts.length && parts.length < told.headline.length ? '; no clear difference in the rest' : ''}.`;
  } catch (error) {
    into.textContent = 'Stopped, since a setting was changed.';
    throw error;
  } finally { button.disabled = false; }
}
// A lever goes by its steps, since a code holds their number; an assumption takes any value.
const fixed = (name, value) => { const p = told.parameters[name]; return LEVERS.includes(name) ? valueAt(p, countOf(p, value)) : p.whole ? Math.round(value) : Number(value.toPrecision(9)); };
function setTo(name, value) {
  const changes = {...state.changes, [name]: value};
  if (value === valuesOf(state.scenario, {})[name]) delete changes[name];
  set({changes});
}
function lever(name) {
  const p = told.parameters[name], id = `lever-${name}`, step = p.step;
  const range = element('input', {type: 'range', id, min: String(p.low), max: String(p.high), step: String(step)});
  const box = element('input', {type: 'number', min: String(p.low), max: String(p.high), step: 'any', 'aria-label': `${p.meaning}, as a number`});
  const ask = element('button', {type: 'button', class: 'small', 'aria-label': `What moves if this moves: ${p.meaning}`}, 'What moves?'), moves = element('p', {class: 'note', role: 'status'});
  ask.addEventListener('click', () => whatMoves(name, moves, ask).catch(unlessDropped));
  const moved = value => {
    if (!Number.isFinite(value)) return;
    setTo(name, fixed(name, Math.min(p.high, Math.max(p.low, value))));
  };
  range.addEventListener('input', () => moved(range.valueAsNumber));
  box.addEventListener('change', () => moved(box.valueAsNumber));
  const note = element('p', {class: 'note', id: `${id}-note`});
  range.setAttribute('aria-describedby', note.id);
  const label = element('label', {for: id}, p.meaning[0].toUpperCase() + p.meaning.slice(1));
  const whole = element('div', {class: 'lever'}, label, element('div', {class: 'set'}, range, box), note, ask, moves);
  return {name, range, box, note, whole};
}
let shown = [];
function buildSettings() {
  for (const id of ['scenario', 'other']) {
    $(id).replaceChildren(...Object.entries(told.scenarios).map(([name, s]) => element('option', {value: name}, s.title)));
  }
  $('scenario').addEventListener('change', () => set({scenario: $('scenario').value, changes: {}, variants: told.scenarios[$('scenario').value].variants}));
  $('other').addEventListener('change', () => set({other: $('other').value === KEPT ? keptSetting : $('other').value}));
  $('years').replaceChildren(...Array.from({length: MONTHS / 12}, (_, n) => element('option', {value: String(n + 1)}, `${n + 1} year${n ? 's' : ''}`)));
  $('years').addEventListener('change', () => set({years: Number($('years').value)}));
  $('seed').addEventListener('change', () => {
    const seed = $('seed').valueAsNumber, most = Number($('seed').max);
    if (!Number.isInteger(seed) || seed < 1 || seed > most) { complain(`Luck is a whole number from 1 to ${most}.`); $('seed').value = String(state.seed); return; }
    complain(''); set({seed});
  });
  $('keep').addEventListener('click', () => set({other: {scenario: state.scenario, changes: state.changes, variants: state.variants}}));
  const open = {headline: true};
  for (const [group, title] of Object.entries(told.groups)) {
    const names = LEVERS.filter(name => told.parameters[name].group === group);
    if (!names.length) continue;
    const made = names.map(lever);
    shown.push(...made);
    $('groups').append(element('details', {open: Boolean(open[group])}, element('summary', {}, title[0].toUpperCase() + title.slice(1)), ...made.map(l => l.whole)));
  }
  buildAssumptions();
  buildRivals();
  oneRule('one-rule', true); oneRule('two-rule', false);
  $('undo').addEventListener('click', () => { if (past.length) { future.push(state); state = past.pop(); changed(); } });
  $('redo').addEventListener('click', () => { if (future.length) { past.push(state); state = future.pop(); changed(); } });
  $('reset').addEventListener('click', () => set({changes: {}, variants: told.scenarios[state.scenario].variants}));
  $('replay').addEventListener('click', replay);
}
function buildRivals() {
  const rows = Object.entries(told.variants).map(([name, v]) => {
    const box = element('input', {type: 'checkbox', id: `rival-${name}`});
    box.addEventListener('change', () => {
      const others = state.variants.filter(other => other !== name && told.variants[other].replaces !== v.replaces);
      set({variants: box.checked ? [...others, name].sort() : others});
    });
    return element('div', {class: 'lever'}, element('label', {}, box, ` ${v.title}`), element('p', {class: 'note'}, `${v.theory[0].toUpperCase()}${v.theory.slice(1)}. Takes the place of the rule ${v.replaces}. Source: ${v.source}.`));
  });
  $('groups').append(element('details', {}, element('summary', {}, 'Rival rules'), ...rows));
}
// Every parameter that is no lever: rates and rules that nobody decides, found by a word. They are
// drawn when they are first asked for.
function buildAssumptions() {
  const list = element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Assumptions'}), found = element('p', {class: 'note', role: 'status'});
  const find = element('input', {type: 'search', id: 'find-assumption', autocomplete: 'off'}), alike = element('input', {type: 'checkbox', id: 'alike'});
  const whole = element('details', {id: 'assumptions'}, element('summary', {}),
    element('p', {class: 'note'}, 'Rates and rules that nobody decides. Most are known only roughly, so see whether what you found hangs on them.'),
    element('p', {}, element('label', {}, alike, ' What is compared with has the same assumptions')),
    element('p', {class: 'row'}, element('label', {for: find.id}, 'Find an assumption'), find), found, list);
  let made = null;
  const filter = () => {
    make();
    const words = folded(find.value).split(' ');
    for (const each of made) each.whole.hidden = !words.every(word => each.text.includes(word));
    const count = made.filter(each => !each.whole.hidden).length;
    found.textContent = count ? `${count} of ${made.length}` : 'No assumption has these words in its name, its meaning or its source.';
  };
  const make = () => {
    if (made) return;
    made = told.assumptions.map(name => ({...lever(name), text: folded(`${name} ${told.parameters[name].meaning} ${told.parameters[name].source}`)}));
    shown.push(...made);
    list.replaceChildren(...made.map(each => each.whole));
    drawSettings();
  };
  whole.addEventListener('toggle', () => { if (whole.open) filter(); });
  find.addEventListener('input', filter);
  alike.addEventListener('change', () => set({alike: alike.checked}));
  $('groups').append(whole);
}
// The rule on which spread and harm hang is shown with its rival, which a switch puts in its place on
// both sides.
const ruleValue = () => valuesOf(state.scenario, state.changes)[told.centre_rule.name];
function oneRule(id, withAsk) {
  const {name, rules: [[usual], [rival, words]]} = told.centre_rule, box = element('input', {type: 'checkbox', id: `${id}-rival`});
  box.addEventListener('change', () => setTo(name, box.checked ? rival : usual));
  $(id).append(element('p', {}), element('p', {}, element('label', {}, box, ` Rival rule: ${words}`)));
  if (!withAsk) return;
  const ask = element('button', {type: 'button', class: 'small'}, 'What hangs on it?'), found = element('div', {id: 'rule-answer', class: 'across', 'aria-live': 'polite', tabindex: '0', role: 'region', 'aria-label': 'What hangs on the rule'});
  ask.addEventListener('click', () => whatHangs(found, ask).catch(unlessDropped));
  $(id).append(element('p', {class: 'buttons'}, ask), found);
}
function drawRule() {
  const {rules} = told.centre_rule, held = rules.find(([value]) => value === ruleValue());
  for (const id of ['one-rule', 'two-rule']) {
    $(id).firstElementChild.textContent = `Spread and harm hang on one rule that nobody has measured: how the centre judges its own candidates for the standard. Here ${held ? held[1] : `it is set between the usual rule and its rival, at ${ruleValue()}`}.`;
    $(`${id}-rival`).checked = ruleValue() === rules[1][0];
  }
  if (drawnState !== state) $('rule-answer').replaceChildren();
}
// The setting against its comparison under either rule, with the same luck.
async function whatHangs(into, button) {
  const {name, rules} = told.centre_rule, seeds = Array.from({length: told.pairs}, (_, n) => state.seed + n), under = (given, value) => ({...given, values: {...given.values, [name]: value}});
  into.textContent = ['Working it out', howLong(2 * rules.length * seeds.length)].filter(Boolean).join(', ') + ' ...';
  button.disabled = true;
  try {
    const arms = await Promise.all(rules.flatMap(([value]) => [mine(), others()].map(given => runArm(under(given, value), seeds, false, () => {}))));
    const cell = (o, n) => { const d = spreadOf(arms[2 * n].map((run, k) => run.history[o][readAt()] - arms[2 * n + 1][k].history[o][readAt()])); return `${d.mean > 0 ? '+' : ''}${said(o, d.mean)} (${said(o, d.low)} to ${said(o, d.high)}), ${inWords(d, o)}`; };
    into.replaceChildren(table(`${nameOfMine()} against “${nameOfOther()}” ${afterYears()}: difference and its 95% interval over ${seeds.length} paired runs`, ['Outcome', ...rules.map(([, words]) => `If ${words}`)], told.headline.map(o => [`${told.outcomes[o].label} (${unitOf(o)})`, ...rules.map((_, n) => cell(o, n))])));
    offerExports(into);
  } catch (error) {
    into.textContent = 'Stopped, since a setting was changed.';
    throw error;
  } finally { button.disabled = false; }
}
// The last change once more: charts go step by step from the setting before it to the one after.
const REPLAY_STEPS = 6, REPLAY_PAUSE = 220;
let replaying = 0;
async function replay() {
  const from = past[past.length - 1], to = state, turn = ++replaying, calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  if (!from) return;
  generation++; pool.clear(); clearTimeout(resting);
  const mark = generation, a = valuesOf(from.scenario, from.changes), b = valuesOf(to.scenario, to.changes), seed = to.seed;
  const stages = calm || from.scenario !== to.scenario ? [0, 1] : Array.from({length: REPLAY_STEPS + 1}, (_, n) => n / REPLAY_STEPS);
  const other = othersOf(to);
  try {
    for (const t of stages) {
      const changes = Object.fromEntries(Object.keys(b).map(name => [name, told.parameters[name].whole ? Math.round(a[name] + t * (b[name] - a[name])) : a[name] + t * (b[name] - a[name])]));
      const given = {...arm(t < 1 ? from.scenario : to.scenario, {}, t < 1 ? from.variants : to.variants), values: changes, land: here()};
      const [one, two] = await Promise.all([given, other].map(each => runArm(each, [seed], true, () => {})));
      if (mark !== generation || turn !== replaying) return;
      answer = {mine: one, other: two};
      draw();
      $('working').textContent = t === 0 ? 'Before the last change' : t === 1 ? 'After the last change' : 'The last change, step by step';
      await new Promise(done => setTimeout(done, calm || stages.length === 2 ? 1200 : REPLAY_PAUSE));
      if (mark !== generation || turn !== replaying) return;
    }
  } catch (error) { unlessDropped(error); return; }
  changed();
}
// The choice of comparisons, with the setting that was kept last.
const KEPT = 'kept setting';
let keptSetting = null, drawnState = null;
function drawOther() {
  if (typeof state.other !== 'string') keptSetting = state.other;
  const options = Object.entries(told.scenarios).map(([name, s]) => element('option', {value: name}, s.title));
  if (keptSetting) options.push(element('option', {value: KEPT}, `Kept: ${told.scenarios[keptSetting.scenario].title}${Object.keys(keptSetting.changes).length ? ', changed' : ''}`));
  if ($('other').options.length !== options.length || keptSetting) $('other').replaceChildren(...options);
  $('other').value = typeof state.other === 'string' ? state.other : KEPT;
}
function drawSettings() {
  const values = valuesOf(state.scenario, state.changes), timeline = told.scenarios[state.scenario].timeline;
  $('scenario').value = state.scenario; drawOther();
  $('stands-for').textContent = told.scenarios[state.scenario].stands_for;
  for (const l of shown) {
    const p = told.parameters[l.name];
    if (document.activeElement !== l.range) l.range.value = String(values[l.name]);
    l.box.value = String(values[l.name]);
    l.whole.className = l.name in state.changes ? 'lever moved' : 'lever';
    const later = timeline.filter(([, changes]) => l.name in changes).map(([month]) => month);
    if (drawnState !== state) l.whole.lastElementChild.textContent = '';
    l.note.textContent = `${l.name}: ${p.unit}, ${p.low} to ${p.high}. ${later.length ? `This scenario sets it anew in month ${later.join(' and ')}. ` : ''}Source: ${p.source}.`;
  }
  $('undo').disabled = !past.length; $('redo').disabled = !future.length; $('reset').disabled = !isChanged(); $('replay').disabled = !past.length;
  for (const name in told.variants) $(`rival-${name}`).checked = state.variants.includes(name);
  const assumed = Object.keys(assumedIn(told, state.changes)).length;
  $('assumptions').firstElementChild.textContent = `Change an assumption${assumed ? ` (${assumed} changed)` : ''}`;
  $('alike').checked = state.alike; $('years').value = String(state.years); $('seed').value = String(state.seed);
  drawRule();
  drawnState = state;
  if (!$('share').hidden) drawShare();
}

// ---- Your area
let drawnLand = null;
function drawLand() {
  if (drawnLand === here()) return;
  // What was found for other places is not shown with these.
  if (drawnLand) { answer = null; pool.times = []; for (const id of ['map', 'key', 'all-places', 'chosen', 'why-answer', 'why-turned']) $(id).replaceChildren(); $('area-answer').textContent = 'Working ...'; }
  drawnLand = here();
  $('own-places').hidden = !state.land;
  $('own-places').firstElementChild.textContent = state.land ? `Places from your file ${state.land.file} inside England: every view but lessons and game is about them.` : '';
  $('place-names').replaceChildren(...here().names.map(name => element('option', {value: name})));
  fillWhyPlaces();
}
const PLACE_OUTCOMES = ['quality', 'trust', 'engagement', 'wellbeing', 'spread', 'budget'];
function placeMeans(runs, outcome, month) {
  const count = here().ids.length, sum = new Float64Array(count);
  for (const run of runs) for (let n = 0; n < count; n++) sum[n] += run.places[outcome][month * count + n] / runs.length;
  return sum;
}
function areaValue(run, outcome, month, chosen) {
  const count = here().ids.length;
  let sum = 0, people = 0;
  for (const n of chosen) { sum += run.places[outcome][month * count + n] * here().citizens[n]; people += here().citizens[n]; }
  return sum / people;
}
function drawArea() {
  const outcome = $('shown').value, month = Number($('month').value) - 1, o = told.outcomes[outcome], asDifference = $('as-difference').checked;
  const when = new Date(Date.UTC(FIRST.year, FIRST.month + month));
  $('month-said').textContent = `${month + 1}: ${when.toLocaleDateString('en-GB', {month: 'short', year: 'numeric', timeZone: 'UTC'})}`;
  const a = placeMeans(answer.mine, outcome, month), b = placeMeans(answer.other, outcome, month);
  const values = asDifference ? a.map((v, n) => v - b[n]) : a, edges = asDifference ? DIFFERENCES : CLASSES;
  const classOf = v => edges.filter(edge => v >= edge).length, letter = asDifference ? 'd' : 'm';
  const classes = Array.from({length: edges.length + 1}, (_, n) => letter + n), chosen = new Set(state.area);
  const what = `${o.label}${asDifference ? ', difference from the comparison' : ''}`;
  $('map').replaceChildren(mapOf(here(), values, {label: `Map of England: ${what} in month ${month + 1}. The table below holds the values.`, classes, classOf, chosen, wording: v => decimals(v, 3)}));
  $('key').replaceChildren(element('div', {class: 'key'}, ...classes.map((css, n) => element('span', {},
    shape('svg', {viewBox: '0 0 10 10', 'aria-hidden': 'true'}, shape('rect', {width: 10, height: 10, class: css})),
    n === 0 ? `below ${decimals(edges[0])}` : n === edges.length ? `${decimals(edges[n - 1])} and more` : `${decimals(edges[n - 1])} to ${decimals(edges[n])}`))));
  $('all-places').replaceChildren(table(`${o.label} (${o.unit}) in month ${month + 1}, mean of ${answer.mine.length} ${answer.mine.length > 1 ? 'runs' : 'run'}`, ['Place', nameOfMine(), nameOfOther(), 'Difference'],
    here().names.map((name, n) => [name, decimals(a[n], 3), decimals(b[n], 3), decimals(a[n] - b[n], 3)])));
  $('chosen').replaceChildren(...state.area.map(n => {
    const drop = element('button', {type: 'button', 'aria-label': `Remove ${here().names[n]}`}, `${here().names[n]} ×`);
    drop.addEventListener('click', () => { set({area: state.area.filter(m => m !== n)}); $('find').focus(); });
    return element('li', {}, drop);
  }));
  offerExports($('area'));
  if (!state.area.length) { $('area-answer').replaceChildren(element('p', {}, 'No place chosen yet.')); return; }
  const rows = PLACE_OUTCOMES.map(name => {
    const d = spreadOf(answer.mine.map((run, n) => areaValue(run, name, month, state.area) - areaValue(answer.other[n], name, month, state.area)));
    const here = spreadOf(answer.mine.map(run => areaValue(run, name, month, state.area)));
    return [told.outcomes[name].label, decimals(here.mean, 3), decimals(d.mean, 3), d.n > 1 ? `${decimals(d.low, 3)} to ${decimals(d.high, 3)}` : '...', inWords(d, name)];
  });
  $('area-answer').replaceChildren(table(`Your ${state.area.length === 1 ? 'place' : `${state.area.length} places`} in month ${month + 1}, compared with “${nameOfOther()}”`,
    ['Outcome', 'Your setting', 'Difference', '95% interval', 'In words'], rows));
  offerExports($('area-answer'));
}
function buildArea() {
  $('shown').replaceChildren(...PLACE_OUTCOMES.map(name => element('option', {value: name}, told.outcomes[name].label)));
  $('month').max = String(MONTHS); $('month').value = String(MONTHS);
  for (const id of ['shown', 'month', 'as-difference']) $(id).addEventListener('input', () => { if (answer) drawArea(); });
  const add = () => {
    const wanted = $('find').value.trim().toLowerCase(), names = here().names.map(name => name.toLowerCase());
    const exact = names.indexOf(wanted), close = names.flatMap((name, n) => wanted && name.includes(wanted) ? [n] : []);
    const n = exact >= 0 ? exact : close.length === 1 ? close[0] : -1;
    if (n < 0) {
      complain(!wanted ? 'Type the name of a place first.' : close.length ? `Several places fit “${$('find').value.trim()}”: ${close.slice(0, 6).map(m => here().names[m]).join(', ')}. Type more of the name.` : `No place here is called “${$('find').value.trim()}”.`);
      return;
    }
    complain('');
    $('find').value = '';
    if (!state.area.includes(n)) set({area: [...state.area, n]});
  };
  $('add').addEventListener('click', add);
  $('find').addEventListener('keydown', event => { if (event.key === 'Enter') { event.preventDefault(); add(); } });
}

// ---- Reforms or autonomy
async function runTwo() {
  const mark = ++generation;
  pool.clear();
  $('run-two').disabled = true; $('stop-two').hidden = false;
  $('two-answer').textContent = ['Four times ' + told.pairs + ' runs', howLong(4 * told.pairs)].filter(Boolean).join(', ') + ' ...';
  const ground = Object.fromEntries(Object.entries(state.changes).filter(([name]) => told.parameters[name].group === 'problem' || ['cuts', 'trust'].includes(name) || told.assumptions.includes(name)));
  const {base, reforms, low, high} = told.two_by_two, seeds = Array.from({length: told.pairs}, (_, n) => state.seed + n);
  const cell = (autonomy, withReforms) => ({values: {...valuesOf(base, {}), ...(withReforms ? reforms : {}), autonomy, ...ground}, timeline: told.scenarios[base].timeline, variants: state.variants, land: here()});
  let done = 0;
  const counted = () => { done++; if (mark === generation) $('two-answer').textContent = `${done} of ${4 * told.pairs} runs`; };
  let cells = [];
  try {
    cells = await Promise.all([cell(low, false), cell(high, false), cell(low, true), cell(high, true)].map(given => runArm(given, seeds, false, counted)));
  } catch (error) {
    unlessDropped(error);
  }
  $('run-two').disabled = false; $('stop-two').hidden = true;
  if (mark !== generation || !cells.length) { $('two-answer').textContent = 'Stopped.'; return; }
  const [c, l, cr, lr] = cells;
  const blocks = told.headline.map(o => {
    const at = run => run.history[o][MONTHS - 1], o_ = told.outcomes[o];
    const effects = [
      ['reforms', 'The reforms', seeds.map((_, n) => (at(cr[n]) - at(c[n]) + at(lr[n]) - at(l[n])) / 2)],
      ['autonomy', 'Autonomy', seeds.map((_, n) => (at(l[n]) - at(c[n]) + at(lr[n]) - at(cr[n])) / 2)],
      ['both', 'Only together', seeds.map((_, n) => at(lr[n]) - at(l[n]) - at(cr[n]) + at(c[n]))]];
    const rows = effects.map(([css, label, values]) => { const d = spreadOf(values); return {css, label, ...d, note: `${d.mean > 0 ? '+' : ''}${said(o, d.mean)}, ${inWords(d, o).replace(' difference', '')}`}; });
    const limit = niceStep(Math.max(o === 'harm' ? 2 : 0.1, ...rows.map(r => Math.max(Math.abs(r.low), Math.abs(r.high)))), 1);
    return element('figure', {}, element('figcaption', {}, element('b', {}, o_.label), `${o_.unit}, effect in the last month with its 95% interval over ${told.pairs} paired runs`),
      differenceChart(rows, {label: `${o_.label}: ${rows.map(r => `${r.label} ${r.note}`).join('; ')}`, limit}),
      element('details', {}, element('summary', {}, 'Table'), table(`${o_.label} (${o_.unit})`, ['Effect of', 'Effect', '95% interval', 'In words'], rows.map(r => [r.label, said(o, r.mean), `${said(o, r.low)} to ${said(o, r.high)}`, inWords(r, o)]))));
  });
  $('two-answer').replaceChildren(element('div', {class: 'charts two'}, ...blocks));
  offerExports($('two-answer'));
}

// ---- Stress test
function drawsOf(number) {
  let bits = (number * 2654435761 + 12345) >>> 0;
  return () => { bits ^= bits << 13; bits >>>= 0; bits ^= bits >>> 17; bits ^= bits << 5; bits >>>= 0; return bits / 4294967296; };
}
let stopped = false;
// Rates that the wide worlds draw, and the rates of one world for an arm: a rate that the arm sets
// otherwise than usual stays as it is, and the draw goes by the seed, as with behaviour=posterior.
const wideRates = () => Object.keys(told.parameters).filter(name => told.parameters[name].group === 'behaviour' && !told.parameters[name].whole && !told.parameters[name].fixed && told.parameters[name].default > 0);
function ratesOf(kind, number, seed) {
  if (kind === 'evidence') { const {names, rows} = told.posterior, row = rows[seed % rows.length]; return Object.fromEntries(names.map((name, n) => [name, row[n]])); }
  const draw = drawsOf(number + 1);
  for (let n = 0; n < 8; n++) draw();
  return Object.fromEntries(wideRates().map(name => { const p = told.parameters[name]; return [name, Math.min(p.high, Math.max(p.low, p.default * 2 ** (2 * draw() - 1)))]; }));
}
const withRates = (values, drawn) => ({...values, ...Object.fromEntries(Object.entries(drawn).filter(([name]) => values[name] === told.parameters[name].default))});
// The value below which a share of sorted values lies, between neighbours in proportion.
function quantileOf(sorted, share) { const at = share * (sorted.length - 1), n = Math.floor(at); return sorted[n] + (at - n) * ((sorted[n + 1] ?? sorted[n]) - sorted[n]); }
async function runStress() {
  const mark = ++generation;
  pool.clear();
  stopped = false;
  $('run-stress').disabled = true; $('stop-stress').hidden = false;
  const kind = $('stress-kind').value, rates = kind === 'evidence' ? told.posterior.names : wideRates(), worlds = [];
  let done = 0;
  await Promise.allSettled(Array.from({length: told.worlds}, async (_, number) => {
    const seed = state.seed + number, drawn = ratesOf(kind, number, seed), runs = [];
    for (const given of [mine(), others()]) {
      if (stopped || mark !== generation) return;
      runs.push(await pool.run({...given, values: withRates(given.values, drawn), seed, months: MONTHS, places: false}));
      if (mark === generation) $('stress-answer').textContent = `${++done} of ${2 * told.worlds} runs`;
    }
    worlds.push({drawn, differences: Object.fromEntries(told.headline.map(o => [o, runs[0].history[o][MONTHS - 1] - runs[1].history[o][MONTHS - 1]]))});
  }));
  $('run-stress').disabled = false; $('stop-stress').hidden = true;
  if (mark !== generation) { $('stress-answer').textContent = 'Stopped, since a setting was changed.'; return; }
  if (worlds.length < 10) { $('stress-answer').textContent = 'Stopped before enough worlds were run.'; return; }
  // The interval for luck alone, where it was not worked out yet.
  if (!answer || answer.mine.length < told.pairs) {
    try { await ask(told.pairs); } catch (error) { unlessDropped(error); }
    if (mark !== generation) { $('stress-answer').textContent = 'Stopped, since a setting was changed.'; return; }
  }
  const ranks = values => { const order = values.map((v, n) => [v, n]).sort((a, b) => a[0] - b[0]), r = new Array(values.length); order.forEach(([, n], at) => { r[n] = at; }); return r; };
  const correlation = (x, y) => { const a = ranks(x), b = ranks(y), n = a.length, m = (n - 1) / 2; let s = 0, v = 0; for (let i = 0; i < n; i++) { s += (a[i] - m) * (b[i] - m); v += (a[i] - m) ** 2; } return s / v; };
  const rows = told.headline.map(o => {
    const differences = worlds.map(w => w.differences[o] * (told.outcomes[o].better || 1)), wins = differences.filter(d => d > 0).length, ties = differences.filter(d => d === 0).length;
    const [rate, r] = rates.map(name => [name, correlation(worlds.map(w => w.drawn[name]), differences)]).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]))[0];
    const strong = Math.abs(r) > 0.25 ? `${r > 0 ? 'a higher' : 'a lower'} value of: ${told.parameters[rate].meaning}` : 'no single rate';
    const sorted = worlds.map(w => w.differences[o]).sort((a, b) => a - b);
    return [`${told.outcomes[o].label} (${unitOf(o)})`, ties === worlds.length ? 'no difference in any' : `${Math.round(100 * wins / worlds.length)}%`, `${said(o, quantileOf(sorted, 0.025))} to ${said(o, quantileOf(sorted, 0.975))}`, answer && answer.mine.length > 1 ? (d => `${said(o, d.low)} to ${said(o, d.high)}`)(differenceOf(o)) : '...', strong];
  });
  $('stress-answer').replaceChildren(table(`${worlds.length} worlds, each with rates and luck of its own; your setting against “${nameOfOther()}”, last month`,
    ['Outcome', 'Worlds in which your setting does better', 'Difference in 95% of the worlds', 'Mean difference at the usual rates, 95% interval for luck', 'It does better with'], rows));
}

// ---- Share
const changesText = () => Object.entries(state.changes);
function drawShare() {
  const pairs = changesText(), rivals = state.variants.map(name => `"${name}"`).join(', '), code = encode(told, LEVERS, {...state, alike: true}), assumed = Object.keys(assumedIn(told, state.changes)).length > 0;
  const months = state.years * 12 < MONTHS ? 12 * state.years : 0, given = [...pairs.map(([name, v]) => `${name}=${v}`), ...(sameRivals() ? [] : [`variants=[${rivals}]`])].join(', ');
  const file = state.land ? state.land.file : '', quotedFile = JSON.stringify(file), shellFile = file && `'places.path=${file.replaceAll("'", "'\\''")}'`;
  $('not-in-link').hidden = !file;
  const seeds = `seeds=[${Array.from({length: told.pairs}, (_, n) => state.seed + n).join(',')}]`;
  $('link').value = location.href;
  $('not-in-code').hidden = !assumed;
  $('code').hidden = document.querySelector('[data-copy=code]').hidden = assumed;
  $('code').textContent = assumed ? '' : code;
  $('python').textContent = `import localism_sim as ls\n${file ? `\nplaces = ls.within_england(ls.Places.from_csv(${quotedFile}))` : ''}\nscenario = ls.load_scenario("${state.scenario}")${given ? `.with_parameters(${given})` : ''}\nprint(ls.simulate(scenario, ${file ? 'places, ' : ''}seed=${state.seed}${months ? `, months=${months}` : ''}).outcomes)`;
  $('shell').textContent = ['localism-sim', `scenario=${state.scenario}`, ...pairs.map(([name, v]) => `parameters.${name}=${v}`), ...(sameRivals() ? [] : [`variants=[${state.variants}]`]), ...(file ? [shellFile] : []), ...(months ? [`months=${months}`] : []), seeds].join(' ');
  $('yaml').textContent = [`title: ${JSON.stringify(`${told.scenarios[state.scenario].title}${isChanged() ? ', changed' : ''}`)}`, `stands_for: a setting of the page, model version ${told.version}, seed ${state.seed}`, `extends: ${state.scenario}`, ...(sameRivals() ? [] : [`variants: [${state.variants}]`]),
    ...(pairs.length ? ['settings:', ...pairs.map(([name, v]) => `  ${name}: {value: ${v}, source: set in the page}`)] : [])].join('\n') + '\n';
}
function monthsAsCsv() {
  const lines = [`# ${stamp()}`, ['month', ...told.headline.flatMap(o => [`${o}_mine`, `${o}_comparison`])].join(',')];
  for (let m = 0; m < MONTHS; m++) {
    lines.push([m, ...told.headline.flatMap(o => ['mine', 'other'].map(side => spreadOf(answer[side].map(run => run.history[o][m])).mean))].join(','));
  }
  return lines.join('\n') + '\n';
}

// ---- Address
// A link holds which of England's places were chosen; a file's places it cannot hold.
const areaCode = ({area, land}) => land ? '' : bitsOf(told.places.ids.length, new Set(area));
function writeAddress() {
  const code = encode(told, LEVERS, state), view = Object.keys(VIEWS).find(name => !$(name).hidden);
  history.replaceState(null, '', `#${code}.${writeOther(told, LEVERS, state, state.other)}.${areaCode(state)}.${view}${12 * state.years < MONTHS ? `.${state.years}` : ''}`);
}
function readAddress() {
  const foreign = {error: 'This address does not hold a setting of this page.'};
  let text;
  try { text = decodeURIComponent(location.hash.slice(1)); } catch { return foreign; }
  if (!text) return null;
  const parts = text.split('.'), found = decode(told, LEVERS, parts.slice(0, 5).join('.'));
  if (found.error) return found;
  const [otherText = 'centralist', area = '', view = 'explore', years = String(MONTHS / 12)] = parts.slice(5), places = chosenBy(area), other = readOther(told, LEVERS, found, otherText);
  if (!other || !Object.hasOwn(VIEWS, view) || !/^[\w-]*$/.test(area) || !/^[1-9]\d?$/.test(years) || 12 * years > MONTHS || places.some(n => n >= told.places.ids.length)) return foreign;
  return {alike: true, ...found, other, area: places, view, years: Number(years)};
}
function complain(text) { $('problem').textContent = text; $('problem').hidden = !text; }
function show(view) {
  for (const name of Object.keys(VIEWS)) $(name).hidden = name !== view;
  for (const button of $('views').querySelectorAll('button')) {
    if (button.dataset.view === view) button.setAttribute('aria-current', 'page'); else button.removeAttribute('aria-current');
  }
  writeAddress();
  if (answer && view === 'area') drawArea();
  if (answer) for (const each of further) each();
  if (view === 'share') drawShare();
  // Lessons, stories and games stop what was under way; it is taken up again where it is shown.
  if (answer && answer.mine.length < told.pairs && (view === 'explore' || view === 'area')) changed();
  window.scrollTo(0, 0);
}

// ---- Check
async function checkNumbers() {
  $('check').disabled = true;
  let differ = 0, count = 0;
  try {
    for (const {scenario, seed, outcomes} of told.cases) {
      const found = await pool.run({...arm(scenario, {}), seed, months: MONTHS, places: false});
      for (const [name, value] of Object.entries(outcomes)) { count++; if (!Object.is(found.outcomes[name], value)) differ++; }
      $('checked').textContent = `${count} numbers compared ...`;
    }
  } catch (error) {
    unlessDropped(error);
    $('checked').textContent = 'Stopped, since a setting was changed.';
    return;
  } finally {
    $('check').disabled = false;
  }
  $('checked').textContent = differ ? `${differ} of ${count} numbers differ from Python's: do not rely on this page in this browser.` : `All ${count} numbers are equal to Python's to the last bit.`;
}

async function begin() {
  const decoded = new TextDecoder();
  [told, rules, start] = [JSON.parse(decoded.decode(await unpack($('told').textContent))), await unpack($('rules').textContent), await unpack($('start').textContent)];
  LEVERS = told.levers;
  buildEngland();
  pool = new Pool(Math.min(8, navigator.hardwareConcurrency || 2));
  $('version').textContent = told.version;
  $('pairs').textContent = told.pairs;
  $('views').replaceChildren(...Object.entries(VIEWS).map(([name, title]) => {
    const button = element('button', {type: 'button'}, title);
    button.dataset.view = name;
    button.addEventListener('click', () => show(name));
    return element('li', {}, button);
  }));
  state = {scenario: told.two_by_two.reformed, changes: {}, variants: told.scenarios[told.two_by_two.reformed].variants, seed: 1, other: 'centralist', alike: true, years: MONTHS / 12, area: [], land: null};
  let view = 'explore';
  const found = readAddress();
  if (found && found.error) complain(found.error);
  else if (found) { ({view} = found); state = {scenario: found.scenario, changes: found.changes, variants: found.variants, seed: found.seed, other: found.other, alike: found.alike, years: found.years, area: found.area, land: null}; }
  buildSettings(); buildArea(); buildFiles(); buildWhy(); buildLessons(); buildGame();
  $('sources').replaceChildren(table('Settings', ['Name', 'Usual value', 'Bounds', 'Meaning', 'Source'], Object.entries(told.parameters).map(([name, p]) => [name, String(p.default), `${p.low} to ${p.high} ${p.unit}`, p.meaning, p.source])));
  $('bands').addEventListener('click', workOutBands);
  $('stop-bands').addEventListener('click', stopBands);
  $('stop-two').addEventListener('click', () => { generation++; pool.clear(); });
  $('run-two').addEventListener('click', runTwo);
  if (!told.posterior) { $('stress-kind').value = 'wide'; $('stress-kind').options[0].disabled = true; $('no-draws').hidden = false; }
  $('run-stress').addEventListener('click', runStress);
  $('stop-stress').addEventListener('click', () => { stopped = true; });
  $('check').addEventListener('click', checkNumbers);
  $('save-yaml').addEventListener('click', () => save('setting.yaml', $('yaml').textContent, 'text/yaml'));
  $('save-csv').addEventListener('click', () => save('months.csv', monthsAsCsv(), 'text/csv'));
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', async () => {
      const from = $(button.dataset.copy);
      await navigator.clipboard.writeText(from.value || from.textContent);
      button.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; }, 1500);
    });
  }
  window.addEventListener('hashchange', () => {
    const read = readAddress();
    if (!read) return;
    if (read.error) { complain(read.error); return; }
    complain('');
    set({scenario: read.scenario, changes: read.changes, variants: read.variants, seed: read.seed, other: read.other, alike: read.alike, years: read.years, area: read.area, land: null});
    show(read.view);
  });
  show(view);
  changed();
}

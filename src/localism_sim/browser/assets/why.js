'use strict';
// Why: the story of one service month by month, and both Englands where one event goes the other way.
const FIRST_SHOWN = 60;
let story = null;
const monthName = month => new Date(Date.UTC(FIRST.year, FIRST.month + month)).toLocaleDateString('en-GB', {month: 'short', year: 'numeric', timeZone: 'UTC'});
const HOW = {
  'mandated': () => 'as the national standard has it',
  'borrowed near': e => `copied from colleague ${e.from_whom ? e.from_whom.number : ''} of the same service`,
  'borrowed far': e => e.from_whom ? `copied from ${here().names[e.from_whom.place]}` : 'copied from elsewhere',
  'own inquiry': () => 'found by their own inquiry',
  'alternative provider': () => 'brought by an alternative provider',
  'promotion': () => 'promoted from outside the service',
  'legacy': () => 'the old practice',
};
const TOLD = {
  trial: e => `Member ${e.number} began to try practice ${e.to} in place of ${e.from}, ${HOW[e.origin](e)}.`,
  kept: e => `Member ${e.number} made practice ${e.to} routine.`,
  dropped: e => `Member ${e.number} gave up practice ${e.from} and went back to ${e.to}.`,
  alternative: e => `An alternative provider took post ${e.number} with practice ${e.to}.`,
  vacancy: e => `A new person took post ${e.number} with practice ${e.to}; the one before had ${e.from}.`,
  stopped: e => `Desk ${e.desk} of the chain stopped the proposal of member ${e.number} to try practice ${e.to}.`,
  granted: e => `Member ${e.number} was permitted to try practice ${e.to}.`,
};
const turned = e => e.event === 'stopped' ? 'Let it pass' : e.event === 'granted' ? 'Veto it' : 'Take it back';
const serviceRow = () => Number($('why-place').value) * domainsOf() + Number($('why-service').value);
const domainsOf = () => told.memory.find(entry => entry.name === 'domains').value;

function fillWhyPlaces() {
  $('why-place').replaceChildren(...here().names.map((name, n) => [name, n]).sort((a, b) => a[0].localeCompare(b[0])).map(([name, n]) => element('option', {value: String(n)}, name)));
}
function buildWhy() {
  fillWhyPlaces();
  $('why-service').replaceChildren(...Array.from({length: domainsOf()}, (_, n) => element('option', {value: String(n)}, `Service ${n + 1}`)));
  $('tell').addEventListener('click', () => tell().catch(unlessDropped));
}
const watched = (asked, flip) => pool.run({...asked, months: MONTHS, places: true, ...(flip ? {flip} : {})});
async function tell() {
  $('tell').disabled = true;
  $('why-answer').replaceChildren(element('p', {role: 'status'}, 'The story is being told ...'));
  $('why-turned').replaceChildren();
  try {
    const asked = {...mine(), seed: state.seed, service: serviceRow()}, mark = `${stamp()}, one run`;
    const place = Number($('why-place').value), service = Number($('why-service').value), run = await watched(asked);
    story = {run, place, service, asked, mark};
    drawStory(FIRST_SHOWN);
  } catch (error) {
    $('why-answer').replaceChildren(element('p', {}, 'Stopped, since a setting was changed.'));
    throw error;
  } finally { $('tell').disabled = false; }
}
function drawStory(most) {
  const {run, place, service} = story, count = kind => run.events.filter(e => e.event === kind).length;
  const desks = new Map();
  for (const e of run.events) if (e.event === 'stopped') desks.set(e.desk, (desks.get(e.desk) || 0) + 1);
  const worst = [...desks].sort((a, b) => b[1] - a[1])[0];
  const summary = `${here().names[place]}, service ${service + 1}: ${run.posts} front-line staff, ${count('trial')} trials begun, ${count('kept')} made routine, ${count('dropped')} given up; ${count('stopped')} proposals stopped${worst ? ` (most by desk ${worst[0]}: ${worst[1]})` : ''}, ${count('granted')} permitted.`;
  const drawn = table(`What happened in ${here().names[place]}, service ${service + 1}, with seed ${story.asked.seed}`, ['Month', 'What happened', 'What if not?'],
    run.events.slice(0, most).map(e => [monthName(e.month), TOLD[e.event](e), '']));
  [...drawn.tBodies[0].rows].forEach((row, n) => {
    const e = run.events[n], button = element('button', {type: 'button', class: 'small', 'aria-label': `${turned(e)}: ${monthName(e.month)}, ${TOLD[e.event](e)}`}, turned(e));
    button.addEventListener('click', () => turn(e).catch(unlessDropped));
    row.cells[2].append(button);
  });
  const more = run.events.length > most ? [element('button', {type: 'button'}, `Show all ${run.events.length} events`)] : [];
  for (const button of more) button.addEventListener('click', () => drawStory(Infinity));
  $('why-answer').replaceChildren(element('p', {class: 'answer'}, summary), element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'The story'}, drawn), ...more);
  offerExports($('why-answer'), story.mark);
}
async function turn(event) {
  $('why-turned').replaceChildren(element('p', {role: 'status'}, 'Both Englands run on ...'));
  const {run, place} = story, other = await watched(story.asked, event), count = here().ids.length;
  if (story.run !== run) return;
  const line = which => { const mean = Float64Array.from({length: MONTHS}, (_, m) => which.places.quality[m * count + place]); return {mean, low: mean, high: mean}; };
  const a = line(run), b = line(other), end = MONTHS - 1, name = here().names[place];
  const parts = a.mean.findIndex((v, m) => v !== b.mean[m]), after = new Set(other.events.map(e => JSON.stringify([e.month, e.event, e.staff, e.to])));
  const gone = run.events.filter(e => e.month > event.month && !after.has(JSON.stringify([e.month, e.event, e.staff, e.to]))).length;
  const rows = told.headline.map(o => [told.outcomes[o].label, said(o, run.history[o][end]), said(o, other.history[o][end]), decimals(other.history[o][end] - run.history[o][end], 6)]);
  $('why-turned').replaceChildren(element('h3', {tabindex: '-1'}, `${turned(event)}: ${monthName(event.month)}`), element('p', {}, TOLD[event.event](event)),
    element('p', {class: 'answer'}, parts < 0 ? `Nothing of it shows in the quality that ${name} delivers.` : `From ${monthName(parts)} on ${name} goes another way: quality at the end is ${decimals(b.mean[end], 3)} instead of ${decimals(a.mean[end], 3)}, and ${gone} later ${gone === 1 ? 'event of this service no longer happens' : 'events of this service no longer happen'}.`),
    element('figure', {class: 'wide'}, element('figcaption', {}, element('b', {}, `Quality in ${name}`), 'as it happened (solid) and with this one event turned round (dashed); the luck is the same'),
      lineChart([{css: 'other', ...b}, {css: 'mine', ...a}], {label: `Quality in ${name} by month: ends at ${decimals(a.mean[end], 3)} as it happened and at ${decimals(b.mean[end], 3)} with the event turned round.`, least: 0.1, first: FIRST}),
      element('details', {}, element('summary', {}, 'Table'), table(`Quality in ${name}`, ['End of', 'As it happened', 'Turned round'], [11, 23, 35, 47, 59, 71, 83, 95, 107, 119].map(m => [`Year ${(m + 1) / 12}`, decimals(a.mean[m], 3), decimals(b.mean[m], 3)])))),
    table('All of England in the last month', ['Outcome', 'As it happened', 'Turned round', 'Difference'], rows));
  offerExports($('why-turned'), `${story.mark}, event turned round: month ${event.month}, ${event.event}, staff ${event.staff}`);
  $('why-turned').querySelector('h3').focus();
}

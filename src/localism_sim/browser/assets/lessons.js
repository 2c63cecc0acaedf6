'use strict';
// Lessons: predict, reveal, explain, what next. All numbers come from runs of the model made here.
let lesson = null;
const caseArm = ([scenario, changes]) => arm(scenario, changes);
const bound = outcome => told.outcomes[outcome].unit === '0-1' || told.outcomes[outcome].unit.startsWith('share') ? 1 : null;
async function lessonRuns(given, counted) {
  const seeds = Array.from({length: told.pairs}, (_, n) => 1 + n);
  const [before, after] = await Promise.all([given.before, given.after].map(each => armRuns(caseArm(each), seeds, counted)));
  return {before, after};
}
const lastOf = (runs, outcome) => spreadOf(runs.map(run => run.history[outcome][MONTHS - 1]));
const movedBy = ({before, after}, outcome) => spreadOf(after.map((run, n) => run.history[outcome][MONTHS - 1] - before[n].history[outcome][MONTHS - 1]));
const lessonMark = given => `localism_sim, model version ${told.version}, lesson ${given.name}: ${[given.before, given.after].map(([scenario, changes]) => [scenario, ...Object.entries(changes).map(pair => pair.join('='))].join(' ')).join(' against ')}, seeds 1 to ${told.pairs}`;
const verdictOf = d => !clear(d) ? 'alike' : d.mean > 0 ? 'rose' : 'fell';

function buildLessons() {
  $('lesson-list').replaceChildren(...told.lessons.map(given => {
    const button = element('button', {type: 'button'}, given.title);
    button.dataset.lesson = given.name;
    button.addEventListener('click', () => openLesson(given));
    return element('li', {}, button);
  }));
  $('teach').addEventListener('click', () => teach().catch(unlessDropped));
}
function openLesson(given) {
  const name = told.outcomes[given.outcome].label.toLowerCase(), most = bound(given.outcome), bet = element('input', {type: 'range', id: 'bet', min: '0', max: String(most), step: '0.01', value: '0.5'});
  const box = element('input', {type: 'number', min: '0', max: String(most), step: '0.01', 'aria-label': 'Your bet as a number'}), reveal = element('button', {type: 'button', id: 'reveal', disabled: true}, 'Reveal');
  const known = element('p', {id: 'lesson-known', role: 'status'}, 'The known case is being worked out ...');
  lesson = {given, bet: null, runs: null};
  const put = value => {
    if (!Number.isFinite(value) || value < 0 || value > most) { complain(`A bet must be a number from 0 to ${most}.`); box.value = lesson.bet === null ? '' : String(lesson.bet); return; }
    complain('');
    lesson.bet = value; bet.value = String(value); box.value = String(value);
    reveal.disabled = !lesson.runs;
  };
  bet.addEventListener('input', () => put(bet.valueAsNumber));
  box.addEventListener('change', () => put(box.valueAsNumber));
  reveal.addEventListener('click', revealLesson);
  $('lesson').replaceChildren(element('h3', {tabindex: '-1'}, given.title), element('p', {class: 'answer'}, given.question),
    element('p', {}, `Compared: “${given.before[2]}” and “${given.after[2]}”, ten years, all of England.`), known,
    element('div', {class: 'lever'}, element('label', {for: 'bet'}, `Your bet: ${name} in the last month in the case “${given.after[2]}” (${told.outcomes[given.outcome].unit})`), element('div', {class: 'set'}, bet, box)),
    element('p', {class: 'buttons'}, reveal), element('div', {id: 'revealed', 'aria-live': 'polite'}));
  $('lesson').querySelector('h3').focus();
  generation++; pool.clear(); clearTimeout(resting);
  const mine = lesson;
  lessonRuns(given, () => {}).then(runs => {
    if (lesson !== mine) return;
    lesson.runs = runs;
    const d = lastOf(runs.before, given.outcome);
    known.textContent = `Known: with “${given.before[2]}” it is ${said(given.outcome, d.mean)} in the last month.`;
    reveal.disabled = lesson.bet === null;
  }).catch(error => { if (error instanceof Dropped) known.textContent = 'Stopped, since a setting was changed. Choose the lesson again.'; else unlessDropped(error); });
}
function reasonRows(given, runs) {
  return [given.outcome, ...given.because].map(o => {
    const d = movedBy(runs, o);
    return [told.outcomes[o].label, said(o, lastOf(runs.before, o).mean), said(o, lastOf(runs.after, o).mean), `${clear(d) ? (d.mean > 0 ? 'higher' : 'lower') : 'no clear difference'}: ${said(o, d.low)} to ${said(o, d.high)}`];
  });
}
function revealLesson() {
  const {given, bet, runs} = lesson, o = told.outcomes[given.outcome], d = movedBy(runs, given.outcome), found = lastOf(runs.after, given.outcome), off = bet - found.mean;
  const a = bandOf(runs.after, given.outcome), b = bandOf(runs.before, given.outcome);
  const go = (text, view) => {
    const button = element('button', {type: 'button'}, text);
    button.addEventListener('click', () => {
      set({scenario: given.after[0], changes: {...given.after[1]}, variants: told.scenarios[given.after[0]].variants, other: given.before[0], seed: 1});
      show(view);
    });
    return button;
  };
  $('revealed').replaceChildren(
    element('p', {class: 'answer', id: 'lesson-answer'}, `The model says ${said(given.outcome, found.mean)}. You bet ${decimals(bet)}: ${Math.abs(off) < 0.02 ? 'close' : `${decimals(Math.abs(off))} too ${off > 0 ? 'high' : 'low'}`}.`),
    element('figure', {class: 'wide'}, element('figcaption', {}, element('b', {}, `${o.label}: “${given.after[2]}” (solid) and “${given.before[2]}” (dashed)`), `${o.unit}; bands are 95% intervals over ${told.pairs} paired runs`),
      lineChart([{css: 'other', ...b}, {css: 'mine', ...a}], {label: `${o.label} by month: ends at ${said(given.outcome, found.mean)} with “${given.after[2]}” and at ${said(given.outcome, lastOf(runs.before, given.outcome).mean)} with “${given.before[2]}”.`, least: LEAST[given.outcome] || 0.2, first: FIRST})),
    element('h4', {}, 'Explain'), element('p', {id: 'lesson-explained'}, given[verdictOf(d)]),
    table(`In the last month, over ${told.pairs} paired runs`, ['Outcome', given.before[2], given.after[2], 'Difference, 95% interval'], reasonRows(given, runs)),
    element('h4', {}, 'What next'), element('p', {}, given.discuss),
    element('p', {class: 'buttons'}, go('Change it yourself', 'explore'), ' ', go('See the story of one service', 'why')));
  offerExports($('revealed'), lessonMark(given));
}
// The teacher's page: what the model answers now, what to say, what a class usually gets wrong.
async function teach() {
  $('teach').disabled = true;
  generation++; pool.clear(); clearTimeout(resting);
  const parts = [];
  try {
    for (const given of told.lessons) {
      $('teachers').replaceChildren(element('p', {role: 'status'}, `${parts.length} of ${told.lessons.length} lessons worked out ...`));
      const runs = await lessonRuns(given, () => {}), d = movedBy(runs, given.outcome);
      parts.push(element('section', {}, element('h4', {}, `${given.title} (${given.minutes} minutes)`),
        element('p', {}, `Ask (2 minutes): ${given.question} Everybody sets a bet (3 minutes) before anything shows. Reveal and explain (8 minutes). Talk about (${given.minutes - 13} minutes): ${given.discuss}`),
        element('p', {}, `Expected answer: ${told.outcomes[given.outcome].label.toLowerCase()} ${said(given.outcome, lastOf(runs.before, given.outcome).mean)} with “${given.before[2]}”, ${said(given.outcome, lastOf(runs.after, given.outcome).mean)} with “${given.after[2]}”. ${given[verdictOf(d)]}`),
        element('p', {}, `Usually got wrong: ${given.mistake}`),
        table(given.title, ['Outcome', given.before[2], given.after[2], 'Difference, 95% interval'], reasonRows(given, runs))));
    }
    $('teachers').replaceChildren(...parts);
    parts.forEach((part, n) => offerExports(part, lessonMark(told.lessons[n])));
  } catch (error) {
    $('teachers').replaceChildren(element('p', {}, 'Stopped, since a setting was changed.'));
    throw error;
  } finally { $('teach').disabled = false; }
}

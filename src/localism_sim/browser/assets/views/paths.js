'use strict';
// Inside the months: how any outcome came about, in your setting and in the comparison.
let traced = 'permission';
addView('months', 'Months', () => {
  const choice = element('select', {id: 'which-outcome'}, ...Object.entries(told.outcomes).filter(([name]) => Object.hasOwn(answer.mine[0].history, name)).map(([name, o]) => element('option', {value: name}, o.label)));
  choice.value = traced;
  choice.addEventListener('change', () => { traced = choice.value; draw(); $('which-outcome').focus(); });
  const o = told.outcomes[traced], a = bandOf(answer.mine, traced), b = bandOf(answer.other, traced), end = MONTHS - 1;
  return [element('p', {class: 'row'}, element('label', {for: 'which-outcome'}, 'Outcome'), choice),
    element('figure', {class: 'wide'}, element('figcaption', {}, element('b', {}, `${o.label}: ${inWords(differenceOf(traced), traced)}`), `${o.unit}; ${o.meaning}. ${nameOfMine()} (solid) and ${nameOfOther()} (dashed)`),
      lineChart([{css: 'other', ...b}, {css: 'mine', ...a}], {label: `${o.label} by month: ${nameOfMine()} ends at ${said(traced, a.mean[end])}, ${nameOfOther()} at ${said(traced, b.mean[end])}.`, least: 0.05, first: FIRST})),
    element('details', {}, element('summary', {}, 'Table'), table(`${o.label} (${o.unit})`, ['Month', nameOfMine(), nameOfOther()], Array.from({length: MONTHS}, (_, m) => [monthName(m), said(traced, a.mean[m]), said(traced, b.mean[m])])))];
});

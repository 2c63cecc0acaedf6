'use strict';
// Charts as SVG and PNG and tables as CSV, each with the setting and the model's version in it.
const STYLED = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'font-size', 'font-family', 'font-weight', 'text-anchor'];
const stamp = () => `localism_sim, model version ${told.version}, setting ${encode(told, LEVERS, state)}, compared with ${writeWhole(told, LEVERS, state.other)}`;
function download(name, blob) {
  const url = URL.createObjectURL(blob);
  element('a', {href: url, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
const save = (name, text, kind) => download(name, new Blob([text], {type: kind}));
const fileName = text => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60) || 'chart';
const wrapped = (text, most) => text.split(/\s+/).reduce((lines, word) => {
  const last = lines[lines.length - 1];
  if (last && `${last} ${word}`.length <= most) lines[lines.length - 1] = `${last} ${word}`; else lines.push(word);
  return lines;
}, []);

// A drawing that stands by itself: what the style sheet says is written into it, with title and stamp.
function standalone(drawn, title, mark) {
  const [, , width, height] = drawn.getAttribute('viewBox').split(' ').map(Number), copy = drawn.cloneNode(true);
  const before = [drawn, ...drawn.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((part, n) => {
    const style = getComputedStyle(before[n]);
    for (const name of STYLED) part.setAttribute(name, style.getPropertyValue(name));
    part.removeAttribute('class');
  });
  const ink = getComputedStyle(document.body), letters = Math.floor(width / 6), heads = wrapped(title, letters), feet = mark.match(new RegExp(`.{1,${Math.floor(width / 4.6)}}`, 'g'));
  const line = (text, y, size, weight) => shape('text', {x: 6, y, 'font-size': size, 'font-weight': weight, 'font-family': 'sans-serif', fill: ink.color}, text);
  const top = heads.length * 15 + 8, whole = top + height + feet.length * 10 + 8;
  copy.setAttribute('x', 0); copy.setAttribute('y', top); copy.setAttribute('width', width); copy.setAttribute('height', height);
  const outer = shape('svg', {xmlns: SVG, viewBox: `0 0 ${width} ${whole}`, width, height: whole},
    shape('title', {}, title), shape('desc', {}, `${drawn.getAttribute('aria-label')} ${mark}`),
    shape('rect', {width, height: whole, fill: ink.backgroundColor}),
    ...heads.map((text, n) => line(text, 15 * (n + 1), 11.5, 'bold')), copy,
    ...feet.map((text, n) => line(text, top + height + 10 * (n + 1), 7.5, 'normal')));
  return {text: new XMLSerializer().serializeToString(outer), width, height: whole};
}
async function savePng(drawn, title, mark) {
  const {text, width, height} = standalone(drawn, title, mark), url = URL.createObjectURL(new Blob([text], {type: 'image/svg+xml'}));
  const picture = new Image();
  picture.src = url;
  try { await picture.decode(); } finally { URL.revokeObjectURL(url); }
  const canvas = element('canvas', {width: Math.round(3 * width), height: Math.round(3 * height)});
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  download(`${fileName(title)}.png`, await new Promise(done => canvas.toBlob(done, 'image/png')));
}
// A cell that a spreadsheet takes as what it is: minus signs are plain, text cannot begin a formula.
function csvCell(text) {
  let plain = text.replace(/\u2212/g, '-').trim();
  if (/^[=+\-@\t\r]/.test(plain) && !/^[+-]?[\d.]+%?( to -?[\d.]+)?$/.test(plain)) plain = `'${plain}`;
  return /[",\n;]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
}
function tableAsCsv(drawn, mark) {
  const rows = [...drawn.rows].map(row => [...row.cells].map(cell => csvCell(cell.textContent)).join(','));
  return [`# ${mark}`, `# ${drawn.caption.textContent}`, ...rows].join('\r\n') + '\r\n';
}
// Buttons beneath each chart and table in a part of the page that was drawn anew. mark: what was run.
function offerExports(part, mark = stamp()) {
  const button = (text, about, done) => {
    const made = element('button', {type: 'button', class: 'small', 'aria-label': `${text}: ${about}`}, text);
    made.addEventListener('click', () => Promise.resolve(done()).catch(error => complain(`It could not be saved: ${error.message}`)));
    return made;
  };
  for (const drawn of part.querySelectorAll('svg[role=img]')) {
    if (drawn.nextElementSibling?.classList.contains('exports')) continue;
    const caption = drawn.closest('figure')?.querySelector('figcaption'), title = caption ? [...caption.childNodes].map(n => n.textContent).join('. ') : drawn.getAttribute('aria-label');
    const name = fileName(caption?.querySelector('b')?.textContent || title);
    drawn.after(element('p', {class: 'exports buttons'},
      button('SVG', title, () => save(`${name}.svg`, standalone(drawn, title, mark).text, 'image/svg+xml')),
      button('PNG', title, () => savePng(drawn, title, mark))));
  }
  for (const drawn of part.querySelectorAll('table')) {
    if (drawn.nextElementSibling?.classList.contains('exports')) continue;
    const title = drawn.caption.textContent;
    drawn.after(element('p', {class: 'exports buttons'}, button('CSV', title, () => save(`${fileName(title)}.csv`, tableAsCsv(drawn, mark), 'text/csv'))));
  }
}

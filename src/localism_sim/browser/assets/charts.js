'use strict';
// Charts as SVG: lines with bands, bars of differences, a map. Each has a text alternative.
const SVG = 'http://www.w3.org/2000/svg';
function shape(kind, attributes, ...children) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) made.append(child);
  return made;
}
function element(kind, attributes = {}, ...children) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in made && typeof value !== 'string') made[name] = value; else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
const decimals = (x, digits = 2) => {
  const text = Math.abs(x).toFixed(digits);
  return (x < 0 && Number(text) !== 0 ? '\u2212' : '') + text;
};
function niceStep(span, parts) {
  const rough = span / parts, power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find(n => n * power >= rough);
}

// lines: [{name, css, mean, low, high}]; one value a month. least: the narrowest range shown.
function lineChart(lines, {label, least, first}) {
  const width = 340, height = 190, left = 40, right = 10, top = 8, bottom = 24;
  let low = Infinity, high = -Infinity;
  // No outcome drawn here can be negative, so an interval is cut off at nothing.
  lines = lines.map(line => ({...line, low: line.low.map(v => Math.max(0, v))}));
  for (const line of lines) for (const part of [line.mean, line.low, line.high]) for (const v of part) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (high - low < least) { const middle = (high + low) / 2; low = Math.max(0, middle - least / 2); high = low + least; }
  const step = niceStep(high - low, 4), months = lines[0].mean.length;
  low = Math.floor(low / step + 1e-9) * step; high = Math.ceil(high / step - 1e-9) * step;
  const x = m => left + (width - left - right) * m / Math.max(1, months - 1);
  const y = v => top + (height - top - bottom) * (high - v) / (high - low);
  const chart = shape('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label});
  for (let v = low; v <= high + step / 2; v += step) {
    chart.append(shape('line', {x1: left, x2: width - right, y1: y(v), y2: y(v), class: 'grid'}));
    chart.append(shape('text', {x: left - 5, y: y(v) + 4, class: 'tick end'}, decimals(v, step < 0.1 ? 2 : step < 1 ? 1 : 0)));
  }
  const year = months > 60 ? 24 : 12, begins = (12 - first.month) % 12;
  for (let m = begins; m < months; m += year) {
    chart.append(shape('line', {x1: x(m), x2: x(m), y1: height - bottom, y2: height - bottom + 4, class: 'axis'}));
    chart.append(shape('text', {x: x(m), y: height - 6, class: 'tick middle'}, String(first.year + Math.ceil((m + first.month) / 12))));
  }
  for (const line of lines) {
    const there = [...line.high].map((v, m) => `${x(m).toFixed(1)},${y(v).toFixed(1)}`);
    const back = [...line.low].map((v, m) => `${x(m).toFixed(1)},${y(v).toFixed(1)}`).reverse();
    chart.append(shape('polygon', {points: [...there, ...back].join(' '), class: `band ${line.css}`}));
  }
  for (const line of lines) {
    const points = [...line.mean].map((v, m) => `${x(m).toFixed(1)},${y(v).toFixed(1)}`).join(' ');
    chart.append(shape('polyline', {points, class: `line ${line.css}`}));
  }
  return chart;
}

// rows: [{label, mean, low, high, note}] differences with intervals, on one scale of +-limit.
function differenceChart(rows, {label, limit}) {
  const width = 410, each = 34, left = 104, right = 146, top = 22;
  const height = top + rows.length * each + 6;
  const x = v => left + (width - left - right) * (Math.max(-limit, Math.min(limit, v)) + limit) / (2 * limit);
  const chart = shape('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label});
  for (const v of [-limit, 0, limit]) {
    chart.append(shape('line', {x1: x(v), x2: x(v), y1: top - 4, y2: height - 6, class: v ? 'grid' : 'axis'}));
    chart.append(shape('text', {x: x(v), y: 12, class: 'tick middle'}, (v > 0 ? '+' : '') + decimals(v)));
  }
  rows.forEach((row, n) => {
    const y = top + n * each + each / 2;
    chart.append(shape('text', {x: left - 8, y: y + 4, class: 'name end'}, row.label));
    chart.append(shape('line', {x1: x(row.low), x2: x(row.high), y1: y, y2: y, class: `interval ${row.css}`}));
    chart.append(shape('circle', {cx: x(row.mean), cy: y, r: 5, class: `point ${row.css}`}));
    chart.append(shape('text', {x: width - right + 8, y: y + 4, class: 'name'}, row.note));
  });
  return chart;
}

// values: one a place. scale: the upper edge of each class of colour. chosen: places with an outline of their own.
function mapOf({outlines, names, points}, values, {label, classes, classOf, chosen, wording}) {
  let west = Infinity, east = -Infinity, south = Infinity, north = -Infinity;
  const flat = Math.cos(53 * Math.PI / 180);
  for (const rings of outlines) for (const ring of rings) for (let i = 0; i < ring.length; i += 2) {
    west = Math.min(west, ring[i] * flat); east = Math.max(east, ring[i] * flat);
    south = Math.min(south, ring[i + 1]); north = Math.max(north, ring[i + 1]);
  }
  const size = 420 / (north - south), width = (east - west) * size + 8;
  const map = shape('svg', {viewBox: `0 0 ${width.toFixed(0)} 428`, role: 'img', 'aria-label': label, class: 'map'});
  const late = [];
  outlines.forEach((rings, n) => {
    if (!rings.length) {
      if (points[n]) late.push(shape('circle', {cx: ((points[n][0] * flat - west) * size + 4).toFixed(1), cy: ((north - points[n][1]) * size + 4).toFixed(1), r: 5, class: `place ${classes[classOf(values[n])]} chosen`}, shape('title', {}, `${names[n]}: ${wording(values[n])}`)));
      return;
    }
    let path = '';
    for (const ring of rings) {
      for (let i = 0; i < ring.length; i += 2) {
        path += `${i ? 'L' : 'M'}${((ring[i] * flat - west) * size + 4).toFixed(1)} ${((north - ring[i + 1]) * size + 4).toFixed(1)}`;
      }
      path += 'Z';
    }
    const drawn = shape('path', {d: path, class: `place ${classes[classOf(values[n])]}${chosen.has(n) ? ' chosen' : ''}`},
      shape('title', {}, `${names[n]}: ${wording(values[n])}`));
    if (chosen.has(n)) late.push(drawn); else map.append(drawn);
  });
  map.append(...late);
  return map;
}

function table(caption, heads, rows) {
  const head = element('tr', {}, ...heads.map(text => element('th', {scope: 'col'}, text)));
  const body = rows.map(([name, ...cells]) => element('tr', {},
    element('th', {scope: 'row'}, name), ...cells.map(text => element('td', {}, text))));
  return element('table', {}, element('caption', {}, caption), element('thead', {}, head), element('tbody', {}, ...body));
}

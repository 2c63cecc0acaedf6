'use strict';
// The model: lays out the world in the memory of the compiled rules, runs it, reads what it leaves.
const ALIGN = n => (n + 63) & ~63;
const STACK = 1 << 20;                      // the stack lies below, the world above

async function loadModel(rules, told) {
  const memory = new WebAssembly.Memory({initial: 64});
  let heap = 0;
  const grow = end => {
    const more = end - memory.buffer.byteLength;
    if (more > 0) memory.grow((more + 65535) >> 16);
  };
  // What Numba's code asks of its surroundings. Arrays that a run makes are given back when it ends.
  const env = {
    __linear_memory: memory,
    __stack_pointer: new WebAssembly.Global({value: 'i32', mutable: true}, STACK),
    __indirect_function_table: new WebAssembly.Table({initial: 64, element: 'anyfunc'}),
    NRT_MemInfo_call_dtor() {},
    NRT_MemInfo_alloc_aligned(size) {
      const info = ALIGN(heap), data = info + 64;
      heap = data + Number(size);
      grow(heap);
      const view = new DataView(memory.buffer);
      view.setBigInt64(info, 1n, true);
      view.setUint32(info + 8, 0, true);
      view.setUint32(info + 16, data, true);
      view.setBigInt64(info + 24, size, true);
      return info;
    },
    __multi3(at, low, high, otherLow, otherHigh) {
      const one = BigInt.asUintN(64, low) | (high << 64n);
      const two = BigInt.asUintN(64, otherLow) | (otherHigh << 64n);
      const view = new DataView(memory.buffer);
      view.setBigUint64(at, BigInt.asUintN(64, one * two), true);
      view.setBigUint64(at + 8, BigInt.asUintN(64, (one * two) >> 64n), true);
    },
  };
  const {instance} = await WebAssembly.instantiate(rules, {env});

  // Where everything lies for a run of so many months.
  function layout(months, seed, sizes) {
    let end = STACK;
    const slots = [], at = {};
    const place = (name, shape, item, column) => {
      const total = shape.reduce((a, b) => a * b, 1), strides = [];
      let step = item;
      for (const size of [...shape].reverse()) {
        strides.unshift(step);
        step *= size;
      }
      end = ALIGN(end);
      at[name] = {start: end, bytes: total * item};
      slots.push(...column ? [end, total] : [0, 0, total, item, end, ...shape, ...strides]);
      end += total * item;
    };
    for (const entry of told.memory) {
      if (!('shape' in entry)) { slots.push(entry.value === null ? seed : sizes[entry.value] ?? entry.value); continue; }
      place(entry.name, entry.shape.map(n => n === 'months' ? months : sizes[n] ?? n), entry.item, entry.column);
    }
    const planSlot = slots.length;
    place('plan', [months], told.plan.size, false);
    slots.push(0);                            // the first month of a call
    return {at, slots, end, planSlot};
  }

  // A world that is laid out; live(-1, count) fills it and runs so many months, live(first, count)
  // goes on from there.
  function prepared({values, timeline, seed, months, variants, world}) {
    const {at, slots, end, planSlot} = layout(months, seed, world.sizes);
    const args = ALIGN(end);
    heap = args + slots.length * 8;
    grow(heap + 65536);
    const bytes = new Uint8Array(memory.buffer), view = new DataView(memory.buffer);
    bytes.fill(0, STACK, args);
    for (const entry of told.memory) {
      if (!('shape' in entry)) continue;
      const {start: where, bytes: size} = at[entry.name];
      if ('from' in entry) bytes.set(world.bytes[entry.name], where);
      if (entry.missing) new Float64Array(memory.buffer, where, size / 8).fill(NaN);
    }
    const now = {...values};
    for (const name in told.variants) now[`rival_${name}`] = Number(variants.includes(name));
    for (let month = 0; month < months; month++) {
      for (const [when, changes] of timeline) if (when === month) Object.assign(now, changes);
      const row = at.plan.start + month * told.plan.size;
      for (const [name, kind, offset] of told.plan.fields) {
        if (kind === 'f8') view.setFloat64(row + offset, now[name], true);
        else view.setBigInt64(row + offset, BigInt(now[name]), true);
      }
    }
    slots.forEach((slot, n) => view.setBigInt64(args + 8 * n, BigInt(slot), true));
    const live = (first, many) => {
      const now = new DataView(memory.buffer), put = (slot, value) => now.setBigInt64(args + 8 * slot, BigInt(value), true);
      put(planSlot + 2, many); put(planSlot + 5, many);
      put(planSlot + 4, at.plan.start + Math.max(0, first) * told.plan.size);
      put(slots.length - 1, first);
      heap = args + slots.length * 8;
      if (instance.exports.run(args)) throw new Error('the model raised an error');
    };
    return {at, live, months, count: world.sizes.places, lever: (name, month) => {
      const [, , offset] = told.plan.fields.find(([field]) => field === name);
      return Number(new DataView(memory.buffer).getBigInt64(at.plan.start + month * told.plan.size + offset, true));
    }};
  }
  // What a run left: outcomes, and histories of the country and of places.
  function left({at, months, count}) {
    const after = new DataView(memory.buffer);
    const table = (name, rows) => Object.fromEntries(told[name].fields.map(([field, , offset]) => {
      const column = new Float64Array(rows);
      for (let n = 0; n < rows; n++) column[n] = after.getFloat64(at[name].start + n * told[name].size + offset, true);
      return [field, column];
    }));
    const history = table('history', months), places = table('place_history', months * count);
    const outcomes = {};
    for (const name in history) outcomes[name] = history[name][months - 1];
    for (const name of told.averaged) outcomes[`${name}_mean`] = pairwise(history[name], 0, months) / months;
    return {outcomes, history, places};
  }
  function run(asked) {
    const world = prepared(asked), begun = performance.now();
    world.live(-1, asked.months);
    const took = performance.now() - begun;
    return {...left(world), took};
  }
  return {run, prepared, left, memory};
}

// The sum in NumPy's order (pairwise, eight at a time), so that means are the same to the last bit.
function pairwise(values, from, count) {
  if (count < 8) { let sum = -0.0; for (let i = 0; i < count; i++) sum += values[from + i]; return sum; }
  if (count <= 128) {
    const r = [0, 1, 2, 3, 4, 5, 6, 7].map(k => values[from + k]);
    let i = 8;
    for (; i < count - count % 8; i += 8) for (let k = 0; k < 8; k++) r[k] += values[from + i + k];
    let sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (; i < count; i++) sum += values[from + i];
    return sum;
  }
  let half = count >> 1;
  half -= half % 8;
  return pairwise(values, from, half) + pairwise(values, from + half, count - half);
}

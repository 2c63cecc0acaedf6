'use strict';
// The trace of a run, taken between months as localism_sim.model.trace takes it, for one service;
// and the run again with one event gone the other way, as localism_sim.model.counterfactual does.
const READ = {f8: ['getFloat64', 8], f4: ['getFloat32', 4], i8: ['getBigInt64', 8], i4: ['getInt32', 4], i2: ['getInt16', 2], i1: ['getInt8', 1], u8: ['getBigUint64', 8], u4: ['getUint32', 4], u2: ['getUint16', 2], u1: ['getUint8', 1], b1: ['getUint8', 1]};

// How practice changes, in the order in which a month's events are told.
const CHANGES = ['alternative', 'vacancy', 'trial', 'kept', 'dropped'];

// The fields of a table of the world in the model's memory: kind, where it starts, bytes from row to row, and how many rows.
function fieldsOf(told, at, name) {
  const {size, fields} = told.tables[name];
  if (fields) return Object.fromEntries(fields.map(([field, kind, offset]) => [field, {kind, start: at[name].start + offset, size, count: at[name].bytes / size}]));
  return Object.fromEntries(Object.entries(told.tables[name]).map(([field, kind]) => {
    const {start, bytes} = at[`${name}.${field}`], width = READ[kind][1];
    return [field, {kind, start, size: width, count: bytes / width}];
  }));
}

// A table of the world in the model's memory, kept row by row or column by column.
function rowsOf(model, told, at, name) {
  const known = fieldsOf(told, at, name);
  return {
    get(row, field) {
      const {kind, start, size} = known[field], [method] = READ[kind];
      return Number(new DataView(model.memory.buffer)[method](start + row * size, true));
    },
    set(row, field, value) {
      const {kind, start, size} = known[field], method = READ[kind][0].replace('get', 'set');
      new DataView(model.memory.buffer)[method](start + row * size, kind[1] === '8' && kind[0] !== 'f' ? BigInt(value) : value, true);
    },
    bytes: (row, field) => new Uint8Array(model.memory.buffer, known[field].start + row * known[field].size, READ[known[field].kind][1]),
    column(field) { return Float64Array.from({length: known[field].count}, (_, row) => this.get(row, field)); },
  };
}

// asked: a run, with `service` (its row) and perhaps `flip`, an event of its trace.
function tracedRun(model, told, asked) {
  const world = model.prepared(asked), staff = rowsOf(model, told, world.at, 'staff');
  const services = rowsOf(model, told, world.at, 'services'), teams = rowsOf(model, told, world.at, 'teams');
  world.live(-1, 0);
  const first = services.get(asked.service, 'first_staff'), last = services.get(asked.service, 'last_staff');
  const starts = services.column('first_staff'), size = name => told.memory.find(entry => entry.name === name).value, domains = size('domains'), teamSize = size('team_size');
  const where = post => { let n = starts.findIndex(start => start > post); if (n < 0) n = starts.length; return {service: n - 1, number: post - starts[n - 1] + 1, place: Math.floor((n - 1) / domains)}; };
  const events = [];
  const look = () => { const seen = []; for (let i = first; i < last; i++) seen.push({practice: staff.get(i, 'practice'), trial: staff.get(i, 'on_trial'), contract: staff.get(i, 'contract')}); return seen; };
  // Who took a post this month, as Trace.arrivals has it: the event, or nothing.
  const arrival = (post, was) => {
    if (teams.get(Math.floor(post / teamSize), 'entrant_post') === post) return 'alternative';
    return staff.get(post, 'stays') === 0 && (was.contract === 0 || staff.get(post, 'contract') === 0) ? 'vacancy' : '';
  };
  const taken = [...told.taken_back.always, ...told.taken_back.person];
  for (let month = 0; month < asked.months; month++) {
    const before = look(), flip = asked.flip && asked.flip.month === month ? asked.flip : null;
    const keep = flip && flip.event !== 'stopped' ? Object.fromEntries(taken.map(field => [field, staff.bytes(flip.staff, field).slice()])) : null;
    world.live(month, 1);
    if (flip && flip.event === 'stopped') {
      const team = Math.floor(flip.staff / teamSize);
      teams.set(team, 'asked_desks', Math.max(0, world.lever('chain_length', month) - flip.desk));
      teams.set(team, 'stopped_by', 0);
    } else if (keep) {
      const came = arrival(flip.staff, before[flip.staff - first]);
      for (const field of came ? taken : told.taken_back.always) staff.bytes(flip.staff, field).set(keep[field]);
      if (came) {
        staff.set(flip.staff, 'stays', 1);
        teams.set(Math.floor(flip.staff / teamSize), 'entrant_post', -1);
      }
    }
    const changes = [];
    for (let i = first; i < last; i++) {
      const was = before[i - first], practice = staff.get(i, 'practice'), trial = staff.get(i, 'on_trial');
      const came = arrival(i, was), begun = trial === 1 && (came || was.trial === 0), ended = !came && was.trial > 0 && trial === 0;
      const routine = begun ? staff.get(i, 'fallback') : practice;
      const note = (event, from, to, origin, source) => changes.push({month, event, staff: i, from, to, origin: told.origins[origin], source, desk: 0});
      if (came && (routine !== was.practice || was.trial > 0)) note(came, was.practice, routine, staff.get(i, begun ? 'fallback_origin' : 'origin'), -1);
      if (begun) note('trial', came ? routine : was.practice, practice, staff.get(i, 'origin'), staff.get(i, 'source'));
      if (ended) note(practice === was.practice ? 'kept' : 'dropped', was.practice, practice, staff.get(i, 'origin'), -1);
    }
    events.push(...changes.sort((a, b) => CHANGES.indexOf(a.event) - CHANGES.indexOf(b.event)));
    for (const event of ['stopped', 'granted']) for (let team = first / teamSize; team < last / teamSize; team++) {
      if (event === 'stopped' ? !(teams.get(team, 'stopped_by') > 0) : !(teams.get(team, 'granted_post') >= 0)) continue;
      const post = teams.get(team, 'asked_post');
      events.push({month, event, staff: post, from: before[post - first].practice, to: teams.get(team, 'asked_practice'), origin: 'own inquiry', source: -1, desk: teams.get(team, 'stopped_by')});
    }
  }
  for (const event of events) { event.number = event.staff - first + 1; if (event.source >= 0) event.from_whom = where(event.source); }
  return {...model.left(world), events, posts: last - first};
}

'use strict';
// A worker: loads the model once, then runs what it is asked for.
let model;
self.onmessage = async ({data}) => {
  model = await loadModel(data.rules, data.told, data.start);
  self.onmessage = answer;
  self.postMessage({ready: true});
};
function answer({data: {job, values, timeline, seed, months, places: wanted}}) {
  try {
    const {outcomes, history, places, took} = model.run(values, timeline, seed, months);
    const kept = {};
    if (wanted) for (const name in places) kept[name] = Float32Array.from(places[name]);
    const moved = [...Object.values(history), ...Object.values(kept)].map(a => a.buffer);
    self.postMessage({job, outcomes, history, places: kept, took}, moved);
  } catch (error) {
    self.postMessage({job, error: String(error)});
  }
}

'use strict';
// A worker: loads the model once, then runs what it is asked for.
let model, about;
const worlds = new Map();                     // sizes and first bytes of the last lands asked about
self.onmessage = async ({data}) => {
  about = data.told;
  model = await loadModel(data.rules, data.told);
  self.onmessage = answer;
  self.postMessage({ready: true});
};
function answer({data: {job, places: wanted, land, world, ...asked}}) {
  try {
    if (world) worlds.set(land, world);
    while (worlds.size > 3) worlds.delete(worlds.keys().next().value);
    asked.world = worlds.get(land);
    const {outcomes, history, places, took, events, posts} = 'service' in asked ? tracedRun(model, about, asked) : model.run(asked);
    const kept = {};
    if (wanted) for (const name in places) kept[name] = Float32Array.from(places[name]);
    const moved = [...Object.values(history), ...Object.values(kept)].map(a => a.buffer);
    self.postMessage({job, outcomes, history, places: kept, took, events, posts}, moved);
  } catch (error) {
    self.postMessage({job, error: String(error)});
  }
}

'use strict';
// A worker: loads the model once, then runs what it is asked for.
let model, about;
self.onmessage = async ({data}) => {
  about = data.told;
  model = await loadModel(data.rules, data.told, data.start);
  self.onmessage = answer;
  self.postMessage({ready: true});
};
function answer({data: {job, places: wanted, ...asked}}) {
  try {
    const {outcomes, history, places, took, events, posts} = 'service' in asked ? tracedRun(model, about, asked) : model.run(asked);
    const kept = {};
    if (wanted) for (const name in places) kept[name] = Float32Array.from(places[name]);
    const moved = [...Object.values(history), ...Object.values(kept)].map(a => a.buffer);
    self.postMessage({job, outcomes, history, places: kept, took, events, posts}, moved);
  } catch (error) {
    self.postMessage({job, error: String(error)});
  }
}

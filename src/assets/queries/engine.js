// The query engine as the page sees it: a worker that is begun when it is first asked, and ended when it must stop.

/** Whether this browser has all that the engine takes. */
export const supported = () =>
  ["Worker", "WebAssembly", "DecompressionStream", "structuredClone"].every((name) => name in globalThis);

export function makeEngine(script, root) {
  let worker = null;
  let number = 0;
  const waiting = new Map();

  function begin() {
    worker = new Worker(script);
    worker.onmessage = ({ data }) => {
      const asked = waiting.get(data.number);
      if (!asked) return;
      if (data.begun) return asked.begun?.();
      waiting.delete(data.number);
      if (data.broken) stop("The query engine is begun anew");
      if (data.fault) asked.fail(Object.assign(new Error(data.fault.message), data.fault));
      else asked.done(data.answer);
    };
    worker.onerror = (event) => stop(`The query engine cannot be loaded: ${event.message ?? script}`);
  }

  /** The answer to a message; `begun` is called when all is loaded and the engine begins with it. */
  function ask(what, given = {}, begun = undefined) {
    if (!worker) begin();
    number += 1;
    const asked = number;
    return new Promise((done, fail) => {
      waiting.set(asked, { done, fail, begun });
      worker.postMessage({ number: asked, what, root, ...given });
    });
  }

  /** Ends whatever runs; what waits for an answer fails with this reason. */
  function stop(reason) {
    worker?.terminate();
    worker = null;
    const failed = [...waiting.values()];
    waiting.clear();
    failed.forEach(({ fail }) => fail(Object.assign(new Error(reason), { stopped: true, line: 0, column: 0 })));
  }

  return { ask, stop };
}

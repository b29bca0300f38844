import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";

/**
 * The binary of a module in text format, neither validated nor optimised. binaryen runs in a worker without tsx,
 * which would take seconds to transform its 15 MB; this thread waits for the answer. Throws binaryen's message when
 * the text is wrong.
 */
export function assemble(text: string): Uint8Array {
  assembler ??= startAssembler();
  const { signal, port } = assembler;
  Atomics.store(signal, 0, WAITING);
  port.postMessage(text);
  Atomics.wait(signal, 0, WAITING);
  const answer = receiveMessageOnPort(port)?.message as Answer;
  if ("error" in answer) throw new Error(answer.error);
  return answer.bytes;
}

type Answer = { readonly bytes: Uint8Array } | { readonly error: string };

interface Assembler {
  readonly port: MessagePort;
  readonly signal: Int32Array;
}

const WAITING = 0;

let assembler: Assembler | undefined;

function startAssembler(): Assembler {
  const { port1, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  new Worker(WORKER, {
    eval: true,
    execArgv: [],
    workerData: { port: port2, signal, binaryen: import.meta.resolve("binaryen") },
    transferList: [port2],
  }).unref();
  return { port: port1, signal };
}

const WORKER = `
const { port, signal, binaryen } = require("node:worker_threads").workerData;
const answer = (message) => {
  port.postMessage(message);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
};
import(binaryen).then(({ default: library }) => {
  port.on("message", (text) => {
    try {
      const module = library.parseText(text);
      const bytes = module.emitBinary();
      module.dispose();
      answer({ bytes });
    } catch (error) {
      answer({ error: String(error.message) });
    }
  });
}, (error) => answer({ error: String(error) }));
`;

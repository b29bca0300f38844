import { instantiate, type WasmInstance } from "./webassembly.ts";

type EngineFunction = (...args: number[]) => number;

/** Starts an engine; host calls throw, since a module body runs before there is a host. */
export function startEngine(wasm: Uint8Array): WasmInstance {
  const engine = instantiate(wasm, (name) => () => {
    throw new Error(`the contract calls env.${name} while its module body runs; move the call into a method`);
  });
  call(engine, "engine_init");
  return engine;
}

/** Calls an export of the engine. */
export function call(engine: WasmInstance, name: string, ...args: number[]): number {
  return (engine.exports[name] as EngineFunction)(...args);
}

/** Copies bytes and a zero into the engine, runs `use` on the address, frees them. */
export function withBytes<T>(engine: WasmInstance, bytes: Uint8Array, use: (address: number) => T): T {
  const address = call(engine, "engine_alloc", bytes.length + 1);
  const memory = new Uint8Array(engine.memory.buffer);
  memory.set(bytes, address);
  memory[address + bytes.length] = 0;
  try {
    return use(address);
  } finally {
    call(engine, "engine_free", address);
  }
}

/** The last error of the engine. */
export function engineError(engine: WasmInstance): string {
  const memory = new Uint8Array(engine.memory.buffer);
  const start = call(engine, "engine_error");
  return new TextDecoder().decode(memory.slice(start, memory.indexOf(0, start)));
}

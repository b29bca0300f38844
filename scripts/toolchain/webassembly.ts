/** The parts of the WebAssembly interface used here; TypeScript declares it only together with the browser's. */
interface WebAssemblyApi {
  readonly Module: {
    new (wasm: Uint8Array): object;
    imports(module: object): readonly { readonly module: string; readonly name: string }[];
  };
  readonly Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, unknown> };
}

/** A running module: its memory, and its exports by name. */
export interface WasmInstance {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly exports: Readonly<Record<string, unknown>>;
}

const api = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

/** Compiling takes much longer than instantiating, and tests instantiate the same bytes thousands of times. */
const compiled = new WeakMap<Uint8Array, object>();

/** Instantiates a module; `importFor` gives the function behind every import from env. */
export function instantiate(wasm: Uint8Array, importFor: (name: string) => unknown): WasmInstance {
  const module = compiled.get(wasm) ?? new api.Module(wasm);
  compiled.set(wasm, module);
  const env = Object.fromEntries(api.Module.imports(module).map(({ name }) => [name, importFor(name)]));
  const { exports } = new api.Instance(module, { env });
  return { memory: exports.memory as WasmInstance["memory"], exports };
}

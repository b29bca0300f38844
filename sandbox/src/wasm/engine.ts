/** A module that V8 compiled; opaque. */
export interface CompiledModule {
  readonly compiledModule: never;
}

export interface EngineGlobal {
  value: number;
}

export interface EngineInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface EngineMemory {
  readonly buffer: ArrayBuffer;
}

/** The part of the standard `WebAssembly` object that the VM uses: Node's types lack it without the DOM library. */
interface WebAssemblyObject {
  readonly validate: (bytes: Uint8Array) => boolean;
  readonly Module: new (bytes: Uint8Array) => CompiledModule;
  readonly Instance: new (
    module: CompiledModule,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => EngineInstance;
  /** Sizes in pages of 64 KiB. */
  readonly Memory: new (sizes: {
    readonly initial: number;
    readonly maximum: number;
  }) => EngineMemory;
  readonly RuntimeError: new () => Error;
}

export const webAssembly: WebAssemblyObject = (globalThis as unknown as { WebAssembly: WebAssemblyObject })
  .WebAssembly;

/** The bytes are not a WebAssembly module that nearcore accepts; nearcore calls this `PrepareError::Deserialization`. */
export class MalformedModuleError extends Error {
  override readonly name = "MalformedModuleError";
}

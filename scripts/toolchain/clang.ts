import { commands } from "@yowasp/clang";

/** Files of clang's virtual file system: name → content, or a folder. */
export type ClangFiles = { [name: string]: Uint8Array | string | ClangFiles };

/**
 * Runs clang (a wasm program under Node) on virtual files; returns the files after the run.
 * Throws with the compiler's messages when it fails.
 */
export async function clang(args: readonly string[], files: ClangFiles): Promise<ClangFiles> {
  const decoder = new TextDecoder();
  let messages = "";
  const collect = (bytes: Uint8Array | null) => {
    if (bytes) messages += decoder.decode(bytes, { stream: true });
  };
  try {
    const after = await commands.clang([...args], files, {
      stdout: collect,
      stderr: collect,
      decodeASCII: false,
      fetchProgress: () => {},
    });
    return (after ?? {}) as ClangFiles;
  } catch (error) {
    throw new Error(`clang ${args.at(-1) ?? ""} failed: ${String(error)}\n${messages}`);
  }
}

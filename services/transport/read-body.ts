import type { IncomingMessage } from "node:http";

/** A message body: complete and parsed, or the fault. An empty body is `undefined`. */
export type JsonBody =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "too_large" }
  | { readonly kind: "invalid"; readonly reason: string }
  | { readonly kind: "cut" };

/** A message body as it came, or the fault. */
export type Body =
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | { readonly kind: "too_large" }
  | { readonly kind: "cut" };

/** Reads a request's or response's JSON body as `readBody` does. */
export async function readJsonBody(message: IncomingMessage, maxBytes: number): Promise<JsonBody> {
  const body = await readBody(message, maxBytes);
  return body.kind === "bytes" ? parseBody(message, body.bytes) : body;
}

/**
 * Reads a request's or response's body, keeping at most `maxBytes` in memory.
 *
 * Never throws. After `too_large` the message is left paused with the rest unread.
 */
export function readBody(message: IncomingMessage, maxBytes: number): Promise<Body> {
  const announced = Number(message.headers["content-length"] ?? 0);
  if (announced > maxBytes) return Promise.resolve({ kind: "too_large" });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      message.off("data", take);
      message.pause();
      resolve({ kind: "too_large" });
    };
    message.on("data", take);
    message.once("end", () => resolve({ kind: "bytes", bytes: Buffer.concat(chunks) }));
    message.once("error", () => resolve({ kind: "cut" }));
    message.once("close", () => resolve({ kind: "cut" }));
  });
}

function parseBody(message: IncomingMessage, bytes: Buffer): JsonBody {
  if (bytes.length === 0) return { kind: "json", value: undefined };
  const type = message.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json")
    return { kind: "invalid", reason: "the content type isn't application/json" };
  try {
    return { kind: "json", value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    // The parser's message can quote the body, which may hold shares.
    return { kind: "invalid", reason: "the body isn't JSON in UTF-8" };
  }
}

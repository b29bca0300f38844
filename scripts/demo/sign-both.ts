import { randomBytes } from "node:crypto";
import type { RunningState } from "../../contract/src/protocol/state.ts";
import type { RunningProgram } from "./programs.ts";
import { askForSignature, verifies } from "./signing.ts";
import { expectEqual, type Timeline } from "./timeline.ts";

/** Has the network sign a fresh message in every domain and verifies under the on-chain keys. Returns the signers per domain. */
export async function expectSignatures(
  state: RunningState,
  coordinator: RunningProgram | undefined,
  when: string,
  timeline: Timeline,
): Promise<readonly (readonly string[])[]> {
  if (coordinator === undefined) throw new Error("expected a node that coordinates, found none");
  const started = await coordinator.waitFor("program.started", ({ event }) => event === "program.started");
  const signers: (readonly string[])[] = [];
  for (const { domain_id, key } of state.keyset.domains) {
    const message = Buffer.concat([Buffer.from(`${when} the loss, domain ${domain_id}, `), randomBytes(8)]);
    const made = await askForSignature(Number(started.local_port), domain_id, message);
    expectEqual(
      `the signature in domain ${domain_id} verifies under ${key}`,
      verifies(key, message, made.signature_hex),
      true,
    );
    signers.push(made.signers);
    const verifier = key.startsWith("ed25519:")
      ? "node:crypto verifies it as plain Ed25519"
      : "verified (RFC 9591, secp256k1)";
    await timeline.held(
      "network",
      `signed ${when} the loss in domain ${domain_id} (${made.signers.length} signers); ${verifier}`,
    );
  }
  return signers;
}

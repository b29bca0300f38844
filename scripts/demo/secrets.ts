import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Machine, secretsOf } from "./machines.ts";
import { expectEqual, type Timeline } from "./timeline.ts";

/** No program wrote a secret key of any machine to its log. */
export async function secretsNowhere(
  folder: string,
  machines: readonly Machine[],
  timeline: Timeline,
): Promise<void> {
  const logs = readdirSync(folder)
    .filter((file) => file.endsWith(".log"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
  const secrets = machines.flatMap(secretsOf);
  const leaked = secrets.filter((secret) =>
    logs.some((log) => log.includes(secret.replace(/^ed25519:/, ""))),
  );
  expectEqual("secret keys found in logs", leaked.length, 0);
  await timeline.held("logs", `${logs.length} logs searched for ${secrets.length} secret keys: none found`);
}

import { type Command, InvalidArgumentError } from "commander";
import { integerOption } from "../operations/cli-options.ts";
import { type Participant, parsePlan } from "./body.ts";

interface PlanOptions {
  readonly network: string;
  readonly contract: string;
  readonly seedVersion: number;
  readonly threshold: number;
  readonly dealer: string;
  readonly participant: readonly Participant[];
}

/** `ceremony plan`: puts the collected public keys into the plan's JSON. */
export function addPlanCommand(program: Command): void {
  program
    .command("plan")
    .description("facilitator: print the plan of the collected public keys")
    .requiredOption("--network <id>", "network id in the contract's config")
    .requiredOption("--contract <account>", "NEAR account of the contract")
    .addOption(
      integerOption(
        "--seed-version <number>",
        "major version of the program",
        0,
        0xffff_ffff,
      ).makeOptionMandatory(),
    )
    .addOption(
      integerOption("--threshold <number>", "shares that bring the seed back", 2, 255).makeOptionMandatory(),
    )
    .requiredOption("--dealer <key>", "signing key of whoever makes the seed")
    .requiredOption(
      "--participant <account=signing-key,share-key...>",
      "one for each operator",
      readParticipant,
      [],
    )
    .addHelpText(
      "after",
      "\nExample:\n  ceremony plan --network mainnet --contract mpc.near --seed-version 3 ... > plan.json",
    )
    .action(({ seedVersion: version, participant, ...plan }: PlanOptions) => {
      const participants = participant.toSorted((a, b) => (a.account < b.account ? -1 : 1));
      process.stdout.write(`${JSON.stringify(parsePlan({ ...plan, version, participants }), null, 2)}\n`);
    });
}

function readParticipant(text: string, before: readonly Participant[]): readonly Participant[] {
  const [, account, signing_key, share_key] = /^([^=]+)=(ed25519:[^,]+),(x25519:.+)$/.exec(text) ?? [];
  if (account === undefined || signing_key === undefined || share_key === undefined) {
    throw new InvalidArgumentError("Expected node-1.near=ed25519:…,x25519:…");
  }
  return [...before, { account, signing_key, share_key }];
}

import { randomBytes } from "node:crypto";
import { type Command, Option } from "commander";
import { attestRecipient } from "../../sdk/src/approval/approve-recipient.ts";
import { committeeRoot } from "../../sdk/src/approval/committee.ts";
import { parseRecipient } from "../../sdk/src/approval/recipient.ts";
import { collectApproval, signStatement } from "../../sdk/src/approval/sign-statement.ts";
import { parseApproval, parseStatement, type Statement } from "../../sdk/src/approval/statement.ts";
import { recipientKeyHash } from "../../sdk/src/approval/verify-approval.ts";
import { FormatError, strictList } from "../../sdk/src/attestation/strict-fields.ts";
import { readKeyFile } from "../../sdk/src/crypto/key-files.ts";
import { integerOption } from "../operations/cli-options.ts";
import { parseImage } from "../safe-mode/image.ts";
import { readJsonFile } from "./read-whole.ts";

/** What the members of a committee do before safe mode can run: state, sign, collect. All print JSON. */
export function addApprovalCommands(program: Command): void {
  program
    .command("committee-root")
    .description("print the Merkle root that a program pins for these members")
    .requiredOption("--committee <file>", "the members' signing keys, as a JSON list")
    .addHelpText("after", "\nExample:\n  ceremony committee-root --committee committee.json")
    .action(({ committee }: { committee: string }) => {
      process.stdout.write(`${committeeRoot(readCommittee(committee))}\n`);
    });
  program
    .command("statement")
    .description("check a program's evidence and print the statement that would approve it")
    .addOption(new Option("--purpose <purpose>", "what for").choices(PURPOSES).default("safe_mode"))
    .requiredOption("--image <file>", "the safe mode program's safe-mode.image.json")
    .requiredOption("--evidence <file>", "what the new program shows")
    .requiredOption("--account <account>", "the program's NEAR account")
    .addOption(integerOption("--hours <number>", "how long it is in force", 1, 8_760).default(24))
    .addHelpText("after", `\nExample:\n  ${STATEMENT_EXAMPLE}`)
    .action((options: StatementOptions) => print(makeStatement(options)));
  program
    .command("approve")
    .description("member: sign a statement")
    .requiredOption("--statement <file>", "printed by `ceremony statement`; read it first")
    .requiredOption("--committee <file>", "the members' signing keys, as a JSON list")
    .requiredOption("--key <file>", "the member's key file")
    .addHelpText("after", `\nExample:\n  ${APPROVE_EXAMPLE}`)
    .action(async ({ statement, committee, key }: { statement: string; committee: string; key: string }) => {
      const { keyPair } = await readKeyFile(key);
      print(signStatement(keyPair, readCommittee(committee), parseStatement(readJsonFile(statement))));
    });
  program
    .command("collect")
    .description("put the members' signatures together into an approval")
    .requiredOption("--statement <file>", "what they signed")
    .requiredOption("--signature <file...>", "printed by `ceremony approve`")
    .addHelpText("after", `\nExample:\n  ${COLLECT_EXAMPLE}`)
    .action(({ statement, signature }: { statement: string; signature: readonly string[] }) => {
      const signatures = signature.map(readJsonFile);
      const { signatures: parsed, ...rest } = parseApproval({
        statement: readJsonFile(statement),
        signatures,
      });
      print(collectApproval(rest.statement, parsed));
    });
}

interface StatementOptions {
  readonly image: string;
  readonly evidence: string;
  readonly account: string;
  readonly hours: number;
  readonly purpose: (typeof PURPOSES)[number];
}

const PURPOSES = ["safe_mode", "share_release"] as const;

const STATEMENT_EXAMPLE =
  "ceremony statement --image safe-mode.image.json --evidence evidence.json --account sequencer.near > statement.json";
const APPROVE_EXAMPLE =
  "ceremony approve --statement statement.json --committee committee.json --key node-1.json > node-1.signature.json";
const COLLECT_EXAMPLE =
  "ceremony collect --statement statement.json --signature *.signature.json > approval.json";

function makeStatement({ image, evidence, account, hours, purpose }: StatementOptions): Statement {
  const { network, contract, from, committee, policy } = parseImage(readJsonFile(image));
  const issued_at = Math.floor(Date.now() / 1_000);
  const recipient = parseRecipient(readJsonFile(evidence));
  const { verified } = attestRecipient(recipient, { network, contract, account }, issued_at, policy);
  return parseStatement({
    v: 1,
    purpose,
    network,
    contract,
    from,
    to: verified.measurement,
    recipient_account: account,
    recipient_key_hash: recipientKeyHash(verified.reportData),
    nonce: randomBytes(32).toString("hex"),
    issued_at,
    expires: issued_at + 3_600 * hours,
    next_committee_root: committee.root,
  });
}

function readCommittee(path: string): readonly string[] {
  return strictList(readJsonFile(path), "committee", 1, 256).map((key) => {
    if (typeof key !== "string") throw new FormatError("committee", "a list of ed25519 keys");
    return key;
  });
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

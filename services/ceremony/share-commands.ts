import { type Command, InvalidArgumentError } from "commander";
import { ApprovalError } from "../../sdk/src/approval/approval-error.ts";
import { approveRecipient, attestRecipient } from "../../sdk/src/approval/approve-recipient.ts";
import { parseRecipient } from "../../sdk/src/approval/recipient.ts";
import { parseApproval } from "../../sdk/src/approval/statement.ts";
import { strictObject, strictText } from "../../sdk/src/attestation/strict-fields.ts";
import { readSignedHeader } from "../../sdk/src/crypto/envelope.ts";
import { readKeyFile } from "../../sdk/src/crypto/key-files.ts";
import { type ReleasedShare, recombine } from "../../sdk/src/sharing/recombine.ts";
import { releaseShare } from "../../sdk/src/sharing/release-share.ts";
import { parseSeedBackup, type SeedBackup, type ShareKeys } from "../../sdk/src/sharing/seed-backup.ts";
import { EXIT, ProgramError, usageError } from "../operations/program-error.ts";
import { type Image, parseImage } from "../safe-mode/image.ts";
import { sealingKeys, sealSeed } from "../safe-mode/sealed-seed.ts";
import { createDurably } from "../store/durable-file.ts";
import { systemFiles } from "../store/files.ts";
import { readJsonFile, readSecretText } from "./read-whole.ts";
import { readShareKeyFile } from "./share-key-file.ts";

/** What operators do when no enclave is left: each releases the own share, and the approved program has the seed. */
export function addShareCommands(program: Command): void {
  const about = (name: string, description: string, example: string) =>
    program
      .command(name)
      .description(description)
      .requiredOption("--image <file>", "safe-mode.image.json: network, contract, version, committee, policy")
      .requiredOption("--backup <file>", "what the contract's view seed_backup answers")
      .requiredOption("--dealer <key>", "TLS key of the program that published the backup")
      .requiredOption("--approval <file>", "the committee's, for purpose share_release")
      .addHelpText("after", `\nExample:\n  ${example}`);
  about("release", "operator: seal one's share to the approved program; print it", RELEASE_EXAMPLE)
    .requiredOption("--evidence <file>", "what the program shows")
    .requiredOption("--account <account>", "the operator's NEAR account")
    .requiredOption("--key <file>", "the operator's TLS key file")
    .requiredOption("--share-key <file>", "file made by share-key")
    .action(async (options: ReleaseOptions) => print(await release(options)));
  about("recombine", "the approved program: put the released shares together", RECOMBINE_EXAMPLE)
    .requiredOption("--share <file...>", "printed by release")
    .requiredOption("--owner <account=key...>", "TLS key of each operator whose share came", readOwner, {})
    .requiredOption("--seal-key <file>", "the x25519 key that the shares are sealed to")
    .requiredOption("--sealing-key <file>", "the platform's sealing key, 64 hex digits")
    .requiredOption("--sealed-seed <file>", "where the sealed seed goes")
    .action(async (options: RecombineOptions) => putTogether(options));
}

interface BackupOptions {
  readonly image: string;
  readonly backup: string;
  readonly dealer: string;
  readonly approval: string;
}

interface ReleaseOptions extends BackupOptions {
  readonly evidence: string;
  readonly account: string;
  readonly key: string;
  readonly shareKey: string;
}

interface RecombineOptions extends BackupOptions {
  readonly share: readonly string[];
  readonly owner: Readonly<Record<string, string>>;
  readonly sealKey: string;
  readonly sealingKey: string;
  readonly sealedSeed: string;
}

const COMMON =
  "--image safe-mode.image.json --backup seed-backup.json --dealer ed25519:... --approval release.json";
const RELEASE_EXAMPLE = `ceremony release ${COMMON} --evidence evidence.json --account node-1.near \\
    --key node-1.json --share-key node-1.share.json > node-1.released.json`;
const RECOMBINE_EXAMPLE = `ceremony recombine ${COMMON} --share *.released.json --owner node-1.near=ed25519:... \\
    --seal-key seal-key.json --sealing-key sealing-key --sealed-seed sealed-seed.json`;

async function release(options: ReleaseOptions): Promise<ReleasedShare> {
  const image = parseImage(readJsonFile(options.image));
  const approval = parseApproval(readJsonFile(options.approval));
  const { network, contract, from, committee } = image;
  const { recipient_account } = approval.statement;
  if (!image.sequencer_accounts.includes(recipient_account))
    throw new ApprovalError("APPROVAL_CONTEXT", `${recipient_account} isn't among the image's sequencers`);
  const now = Math.floor(Date.now() / 1_000);
  const use = { network, contract, account: recipient_account };
  const attested = attestRecipient(parseRecipient(readJsonFile(options.evidence)), use, now, image.policy);
  const expected = { purpose: "share_release", network, contract, from, recipient_account } as const;
  const rules = { committee, expected, now, maxLifetimeSeconds: image.max_approval_seconds };
  const approved = approveRecipient(attested, approval, rules);
  const published = readPublished(options, image);
  const exchange = await readShareKeyFile(systemFiles, options.shareKey);
  const { keyPair: signing } = await readKeyFile(options.key);
  const owner = { account: options.account, exchange, signing };
  const envelope = releaseShare(owner, published, approved);
  const { to, expires } = approval.statement;
  const shown = { releases: published.backup.commitment, to, account: recipient_account, until: expires };
  process.stderr.write(`${JSON.stringify(shown)}\n`);
  return { owner: options.account, envelope };
}

async function putTogether(options: RecombineOptions): Promise<void> {
  const image = parseImage(readJsonFile(options.image));
  const keys = sealingKeys(readSecretText(options.sealingKey));
  const session = parseApproval(readJsonFile(options.approval)).statement.issued_at;
  const sealKey = await readShareKeyFile(systemFiles, options.sealKey);
  const about = { ...readPublished(options, image), ownerKeys: options.owner, sealKey, session };
  const now = Math.floor(Date.now() / 1_000);
  const outcome = await recombine({ ...about, now }, options.share.map(readReleased));
  for (const { owner, reason } of outcome.rejected)
    process.stderr.write(`share of ${owner} rejected: ${reason}\n`);
  if (outcome.kind === "waiting") throw new ProgramError(EXIT.refused, "SHARES_MISSING", outcome.message);
  const sealed = Buffer.from(`${sealSeed(outcome.seed, image, keys)}\n`);
  outcome.seed.fill(0);
  if ((await createDurably(systemFiles, options.sealedSeed, sealed)) === "exists")
    throw usageError("SEALED_SEED_EXISTS", `there is already something at ${options.sealedSeed}`);
  print({ commitment: about.backup.commitment, from: outcome.from, sealed_seed: options.sealedSeed });
}

/** The published backup, its dealer, and the keys that it is sealed to, which the dealer's signatures cover. */
function readPublished({ backup: file, dealer }: BackupOptions, { network, contract, version }: Image) {
  const fields = readJsonFile(file) as Partial<SeedBackup> | null;
  const { commitment, threshold, shares } = fields ?? {};
  const backup = parseSeedBackup({ version: fields?.version, commitment, threshold, shares });
  const keys: ShareKeys = Object.fromEntries(
    backup.shares.map(([account, envelope]) => [account, readSignedHeader(envelope).to]),
  );
  return { backup, keys, expected: { network, contract, version, dealer } };
}

function readReleased(file: string): ReleasedShare {
  const { owner, envelope } = strictObject(readJsonFile(file), file, ["owner", "envelope"]);
  return {
    owner: strictText(owner, `${file}: owner`, /^[a-z0-9._-]{2,64}$/, 64),
    envelope: strictText(envelope, `${file}: envelope`, /^\{/, 8_192),
  };
}

function readOwner(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, account, key] = /^([a-z0-9._-]{2,64})=(ed25519:.+)$/.exec(text) ?? [];
  if (account !== undefined && key !== undefined) return { ...before, [account]: key };
  throw new InvalidArgumentError("Expected node-1.near=ed25519:…");
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

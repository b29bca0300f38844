/** A part of the project that is mutated by itself. All paths are relative to the repository. */
export interface Part {
  readonly name: string;
  /** Globs of the sources to mutate. */
  readonly mutate: readonly string[];
  /** Test files, and folders whose quick tests all count (not those of folders within). */
  readonly tests: readonly string[];
  /** Files of those folders that take too long to run for each mutant. */
  readonly withoutTests?: readonly string[];
  /**
   * Fewer per cent of mutants found fail the command. Equivalent mutants (equivalent.ts) don't count. 0: the part was
   * not run as a whole yet.
   */
  readonly leastPercent: number;
}

/** Scenarios of the core; bundle-tests.ts leaves out those that need the wasm. The decoders' own take 3 s. */
const CORE = {
  tests: ["contract/test"],
  withoutTests: ["contract/test/bad-input.test.ts", "contract/test/codecs.test.ts"],
};

/** In the order in which `npm run test:mutation` takes them. */
export const PARTS: readonly Part[] = [
  {
    name: "recovery-rules",
    mutate: [
      "contract/src/protocol/rules/{access,account-record,attestation,key-roles,members,recovery-entry}.ts",
      "contract/src/protocol/rules/{storage-deposit,tls-key-index,tls-keys}.ts",
    ],
    ...CORE,
    leastPercent: 0,
  },
  {
    name: "voting-rules",
    mutate: [
      "contract/src/protocol/rules/{key-events,keyset-equality,membership,parameters-proposal}.ts",
      "contract/src/protocol/rules/{parameters,proposals,updates,votes,config}.ts",
    ],
    ...CORE,
    leastPercent: 0,
  },
  { name: "states", mutate: ["contract/src/protocol/states/*.ts"], ...CORE, leastPercent: 98 },
  {
    name: "governance",
    mutate: ["contract/src/protocol/governance/*.ts"],
    ...CORE,
    leastPercent: 0,
  },
  { name: "accounts", mutate: ["contract/src/protocol/accounts/*.ts"], ...CORE, leastPercent: 0 },
  {
    name: "requests",
    mutate: [
      "contract/src/protocol/requests/{respond,sign,signature-request,signing-domain}.ts",
      "contract/src/protocol/rules/requests.ts",
      "contract/src/protocol/transition.ts",
    ],
    ...CORE,
    leastPercent: 0,
  },
  {
    name: "decoders",
    mutate: [
      "contract/src/interface/{arguments,base58,decode,decode-command,domain-key,json-text,shapes,text-formats}.ts",
      "contract/src/interface/{schema,propose-update,state-codec,state-reader}.ts",
    ],
    tests: ["contract/test"],
    leastPercent: 0,
  },
  {
    name: "crypto",
    mutate: ["sdk/src/crypto/*.ts"],
    tests: ["sdk/test/crypto", "sdk/test/keys.test.ts", "sdk/test/key-files.test.ts"],
    leastPercent: 0,
  },
  {
    name: "sharing",
    mutate: ["sdk/src/sharing/*.ts"],
    tests: ["sdk/test/sharing"],
    leastPercent: 0,
  },
  {
    name: "approval",
    mutate: ["sdk/src/approval/*.ts"],
    tests: ["sdk/test/approval"],
    leastPercent: 0,
  },
  {
    name: "handover",
    mutate: ["sdk/src/handover/*.ts"],
    tests: ["sdk/test/handover"],
    leastPercent: 0,
  },
  {
    name: "enclave",
    mutate: ["services/enclave/*.ts"],
    tests: ["services/enclave/test", "sdk/test/handover"],
    leastPercent: 0,
  },
];

/** The part of this name. Throws with the names that there are. */
export function partNamed(name: string): Part {
  const part = PARTS.find((candidate) => candidate.name === name);
  if (part) return part;
  throw new Error(`expected one of ${PARTS.map((p) => p.name).join(", ")}, found ${JSON.stringify(name)}`);
}

/** Where the part's tests lie in Stryker's copy of the project, all in one JavaScript file. */
export const BUNDLED_TESTS = "mutation-tests/tests.mjs";

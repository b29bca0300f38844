import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { CompilerState, Extractor, ExtractorConfig } from "@microsoft/api-extractor";
/** The pages of `docs/api/` by the package's entry that each describes. */
export const API_PAGES: Readonly<Record<string, string>> = {
  "docs/api/index.md": ".",
  "docs/api/inspect.md": "./inspect",
  "docs/api/interface.md": "./interface",
  "docs/api/transport-json-rpc.md": "./transport/json-rpc",
  "docs/api/transport-near-api-js.md": "./transport/near-api-js",
  "docs/api/transport-near-kit.md": "./transport/near-kit",
  "docs/api/transport-near-workspaces.md": "./transport/near-workspaces",
  "docs/api/sandbox.md": "./sandbox",
};

let pages: Readonly<Record<string, string>> | undefined;

/** One page as Markdown, from the declarations of the built package. Reads all at the first call. */
export function apiPage(file: string): string {
  pages ??= makePages();
  return pages[file] ?? "";
}

function makePages(): Record<string, string> {
  const manifest = JSON.parse(readFileSync("package.json", "utf8"));
  const folder = mkdtempSync(join(tmpdir(), "mpc-recovery-api-"));
  try {
    const configs = Object.entries(API_PAGES).map(([file, entry], at) => ({
      file,
      entry,
      config: configOf(resolve(manifest.exports[entry].types), join(folder, `${at}.api.json`)),
    }));
    const [first] = configs;
    if (first === undefined) return {};
    const additionalEntryPoints = configs.map(({ config }) => config.mainEntryPointFilePath);
    const compilerState = CompilerState.create(first.config, { additionalEntryPoints });
    return Object.fromEntries(
      configs.map(({ config, entry, file }) => {
        Extractor.invoke(config, { compilerState, localBuild: true, messageCallback: silence });
        return [file, pageOf(manifest.name + entry.slice(1), config.apiJsonFilePath)];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function configOf(declaration: string, apiJsonFilePath: string): ExtractorConfig {
  const compilerOptions = {
    module: "nodenext",
    moduleResolution: "nodenext",
    target: "es2022",
    lib: ["es2023"],
  };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: resolve("package.json"),
    configObject: {
      projectFolder: resolve("."),
      mainEntryPointFilePath: declaration,
      compiler: {
        overrideTsconfig: {
          compilerOptions: { ...compilerOptions, types: ["node"], strict: true, skipLibCheck: true },
          files: [declaration],
        },
      },
      docModel: { enabled: true, apiJsonFilePath, includeForgottenExports: false },
      apiReport: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
    },
  });
}

function silence(message: { logLevel: string }): void {
  message.logLevel = "none";
}

/** What is used of an item in the extractor's JSON. */
interface ApiItem {
  readonly kind: string;
  readonly name?: string;
  readonly docComment?: string;
  readonly excerptTokens?: readonly { readonly text: string }[];
  readonly members?: readonly ApiItem[];
}

function pageOf(name: string, apiJson: string): string {
  const [entry] = (JSON.parse(readFileSync(apiJson, "utf8")) as ApiItem).members ?? [];
  const items = [...(entry?.members ?? [])].sort(byKindAndName);
  const intro =
    "Generated from the package's declarations: `npm run snapshots -- update`. Units are in the names; what is thrown is in the sentences.";
  return `# ${name}\n\n${intro}\n\n${items.map(section).join("\n\n")}\n`;
}

const KINDS = ["Function", "Variable", "Class", "Interface", "TypeAlias"];

function byKindAndName(left: ApiItem, right: ApiItem): number {
  const order = KINDS.indexOf(left.kind) - KINDS.indexOf(right.kind);
  return order !== 0 ? order : (left.name ?? "") < (right.name ?? "") ? -1 : 1;
}

function section(item: ApiItem): string {
  const code = `\`\`\`ts\n${signature(item)}\n\`\`\``;
  const parts = [`## ${item.name}`, docsOf(item), code, (item.members ?? []).map(bullet).join("\n")];
  return parts.filter((part) => part !== "").join("\n\n");
}

function signature({ excerptTokens = [] }: ApiItem): string {
  const text = excerptTokens.map((token) => token.text).join("");
  return text.replace(/^export (?:declare )?/, "").trim();
}

function bullet(member: ApiItem): string {
  const shown = signature(member).replace(/\s+/g, " ");
  const docs = docsOf(member).replace(/\s*\n+\s*/g, " ");
  return docs === "" ? `- \`${shown}\`` : `- \`${shown}\`: ${docs}`;
}

/** The text of the doc comment. */
function docsOf({ docComment = "" }: ApiItem): string {
  return docComment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/\s*$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}

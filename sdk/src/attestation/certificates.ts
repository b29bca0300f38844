import { createHash, X509Certificate } from "node:crypto";
import { AttestationError } from "./attestation-error.ts";

/** A chain that ends at Intel's root, leaf first; every link is checked. */
export type IntelChain = readonly [X509Certificate, ...X509Certificate[]];

/**
 * Reads a PEM chain and checks signatures, names, purposes and times up to Intel's pinned root.
 *
 * @param purpose what the leaf may sign, so that no certificate stands in for another
 * @param now Unix seconds
 * @throws AttestationError `CERTIFICATE_CHAIN`
 */
export function verifyIntelChain(pem: string, purpose: Purpose, now: number): IntelChain {
  const chain = parsePem(pem);
  const [leaf] = chain;
  const { name, isCa, length } = LEAVES[purpose];
  // Of a longer one some certificate would be looked up in no revocation list.
  if (chain.length !== length) throw refused(`expected ${length} certificates, found ${chain.length}`);
  if (!name.test(leaf.subject)) {
    throw refused(`expected the subject ${name.source}, found ${JSON.stringify(leaf.subject)}`);
  }
  for (const [index, certificate] of chain.entries()) {
    const issuer = chain[index + 1] ?? certificate;
    if (certificate.ca !== (index > 0 || isCa))
      throw refused("a certificate's CA flag is wrong for its place");
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) {
      throw refused(`certificate ${index} isn't signed by the next one`);
    }
    const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
    if (!(from <= now * 1_000 && now * 1_000 <= to)) {
      throw refused(`certificate ${index} is valid from ${certificate.validFrom} to ${certificate.validTo}`);
    }
  }
  const fingerprint = createHash("sha256").update(chain.at(-1)!.raw).digest("hex");
  if (fingerprint !== INTEL_ROOT_SHA256) throw refused(`the root ${fingerprint} isn't Intel's`);
  return chain;
}

/** What the first certificate of a chain is for: a platform's key, issuing those, or signing Intel's documents. */
export type Purpose = keyof typeof LEAVES;

const LEAVES = {
  pck: { name: /^CN=Intel SGX PCK Certificate$/m, isCa: false, length: 3 },
  pckCa: { name: /^CN=Intel SGX PCK (Platform|Processor) CA$/m, isCa: true, length: 2 },
  tcbSigning: { name: /^CN=Intel SGX TCB Signing$/m, isCa: false, length: 2 },
} as const;

// "Intel SGX Root CA", valid from 2018-05-21 to 2049-12-31.
const INTEL_ROOT_SHA256 = "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3";
const BLOCK = /-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n?/g;

function parsePem(pem: string): IntelChain {
  const blocks = [...pem.matchAll(BLOCK)].map(([, body = ""]) =>
    Buffer.from(body.replaceAll("\n", ""), "base64"),
  );
  // Written out again it must be the same text: otherwise parts of it are seen by nobody, or by one reader only.
  if (blocks.map(pemBlock).join("").trimEnd() !== pem.trimEnd()) {
    throw refused("expected certificates as PEM and nothing else");
  }
  try {
    const [leaf, ...issuers] = blocks.map((block) => new X509Certificate(block));
    if (leaf !== undefined && issuers.length > 0) return [leaf, ...issuers];
  } catch (error) {
    throw refused("a certificate can't be read", error);
  }
  throw refused("expected at least a leaf and a root");
}

function pemBlock(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function refused(reason: string, cause?: unknown): AttestationError {
  return new AttestationError("CERTIFICATE_CHAIN", reason, cause);
}

/** The part of `errors.ts` on signature requests. */
import type { AccountId, DomainId, RecoveryId } from "../brand.ts";
import type { DomainPurpose, SignatureProtocol } from "../state.ts";
import type { PayloadKind, RequestId, SignatureScheme } from "./signature-request.ts";

export interface RequestErrors {
  readonly WRONG_PURPOSE: {
    readonly domain_id: DomainId;
    readonly expected: DomainPurpose;
    readonly found: DomainPurpose;
  };
  readonly UNSUPPORTED_SCHEME: {
    readonly domain_id: DomainId;
    readonly protocol: SignatureProtocol;
    readonly key_kind: string;
  };
  readonly WRONG_PAYLOAD: {
    readonly domain_id: DomainId;
    readonly expected: PayloadKind;
    readonly found: PayloadKind;
  };
  readonly PAYLOAD_OUT_OF_RANGE: { readonly domain_id: DomainId };
  readonly NOT_ENOUGH_GAS: { readonly attached: string; readonly required: string };
  readonly NOT_ENOUGH_SIGNERS: {
    readonly domain_id: DomainId;
    readonly available: number;
    readonly required: number;
  };
  readonly TOO_MANY_REQUESTS: { readonly pending: number; readonly limit: number };
  readonly TOO_MANY_DUPLICATES: {
    readonly request_id: RequestId;
    readonly waiting: number;
    readonly limit: number;
  };
  readonly UNKNOWN_REQUEST: { readonly request_id: RequestId };
  readonly BEING_REPLACED: { readonly account_id: AccountId; readonly recovery_id: RecoveryId };
  readonly WRONG_SIGNATURE_SCHEME: {
    readonly domain_id: DomainId;
    readonly expected: SignatureScheme;
    readonly found: SignatureScheme;
  };
  readonly INVALID_SIGNATURE: { readonly domain_id: DomainId };
  readonly REQUEST_TIMED_OUT: Record<never, never>;
  readonly NO_DERIVED_KEY: { readonly domain_id: DomainId };
}

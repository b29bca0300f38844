import type { TlsPublicKey } from "../../../../contract/src/protocol/brand.ts";

/** A participant as the contract lists it: where its node listens and which TLS key it must prove. */
export interface SignerPeer {
  readonly account_id: string;
  readonly participant_id: number;
  /** `https://host[:port]` */
  readonly url: string;
  readonly tls_public_key: TlsPublicKey;
}

/**
 * The participants that may sign at this moment, this node among them; empty when this node isn't
 * one of them. During a Recovery whoever supplies it leaves out the recovering account, with its old
 * and its new node.
 */
export type ReadPeers = () => Promise<readonly SignerPeer[]>;

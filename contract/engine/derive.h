/* Hashes and curve arithmetic that the host doesn't offer: what derived keys are made of. */
#ifndef MPC_DERIVE_H
#define MPC_DERIVE_H
#include <stddef.h>
#include <stdint.h>

/* SHA3-256 (FIPS 202) of n bytes: the first 32 bytes of the state. */
void sha3_256(const uint8_t *bytes, size_t n, uint64_t state[25]);

/* Fills the tables of ed25519_tweak; called once, while building. */
void prepare_ed25519(void);

/* out = key + (tweak mod L)·B, tweak little-endian, all in RFC 8032's encoding; 0 when the key is no point. */
int ed25519_tweak(const uint8_t key[32], const uint8_t tweak[32], uint8_t out[32]);

/* hash = -r·tweak mod n, big-endian, where r = x mod n: see secp256k1_derive in signing.c. Returns whether x >= n. */
int secp256k1_tweak_hash(const uint8_t x[32], const uint8_t tweak[32], uint8_t r[32], uint8_t hash[32]);
#endif

/* See derive.h. Everything here works on public data, so that nothing has to run in constant time. Small rather than
   fast: what stands here is loaded in every call and runs in few. */
#include "derive.h"
#include <string.h>

/* ---- SHA3-256 ---- */
#define RATE 136

/* Round constants come from the LFSR of FIPS 202 §3.2.5: cheaper than loading a table on every call. */
static uint64_t next_round_constant(uint8_t *lfsr)
{
    uint64_t constant = 0;
    for (int j = 0; j < 7; j++) {
        constant |= (uint64_t)(*lfsr & 1) << ((1 << j) - 1);
        *lfsr = *lfsr << 1 ^ (*lfsr >> 7) * 0x171;
    }
    return constant;
}

static __attribute__((noinline)) void keccak_f(uint64_t a[25])
{
    uint8_t lfsr = 1;
    for (int round = 0; round < 24; round++) {
        uint64_t c[5], moved = a[1];
        int at = 1;
        for (int i = 0; i < 5; i++) {
            c[i] = 0;
            for (int row = 0; row < 25; row += 5)
                c[i] ^= a[row + i];
        }
        for (int i = 0; i < 25; i++)
            a[i] ^= c[(i + 4) % 5] ^ __builtin_rotateleft64(c[(i + 1) % 5], 1);
        moved = a[1];
        for (int t = 1, by = 1; t < 25; by += ++t) {
            uint64_t next;
            /* from (x, y) to (y, 2x + 3y) */
            at = at / 5 + (2 * at + 3 * (at / 5)) % 5 * 5;
            next = a[at];
            a[at] = __builtin_rotateleft64(moved, by);
            moved = next;
        }
        for (int row = 0; row < 25; row += 5) {
            memcpy(c, a + row, sizeof c);
            for (int i = 0; i < 5; i++)
                a[row + i] = c[i] ^ (~c[(i + 1) % 5] & c[(i + 2) % 5]);
        }
        a[0] ^= next_round_constant(&lfsr);
    }
}

void sha3_256(const uint8_t *bytes, size_t n, uint64_t state[25])
{
    uint8_t *sponge = (uint8_t *)state;
    size_t at = 0;
    memset(state, 0, 200);
    for (size_t i = 0; i < n; i++) {
        sponge[at++] ^= bytes[i];
        if (at == RATE) {
            keccak_f(state);
            at = 0;
        }
    }
    sponge[at] ^= 0x06;
    sponge[RATE - 1] ^= 0x80;
    keccak_f(state);
}

/* ---- numbers modulo m ----
   Eight words, least significant first, as in memory; below 2^256 but not always below m. `excess` is what 2^256 counts
   for modulo m. */
typedef uint32_t Number[8];

/* m is p = 2^255 - 19 */
static Number field = {38};
/* m is n, the order of the group of secp256k1 */
static Number order = {0x2fc9bebf, 0x402da173, 0x50b75fc4, 0x45512319, 1};

/* sum += a · factor; returns the ninth word. */
static __attribute__((noinline)) uint32_t add_row(uint32_t *sum, const uint32_t *a, uint32_t factor)
{
    uint64_t t = 0;
    /* nearly all the instructions of a derived key are these */
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
        t += sum[i] + (uint64_t)a[i] * factor;
        sum[i] = (uint32_t)t;
        t >>= 32;
    }
    return (uint32_t)t;
}

static __attribute__((noinline)) void mul(Number out, const Number a, const Number b, const Number excess)
{
    Number wide[2];
    uint32_t *words = wide[0];
    int i = 15;
    memset(wide, 0, sizeof wide);
    for (int j = 0; j < 8; j++)
        words[j + 8] = add_row(words + j, a, b[j]);
    if (excess == field) {
        words[8] = add_row(words, wide[1], 38);
        i = 8;
    }
    for (; i >= 8; i--)
        while (words[i])
            words[i] = add_row(words + i - 8, excess, words[i]);
    memcpy(out, words, sizeof(Number));
}

/* The one number in 0..m-1; `complement` is 2^256 - m. Returns whether it is another one. */
static __attribute__((noinline)) int canonical(Number v, const Number complement)
{
    int changed = 0;
    for (;;) {
        Number less;
        memcpy(less, v, sizeof less);
        if (!add_row(less, complement, 1))
            return changed;
        memcpy(v, less, sizeof less);
        changed = 1;
    }
}

/* -1 is 2^256 - 1 - excess modulo every m. */
static void negate(Number v, const Number excess)
{
    Number minus_one;
    for (int i = 0; i < 8; i++)
        minus_one[i] = ~excess[i];
    mul(v, v, minus_one, excess);
}

/* ---- edwards25519 ---- */
static Number field_complement = {19, 0, 0, 0, 0, 0, 0, 0x80000000};

/* a + b, or a - b with the sign -1. */
static void add_field(Number out, const Number a, const Number b, int sign)
{
    int64_t t = 0;
    for (int i = 0; i < 8; i++) {
        t += a[i] + (int64_t)b[i] * sign;
        out[i] = (uint32_t)t;
        t >>= 32;
    }
    while (t) {
        t *= 38;
        for (int i = 0; i < 8; i++) {
            t += out[i];
            out[i] = (uint32_t)t;
            t >>= 32;
        }
    }
}

/* f^(2^250 - 1), from f^(2^n - 1) for the leading digits of 250. */
static void power_of_ones(Number out, const Number f)
{
    Number ones, shifted;
    memcpy(ones, f, sizeof ones);
    for (int digit = 6, n = 1; digit >= 0; digit--) {
        memcpy(shifted, ones, sizeof ones);
        for (int i = 0; i < n; i++)
            mul(shifted, shifted, shifted, field);
        mul(ones, shifted, ones, field);
        n *= 2;
        if (250 >> digit & 1) {
            mul(ones, ones, ones, field);
            mul(ones, ones, f, field);
            n++;
        }
    }
    memcpy(out, ones, sizeof ones);
}

/* Formulas are lists of steps on numbered registers: two bytes a step, where a call in C takes twenty. A point is
   (X : Y : Z) with T = XY/Z; the other one is affine, (QX, QY). */
enum { X, Y, Z, T, QX, QY, A, B, C, D, E, F, G, H, TWICE_D, ONE, REGISTERS };
enum { END, ADD_STEP, SUB_STEP, MUL_STEP, ONES_STEP };
#define STEP(op, out, a, b) (op##_STEP << 12 | (out) << 8 | (a) << 4 | (b))
#define ADD(out, a, b) STEP(ADD, out, a, b)
#define SUB(out, a, b) STEP(SUB, out, a, b)
#define MUL(out, a, b) STEP(MUL, out, a, b)
#define ONES(out, a) STEP(ONES, out, a, 0)
/* What both formulas end with. */
#define COMPLETE MUL(X, E, F), MUL(Y, G, H), MUL(T, E, H), MUL(Z, F, G), END

/* Complete addition on a twisted Edwards curve with a = -1 (Hisil, Wong, Carter, Dawson 2008, §3.1). */
static uint16_t add_point[] = {
    SUB(A, Y, X),   SUB(B, QY, QX), MUL(A, A, B), ADD(B, Y, X), ADD(C, QY, QX), MUL(B, B, C), MUL(C, QX, QY),
    MUL(C, C, TWICE_D), MUL(C, C, T), ADD(D, Z, Z), SUB(E, B, A), SUB(F, D, C), ADD(G, D, C), ADD(H, B, A),
    COMPLETE,
};

/* Same source, §3.3. */
static uint16_t double_point[] = {
    MUL(A, X, X), MUL(B, Y, Y), MUL(C, Z, Z), ADD(C, C, C), ADD(D, X, Y), MUL(D, D, D),
    ADD(H, A, B), SUB(E, H, D), SUB(G, A, B), ADD(F, C, G), COMPLETE,
};

/* x^2 = u / v with u = 2 y^2 - 2 in A, v = 2 d y^2 + 2 in B. The candidate for x is u v^3 (u v^7)^((p-5)/8), where
   (p-5)/8 = 4 (2^250 - 1) + 1; D and E are v x^2 - u and v x^2 + u. */
static uint16_t find_x[] = {
    MUL(A, QY, QY), MUL(B, A, TWICE_D), ADD(A, A, A), ADD(C, ONE, ONE), SUB(A, A, C), ADD(B, B, C),
    MUL(D, B, B), MUL(D, D, B), MUL(E, D, D), MUL(E, E, B), MUL(E, E, A), ONES(F, E),
    MUL(F, F, F), MUL(F, F, F), MUL(F, F, E), MUL(F, F, D), MUL(QX, F, A),
    MUL(C, QX, QX), MUL(C, C, B), SUB(D, C, A), ADD(E, C, A), END,
};

/* Z^(p-2), where p-2 = 2^255 - 21 = 32 (2^250 - 1) + 8 + 2 + 1; the point is (QX, QY) then. */
static uint16_t make_affine[] = {
    ONES(A, Z), MUL(A, A, A), MUL(A, A, A), MUL(A, A, A), MUL(A, A, A), MUL(A, A, A),
    MUL(B, Z, Z), MUL(C, B, B), MUL(C, C, C), MUL(C, C, B), MUL(C, C, Z), MUL(A, A, C),
    MUL(QX, X, A), MUL(QY, Y, A), END,
};

static Number twice_d = {0x26b2f159, 0xebd69b94, 0x8283b156, 0x00e0149a, 0xeef3d130, 0x198e80f2, 0x56dffce7, 0x2406d9dc};
static Number root_of_minus_one = {0x4a0ea0b0, 0xc4ee1b27, 0xad2fe478, 0x2f431806,
                                   0x3dfbd7a7, 0x2b4d0099, 0x4fc1df0b, 0x2b832480};

static __attribute__((noinline)) void run(Number *r, const uint16_t *step)
{
    for (; *step; step++) {
        uint32_t *out = r[*step >> 8 & 15], *a = r[*step >> 4 & 15], *b = r[*step & 15];
        int op = *step >> 12;
        if (op == MUL_STEP)
            mul(out, a, b, field);
        else if (op == ONES_STEP)
            power_of_ones(out, a);
        else
            add_field(out, a, b, op == ADD_STEP ? 1 : -1);
    }
}

static int is_zero(Number v)
{
    uint32_t any = 0;
    canonical(v, field_complement);
    for (int i = 0; i < 8; i++)
        any |= v[i];
    return !any;
}

/* The neutral element in X to T, the encoded point in QX and QY; 0 when there is none. */
static int start(Number *r, const uint8_t bytes[32])
{
    memset(r, 0, REGISTERS * sizeof(Number));
    memcpy(r[TWICE_D], twice_d, sizeof twice_d);
    memcpy(r[QY], bytes, 32);
    r[QY][7] &= 0x7fffffff;
    r[Y][0] = r[Z][0] = r[ONE][0] = 1;
    run(r, find_x);
    if (!is_zero(r[D])) {
        if (!is_zero(r[E]))
            return 0;
        mul(r[QX], r[QX], root_of_minus_one, field);
    }
    canonical(r[QX], field_complement);
    if ((r[QX][0] & 1) != bytes[31] >> 7)
        negate(r[QX], field);
    return 1;
}

typedef struct {
    Number x, y;
} Affine;

/* Sums of those of B, 2^64 B, 2^128 B, 2^192 B that the digits of the index name; none for 0. */
static Affine sums[15];

static void load(Number *r, const Affine *q)
{
    memcpy(r[QX], q, sizeof *q);
}

void prepare_ed25519(void)
{
    Number r[REGISTERS];
    uint8_t base[32];
    memset(base, 0x66, sizeof base);
    base[0] = 0x58;
    start(r, base);
    run(r, add_point);
    for (int digit = 1; digit < 16; digit *= 2) {
        Number tooth[4];
        run(r, make_affine);
        memcpy(tooth, r, sizeof tooth);
        memcpy(&sums[digit - 1], r[QX], sizeof *sums);
        for (int rest = 1; rest < digit; rest++) {
            memcpy(r, tooth, sizeof tooth);
            load(r, &sums[rest - 1]);
            run(r, add_point);
            run(r, make_affine);
            memcpy(&sums[digit + rest - 1], r[QX], sizeof *sums);
        }
        memcpy(r, tooth, sizeof tooth);
        for (int i = 0; i < 64; i++)
            run(r, double_point);
    }
}

int ed25519_tweak(const uint8_t key[32], const uint8_t tweak[32], uint8_t out[32])
{
    Number r[REGISTERS];
    Affine point;
    if (!start(r, key))
        return 0;
    memcpy(&point, r[QX], sizeof point);
    for (int i = 63; i >= 0; i--) {
        int digits = 0;
        for (int tooth = 0; tooth < 4; tooth++)
            digits |= (tweak[8 * tooth + i / 8] >> (i % 8) & 1) << tooth;
        run(r, double_point);
        if (digits) {
            load(r, &sums[digits - 1]);
            run(r, add_point);
        }
    }
    load(r, &point);
    run(r, add_point);
    run(r, make_affine);
    canonical(r[QX], field_complement);
    canonical(r[QY], field_complement);
    r[QY][7] |= r[QX][0] << 31;
    memcpy(out, r[QY], 32);
    return 1;
}

/* ---- secp256k1 ---- */
static void turn(uint8_t out[32], const uint8_t bytes[32])
{
    for (int i = 0; i < 32; i++)
        out[i] = bytes[31 - i];
}

int secp256k1_tweak_hash(const uint8_t x[32], const uint8_t tweak[32], uint8_t r[32], uint8_t hash[32])
{
    Number a, b;
    int is_large;
    turn((uint8_t *)a, x);
    turn((uint8_t *)b, tweak);
    is_large = canonical(a, order);
    turn(r, (const uint8_t *)a);
    mul(a, a, b, order);
    negate(a, order);
    canonical(a, order);
    turn(hash, (const uint8_t *)a);
    return is_large;
}

/* See derive.h. Everything here works on public data, so that nothing has to run in constant time. */
#include "derive.h"

/* ---- SHA3-256 ---- */
#define RATE 136

static uint64_t rotate(uint64_t v, int by) { return by ? v << by | v >> (64 - by) : v; }

/* Round constants come from the LFSR of FIPS 202 §3.2.5: cheaper than loading a table on every call. */
static uint64_t next_round_constant(uint8_t *lfsr)
{
    uint64_t constant = 0;
    for (int j = 0; j < 7; j++) {
        if (*lfsr & 1)
            constant |= 1ull << ((1 << j) - 1);
        *lfsr = *lfsr << 1 ^ (*lfsr >> 7) * 0x171;
    }
    return constant;
}

static __attribute__((noinline)) void keccak_f(uint64_t a[25])
{
    uint8_t lfsr = 1;
    for (int round = 0; round < 24; round++) {
        uint64_t c[5], moved, b[5];
        int x = 1, y = 0;
        for (int i = 0; i < 5; i++)
            c[i] = a[i] ^ a[i + 5] ^ a[i + 10] ^ a[i + 15] ^ a[i + 20];
        for (int i = 0; i < 5; i++) {
            uint64_t d = c[(i + 4) % 5] ^ rotate(c[(i + 1) % 5], 1);
            for (int row = 0; row < 25; row += 5)
                a[row + i] ^= d;
        }
        moved = a[1];
        for (int t = 0; t < 24; t++) {
            int to = (2 * x + 3 * y) % 5;
            uint64_t next;
            x = y;
            y = to;
            next = a[x + 5 * y];
            a[x + 5 * y] = rotate(moved, (t + 1) * (t + 2) / 2 % 64);
            moved = next;
        }
        for (int row = 0; row < 25; row += 5) {
            for (int i = 0; i < 5; i++)
                b[i] = a[row + i];
            for (int i = 0; i < 5; i++)
                a[row + i] = b[i] ^ (~b[(i + 1) % 5] & b[(i + 2) % 5]);
        }
        a[0] ^= next_round_constant(&lfsr);
    }
}

void sha3_256(const uint8_t *bytes, size_t n, uint8_t out[32])
{
    uint64_t state[25] = {0};
    uint8_t *sponge = (uint8_t *)state;
    size_t at = 0;
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
    for (int i = 0; i < 32; i++)
        out[i] = sponge[i];
}

/* ---- edwards25519 ----
   A field element is ten signed limbs of 26 and 25 bits in turn, 2^ceil(25.5 i). Products are reduced to limbs of at
   most 1.1·2^25 and 1.1·2^24; a product takes factors of up to 1.65 times twice that, so sums of two needn't be. */
typedef int32_t Fe[10];

static int limb_bits(int i) { return 26 - (i & 1); }
static int limb_at(int i) { return (51 * i + 1) / 2; }

static __attribute__((noinline)) void carry(int64_t h[10], Fe out)
{
#pragma clang loop unroll(full)
    for (int i = 0; i < 11; i++) {
        int at = i % 10, bits = limb_bits(at);
        int64_t c = (h[at] + (1ll << (bits - 1))) >> bits;
        h[at] -= c * (1ll << bits);
        h[(at + 1) % 10] += at == 9 ? 19 * c : c;
    }
    for (int i = 0; i < 10; i++)
        out[i] = (int32_t)h[i];
}

static __attribute__((noinline)) void mul(Fe out, const Fe f, const Fe g)
{
    int64_t h[10], a[10], twice_a[10], b[10], high_b[10];
#pragma clang loop unroll(full)
    for (int i = 0; i < 10; i++) {
        a[i] = f[i];
        b[i] = g[i];
        twice_a[i] = 2 * a[i];
        high_b[i] = 19 * b[i];
    }
#pragma clang loop unroll(full)
    for (int k = 0; k < 10; k++) {
        int64_t sum = 0;
#pragma clang loop unroll(full)
        for (int i = 0; i < 10; i++) {
            int j = (k - i + 10) % 10;
            sum += (i & j & 1 ? twice_a : a)[i] * (i <= k ? b : high_b)[j];
        }
        h[k] = sum;
    }
    carry(h, out);
}

static __attribute__((noinline)) void add(Fe out, const Fe f, const Fe g)
{
    for (int i = 0; i < 10; i++)
        out[i] = f[i] + g[i];
}

static __attribute__((noinline)) void sub(Fe out, const Fe f, const Fe g)
{
    for (int i = 0; i < 10; i++)
        out[i] = f[i] - g[i];
}

static __attribute__((noinline)) void copy(Fe out, const Fe f)
{
    for (int i = 0; i < 10; i++)
        out[i] = f[i];
}

static void small(Fe out, int32_t v)
{
    for (int i = 0; i < 10; i++)
        out[i] = 0;
    out[0] = v;
}

static void from_bytes(Fe out, const uint8_t bytes[32])
{
    for (int i = 0; i < 10; i++) {
        uint64_t word = 0;
        int at = limb_at(i);
        for (int k = 0; k < 5 && at / 8 + k < 32; k++)
            word |= (uint64_t)bytes[at / 8 + k] << (8 * k);
        out[i] = (word >> (at % 8)) & ((1 << limb_bits(i)) - 1);
    }
}

/* The one number in 0..p-1. */
static __attribute__((noinline)) void to_bytes(uint8_t out[32], const Fe f)
{
    int64_t h[10], q;
    Fe t;
    for (int i = 0; i < 10; i++)
        h[i] = f[i];
    carry(h, t);
    q = (19 * (int64_t)t[9] + (1 << 24)) >> 25;
    for (int i = 0; i < 10; i++)
        q = (t[i] + q) >> limb_bits(i);
    for (int i = 0; i < 32; i++)
        out[i] = 0;
    q *= 19;
    for (int i = 0; i < 10; i++) {
        uint64_t limb;
        q += t[i];
        limb = (uint64_t)(q & ((1 << limb_bits(i)) - 1)) << (limb_at(i) % 8);
        for (int k = 0; limb; k++, limb >>= 8)
            out[limb_at(i) / 8 + k] |= limb;
        q >>= limb_bits(i);
    }
}

static int equal(const Fe f, const Fe g)
{
    uint8_t a[32], b[32];
    to_bytes(a, f);
    to_bytes(b, g);
    for (int i = 0; i < 32; i++)
        if (a[i] != b[i])
            return 0;
    return 1;
}

static void square_times(Fe out, const Fe f, int times)
{
    mul(out, f, f);
    while (--times)
        mul(out, out, out);
}

/* f^(2^250 - 1), from f^(2^n - 1) for the leading digits of 250. */
static void power_of_ones(Fe out, const Fe f)
{
    Fe ones, shifted;
    int n = 1;
    copy(ones, f);
    for (int digit = 6; digit >= 0; digit--) {
        square_times(shifted, ones, n);
        mul(ones, shifted, ones);
        n *= 2;
        if (250 >> digit & 1) {
            mul(ones, ones, ones);
            mul(ones, ones, f);
            n++;
        }
    }
    copy(out, ones);
}

/* f^(p-2): 2^255 - 21 = 32 (2^250 - 1) + 8 + 2 + 1. */
static void invert(Fe out, const Fe f)
{
    Fe high, two, eight;
    power_of_ones(high, f);
    square_times(high, high, 5);
    mul(two, f, f);
    square_times(eight, two, 2);
    mul(high, high, eight);
    mul(high, high, two);
    mul(out, high, f);
}

/* T = XY/Z. */
typedef struct {
    Fe x, y, z, t;
} Point;

/* An affine point as additions need it. */
typedef struct {
    Fe difference, sum, twice_dxy;
} Addend;

static Fe edwards_d, twice_d, root_of_minus_one;
/* Sums of those of B, 2^64 B, 2^128 B, 2^192 B that the digits of the index name; none for 0. */
static Addend sums[15];

static int decompress(Point *out, const uint8_t bytes[32])
{
    Fe u, v, v3, candidate, check, zero;
    uint8_t canonical[32];
    from_bytes(out->y, bytes);
    small(out->z, 1);
    mul(u, out->y, out->y);
    mul(v, u, edwards_d);
    sub(u, u, out->z);
    add(v, v, out->z);
    /* x = u v^3 (u v^7)^((p-5)/8), where (p-5)/8 = 4 (2^250 - 1) + 1 */
    mul(v3, v, v);
    mul(v3, v3, v);
    mul(check, v3, v3);
    mul(check, check, v);
    mul(check, check, u);
    power_of_ones(candidate, check);
    square_times(candidate, candidate, 2);
    mul(candidate, candidate, check);
    mul(candidate, candidate, v3);
    mul(candidate, candidate, u);
    mul(check, candidate, candidate);
    mul(check, check, v);
    if (!equal(check, u)) {
        small(zero, 0);
        sub(u, zero, u);
        if (!equal(check, u))
            return 0;
        mul(candidate, candidate, root_of_minus_one);
    }
    to_bytes(canonical, candidate);
    if ((canonical[0] & 1) != bytes[31] >> 7) {
        small(zero, 0);
        sub(candidate, zero, candidate);
    }
    copy(out->x, candidate);
    mul(out->t, candidate, out->y);
    return 1;
}

static void compress(uint8_t out[32], const Point *p)
{
    Fe inverse, x, y;
    uint8_t parity[32];
    invert(inverse, p->z);
    mul(x, p->x, inverse);
    mul(y, p->y, inverse);
    to_bytes(parity, x);
    to_bytes(out, y);
    out[31] |= parity[0] << 7;
}

/* What both formulas end with. */
static void complete(Point *p, const Fe e, const Fe f, const Fe g, const Fe h)
{
    mul(p->x, e, f);
    mul(p->y, g, h);
    mul(p->t, e, h);
    mul(p->z, f, g);
}

/* Complete addition on a twisted Edwards curve with a = -1 (Hisil, Wong, Carter, Dawson 2008, §3.1). */
static void add_point(Point *p, const Addend *q, const Fe q_z)
{
    Fe a, b, c, d, e, f;
    sub(e, p->y, p->x);
    add(f, p->y, p->x);
    mul(a, e, q->difference);
    mul(b, f, q->sum);
    mul(c, p->t, q->twice_dxy);
    add(e, p->z, p->z);
    mul(d, e, q_z);
    sub(e, b, a);
    sub(f, d, c);
    add(d, d, c);
    add(b, b, a);
    complete(p, e, f, d, b);
}

/* Same source, §3.3. */
static void double_point(Point *p)
{
    Fe a, b, c, e, f;
    mul(a, p->x, p->x);
    mul(b, p->y, p->y);
    add(e, p->z, p->z);
    mul(c, e, p->z);
    add(e, p->x, p->y);
    mul(f, e, e);
    add(e, a, b);
    sub(a, a, b);
    sub(f, e, f);
    add(c, c, a);
    complete(p, f, c, a, e);
}

static void as_addend(Addend *out, const Point *p)
{
    sub(out->difference, p->y, p->x);
    add(out->sum, p->y, p->x);
    mul(out->twice_dxy, p->t, twice_d);
}

static void make_affine(Point *p)
{
    uint8_t bytes[32];
    compress(bytes, p);
    decompress(p, bytes);
}

static void prepare_constants(void)
{
    Fe number, inverse;
    small(inverse, 121666);
    invert(inverse, inverse);
    small(number, -121665);
    mul(edwards_d, number, inverse);
    add(twice_d, edwards_d, edwards_d);
    /* 2^((p-1)/4), where (p-1)/4 = 8 (2^250 - 1) + 3 */
    small(number, 2);
    power_of_ones(inverse, number);
    square_times(inverse, inverse, 3);
    small(number, 8);
    mul(root_of_minus_one, inverse, number);
}

void prepare_ed25519(void)
{
    Point tooth, sum;
    Fe one;
    uint8_t base[32];
    prepare_constants();
    small(one, 1);
    for (int i = 0; i < 32; i++)
        base[i] = i ? 0x66 : 0x58;
    decompress(&tooth, base);
    for (int digit = 1; digit < 16; digit *= 2) {
        as_addend(&sums[digit - 1], &tooth);
        for (int rest = 1; rest < digit; rest++) {
            sum = tooth;
            add_point(&sum, &sums[rest - 1], one);
            make_affine(&sum);
            as_addend(&sums[digit + rest - 1], &sum);
        }
        for (int i = 0; i < 64; i++)
            double_point(&tooth);
        make_affine(&tooth);
    }
}

int ed25519_tweak(const uint8_t key[32], const uint8_t tweak[32], uint8_t out[32])
{
    Point p, sum;
    Addend addend;
    Fe one;
    if (!decompress(&p, key))
        return 0;
    small(one, 1);
    small(sum.x, 0);
    small(sum.y, 1);
    small(sum.z, 1);
    small(sum.t, 0);
    for (int i = 63; i >= 0; i--) {
        int digits = 0;
        for (int tooth = 0; tooth < 4; tooth++)
            digits |= (tweak[8 * tooth + i / 8] >> (i % 8) & 1) << tooth;
        double_point(&sum);
        if (digits)
            add_point(&sum, &sums[digits - 1], one);
    }
    as_addend(&addend, &p);
    add_point(&sum, &addend, one);
    compress(out, &sum);
    return 1;
}

/* ---- numbers modulo the order n of secp256k1, as eight 32-bit words, least significant first ---- */
/* 2^256 - n: what the words above the eighth count for. */
static const uint32_t excess[5] = {0x2fc9bebf, 0x402da173, 0x50b75fc4, 0x45512319, 1};

/* wide += a[0..8] · b[0..count-1]. */
static void add_product(uint32_t wide[18], const uint32_t *a, const uint32_t *b, int count)
{
    for (int j = 0; j < count; j++) {
        uint64_t t = 0;
        for (int i = 0; i + j < 18; i++) {
            t += wide[i + j] + (i < 9 ? (uint64_t)a[i] * b[j] : 0);
            wide[i + j] = (uint32_t)t;
            t >>= 32;
        }
    }
}

/* wide mod n into words; at least 18 words come in. */
static void reduce(uint32_t wide[18], uint32_t words[9])
{
    for (int fold = 0; fold < 4; fold++) {
        uint32_t high[9];
        for (int i = 0; i < 9; i++) {
            high[i] = wide[8 + i];
            wide[8 + i] = 0;
        }
        wide[17] = 0;
        add_product(wide, high, excess, 5);
    }
    /* below 2^256 now; at or above n if adding the excess leaves the eight words */
    for (int i = 0; i < 9; i++)
        words[i] = wide[i];
    {
        uint64_t t = 0;
        uint32_t less[8];
        for (int i = 0; i < 8; i++) {
            t += (uint64_t)words[i] + (i < 5 ? excess[i] : 0);
            less[i] = (uint32_t)t;
            t >>= 32;
        }
        if (t)
            for (int i = 0; i < 8; i++)
                words[i] = less[i];
    }
}

static void read_words(uint32_t words[18], const uint8_t bytes[32])
{
    for (int i = 0; i < 18; i++)
        words[i] = 0;
    for (int i = 0; i < 32; i++)
        words[(31 - i) / 4] |= (uint32_t)bytes[i] << (8 * ((31 - i) % 4));
}

static void write_words(uint8_t bytes[32], const uint32_t words[8])
{
    for (int i = 0; i < 32; i++)
        bytes[i] = words[(31 - i) / 4] >> (8 * ((31 - i) % 4));
}

int secp256k1_tweak_hash(const uint8_t x[32], const uint8_t tweak[32], uint8_t r[32], uint8_t hash[32])
{
    uint32_t wide[18] = {0}, a[18], b[18], words[9];
    int is_large, any = 0;
    uint64_t t = 0;
    read_words(a, x);
    reduce(a, words);
    write_words(r, words);
    is_large = 0;
    for (int i = 0; i < 32; i++)
        is_large |= r[i] != x[i];
    read_words(b, tweak);
    add_product(wide, words, b, 8);
    reduce(wide, words);
    for (int i = 0; i < 8; i++)
        any |= words[i] != 0;
    /* n - words = 2^256 - (words + excess) = ~(words + excess) + 1 */
    for (int i = 0; any && i < 8; i++) {
        t += (uint64_t)words[i] + (i < 5 ? excess[i] : 0);
        words[i] = (uint32_t)t;
        t >>= 32;
    }
    t = 1;
    for (int i = 0; any && i < 8; i++) {
        t += (uint32_t)~words[i];
        words[i] = (uint32_t)t;
        t >>= 32;
    }
    write_words(hash, words);
    return is_large;
}

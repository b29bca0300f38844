/* Derived keys: what `sign` and `respond` need besides the host's checks of signatures. See env.d.ts. */
#include "derive.h"

static JSValue env_sha3_256(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    Slice v;
    uint64_t state[25];
    if (text_slice(ctx, argv[0], &v))
        return JS_EXCEPTION;
    sha3_256((const uint8_t *)(uintptr_t)v.ptr, v.len, state);
    return copy_bytes(ctx, (const uint8_t *)state, 32);
}

/* ecrecover gives (s·R - e·G) / r for the point R with x = r. With R the key, s = r and e = -r·t that is key + t·G. */
static JSValue secp256k1_derive(JSContext *ctx, const uint8_t *key, const uint8_t *tweak)
{
    uint8_t signature[64], hash[32];
    uint64_t v = (uint64_t)secp256k1_tweak_hash(key, tweak, signature, hash) << 1 | (key[63] & 1);
    memcpy(signature + 32, signature, 32);
    if (host_ecrecover(32, (uintptr_t)hash, 64, (uintptr_t)signature, v, 0, SCRATCH) != 1)
        return JS_NULL;
    return register_bytes(ctx, SCRATCH);
}

static JSValue env_derive_public_key(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    Slice key, tweak;
    uint8_t out[32];
    if (text_slice(ctx, argv[0], &key) || text_slice(ctx, argv[1], &tweak))
        return JS_EXCEPTION;
    if (tweak.len != 32)
        return JS_NULL;
    if (key.len == 64)
        return secp256k1_derive(ctx, (const uint8_t *)(uintptr_t)key.ptr, (const uint8_t *)(uintptr_t)tweak.ptr);
    if (key.len != 32 ||
        !ed25519_tweak((const uint8_t *)(uintptr_t)key.ptr, (const uint8_t *)(uintptr_t)tweak.ptr, out))
        return JS_NULL;
    return copy_bytes(ctx, out, sizeof out);
}

static JSValue env_bytes_of(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    JSValue *items;
    uint32_t count;
    uint8_t *out;
    if (!js_get_fast_array(ctx, argv[0], &items, &count))
        return JS_ThrowTypeError(ctx, "expected a list of bytes");
    out = malloc(count + 1);
    if (!out)
        return JS_ThrowOutOfMemory(ctx);
    for (uint32_t i = 0; i < count; i++)
        out[i] = JS_VALUE_GET_TAG(items[i]) == JS_TAG_INT ? JS_VALUE_GET_INT(items[i]) : 0;
    return own_bytes(ctx, out, count);
}

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static JSValue env_hex_decode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    Slice text;
    const uint8_t *p;
    uint8_t *out;
    if (text_slice(ctx, argv[0], &text))
        return JS_EXCEPTION;
    p = (const uint8_t *)(uintptr_t)text.ptr;
    if (text.len & 1)
        return JS_NULL;
    out = malloc(text.len / 2 + 1);
    if (!out)
        return JS_ThrowOutOfMemory(ctx);
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0)
            return JS_NULL;
        out[i / 2] = out[i / 2] << 4 | digit;
    }
    return own_bytes(ctx, out, text.len / 2);
}

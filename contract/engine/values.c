/* Conversions between JavaScript values and what host functions take and give.
   Nothing made here for one host call is freed: a call runs in its own copy of the memory, which ends with it. */

/* Bytes for the host; len == UINT64_MAX means that ptr is the number of a register. */
typedef struct {
    uint64_t len, ptr;
} Slice;

typedef unsigned __int128 u128;
typedef uint64_t __attribute__((may_alias, aligned(1))) u64_any;

/* A register of ours, away from the small numbers that contract code uses. */
#define SCRATCH 1000

static int is_ascii(const uint8_t *p, size_t n)
{
    while (n >= 8) {
        if (*(const u64_any *)p & 0x8080808080808080ull)
            return 0;
        p += 8;
        n -= 8;
    }
    while (n--)
        if (*p++ & 0x80)
            return 0;
    return 1;
}

/* Strict UTF-8 as the host demands it: no overlong forms, no surrogates, nothing above U+10FFFF. */
static int is_utf8(const uint8_t *p, size_t n)
{
    const uint8_t *end = p + n;
    while (p < end) {
        uint32_t c = *p++, low = 0x80, high = 0xbf, more;
        if (c < 0x80)
            continue;
        if (c < 0xc2 || c > 0xf4)
            return 0;
        more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
        if ((size_t)(end - p) < more)
            return 0;
        if (c == 0xe0) low = 0xa0;
        if (c == 0xed) high = 0x9f;
        if (c == 0xf0) low = 0x90;
        if (c == 0xf4) high = 0x8f;
        if (*p < low || *p > high)
            return 0;
        for (p++; --more; p++)
            if ((*p & 0xc0) != 0x80)
                return 0;
    }
    return 1;
}

/* QuickJS writes a lone surrogate as three bytes ED A0..BF xx; the host would refuse that, U+FFFD has the same length. */
static void replace_surrogates(uint8_t *p, size_t n)
{
    for (size_t i = 0; i + 2 < n; i++)
        if (p[i] == 0xed && p[i + 1] >= 0xa0) {
            p[i] = 0xef;
            p[i + 1] = 0xbf;
            p[i + 2] = 0xbd;
        }
}

static int string_slice(JSContext *ctx, JSValueConst v, Slice *out)
{
    JSString *s = JS_VALUE_GET_STRING(v);
    size_t len;
    const char *bytes;
    if (!s->is_wide_char && is_ascii(s->u.str8, s->len)) {
        out->ptr = (uintptr_t)s->u.str8;
        out->len = s->len;
        return 0;
    }
    bytes = JS_ToCStringLen2(ctx, &len, v, 0);
    if (!bytes)
        return -1;
    if (s->is_wide_char)
        replace_surrogates((uint8_t *)bytes, len);
    out->ptr = (uintptr_t)bytes;
    out->len = len;
    return 0;
}

/* A string or a Uint8Array. */
static int text_slice(JSContext *ctx, JSValueConst v, Slice *out)
{
    if (JS_VALUE_GET_TAG(v) == JS_TAG_STRING)
        return string_slice(ctx, v, out);
    if (JS_VALUE_GET_TAG(v) == JS_TAG_OBJECT) {
        JSObject *p = JS_VALUE_GET_OBJ(v);
        if (p->class_id == JS_CLASS_UINT8_ARRAY) {
            out->ptr = (uintptr_t)p->u.array.u.uint8_ptr;
            out->len = p->u.array.count;
            return 0;
        }
    }
    JS_ThrowTypeError(ctx, "expected a string or a Uint8Array");
    return -1;
}

/* A string, a Uint8Array, or the number of a register. */
static int data_slice(JSContext *ctx, JSValueConst v, Slice *out)
{
    if (JS_VALUE_GET_TAG(v) == JS_TAG_INT && JS_VALUE_GET_INT(v) >= 0) {
        out->len = UINT64_MAX;
        out->ptr = JS_VALUE_GET_INT(v);
        return 0;
    }
    return text_slice(ctx, v, out);
}

static int bigint_u128(JSValueConst v, u128 *out)
{
    bf_t *a = JS_GetBigInt(v);
    u128 sum = 0;
    if (a->len == 0) {
        *out = 0;
        return a->expn == BF_EXP_ZERO ? 0 : -1;
    }
    if (a->sign || a->expn > 128 || a->expn < 1)
        return -1;
    for (limb_t i = 0; i < a->len; i++) {
        slimb_t shift = a->expn - (slimb_t)LIMB_BITS * (a->len - i);
        if (shift > -LIMB_BITS)
            sum |= shift >= 0 ? (u128)a->tab[i] << shift : (u128)(a->tab[i] >> -shift);
    }
    *out = sum;
    return 0;
}

/* A non-negative integer of at most `bits` bits, as number or bigint. */
static int to_unsigned(JSContext *ctx, JSValueConst v, int bits, u128 *out)
{
    int tag = JS_VALUE_GET_NORM_TAG(v);
    if (tag == JS_TAG_INT && JS_VALUE_GET_INT(v) >= 0) {
        *out = (uint32_t)JS_VALUE_GET_INT(v);
        return 0;
    }
    if (tag == JS_TAG_FLOAT64) {
        double d = JS_VALUE_GET_FLOAT64(v);
        if (d >= 0 && d <= 9007199254740991.0 && d == (double)(uint64_t)d) {
            *out = (uint64_t)d;
            return 0;
        }
    } else if (tag == JS_TAG_BIG_INT && bigint_u128(v, out) == 0 && (bits == 128 || *out >> 64 == 0)) {
        return 0;
    }
    JS_ThrowRangeError(ctx, "expected a whole number from 0 to 2^%d - 1", bits);
    return -1;
}

static int to_u64(JSContext *ctx, JSValueConst v, uint64_t *out)
{
    u128 wide;
    if (to_unsigned(ctx, v, 64, &wide))
        return -1;
    *out = (uint64_t)wide;
    return 0;
}

static JSValue u128_bigint(JSContext *ctx, const uint64_t *words)
{
    JSValue v;
    bf_t *a, low;
    if (!words[1])
        return JS_NewBigUint64(ctx, words[0]);
    v = JS_NewBigInt(ctx);
    if (JS_IsException(v))
        return v;
    a = JS_GetBigInt(v);
    bf_set_ui(a, words[1]);
    bf_mul_2exp(a, 64, BF_PREC_INF, BF_RNDZ);
    bf_init(a->ctx, &low);
    bf_set_ui(&low, words[0]);
    bf_add(a, a, &low, BF_PREC_INF, BF_RNDZ);
    bf_delete(&low);
    return v;
}

static JSValue number_of(JSContext *ctx, double d)
{
    return d <= INT32_MAX ? JS_NewInt32(ctx, (int32_t)d) : __JS_NewFloat64(ctx, d);
}

/* A Uint8Array over memory that it owns from here on. */
static JSValue own_bytes(JSContext *ctx, uint8_t *data, size_t len)
{
    JSValue buffer = JS_NewArrayBuffer(ctx, data, len, js_array_buffer_free, NULL, 0);
    JSValue array = JS_NewObjectClass(ctx, JS_CLASS_UINT8_ARRAY);
    if (JS_IsException(buffer) || JS_IsException(array) || typed_array_init(ctx, array, buffer, 0, len))
        return JS_EXCEPTION;
    return array;
}

static JSValue copy_bytes(JSContext *ctx, const void *data, size_t len)
{
    uint8_t *copy = malloc(len + 1);
    if (!copy)
        return JS_ThrowOutOfMemory(ctx);
    memcpy(copy, data, len);
    return own_bytes(ctx, copy, len);
}

static JSValue register_bytes(JSContext *ctx, uint64_t id)
{
    uint64_t len = host_register_len(id);
    uint8_t *data;
    if (len == UINT64_MAX)
        return JS_UNDEFINED;
    data = malloc(len + 1);
    if (!data)
        return JS_ThrowOutOfMemory(ctx);
    host_read_register(id, (uintptr_t)data);
    return own_bytes(ctx, data, len);
}

/* The host writes straight into the new string; ASCII, the usual case, needs no second copy. */
static JSValue register_text(JSContext *ctx, uint64_t id)
{
    uint64_t len = host_register_len(id);
    JSString *s;
    if (len == UINT64_MAX)
        return JS_UNDEFINED;
    if (len == 0)
        return JS_AtomToString(ctx, JS_ATOM_empty_string);
    s = js_alloc_string(ctx, len, 0);
    if (!s)
        return JS_EXCEPTION;
    host_read_register(id, (uintptr_t)s->u.str8);
    s->u.str8[len] = 0;
    if (is_ascii(s->u.str8, len))
        return JS_MKPTR(JS_TAG_STRING, s);
    return is_utf8(s->u.str8, len) ? JS_NewStringLen(ctx, (char *)s->u.str8, len) : JS_UNDEFINED;
}

/* Text encodings that would cost a hundred times more as bytecode. */

#define BASE58_MAX_BYTES 128
/* 128 bytes take at most ceil(128 * log(256) / log(58)) = 175 digits. */
#define BASE58_MAX_DIGITS 175

static const char base58_digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

static int base58_digits_of(const uint32_t *groups, int count, int zeros, char *out)
{
    int len = 0;
    for (; len < zeros; len++)
        out[len] = '1';
    for (int k = count - 1; k >= 0; k--) {
        char digits[5];
        uint32_t group = groups[k];
        for (int i = 4; i >= 0; i--) {
            digits[i] = base58_digits[group % 58];
            group /= 58;
        }
        for (int i = 0; i < 5; i++)
            if (len > zeros || digits[i] != '1')
                out[len++] = digits[i];
    }
    return len;
}

/* groups = groups * 2^(8 n) + the n bytes, n <= 4. Five digits make a group: 58^5 < 2^30. */
static int base58_push(uint32_t *groups, int count, const uint8_t *bytes, int n)
{
    uint64_t carry = 0;
    for (int i = 0; i < n; i++)
        carry = carry << 8 | bytes[i];
    for (int k = 0; k < count; k++) {
        uint64_t t = ((uint64_t)groups[k] << (8 * n)) + carry;
        groups[k] = t % 656356768u;
        carry = t / 656356768u;
    }
    for (; carry; carry /= 656356768u)
        groups[count++] = carry % 656356768u;
    return count;
}

/* Writes the digits to `out` (room for BASE58_MAX_DIGITS); returns how many. */
static int base58_write(const uint8_t *bytes, size_t n, char *out)
{
    uint32_t groups[BASE58_MAX_DIGITS / 5 + 2];
    int count = 0, zeros = 0;
    while ((size_t)zeros < n && !bytes[zeros])
        zeros++;
    for (size_t i = zeros; i < n; i += 4)
        count = base58_push(groups, count, bytes + i, n - i < 4 ? n - i : 4);
    return base58_digits_of(groups, count, zeros, out);
}

/* Values of the digits from '1' to 'z', 64 for what is none. */
static const char base58_values[] =
    "\0\1\2\3\4\5\6\7\10@@@@@@@"
    "\11\12\13\14\15\16\17\20@\21\22\23\24\25@\26\27\30\31\32\33\34\35\36\37\40@@@@@@"
    "\41\42\43\44\45\46\47\50\51\52\53@\54\55\56\57\60\61\62\63\64\65\66\67\70\71";

static int base58_value(int c)
{
    int value = c >= '1' && c <= 'z' ? base58_values[c - '1'] : 64;
    return value < 58 ? value : -1;
}

typedef uint32_t __attribute__((may_alias, aligned(1))) u32_any;

/* words = words * factor + carry; returns the number of words, or -1 if there is no room. */
static int base58_pull(uint32_t *words, int count, uint32_t factor, uint32_t carry)
{
    for (int k = 0; k < count; k++) {
        uint64_t t = (uint64_t)words[k] * factor + carry;
        words[k] = (uint32_t)t;
        carry = t >> 32;
    }
    if (!carry)
        return count;
    if (count == BASE58_MAX_BYTES / 4)
        return -1;
    words[count++] = carry;
    return count;
}

static int base58_bytes_of(const uint32_t *words, int count, int zeros, uint8_t *out)
{
    uint32_t top = count ? words[count - 1] : 0;
    int top_bytes = count ? 4 - __builtin_clz(top) / 8 : 0;
    uint8_t *at = out + zeros + top_bytes;
    int len = zeros + top_bytes + (count ? 4 * (count - 1) : 0);
    if (len > BASE58_MAX_BYTES)
        return -1;
    memset(out, 0, zeros);
    for (; top_bytes; top >>= 8)
        out[zeros + --top_bytes] = top;
    for (int k = count - 2; k >= 0; k--, at += 4)
        *(u32_any *)at = __builtin_bswap32(words[k]);
    return len;
}

/* Value of n digits, n <= 5; -1 if one is none. */
static int base58_part(const uint8_t *text, int n)
{
    uint32_t part = 0;
    for (int i = 0; i < n; i++) {
        int digit = base58_value(text[i]);
        if (digit < 0)
            return -1;
        part = part * 58 + digit;
    }
    return part;
}

/* Returns the number of bytes written to `out` (room for BASE58_MAX_BYTES), or -1. */
static int base58_read(const uint8_t *text, size_t n, uint8_t *out)
{
    uint32_t words[BASE58_MAX_BYTES / 4];
    const uint8_t *end = text + n;
    int count = 0, zeros = 0, digits;
    for (; text < end && *text == '1'; text++)
        zeros++;
    if (zeros > BASE58_MAX_BYTES)
        return -1;
    for (digits = (end - text) % 5; text < end; text += digits, digits = 5) {
        int part;
        if (!digits)
            continue;
        part = base58_part(text, digits);
        if (part < 0)
            return -1;
        count = base58_pull(words, count, 656356768u, part);
        if (count < 0)
            return -1;
    }
    return base58_bytes_of(words, count, zeros, out);
}

static JSValue env_base58_encode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    Slice bytes;
    char out[BASE58_MAX_DIGITS + 5];
    if (text_slice(ctx, argv[0], &bytes))
        return JS_EXCEPTION;
    if (bytes.len > BASE58_MAX_BYTES)
        return JS_ThrowRangeError(ctx, "base58_encode takes at most %d bytes", BASE58_MAX_BYTES);
    return js_new_string8(ctx, (uint8_t *)out, base58_write((uint8_t *)(uintptr_t)bytes.ptr, bytes.len, out));
}

static JSValue env_base58_decode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    Slice text;
    uint8_t out[BASE58_MAX_BYTES];
    int n;
    if (text_slice(ctx, argv[0], &text))
        return JS_EXCEPTION;
    n = base58_read((uint8_t *)(uintptr_t)text.ptr, text.len, out);
    return n < 0 ? JS_NULL : copy_bytes(ctx, out, n);
}

static JSValue env_signer_account_pk_text(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    uint8_t key[65];
    char out[10 + BASE58_MAX_DIGITS];
    uint64_t len;
    int secp;
    host_signer_account_pk(SCRATCH);
    len = host_register_len(SCRATCH);
    if (len > sizeof key)
        return JS_ThrowRangeError(ctx, "signer key has %u bytes, at most 65 expected", (unsigned)len);
    host_read_register(SCRATCH, (uintptr_t)key);
    secp = key[0] == 1;
    memcpy(out, secp ? "secp256k1:" : "ed25519:", 10);
    return js_new_string8(ctx, (uint8_t *)out,
                          (secp ? 10 : 8) + base58_write(key + 1, len - 1, out + (secp ? 10 : 8)));
}

static JSValue env_hex_encode(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    Slice bytes;
    JSString *s;
    if (text_slice(ctx, argv[0], &bytes))
        return JS_EXCEPTION;
    if (!bytes.len)
        return JS_AtomToString(ctx, JS_ATOM_empty_string);
    s = js_alloc_string(ctx, bytes.len * 2, 0);
    if (!s)
        return JS_EXCEPTION;
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t byte = ((uint8_t *)(uintptr_t)bytes.ptr)[i];
        s->u.str8[2 * i] = "0123456789abcdef"[byte >> 4];
        s->u.str8[2 * i + 1] = "0123456789abcdef"[byte & 15];
    }
    s->u.str8[s->len] = 0;
    return JS_MKPTR(JS_TAG_STRING, s);
}

static JSValue env_utf8_to_bytes(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    Slice text;
    return text_slice(ctx, argv[0], &text) ? JS_EXCEPTION : copy_bytes(ctx, (void *)(uintptr_t)text.ptr, text.len);
}

static JSValue env_bytes_to_utf8(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    Slice bytes;
    const uint8_t *p;
    if (text_slice(ctx, argv[0], &bytes))
        return JS_EXCEPTION;
    p = (const uint8_t *)(uintptr_t)bytes.ptr;
    return is_utf8(p, bytes.len) ? JS_NewStringLen(ctx, (const char *)p, bytes.len) : JS_UNDEFINED;
}

static JSValue env_latin1_to_bytes(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    JSString *s;
    uint8_t *out;
    if (JS_VALUE_GET_TAG(argv[0]) != JS_TAG_STRING)
        return JS_ThrowTypeError(ctx, "expected a string");
    s = JS_VALUE_GET_STRING(argv[0]);
    out = malloc(s->len + 1);
    if (!out)
        return JS_ThrowOutOfMemory(ctx);
    for (uint32_t i = 0; i < s->len; i++)
        out[i] = s->is_wide_char ? s->u.str16[i] : s->u.str8[i];
    return own_bytes(ctx, out, s->len);
}

static JSValue env_bytes_to_latin1(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    Slice bytes;
    return text_slice(ctx, argv[0], &bytes)
               ? JS_EXCEPTION
               : js_new_string8(ctx, (const uint8_t *)(uintptr_t)bytes.ptr, bytes.len);
}

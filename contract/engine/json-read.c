/* JSON in one pass: QuickJS's own parser goes through tokens and string buffers, at ten times the instructions. */

#define JSON_MAX_DEPTH 64

typedef struct {
    JSContext *ctx;
    const uint8_t *start, *p, *end;
    int depth;
} JsonReader;

static JSValue json_read(JsonReader *r);

static JSValue json_unexpected(JsonReader *r)
{
    if (r->p >= r->end)
        return JS_ThrowSyntaxError(r->ctx, "unexpected end of input");
    return JS_ThrowSyntaxError(r->ctx, "unexpected character at position %d", (int)(r->p - r->start));
}

static void json_skip_space(JsonReader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\t' || *r->p == '\r'))
        r->p++;
}

/* Length of the text from p on up to a quote, a backslash, a control character or a byte above 0x7f. */
static size_t json_plain_length(const uint8_t *p, const uint8_t *end)
{
    const uint8_t *start = p;
    const uint64_t ones = 0x0101010101010101ull, high = 0x8080808080808080ull;
    for (; end - p >= 8; p += 8) {
        uint64_t word = *(const u64_any *)p;
        uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
        uint64_t found = (word | (word - ones * 0x20) | (quote - ones) | (slash - ones)) & high;
        /* what lies behind the first byte that was found may be found by mistake */
        if (found)
            return p - start + (__builtin_ctzll(found) >> 3);
    }
    while (p < end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\')
        p++;
    return p - start;
}

static int json_hex4(const uint8_t *p)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = from_hex(p[i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* The character behind a backslash, -1 if there is no such escape. */
static int json_escape(JsonReader *r)
{
    int c = r->p < r->end ? *r->p++ : -1;
    switch (c) {
    case '"': case '\\': case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'u':
        if (r->end - r->p < 4)
            return -1;
        c = json_hex4(r->p);
        r->p += 4;
        return c;
    default: return -1;
    }
}

/* A string with escapes or characters beyond ASCII; p is behind the opening quote. */
static JSValue json_read_long_string(JsonReader *r)
{
    StringBuffer buffer;
    string_buffer_init(r->ctx, &buffer, 32);
    while (r->p < r->end && *r->p != '"') {
        int c = *r->p;
        if (c < 0x20)
            return json_unexpected(r);
        if (c == '\\') {
            r->p++;
            c = json_escape(r);
        } else if (c < 0x80)
            r->p++;
        else
            c = unicode_from_utf8(r->p, UTF8_CHAR_LEN_MAX, &r->p);
        if (c < 0)
            return json_unexpected(r);
        if (string_buffer_putc(&buffer, c))
            return JS_EXCEPTION;
    }
    if (r->p++ >= r->end)
        return json_unexpected(r);
    return string_buffer_end(&buffer);
}

static JSValue json_read_string(JsonReader *r)
{
    const uint8_t *start = ++r->p;
    size_t length = json_plain_length(start, r->end);
    if (start + length < r->end && start[length] == '"') {
        r->p = start + length + 1;
        return js_new_string8(r->ctx, start, length);
    }
    return json_read_long_string(r);
}

/* A name; `is_plain` is cleared where its text in the input is another. */
static JSAtom json_read_name(JsonReader *r, int *is_plain)
{
    const uint8_t *start = r->p + 1;
    size_t length;
    JSValue text;
    if (r->p >= r->end || *r->p != '"') {
        json_unexpected(r);
        return JS_ATOM_NULL;
    }
    length = json_plain_length(start, r->end);
    if (start + length < r->end && start[length] == '"') {
        JSAtom name = JS_NewAtomLen(r->ctx, (const char *)start, length);
        r->p = start + length + 1;
        if (__JS_AtomIsTaggedInt(name))
            *is_plain = 0;
        return name;
    }
    *is_plain = 0;
    text = json_read_string(r);
    return JS_IsException(text) ? JS_ATOM_NULL : JS_NewAtomStr(r->ctx, JS_VALUE_GET_STRING(text));
}

static int json_digits(JsonReader *r)
{
    const uint8_t *start = r->p;
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
        r->p++;
    return r->p - start;
}

static JSValue json_read_number(JsonReader *r)
{
    const uint8_t *start = r->p, *first;
    int digits, whole = 1, negative = *r->p == '-';
    r->p += negative;
    first = r->p;
    digits = json_digits(r);
    if (!digits || (digits > 1 && *first == '0'))
        return json_unexpected(r);
    if (r->p < r->end && *r->p == '.') {
        whole = 0;
        r->p++;
        if (!json_digits(r))
            return json_unexpected(r);
    }
    if (r->p < r->end && (*r->p | 0x20) == 'e') {
        whole = 0;
        r->p++;
        r->p += r->p < r->end && (*r->p == '+' || *r->p == '-');
        if (!json_digits(r))
            return json_unexpected(r);
    }
    if (whole && digits <= 15) {
        int64_t value = 0;
        for (const uint8_t *p = first; p < r->p; p++)
            value = value * 10 + *p - '0';
        if (value || !negative)
            return JS_NewInt64(r->ctx, negative ? -value : value);
    }
    {
        size_t length = r->p - start;
        char *text = js_malloc(r->ctx, length + 1);
        if (!text)
            return JS_EXCEPTION;
        memcpy(text, start, length);
        text[length] = 0;
        return JS_NewFloat64(r->ctx, strtod(text, NULL));
    }
}

static JSValue json_read_word(JsonReader *r, const char *word, int length, JSValue value)
{
    if (r->end - r->p < length || memcmp(r->p, word, length))
        return json_unexpected(r);
    r->p += length;
    return value;
}

/* Behind an item: 1 when another follows, 0 at the closing bracket, -1 with an exception. */
static int json_next(JsonReader *r, int close)
{
    json_skip_space(r);
    if (r->p < r->end) {
        int c = *r->p++;
        if (c == ',')
            return 1;
        if (c == close)
            return 0;
        r->p--;
    }
    json_unexpected(r);
    return -1;
}

static int json_is_empty(JsonReader *r, int close)
{
    r->p++;
    json_skip_space(r);
    if (r->p >= r->end || *r->p != close)
        return 0;
    r->p++;
    return 1;
}

static JSValue json_read_list(JsonReader *r)
{
    JSValue list = JS_NewArray(r->ctx);
    int more = !json_is_empty(r, ']');
    if (JS_IsException(list))
        return list;
    while (more) {
        JSValue item = json_read(r);
        if (JS_IsException(item) || add_fast_array_element(r->ctx, JS_VALUE_GET_OBJ(list), item, 0) < 0)
            return JS_EXCEPTION;
        more = json_next(r, ']');
        if (more < 0)
            return JS_EXCEPTION;
    }
    return list;
}

static JSValue json_read_object(JsonReader *r);

static JSValue json_read_nested(JsonReader *r, JSValue (*read)(JsonReader *))
{
    JSValue value;
    if (r->depth == JSON_MAX_DEPTH)
        return JS_ThrowSyntaxError(r->ctx, "nested deeper than %d levels", JSON_MAX_DEPTH);
    r->depth++;
    value = read(r);
    r->depth--;
    return value;
}

static JSValue json_read(JsonReader *r)
{
    json_skip_space(r);
    if (r->p >= r->end)
        return json_unexpected(r);
    switch (*r->p) {
    case '"': return json_read_string(r);
    case '{': return json_read_nested(r, json_read_object);
    case '[': return json_read_nested(r, json_read_list);
    case 't': return json_read_word(r, "true", 4, JS_TRUE);
    case 'f': return json_read_word(r, "false", 5, JS_FALSE);
    case 'n': return json_read_word(r, "null", 4, JS_NULL);
    default: return json_read_number(r);
    }
}

/* JSON.parse without reviver. What a refused text left behind is not freed: a call's memory ends with it. */
static JSValue engine_json_parse(JSContext *ctx, JSValueConst input)
{
    JsonReader r = {ctx};
    size_t length;
    JSValue value = JS_ToString(ctx, input);
    JSString *text;
    if (JS_IsException(value))
        return value;
    text = JS_VALUE_GET_STRING(value);
    r.start = text->u.str8;
    length = text->len;
    if (text->is_wide_char || !is_ascii(text->u.str8, length))
        r.start = (const uint8_t *)JS_ToCStringLen2(ctx, &length, value, 0);
    if (!r.start)
        return JS_EXCEPTION;
    r.p = r.start;
    r.end = r.p + length;
    value = json_read(&r);
    if (JS_IsException(value))
        return value;
    json_skip_space(&r);
    return r.p == r.end ? value : json_unexpected(&r);
}

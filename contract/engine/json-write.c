/* JSON of plain data in one pass. */

typedef struct {
    JSContext *ctx;
    JSString *text;
    uint32_t room;
    int depth;
} JsonWriter;

/* GIVE_UP leaves a value to QuickJS's own code: cycles, toJSON, classes, wide text, integer names. */
enum { WRITTEN, OMITTED, GIVE_UP };

static uint8_t *json_room(JsonWriter *w, uint32_t length)
{
    uint8_t *end;
    if (w->text->len + length > w->room) {
        w->room = (w->text->len + length) * 2;
        w->text = realloc(w->text, sizeof(JSString) + w->room + 1);
    }
    end = w->text->u.str8 + w->text->len;
    w->text->len += length;
    return end;
}

static int json_put(JsonWriter *w, const void *text, uint32_t length)
{
    memcpy(json_room(w, length), text, length);
    return WRITTEN;
}

static int json_put_char(JsonWriter *w, int c)
{
    *json_room(w, 1) = c;
    return WRITTEN;
}

static int json_put_string(JsonWriter *w, JSString *s)
{
    uint8_t *out;
    if (s->is_wide_char)
        return GIVE_UP;
    if (json_plain_length(s->u.str8, s->u.str8 + s->len) == s->len) {
        out = json_room(w, s->len + 2);
        *out = '"';
        memcpy(out + 1, s->u.str8, s->len);
        out[s->len + 1] = '"';
        return WRITTEN;
    }
    s = JS_VALUE_GET_STRING(JS_ToQuotedString(w->ctx, JS_MKPTR(JS_TAG_STRING, s)));
    return s->is_wide_char ? GIVE_UP : json_put(w, s->u.str8, s->len);
}

static int json_put_int(JsonWriter *w, int32_t value)
{
    uint8_t digits[12], *p = digits + sizeof digits;
    uint32_t rest = value < 0 ? -(uint32_t)value : value;
    do
        *--p = '0' + rest % 10;
    while (rest /= 10);
    if (value < 0)
        *--p = '-';
    return json_put(w, p, digits + sizeof digits - p);
}

static int json_write(JsonWriter *w, JSValueConst value);

static int json_write_list(JsonWriter *w, JSObject *list)
{
    json_put_char(w, '[');
    for (uint32_t i = 0; i < list->u.array.count; i++) {
        int written;
        if (i)
            json_put_char(w, ',');
        written = json_write(w, list->u.array.u.values[i]);
        if (written == GIVE_UP)
            return GIVE_UP;
        if (written == OMITTED)
            json_put(w, "null", 4);
    }
    return json_put_char(w, ']');
}

/* A comma, where one is due, the name and a colon. */
static int json_put_name(JsonWriter *w, JSString *name, int is_first)
{
    uint8_t *out;
    if (name->is_wide_char || json_plain_length(name->u.str8, name->u.str8 + name->len) != name->len) {
        if (!is_first)
            json_put_char(w, ',');
        return json_put_string(w, name) == GIVE_UP ? GIVE_UP : json_put_char(w, ':');
    }
    out = json_room(w, name->len + 4 - is_first);
    if (!is_first)
        *out++ = ',';
    *out++ = '"';
    memcpy(out, name->u.str8, name->len);
    out[name->len] = '"';
    out[name->len + 1] = ':';
    return WRITTEN;
}

static int json_write_field(JsonWriter *w, JSObject *object, int at, int is_first)
{
    JSShapeProperty *slot = &get_shape_prop(object->shape)[at];
    JSAtomStruct *name;
    uint32_t before = w->text->len;
    JSValue value;
    int written;
    if (slot->atom == JS_ATOM_NULL || !(slot->flags & JS_PROP_ENUMERABLE))
        return OMITTED;
    if (__JS_AtomIsTaggedInt(slot->atom) || slot->atom == JS_ATOM_toJSON)
        return GIVE_UP;
    name = w->ctx->rt->atom_array[slot->atom];
    if (name->atom_type != JS_ATOM_TYPE_STRING)
        return OMITTED;
    value = (slot->flags & JS_PROP_TMASK) == JS_PROP_NORMAL
                ? object->prop[at].u.value
                : JS_GetProperty(w->ctx, JS_MKPTR(JS_TAG_OBJECT, object), slot->atom);
    if (json_put_name(w, name, is_first) == GIVE_UP)
        return GIVE_UP;
    written = JS_IsException(value) ? GIVE_UP : json_write(w, value);
    if (written == OMITTED)
        w->text->len = before;
    return written;
}

static int json_write_object(JsonWriter *w, JSObject *object)
{
    int is_first = 1;
    json_put_char(w, '{');
    for (int i = 0; i < object->shape->prop_count; i++) {
        int written = json_write_field(w, object, i, is_first);
        if (written == GIVE_UP)
            return GIVE_UP;
        is_first &= written == OMITTED;
    }
    return json_put_char(w, '}');
}

static int json_write_any(JsonWriter *w, JSObject *object)
{
    JSObject *proto = object->shape->proto;
    int written;
    if (JS_IsFunction(w->ctx, JS_MKPTR(JS_TAG_OBJECT, object)))
        return OMITTED;
    if (w->depth == JSON_MAX_DEPTH)
        return GIVE_UP;
    w->depth++;
    if (object->class_id == JS_CLASS_ARRAY && object->fast_array &&
        proto == JS_VALUE_GET_OBJ(w->ctx->class_proto[JS_CLASS_ARRAY]) &&
        JS_VALUE_GET_INT(object->prop[0].u.value) == object->u.array.count)
        written = json_write_list(w, object);
    else if (object->class_id == JS_CLASS_OBJECT && proto == JS_VALUE_GET_OBJ(w->ctx->class_proto[JS_CLASS_OBJECT]))
        written = json_write_object(w, object);
    else
        return GIVE_UP;
    w->depth--;
    return written;
}

static int json_write(JsonWriter *w, JSValueConst value)
{
    switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_STRING: return json_put_string(w, JS_VALUE_GET_STRING(value));
    case JS_TAG_INT: return json_put_int(w, JS_VALUE_GET_INT(value));
    case JS_TAG_BOOL: return JS_VALUE_GET_BOOL(value) ? json_put(w, "true", 4) : json_put(w, "false", 5);
    case JS_TAG_NULL: return json_put(w, "null", 4);
    case JS_TAG_OBJECT: return json_write_any(w, JS_VALUE_GET_OBJ(value));
    case JS_TAG_FLOAT64: {
        JSString *digits;
        if (!isfinite(JS_VALUE_GET_FLOAT64(value)))
            return json_put(w, "null", 4);
        digits = JS_VALUE_GET_STRING(JS_ToString(w->ctx, value));
        return json_put(w, digits->u.str8, digits->len);
    }
    default: return GIVE_UP;
    }
}

/* JSON.stringify of plain data; undefined when QuickJS's own code has to do it. */
static JSValue engine_json_stringify(JSContext *ctx, JSValueConst value)
{
    JsonWriter w = {ctx, js_alloc_string(ctx, 256, 0), 256, 0};
    if (!w.text)
        return JS_EXCEPTION;
    w.text->len = 0;
    if (json_write(&w, value) != WRITTEN)
        return JS_UNDEFINED;
    w.text->u.str8[w.text->len] = 0;
    return JS_MKPTR(JS_TAG_STRING, w.text);
}

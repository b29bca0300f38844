/* JSON objects. Reading one makes few shapes: it begins with the shape of an object that began with the same field. */

/* Of fields with the same name the last one counts. */
static int json_set(JsonReader *r, JSObject *object, JSAtom name, JSValue value)
{
    JSProperty *property;
    if (!find_own_property(&property, object, name))
        property = add_property(r->ctx, object, name, JS_PROP_C_W_E);
    if (!property)
        return -1;
    property->u.value = value;
    return 0;
}

#define JSON_SHAPES 64

/* Shapes by the name of their first field, empty while building. All of their names are plain texts. */
static JSShape *json_shapes[JSON_SHAPES];

/* An object that is being read. While `shape` is there, its first `count` fields are those of the shape. */
typedef struct {
    JSObject *object;
    JSShape *shape;
    int count, is_plain;
} JsonObject;

static int json_begin(JsonReader *r, JsonObject *o, JSAtom first)
{
    JSShape *shape = json_shapes[first % JSON_SHAPES];
    JSValue object;
    if (shape && shape->prop[0].atom != first)
        shape = NULL;
    object = shape ? JS_NewObjectFromShape(r->ctx, js_dup_shape(shape), JS_CLASS_OBJECT) : JS_NewObject(r->ctx);
    o->shape = shape;
    o->object = JS_VALUE_GET_OBJ(object);
    return JS_IsException(object);
}

/* The fields are others than expected: begins anew with those that were read. */
static int json_stop_guessing(JsonReader *r, JsonObject *o)
{
    JSProperty *read = o->object->prop;
    JSShape *shape = o->shape;
    JSValue object = JS_NewObject(r->ctx);
    if (JS_IsException(object))
        return -1;
    o->shape = NULL;
    o->object = JS_VALUE_GET_OBJ(object);
    for (int i = 0; i < o->count; i++)
        if (json_set(r, o->object, shape->prop[i].atom, read[i].u.value))
            return -1;
    return 0;
}

/* Length of the next name with its quotes if it is this one, else 0. */
static int json_expected(JsonReader *r, JSAtom name)
{
    const JSString *text = r->ctx->rt->atom_array[name];
    int length = text->len;
    if (r->end - r->p < length + 2 || r->p[0] != '"' || r->p[length + 1] != '"')
        return 0;
    return memcmp(r->p + 1, text->u.str8, length) ? 0 : length + 2;
}

/* The name of the next field; JS_ATOM_NULL with an exception. */
static JSAtom json_field_name(JsonReader *r, JsonObject *o)
{
    JSAtom name;
    if (o->shape) {
        int length = o->count < o->shape->prop_count ? json_expected(r, o->shape->prop[o->count].atom) : 0;
        r->p += length;
        if (length)
            return o->shape->prop[o->count].atom;
        if (json_stop_guessing(r, o))
            return JS_ATOM_NULL;
    }
    name = json_read_name(r, &o->is_plain);
    if (name != JS_ATOM_NULL && !o->object && json_begin(r, o, name))
        return JS_ATOM_NULL;
    return name;
}

static int json_put_field(JsonReader *r, JsonObject *o, JSAtom name, JSValue value)
{
    if (!o->shape)
        return json_set(r, o->object, name, value);
    o->object->prop[o->count++].u.value = value;
    return 0;
}

/* The next object with the same first field may have the same shape. */
static JSValue json_end(JsonReader *r, JsonObject *o)
{
    JSShape *shape;
    if (o->shape && o->count < o->shape->prop_count && json_stop_guessing(r, o))
        return JS_EXCEPTION;
    shape = o->object->shape;
    if (!o->shape && o->is_plain && engine_object_shape && shape->is_hashed)
        json_shapes[shape->prop[0].atom % JSON_SHAPES] = js_dup_shape(shape);
    return JS_MKPTR(JS_TAG_OBJECT, o->object);
}

static JSValue json_read_object(JsonReader *r)
{
    JsonObject o = {.is_plain = 1};
    int more;
    if (json_is_empty(r, '}'))
        return JS_NewObject(r->ctx);
    do {
        JSAtom name;
        JSValue value;
        json_skip_space(r);
        name = json_field_name(r, &o);
        if (name == JS_ATOM_NULL)
            return JS_EXCEPTION;
        json_skip_space(r);
        if (r->p >= r->end || *r->p != ':')
            return json_unexpected(r);
        r->p++;
        value = json_read(r);
        if (JS_IsException(value) || json_put_field(r, &o, name, value))
            return JS_EXCEPTION;
        more = json_next(r, '}');
    } while (more > 0);
    return more < 0 ? JS_EXCEPTION : json_end(r, &o);
}
